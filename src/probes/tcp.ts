import { OBSERVATION_MAX_MS } from '../kernel/bounds.ts';
import { defineProbe } from '../kernel/define.ts';
import { flag, integer, text } from '../kernel/schema.ts';

/** One TCP connection. */
export const tcp = defineProbe({
  id: 'tcp',
  summary: 'Open one TCP connection, and see bytes if asked to.',
  details:
    'A connection alone proves little: a process that hangs, or a relay in front of a dark zone, still accepts. With ' +
    '"expectBytes: true" at least one byte must come back.',
  params: {
    host: text({ doc: 'Name or address.' }),
    port: integer({ doc: 'Port.', min: 1, max: 65_535 }),
    send: text({ doc: 'Sent once connected.' }).optional(),
    expectBytes: flag({ doc: 'Whether at least one byte must come back.' }).default(false),
  },
  output: {
    connected: { type: 'flag', doc: 'Whether the connection was accepted.' },
    bytes: { type: 'number', doc: 'How many bytes came back.' },
  },
  example: `
- name: the store accepts
  probe: tcp
  with: { host: shop.example, port: 80, send: "GET / HTTP/1.0\\r\\n\\r\\n", expectBytes: true }
`,

  async observe({ host: name, port, send, expectBytes }, host, signal) {
    const attempt = {
      host: name,
      port,
      ...(send !== undefined && { send }),
      expectBytes,
      timeoutMs: OBSERVATION_MAX_MS,
    };
    const { connected, bytes, error } = await host.tcp(attempt, signal);
    const output = { connected, bytes };
    if (connected && (!expectBytes || bytes > 0)) return { ok: true, output };
    return { ok: false, error: error ?? (connected ? 'NO BYTES' : 'NOT CONNECTED'), output };
  },
});
