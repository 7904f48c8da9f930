import type { ListenOptions, Server } from 'node:net';

/**
 * Lets a server listen on 127.0.0.1, on the port it is to have if that is free, else on any that is.
 * @returns the port.
 */
export async function listenNear(
  server: Server,
  wished = 0,
  options: Omit<ListenOptions, 'host' | 'port'> = {},
): Promise<number> {
  const listen = (port: number) =>
    new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen({ ...options, host: '127.0.0.1', port }, () => {
        server.off('error', reject);
        resolve();
      });
    });
  await (wished > 0 ? listen(wished).catch(() => listen(0)) : listen(0));
  const at = server.address();
  return typeof at === 'object' && at ? at.port : 0;
}
