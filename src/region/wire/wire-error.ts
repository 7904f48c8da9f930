import type { ProtocolName, ServiceFacts } from '../../aws/catalogue/catalogue.ts';
import { Fault } from '../services/fault.ts';
import type { WireError } from './protocol.ts';
import type { Service } from './schema.ts';

/** An error as its service's schema and its protocol want it: code, name, status. */
export function wireError(
  fault: Fault,
  protocol: ProtocolName,
  facts: ServiceFacts,
  service: Service | undefined,
): WireError {
  const known = service?.error(fault.code);
  const { awsQueryError, httpError, error: kind } = known?.shape.traits ?? {};
  const byKind = kind === 'server' ? 500 : 400;
  const isJson = facts.queryCompatible !== true && JSON_PROTOCOLS.has(protocol);
  const renamed = known || !isJson ? undefined : RENAMED[fault.code];
  const name = known?.name ?? renamed ?? fault.code;
  const parts = { message: fault.message, props: fault.props, shape: known?.shape, name };
  // These have always spoken JSON, and know two statuses whatever their schema says of an error.
  if (isJson && protocol !== 'restJson1' && (known || renamed)) {
    return { ...parts, code: name, status: (fault.status ?? byKind) >= 500 ? 500 : byKind };
  }
  const status = (isJson ? undefined : awsQueryError?.[1]) ?? httpError ?? fault.status ?? byKind;
  return { ...parts, code: isJson ? name : (awsQueryError?.[0] ?? fault.code), status };
}

/** A fault for whatever was thrown. */
export const faultOf = (thrown: unknown): Fault =>
  thrown instanceof Fault ? thrown : new Fault('InternalError', 'An internal error has occurred', 500);

const JSON_PROTOCOLS: ReadonlySet<ProtocolName> = new Set(['awsJson1_0', 'awsJson1_1', 'restJson1']);

/** What the refusals of the door itself are called by services that have always spoken JSON. */
const RENAMED: Readonly<Record<string, string>> = {
  MissingAuthenticationToken: 'MissingAuthenticationTokenException',
  InvalidClientTokenId: 'UnrecognizedClientException',
  SignatureDoesNotMatch: 'InvalidSignatureException',
  IncompleteSignature: 'IncompleteSignatureException',
  ExpiredToken: 'ExpiredTokenException',
  RequestExpired: 'InvalidSignatureException',
  AccessDenied: 'AccessDeniedException',
  InternalError: 'InternalServerError',
};
