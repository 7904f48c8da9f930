import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { realClock } from './clock.ts';
import { machineDialer } from './dial.ts';
import { sendHttp } from './http.ts';

const EXCHANGES = 60;

/**
 * Sends a few dozen requests to a listener of this process alone, on loopback, so that the code that observes is loaded
 * and compiled. Else the first observations of a run would be charged with tens of milliseconds that are this program's
 * own. Never rejects.
 */
export async function warmUp(): Promise<void> {
  const server = createServer((_, answer) => answer.end('ok'));
  try {
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const signal = new AbortController().signal;
    for (let sent = 0; sent < EXCHANGES; sent++) {
      await sendHttp({ url, method: 'GET', headers: {}, timeoutMs: 1_000 }, machineDialer, signal);
      if (sent % 5 === 0) await realClock.sleep(1);
    }
  } catch {
    // Where nobody may listen, the first observations are a little late.
  } finally {
    server.close();
  }
}
