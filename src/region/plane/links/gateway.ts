import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import { isIP, type Socket } from 'node:net';
import type { Address } from '../../../kernel/ports.ts';
import type { Caller } from './effect.ts';
import type { Fabric } from './fabric.ts';

/**
 * The way into the VPC for programs that honour `http_proxy`: takes absolute-form requests and CONNECT, and carries
 * them over the caller's own links. It is no part of the system: what goes wrong on the way to the place, the caller
 * sees as if it had connected itself (a reset, silence), and only an unknown name as an answer (502).
 */
export interface Gateway {
  readonly at: Address;
  close(): void;
}

export interface GatewayOptions {
  readonly caller: Caller;
  readonly fabric: Fabric;
  /** Resolves a name at the region's resolver. */
  readonly addresses: (name: string) => Promise<readonly string[]>;
}

export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const server = http.createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
    void forward(options, request, response);
  });
  server.on('connect', (request: IncomingMessage, socket: Socket, head: Buffer) => {
    socket.on('error', () => socket.destroy());
    void connect(options, request.url ?? '', socket, head);
  });
  server.on('clientError', (_error, socket) => socket.destroy());
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: '127.0.0.1', port: 0, backlog: 1024 }, () => resolve());
  });
  const at = server.address();
  return {
    at: { address: '127.0.0.1', port: typeof at === 'object' && at ? at.port : 0 },
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

async function connect(options: GatewayOptions, authority: string, socket: Socket, head: Buffer): Promise<void> {
  const [host = '', port = ''] = authority.split(':');
  const address = await addressOf(options, host);
  if (address === undefined) {
    socket.end('HTTP/1.1 502 Name not found\r\ncontent-length: 0\r\n\r\n');
    return;
  }
  // A link that does not carry is met as an attempt to connect that goes unanswered.
  const heard = options.fabric.hears(options.caller, address, Number(port));
  if (!heard) {
    socket.on('end', () => socket.destroy()).resume();
    return;
  }
  socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
  if (head.length > 0) socket.unshift(head);
  options.fabric.attach(options.caller, address, Number(port), socket);
}

async function forward(options: GatewayOptions, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = URL.canParse(request.url ?? '') ? new URL(request.url ?? '') : undefined;
  if (url?.protocol !== 'http:') {
    response.writeHead(400).end('this is a proxy: ask for an absolute http:// address\n');
    return;
  }
  const address = await addressOf(options, url.hostname);
  if (address === undefined) {
    response.writeHead(502).end(`the name "${url.hostname}" has no address\n`);
    return;
  }
  const link = await options.fabric.listener(options.caller, address, Number(url.port || 80));
  // No such address: whoever sends there hears nothing.
  if (!link) return;
  const { 'proxy-connection': _proxy, ...headers } = request.headers;
  const onward = http.request({
    host: link.address,
    port: link.port,
    method: request.method,
    path: `${url.pathname}${url.search}`,
    headers: { ...headers, host: url.host, connection: 'close' },
    agent: false,
  });
  onward.on('error', () => request.socket.resetAndDestroy());
  onward.on('response', (answer) => {
    const { connection: _connection, 'keep-alive': _keepAlive, ...answered } = answer.headers;
    response.writeHead(answer.statusCode ?? 502, answered);
    answer.on('error', () => request.socket.resetAndDestroy());
    answer.pipe(response);
  });
  response.on('close', () => onward.destroy());
  request.pipe(onward);
}

async function addressOf({ addresses }: GatewayOptions, host: string): Promise<string | undefined> {
  if (isIP(host) === 4) return host;
  const all = await addresses(host);
  return all[0];
}
