import net, { type Socket } from 'node:net';
import type { Address } from '../../../../src/kernel/ports.ts';

/** A server that sends back what it gets, and remembers what happened to it. */
export interface Echo {
  readonly port: number;
  readonly events: string[];
  readonly sockets: Set<Socket>;
  close(): Promise<void>;
}

export async function startEcho(): Promise<Echo> {
  const events: string[] = [];
  const sockets = new Set<Socket>();
  const server = net.createServer({ allowHalfOpen: true }, (socket) => {
    events.push('connected');
    sockets.add(socket);
    socket.on('data', (chunk) => {
      events.push(`data ${chunk.length}`);
      socket.write(chunk);
    });
    socket.on('end', () => {
      events.push('end');
      socket.end();
    });
    socket.on('error', (error: NodeJS.ErrnoException) => events.push(`error ${error.code}`));
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const at = server.address();
  return {
    port: typeof at === 'object' && at ? at.port : 0,
    events,
    sockets,
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}

/** A client that writes down what it sees, and lets a test wait for it. */
export class Client {
  readonly socket: Socket;
  received = '';
  ended: string | undefined;

  constructor(at: Address) {
    this.socket = net.connect({ host: at.address, port: at.port, allowHalfOpen: true });
    this.socket.on('data', (chunk) => {
      this.received += chunk;
    });
    this.socket.on('end', () => {
      this.ended ??= 'end';
    });
    this.socket.on('error', (error: NodeJS.ErrnoException) => {
      this.ended = error.code ?? error.message;
    });
  }

  send(text: string): void {
    this.socket.write(text);
  }
}

/** Waits until it holds, for at most two seconds; says what was waited for when it never does. */
export async function until(holds: () => boolean, what: string, withinMs = 2_000): Promise<void> {
  const end = performance.now() + withinMs;
  while (!holds()) {
    if (performance.now() > end) throw new Error(`never: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

/** How long something that must not happen is given to happen. */
export const pause = (ms = 60): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
