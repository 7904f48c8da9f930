import net from 'node:net';

/** Below the ports that systems hand out to outgoing connections (Linux from 32768, macOS from 49152). */
const LOWEST = 12_000;
const HIGHEST = 32_000;

/** Finds ports on 127.0.0.1 that nobody listens on. None is given out twice within the span of the range. */
export function createPortFinder(random: () => number): () => Promise<number> {
  let next = LOWEST + Math.floor(random() * (HIGHEST - LOWEST));
  return async () => {
    for (let attempt = 0; attempt < HIGHEST - LOWEST; attempt++) {
      next = next + 1 < HIGHEST ? next + 1 : LOWEST;
      const port = next;
      if (await isFree(port)) return port;
    }
    throw new Error(`no port of 127.0.0.1 from ${LOWEST} to ${HIGHEST} is free`);
  };
}

const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = net.createServer();
    server.once('error', () => resolve(false));
    server.listen({ host: '127.0.0.1', port, exclusive: true }, () => server.close(() => resolve(true)));
  });
