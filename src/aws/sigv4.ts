import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/** A request as its signature covers it. Header names are in lower case; the path is as it stands on the wire. */
export interface SignedRequest {
  readonly method: string;
  readonly path: string;
  readonly query: readonly (readonly [name: string, value: string])[];
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** The bytes on the wire: compressed, if they are. */
  readonly body: Uint8Array | string;
}

/** Who claims to have signed a request, and for what. */
export interface Claim {
  readonly accessKeyId: string;
  /** `20260101` */
  readonly day: string;
  readonly region: string;
  readonly service: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
  readonly presigned: boolean;
}

export type SignatureProblem =
  | 'IncompleteSignature'
  | 'RequestExpired'
  | 'RequestNotYetValid'
  | 'InvalidSignature'
  | 'BodyMismatch';

/** How far the clocks of both sides may differ. */
const WINDOW_MS = 15 * 60_000;
/** The longest that a presigned request may be valid. */
const LONGEST_PRESIGNED_S = 7 * 24 * 3_600;

const ALGORITHM = 'AWS4-HMAC-SHA256';

/** The claim that a request makes, in its Authorization header or in its query; undefined when it makes none. */
export function readClaim(request: Pick<SignedRequest, 'query' | 'headers'>): Claim | undefined {
  const { authorization } = request.headers;
  if (authorization?.startsWith(`${ALGORITHM} `)) {
    const part = (name: string) => new RegExp(`(?:^|[\\s,])${name}=([^,\\s]+)`).exec(authorization)?.[1];
    return claimOf(part('Credential'), part('SignedHeaders'), part('Signature'), false);
  }
  if (parameter(request, 'X-Amz-Algorithm') === ALGORITHM) {
    const part = (name: string) => parameter(request, `X-Amz-${name}`);
    return claimOf(part('Credential'), part('SignedHeaders'), part('Signature'), true);
  }
  return undefined;
}

/** What is wrong with the signature of a request; undefined when it is good. `nowMs` is real time. */
export function verifySignature(
  claim: Claim,
  request: SignedRequest,
  secretAccessKey: string,
  nowMs: number,
): SignatureProblem | undefined {
  const stamp = claim.presigned ? parameter(request, 'X-Amz-Date') : request.headers['x-amz-date'];
  const signedMs = parseStamp(stamp);
  if (stamp === undefined || signedMs === undefined || !stamp.startsWith(claim.day)) return 'IncompleteSignature';
  if (!claim.signedHeaders.includes('host')) return 'IncompleteSignature';
  if (signedMs > nowMs + WINDOW_MS) return 'RequestNotYetValid';
  const lifeMs = claim.presigned ? presignedLifeMs(request) : WINDOW_MS;
  if (lifeMs === undefined) return 'IncompleteSignature';
  if (nowMs - signedMs > lifeMs) return 'RequestExpired';
  const declared = request.headers['x-amz-content-sha256'];
  const actual = sha256(request.body);
  if (declared !== undefined && declared !== 'UNSIGNED-PAYLOAD' && declared !== actual) return 'BodyMismatch';
  const wanted = signature(claim, request, secretAccessKey, stamp, declared ?? actual);
  const given = Buffer.from(claim.signature, 'hex');
  return wanted.length === given.length && timingSafeEqual(wanted, given) ? undefined : 'InvalidSignature';
}

/**
 * The headers that sign a request: its own, with `x-amz-date`, `x-amz-content-sha256` and `authorization`. The request
 * must have a `host` header; all of its headers are signed.
 */
export function signRequest(
  request: SignedRequest,
  scope: {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly region: string;
    readonly service: string;
  },
  nowMs: number,
): Record<string, string> {
  const stamp = new Date(nowMs).toISOString().replace(/[-:]|\.\d{3}/g, '');
  const bodyHash = sha256(request.body);
  const headers: Record<string, string> = { 'x-amz-date': stamp, 'x-amz-content-sha256': bodyHash };
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers[name.toLowerCase()] = value;
  }
  const { accessKeyId, secretAccessKey, region, service } = scope;
  const signedHeaders = Object.keys(headers).sort();
  const claim = { accessKeyId, day: stamp.slice(0, 8), region, service, signedHeaders };
  const hex = signature(claim, { ...request, headers }, secretAccessKey, stamp, bodyHash).toString('hex');
  const credential = `${accessKeyId}/${claim.day}/${region}/${service}/aws4_request`;
  const authorization = `${ALGORITHM} Credential=${credential}, SignedHeaders=${signedHeaders.join(';')}, Signature=${hex}`;
  return { ...headers, authorization };
}

type Scope = Pick<Claim, 'day' | 'region' | 'service' | 'signedHeaders'>;

function signature(scope: Scope, request: SignedRequest, secret: string, stamp: string, bodyHash: string): Buffer {
  const canonical = canonicalRequest(scope.signedHeaders, request, bodyHash);
  const { day, region, service } = scope;
  const text = [ALGORITHM, stamp, `${day}/${region}/${service}/aws4_request`, sha256(canonical)].join('\n');
  const key = [day, region, service, 'aws4_request'].reduce<string | Buffer>(
    (inner, part) => hmac(inner, part),
    `AWS4${secret}`,
  );
  return hmac(key, text);
}

function canonicalRequest(signedHeaders: readonly string[], request: SignedRequest, bodyHash: string): string {
  const path = request.path.split('/').map(encode).join('/') || '/';
  const query = request.query
    .filter(([name]) => name !== 'X-Amz-Signature')
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .sort()
    .join('&');
  const headers = signedHeaders.map((name) => `${name}:${(request.headers[name] ?? '').trim().replace(/ +/g, ' ')}\n`);
  return [request.method, path, query, headers.join(''), signedHeaders.join(';'), bodyHash].join('\n');
}

function claimOf(
  credential: string | undefined,
  signedHeaders: string | undefined,
  given: string | undefined,
  presigned: boolean,
): Claim | undefined {
  const parts = credential?.split('/') ?? [];
  const [end, service, region, day] = parts.slice(-4).reverse();
  const accessKeyId = parts.slice(0, -4).join('/');
  if (!accessKeyId || !service || !region || !day || end !== 'aws4_request' || !signedHeaders || !given)
    return undefined;
  return { accessKeyId, day, region, service, signedHeaders: signedHeaders.split(';'), signature: given, presigned };
}

const parameter = ({ query }: Pick<SignedRequest, 'query'>, name: string): string | undefined =>
  query.find(([present]) => present === name)?.[1];

function parseStamp(stamp: string | undefined): number | undefined {
  const match = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(stamp ?? '');
  if (!match) return undefined;
  const ms = Date.parse(`${match[1]}-${match[2]}-${match[3]}T${match[4]}:${match[5]}:${match[6]}Z`);
  return Number.isNaN(ms) ? undefined : ms;
}

function presignedLifeMs(request: SignedRequest): number | undefined {
  const seconds = Number(parameter(request, 'X-Amz-Expires') ?? Number.NaN);
  return Number.isInteger(seconds) && seconds > 0 && seconds <= LONGEST_PRESIGNED_S ? seconds * 1_000 : undefined;
}

/** RFC 3986, as the signature wants it. */
const encode = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();
const sha256 = (data: string | Uint8Array): string => createHash('sha256').update(data).digest('hex');
