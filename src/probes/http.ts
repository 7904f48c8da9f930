import { OBSERVATION_MAX_MS } from '../kernel/bounds.ts';
import { defineProbe } from '../kernel/define.ts';
import { integer, mapOf, oneOf, text } from '../kernel/schema.ts';

/** One HTTP request over a connection of its own: a kept connection hides dead listeners and changed names. */
export const http = defineProbe({
  id: 'http',
  summary: 'Send one HTTP request over a fresh connection.',
  details:
    'The name is resolved at the resolver of the account for every request, and the connection goes through the ' +
    'account, so that names and addresses that exist only there work. Redirects are not followed.',
  params: {
    url: text({ doc: 'Absolute URL, such as http://shop.example/checkout.' }),
    method: oneOf(['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS'], { doc: 'HTTP method.' }).default('GET'),
    headers: mapOf(text({ doc: 'Value of the header.' }), { doc: 'Headers to send.' }).default({}),
    body: text({ doc: 'Body to send.' }).optional(),
    expectStatus: integer({
      doc: 'The status that counts as success. Default: 200 to 399.',
      min: 100,
      max: 599,
    }).optional(),
  },
  output: { status: { type: 'number', doc: 'HTTP status code; absent when there was no answer.' } },
  example: `
- name: checkout
  probe: http
  with: { url: http://shop.example/checkout, rate: 50/s, timeout: 1s }
  tolerance: { success: { atLeast: 99% }, latency: { p99: { below: 500ms } } }
`,

  async observe({ url, method, headers, body, expectStatus }, host, signal) {
    const request = { url, method, headers, ...(body !== undefined && { body }), timeoutMs: OBSERVATION_MAX_MS };
    const { status, error } = await host.http(request, signal);
    if (status === undefined) return { ok: false, error: error ?? 'NO ANSWER', output: {} };
    const ok = expectStatus === undefined ? status >= 200 && status < 400 : status === expectStatus;
    return ok ? { ok, output: { status } } : { ok, error: `HTTP ${status}`, output: { status } };
  },
});
