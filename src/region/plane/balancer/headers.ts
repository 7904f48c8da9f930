/** A request's or an answer's headers as they came: names and values in turn, with their order, case and repetitions. */
type RawHeaders = readonly string[];

/** Headers that belong to one connection and end at it (RFC 9110, 7.6.1). */
const HOP_BY_HOP = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** What a load balancer hands on to a target, and whether a body follows. */
export interface Onward {
  readonly headers: string[];
  readonly hasBody: boolean;
}

/** Methods whose requests say that they have no body (RFC 9110, 8.6). */
const EXPECTING_BODY = new Set(['POST', 'PUT', 'PATCH']);

/**
 * The headers of a request for its target: without those of the client's connection, with the client's address behind
 * those that it has come from already, and with one framing of the body.
 */
export function requestHeaders(raw: RawHeaders, method: string, from: string, host: string): Onward {
  const headers: string[] = [];
  let forwardedFor = '';
  let hasHost = false;
  let isChunked = false;
  let hasLength = false;
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const name = raw[index] ?? '';
    const value = raw[index + 1] ?? '';
    const lower = name.toLowerCase();
    if (lower === 'x-forwarded-for') forwardedFor += `${value}, `;
    if (lower === 'transfer-encoding') isChunked = true;
    if (HOP_BY_HOP.has(lower) || REPLACED.has(lower)) continue;
    if (lower === 'host') hasHost = true;
    if (lower === 'content-length') hasLength = true;
    headers.push(name, value);
  }
  if (!hasHost) headers.push('Host', host);
  if (isChunked) headers.push('Transfer-Encoding', 'chunked');
  else if (!hasLength && EXPECTING_BODY.has(method)) headers.push('Content-Length', '0');
  headers.push('X-Forwarded-For', `${forwardedFor}${from}`, 'X-Forwarded-Proto', 'http');
  return { headers, hasBody: isChunked || hasLength };
}

const REPLACED = new Set(['x-forwarded-for', 'x-forwarded-proto']);

/** The headers of a target's answer for the client, without those of the target's connection. */
export function answerHeaders(raw: RawHeaders): string[] {
  const headers: string[] = [];
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const name = raw[index] ?? '';
    if (!HOP_BY_HOP.has(name.toLowerCase())) headers.push(name, raw[index + 1] ?? '');
  }
  return headers;
}
