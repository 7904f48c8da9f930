import type { IncomingMessage } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { Fault } from '../services/fault.ts';
import type { WireRequest } from './protocol.ts';

/** The largest body that is taken from the wire, and the largest that a compressed one may become. */
const MAX_BODY = 8 << 20;
const MAX_INFLATED = 16 << 20;

/** Reads a request to its end, its body as it is on the wire. A body that is too large is a fault, and is not kept. */
export async function readRequest(incoming: IncomingMessage): Promise<WireRequest> {
  return { ...readHead(incoming), body: await readBody(incoming) };
}

/** What is known of a request before its body. */
export function readHead(incoming: IncomingMessage): WireRequest {
  const url = incoming.url ?? '/';
  const mark = url.indexOf('?');
  const headers: Record<string, string | undefined> = {};
  for (const [name, value] of Object.entries(incoming.headers)) {
    headers[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return {
    method: incoming.method ?? 'GET',
    path: mark < 0 ? url : url.slice(0, mark),
    query: mark < 0 ? [] : parseQuery(url.slice(mark + 1)),
    headers,
    body: Buffer.alloc(0),
  };
}

async function readBody(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY) throw new Fault('RequestEntityTooLarge', `A body may have at most ${MAX_BODY} bytes.`, 413);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** The request with its body as it was before compression. */
export function inflate(request: WireRequest): WireRequest {
  const encoding = request.headers['content-encoding'] ?? 'identity';
  if (encoding === 'identity') return request;
  if (encoding !== 'gzip') {
    throw new Fault('UnsupportedContentEncoding', `The content encoding "${encoding.slice(0, 40)}" is not known.`, 415);
  }
  try {
    return { ...request, body: gunzipSync(request.body, { maxOutputLength: MAX_INFLATED }) };
  } catch (error) {
    const tooLarge = error instanceof RangeError;
    if (tooLarge) throw new Fault('RequestEntityTooLarge', `An inflated body may have ${MAX_INFLATED} bytes.`, 413);
    throw new Fault('MalformedInput', 'The body is not gzip, as its content encoding says.', 400);
  }
}

function parseQuery(text: string): [string, string][] {
  return text
    .split('&')
    .filter((part) => part !== '')
    .map((part) => {
      const at = part.indexOf('=');
      return at < 0 ? [decode(part), ''] : [decode(part.slice(0, at)), decode(part.slice(at + 1))];
    });
}

/** A name or value that is not percent-encoded UTF-8 is taken as it stands: its signature will not match. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}
