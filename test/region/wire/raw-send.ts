import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { signRequest } from '../../../src/aws/sigv4.ts';
import { credentials } from './echo-door.ts';

export interface Sent {
  readonly method?: string;
  readonly target?: string;
  readonly service?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
  /** Headers as they are sent, after signing. */
  readonly tamper?: (headers: Record<string, string>) => Record<string, string>;
}
export interface Got {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly bytes: Buffer;
}

export const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

/** Sends a signed request as it stands, whatever is in it. */
export function sendRaw(
  port: number,
  { method = 'POST', target = '/', service = 'ec2', headers = {}, body = '', tamper = (all) => all }: Sent,
): Promise<Got> {
  const [path = '', query = ''] = target.split(/\?(.*)/s);
  const pairs = [...new URLSearchParams(query)];
  const own = { host: `127.0.0.1:${port}`, ...headers };
  const scope = { ...credentials, region: 'us-east-1', service };
  const signed = signRequest({ method, path, query: pairs, headers: own, body }, scope, Date.now());
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest({
      port,
      host: '127.0.0.1',
      method,
      path: target,
      headers: tamper(signed),
      agent: false,
    });
    outgoing.on('response', (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on('end', () => {
        const bytes = Buffer.concat(chunks);
        resolve({
          status: incoming.statusCode ?? 0,
          headers: incoming.headers,
          body: bytes.toString(),
          bytes,
        });
      });
      incoming.on('error', reject);
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

/** The code of an error, in whichever protocol. */
export const codeOf = ({ body, headers }: Got): string | undefined => {
  const type = headers['x-amzn-errortype'];
  if (typeof type === 'string') return type;
  const found = /<Code>([^<]*)<\/Code>|"code":"([^"]*)"|"__type":"(?:[^"#]*#)?([^"]*)"/.exec(body);
  return found?.slice(1).find(Boolean);
};

const PIECES = [
  '%',
  '%00',
  '..',
  '/',
  '//',
  '&',
  '=',
  '<',
  '>',
  '&#0;',
  '"',
  '\u0000',
  '{',
  '[]',
  'null',
  '-1',
  '1e999',
  '__proto__',
  'é',
  '.1',
  '?',
];

/** The text with something in it cut, doubled or replaced. */
export function mutate(text: string, random: () => number): string {
  const at = Math.floor(random() * (text.length + 1));
  const length = Math.floor(random() * 6);
  const piece = PIECES[Math.floor(random() * PIECES.length)] ?? '';
  const kind = random();
  if (kind < 0.2) return text.slice(0, at);
  if (kind < 0.4) return text.slice(0, at) + text.slice(at, at + 20) + text.slice(at);
  return text.slice(0, at) + piece + text.slice(at + length);
}
