import { type Claim, readClaim, type SignatureProblem, verifySignature } from '../../aws/sigv4.ts';
import { Fault } from '../services/fault.ts';
import type { AccountKey } from '../world.ts';
import type { WireRequest } from './protocol.ts';

export interface Gatekeeper {
  /** The port of the door: requests must name it, and a loopback address, as their host. */
  readonly port: number;
  readonly keyOf: (accessKeyId: string) => AccountKey | undefined;
  /** Real time, whatever time the region lives in: clients sign with theirs. */
  readonly nowMs: () => number;
}

/**
 * Who signed the request. Throws for a host that is not this door, so that a web page which has its own name resolve
 * to loopback gets nothing, and for a call that is unsigned, expired, or signed with another secret.
 */
export function authenticate(request: WireRequest, { port, keyOf, nowMs }: Gatekeeper): Claim {
  const host = request.headers.host ?? '';
  if (!LOOPBACK.some((name) => host.toLowerCase() === `${name}:${port}`)) {
    throw new Fault('AccessDenied', `This endpoint answers to 127.0.0.1:${port}, not to "${host.slice(0, 100)}".`, 403);
  }
  const claim = readClaim(request);
  if (!claim) throw new Fault('MissingAuthenticationToken', 'Request is missing Authentication Token', 403);
  const key = keyOf(claim.accessKeyId);
  if (!key || (key.sessionToken !== undefined && key.sessionToken !== tokenOf(request))) throw unknownKey(claim);
  const problem = verifySignature(claim, request, key.secretAccessKey, nowMs());
  if (problem) throw refusal(problem);
  if (key.isExpired) throw expired(claim);
  return claim;
}

const LOOPBACK = ['127.0.0.1', 'localhost', '[::1]'];

/** The session token, which temporary credentials send along. */
const tokenOf = ({ headers, query }: WireRequest): string | undefined =>
  headers['x-amz-security-token'] ?? query.find(([name]) => name === 'X-Amz-Security-Token')?.[1];

const expired = ({ service }: Claim) =>
  service === 'ec2'
    ? new Fault('RequestExpired', 'Request has expired.', 400)
    : new Fault('ExpiredToken', 'The security token included in the request is expired', 403);

const unknownKey = ({ service }: Claim) =>
  service === 'ec2'
    ? new Fault('AuthFailure', 'AWS was not able to validate the provided access credentials', 401)
    : new Fault('InvalidClientTokenId', 'The security token included in the request is invalid.', 403);

function refusal(problem: SignatureProblem): Fault {
  switch (problem) {
    case 'RequestExpired':
      return new Fault('RequestExpired', 'Request has expired.', 403);
    case 'RequestNotYetValid':
      return new Fault('SignatureDoesNotMatch', 'Signature not yet current: its time lies in the future.', 403);
    case 'IncompleteSignature':
      return new Fault('IncompleteSignature', 'The request signature does not conform to AWS standards.', 400);
    case 'BodyMismatch':
    case 'InvalidSignature': {
      const why = 'The request signature we calculated does not match the signature you provided.';
      return new Fault('SignatureDoesNotMatch', `${why} Check your AWS Secret Access Key and signing method.`, 403);
    }
  }
}
