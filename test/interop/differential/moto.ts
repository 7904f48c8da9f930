import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { PYTHON_ENVIRONMENT, pythonWith } from '../python.ts';
import type { Ground } from './call.ts';
import { type Endpoint, endpointAt } from './endpoint.ts';
import { layGround } from './ground.ts';

/** Moto's server, which forgets everything when it is asked to. */
export interface Moto extends Omit<Endpoint, 'close'> {
  /** Begins again with what the calls of a service need. */
  readonly reset: (ground: Ground) => Promise<void>;
  readonly close: () => Promise<void>;
}

const SERVER = `
import sys
from moto.server import ThreadedMotoServer
server = ThreadedMotoServer(ip_address='127.0.0.1', port=0, verbose=False)
server.start()
print('http://%s:%s' % server.get_host_and_port(), flush=True)
sys.stdin.read()
`;

export async function openMoto(): Promise<Moto> {
  const env = { ...PYTHON_ENVIRONMENT, MOTO_EC2_LOAD_DEFAULT_AMIS: 'false' };
  const child = spawn(pythonWith('moto', 'flask'), ['-c', SERVER], { env, stdio: ['pipe', 'pipe', 'ignore'] });
  const ended = once(child, 'exit');
  const [url] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  const endpoint = await endpointAt(url, { accessKeyId: 'test', secretAccessKey: 'test' });
  return {
    ask: endpoint.ask,
    reset: async (ground) => {
      const answer = await fetch(`${url}/moto-api/reset`, { method: 'POST' });
      await answer.arrayBuffer();
      await layGround(endpoint, ground);
    },
    close: async () => {
      endpoint.close();
      child.stdin.end();
      await ended;
    },
  };
}
