import { OBSERVATION_MAX_MS } from '../kernel/bounds.ts';
import { defineProbe } from '../kernel/define.ts';
import type { Address } from '../kernel/ports.ts';
import { oneOf, text } from '../kernel/schema.ts';

/** One DNS query, to the resolver of the account or to any server. */
export const dns = defineProbe({
  id: 'dns',
  summary: 'Ask a DNS server for a name.',
  details:
    'Asks the resolver of the account, which caches as a network has it, or any server. It succeeds when there is at ' +
    'least one answer of the asked type; with "expectCode" it succeeds when the response code is that one.',
  params: {
    name: text({ doc: 'Name to ask for, such as shop.example.' }),
    type: oneOf(['A', 'AAAA', 'CNAME', 'TXT', 'NS', 'SOA', 'MX', 'SRV'], { doc: 'Type of the record.' }).default('A'),
    server: text({ doc: 'Address of the server, with a port if it is not 53. Default: the resolver.' }).optional(),
    expectCode: oneOf(['NOERROR', 'NXDOMAIN', 'SERVFAIL', 'REFUSED'], {
      doc: 'The response code that counts as success.',
    }).optional(),
  },
  output: {
    answers: { type: 'number', doc: 'How many answers of the asked type came.' },
    code: { type: 'text', doc: 'NOERROR, NXDOMAIN, SERVFAIL, REFUSED, TIMEOUT or UNREACHABLE.' },
    ttl: { type: 'number', doc: 'The smallest TTL among the answers, in seconds; absent without an answer.' },
    values: { type: 'text', doc: 'The answers, sorted, joined by a comma and a space.' },
  },
  example: `
- name: the name resolves
  probe: dns
  with: { name: shop.example, type: A }
  tolerance: { answers: { atLeast: 1 } }
`,

  async observe({ name, type, server, expectCode }, host, signal) {
    const at = server === undefined ? undefined : addressOf(server);
    const { code, answers } = await host.dns(
      { name, type, ...(at && { server: at }), timeoutMs: OBSERVATION_MAX_MS },
      signal,
    );
    const ofType = answers.filter((one) => one.type === type);
    const output = {
      answers: ofType.length,
      code,
      ...(ofType.length > 0 && { ttl: Math.min(...ofType.map(({ ttl }) => ttl)) }),
      values: ofType
        .map(({ data }) => data)
        .sort()
        .join(', '),
    };
    const ok = expectCode === undefined ? code === 'NOERROR' && ofType.length > 0 : code === expectCode;
    return ok ? { ok, output } : { ok, error: code === 'NOERROR' ? 'NO DATA' : code, output };
  },
});

/** `10.0.0.2`, `10.0.0.2:5300`, `[::1]:5300` or `::1`. */
function addressOf(server: string): Address {
  const [, bracketed, plain, port] = /^(?:\[(.+)\]|([^:]+))(?::(\d+))?$/.exec(server) ?? [];
  return { address: bracketed ?? plain ?? server, port: Number(port ?? 53) };
}
