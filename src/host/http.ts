import { type ClientRequest, request as requestPlain } from 'node:http';
import { request as requestTls } from 'node:https';
import type { HttpAnswer, HttpRequest } from '../kernel/ports.ts';
import type { Dialer } from './dial.ts';

const KEEP_BYTES = 64 * 1_024;

/**
 * Sends one request over a connection of its own (a kept one would hide dead listeners and changed names), resolved and
 * dialled through the account. The answer is there when its last byte is. Never rejects.
 */
export async function sendHttp(request: HttpRequest, dialer: Dialer, signal: AbortSignal): Promise<HttpAnswer> {
  const until = performance.now() + request.timeoutMs;
  const failed = (error: string): HttpAnswer => ({ headers: {}, body: '', error });
  const url = URL.canParse(request.url) ? new URL(request.url) : undefined;
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') return failed('BAD URL');
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const port = Number(url.port || (url.protocol === 'https:' ? 443 : 80));
  const place = await dialer.locate(host, port, request.timeoutMs, signal);
  if ('error' in place) return failed(place.error);
  const answer = await exchange(request, url, place, Math.max(1, until - performance.now()), signal);
  if (answer.error === 'ECONNREFUSED') dialer.forget(place);
  return answer;
}

function exchange(
  { method, headers, body }: HttpRequest,
  url: URL,
  { address, port }: { address: string; port: number },
  timeoutMs: number,
  signal: AbortSignal,
) {
  return new Promise<HttpAnswer>((resolve) => {
    const options = {
      host: address,
      port,
      method,
      path: `${url.pathname}${url.search}`,
      headers: { host: url.host, ...headers },
      agent: false as const,
      servername: url.hostname,
    };
    let outgoing: ClientRequest;
    const done = (answer: HttpAnswer) => {
      clearTimeout(timer);
      signal.removeEventListener('abort', stop);
      resolve(answer);
      outgoing?.destroy();
    };
    const fail = (error: string) => done({ headers: {}, body: '', error });
    const stop = () => fail('TIMEOUT');
    const timer = setTimeout(stop, timeoutMs);
    if (signal.aborted) return stop();
    signal.addEventListener('abort', stop, { once: true });
    try {
      outgoing = (url.protocol === 'https:' ? requestTls : requestPlain)(options);
    } catch {
      return fail('BAD REQUEST');
    }
    outgoing.on('error', (error: NodeJS.ErrnoException) => fail(error.code ?? 'FAILED'));
    outgoing.on('response', (incoming) => {
      const chunks: Buffer[] = [];
      let room = KEEP_BYTES;
      incoming.on('data', (chunk: Buffer) => {
        if (room > 0) chunks.push(chunk.subarray(0, room));
        room -= chunk.length;
      });
      incoming.on('error', (error: NodeJS.ErrnoException) => fail(error.code ?? 'FAILED'));
      incoming.on('end', () =>
        done({
          ...(incoming.statusCode !== undefined && { status: incoming.statusCode }),
          headers: headersOf(incoming.headers),
          body: Buffer.concat(chunks).toString('utf8'),
        }),
      );
    });
    outgoing.end(body);
  });
}

const headersOf = (headers: NodeJS.Dict<string | string[]>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value].flat().join(', ')]));
