import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { FacilityOperation } from '../../kernel/facility.ts';
import type { CreateDoor } from '../contract.ts';
import { listenNear } from '../listen.ts';
import { Fault } from '../services/fault.ts';
import { answer, answerError, type Behind } from './answer.ts';
import type { WireAnswer } from './protocol.ts';
import { readHead, readRequest } from './read-request.ts';
import { allServices } from './services.ts';

/** How often slow connections are looked for is a time of its own, by default half a minute. */
const TIMES = {
  keepAliveTimeout: 65_000,
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  connectionsCheckingInterval: 2_000,
};

/**
 * The region's endpoint: AWS protocols and the facility on one loopback port. Every request gets a modelled answer.
 * Clients that keep a connection idle may do so for a minute; those that send slowly are cut off.
 */
export const createDoor: CreateDoor = async (options) => {
  const { region, credentials, call, knows } = options;
  const services = allServices();
  const keyOf: Behind['keyOf'] = (id) => (id === credentials.accessKeyId ? credentials : options.keyOf?.(id));
  const facility: Behind['facility'] = (operation, input, caller) =>
    options.facility(operation as FacilityOperation, input, caller);
  const server = createServer(TIMES);
  const port = await listenNear(server, options.port);
  const behind: Behind = {
    port,
    region,
    services,
    keyOf,
    call,
    knows,
    facility,
    nowMs: Date.now,
    report: console.error,
  };
  server.on('request', (incoming, response) => void respond(incoming, response, behind));
  return { endpoint: `http://127.0.0.1:${port}`, close: () => close(server) };
};

async function respond(incoming: IncomingMessage, response: ServerResponse, behind: Behind): Promise<void> {
  const requestId = randomUUID();
  const gone = new AbortController();
  response.on('error', () => {}).on('close', () => gone.abort());
  try {
    send(response, await answer({ ...(await readRequest(incoming)), gone: gone.signal }, requestId, behind), requestId);
  } catch (error) {
    if (!(error instanceof Fault)) {
      response.destroy();
      return;
    }
    response.shouldKeepAlive = false;
    send(response, answerError(error, readHead(incoming), requestId, behind), requestId);
  }
}

function send(response: ServerResponse, { status, headers, body }: WireAnswer, requestId: string): void {
  // A text is encoded once: it would be for its length, and again for the socket.
  const octets = typeof body === 'string' ? Buffer.from(body) : body;
  response.writeHead(status, {
    ...headers,
    'x-amzn-requestid': requestId,
    'content-length': octets.length,
  });
  response.end(octets);
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
