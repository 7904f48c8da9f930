import net from 'node:net';
import type { Address } from '../../../kernel/ports.ts';
import { listenNear } from '../../listen.ts';

/**
 * The one loopback port that people and tools outside use as the address of a load balancer. Each connection goes to
 * where its name would have led at that moment.
 */
export interface Front {
  readonly port: number;
  close(): void;
}

export async function startFront(next: () => Promise<Address | undefined>, wishedPort?: number): Promise<Front> {
  const server = net.createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
    client.on('error', () => client.destroy());
    void next().then((at) => {
      if (at) join(client, at);
      else client.destroy();
    });
  });
  const port = await listenNear(server, wishedPort, { backlog: 1024 });
  return { port, close: () => server.close() };
}

function join(client: net.Socket, at: Address): void {
  const onward = net.connect({ host: at.address, port: at.port, allowHalfOpen: true, noDelay: true });
  onward.on('error', () => {
    if (!client.destroyed) client.resetAndDestroy();
  });
  client.on('close', () => onward.destroy());
  client.pipe(onward).pipe(client);
}
