import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import type { Address } from '../../../kernel/ports.ts';
import { answerHeaders, requestHeaders } from './headers.ts';
import type { TrafficCounter } from './traffic.ts';

/** The HTTP side of a load balancer's node. */
export interface HttpProxy {
  readonly at: Address;
  close(): void;
}

/** How long a target may stay silent. As long as the idle time-out of an application load balancer. */
const TARGET_TIMEOUT_MS = 60_000;
/** An idle connection to a target is closed before the target's own server would close it (5 s in Node). */
const IDLE_MS = 2_000;

/**
 * Sends each request to the link that `next` names. 503 when there is no target, 502 when the target refuses, resets or
 * talks nonsense, 504 when it stays silent. A request is never sent twice.
 */
export async function startProxy(
  next: () => Promise<Address | undefined>,
  traffic: TrafficCounter,
): Promise<HttpProxy> {
  const agent = new http.Agent({ keepAlive: true, maxSockets: Infinity, maxFreeSockets: 256, timeout: IDLE_MS });
  const server = http.createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
    void next()
      .then((link) => (link ? forward({ agent, link, traffic }, request, response) : fail(traffic, response, 503)))
      .catch(() => fail(traffic, response, 502));
  });
  server.on('clientError', (_error, socket) => {
    if (socket.writable) socket.end('HTTP/1.1 400 Bad Request\r\nconnection: close\r\n\r\n');
    else socket.destroy();
  });
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
      agent.destroy();
    },
  };
}

interface Way {
  readonly agent: http.Agent;
  readonly link: Address;
  readonly traffic: TrafficCounter;
}

function forward({ agent, link, traffic }: Way, request: IncomingMessage, response: ServerResponse): void {
  traffic.request();
  const askedMs = performance.now();
  const { method = 'GET', rawHeaders, socket } = request;
  const from = socket.remoteAddress ?? 'unknown';
  const { headers, hasBody } = requestHeaders(rawHeaders, method, from, link.address);
  const onward = http.request({
    host: link.address,
    port: link.port,
    method,
    path: request.url,
    headers,
    agent,
  });
  const timer = setTimeout(() => {
    fail(traffic, response, 504);
    onward.destroy();
  }, TARGET_TIMEOUT_MS);
  onward.on('error', () => fail(traffic, response, 502));
  onward.on('close', () => clearTimeout(timer));
  onward.on('response', (answer) => {
    clearTimeout(timer);
    traffic.answer(answer.statusCode ?? 502, (performance.now() - askedMs) / 1_000);
    response.writeHead(answer.statusCode ?? 502, answerHeaders(answer.rawHeaders));
    answer.on('error', () => response.destroy());
    answer.pipe(response);
  });
  // The client has gone: so does the request.
  response.on('close', () => {
    if (!response.writableFinished) onward.destroy();
  });
  if (hasBody) request.pipe(onward);
  else onward.end();
}

/** Answers in the place of a target, or cuts off an answer that had begun. */
function fail(traffic: TrafficCounter, response: ServerResponse, status: 502 | 503 | 504): void {
  if (response.headersSent) response.destroy();
  else if (!response.destroyed) {
    traffic.failure();
    response.writeHead(status, { 'content-type': 'text/html' }).end(PAGES[status]);
  }
}

const PAGES = {
  502: '<html><h1>502 Bad Gateway</h1></html>\n',
  503: '<html><h1>503 Service Temporarily Unavailable</h1></html>\n',
  504: '<html><h1>504 Gateway Time-out</h1></html>\n',
};
