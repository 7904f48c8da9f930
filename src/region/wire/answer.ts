import type { ServiceFacts } from '../../aws/catalogue/catalogue.ts';
import { type Claim, readClaim } from '../../aws/sigv4.ts';
import { readTenure, TENURE_HEADER, TOOL_HEADER } from '../../kernel/facility.ts';
import { Fault } from '../services/fault.ts';
import type { Caller } from '../world.ts';
import { authenticate, type Gatekeeper } from './authenticate.ts';
import { answerFacility, facilityError, isFacilityPath } from './facility-answer.ts';
import type { WireAnswer, WireRequest } from './protocol.ts';
import { PROTOCOLS, protocolOf } from './protocols.ts';
import { inflate } from './read-request.ts';
import { missingMember } from './required.ts';
import type { Service } from './schema.ts';
import { NO_SERVICE, type Services } from './services.ts';
import { faultOf, wireError } from './wire-error.ts';

export interface Behind extends Gatekeeper {
  readonly region: string;
  readonly services: Services;
  readonly knows: (service: string, operation: string) => boolean;
  readonly call: (service: string, operation: string, input: unknown, caller: Caller) => unknown;
  readonly facility: (operation: string, input: unknown, caller: Caller) => unknown;
  /** Told of exceptions that are defects of this program. The caller gets a modelled error. */
  readonly report: (error: unknown) => void;
}

/** Services whose calls are signed for one region whichever region they come from. */
const GLOBAL = new Set(['route-53', 'sts', 'iam']);

/** Answers a request, whatever it holds: with the output of its operation or with an error in the protocol's form. */
export async function answer(request: WireRequest, requestId: string, behind: Behind): Promise<WireAnswer> {
  const facts = behind.services.signedFor(readClaim(request)?.service ?? '');
  let service: Service | undefined;
  try {
    const claim = authenticate(request, behind);
    const tenure = request.headers[TENURE_HEADER];
    const caller = {
      accessKeyId: claim.accessKeyId,
      requestId,
      endpoint: `http://${request.headers.host}`,
      ...(request.gone && { gone: request.gone }),
      ...(tenure !== undefined && { tenure: readTenure(tenure) }),
      ...(request.headers[TOOL_HEADER] !== undefined && { isTool: true }),
    };
    const inflated = inflate(request);
    if (claim.service === 'facility')
      return await answerFacility(inflated, (name, input) => behind.facility(name, input, caller));
    if (!facts) throw new Fault('UnknownService', `The region has no service "${claim.service}".`, 501);
    checkRegion(claim, facts, behind.region);
    service = await behind.services.load(facts.id);
    return await answerService(inflated, service, caller, behind);
  } catch (error) {
    return answerError(error, request, requestId, behind, service);
  }
}

function checkRegion(claim: Claim, { id }: ServiceFacts, region: string): void {
  if (GLOBAL.has(id) || claim.region === region) return;
  const why = `Credential should be scoped to a valid region: this one is "${region}", not "${claim.region}".`;
  throw new Fault('SignatureDoesNotMatch', why, 403);
}

async function answerService(request: WireRequest, service: Service, caller: Caller, behind: Behind) {
  const { facts } = service;
  const protocol = PROTOCOLS[protocolOf(request, facts)];
  const asked = protocol.find(service, request);
  const { operation } = asked;
  if (!operation) {
    const [code, status] = protocol.unknown;
    throw new Fault(code, `The action ${asked.name.slice(0, 200)} is not valid for this web service.`, status);
  }
  if (!behind.knows(facts.id, operation.name)) {
    const why = `The embedded region has no behaviour for ${facts.id}:${operation.name}.`;
    throw new Fault('UnsupportedOperation', why, 501);
  }
  const input = protocol.decode(operation, asked.parts, request);
  const missing = missingMember(operation.input, input);
  if (missing !== undefined)
    throw new Fault(protocol.missing, `The request must contain the parameter ${missing}`, 400);
  const output = await behind.call(facts.id, operation.name, input, caller);
  return protocol.encode(facts, operation, output, caller.requestId);
}

/** An error in the form in which the protocol of the request has errors. */
export function answerError(
  thrown: unknown,
  request: WireRequest,
  requestId: string,
  { services, report }: Behind,
  service?: Service,
): WireAnswer {
  if (!(thrown instanceof Fault)) report(thrown);
  const fault = faultOf(thrown);
  if (isFacilityPath(request.path)) return facilityError(fault);
  const facts = services.signedFor(readClaim(request)?.service ?? '');
  const name = protocolOf(request, facts);
  const error = wireError(fault, name, facts ?? NO_SERVICE, service);
  return PROTOCOLS[name].encodeError(facts ?? NO_SERVICE, error, requestId);
}
