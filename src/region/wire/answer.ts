import { type Claim, readClaim } from '../../aws/sigv4.ts';
import { readTenure, TENURE_HEADER, TOOL_HEADER } from '../../kernel/facility.ts';
import { Fault } from '../services/fault.ts';
import type { Caller } from '../world.ts';
import { authenticate, type Gatekeeper } from './authenticate.ts';
import { answerFacility, facilityError, isFacilityPath } from './facility-answer.ts';
import type { Protocol, WireAnswer, WireError, WireRequest } from './protocol.ts';
import { queryProtocol } from './query-protocol.ts';
import { inflate } from './read-request.ts';
import { missingMember } from './required.ts';
import { restXmlProtocol } from './rest-xml-protocol.ts';
import type { Service } from './schema.ts';

export interface Behind extends Gatekeeper {
  readonly region: string;
  readonly services: readonly Service[];
  readonly knows: (service: string, operation: string) => boolean;
  readonly call: (service: string, operation: string, input: unknown, caller: Caller) => unknown;
  readonly facility: (operation: string, input: unknown, caller: Caller) => unknown;
  /** Told of exceptions that are defects of this program. The caller gets a modelled error. */
  readonly report: (error: unknown) => void;
}
const PROTOCOLS: Readonly<Record<Service['facts']['protocol'], Protocol>> = {
  ec2Query: queryProtocol('ec2Query'),
  awsQuery: queryProtocol('awsQuery'),
  restXml: restXmlProtocol,
};

/** Services whose calls are signed for one region whichever region they come from. */
const GLOBAL = new Set(['route-53', 'sts']);

/** Answers a request, whatever it holds: with the output of its operation or with an error in the protocol's form. */
export async function answer(request: WireRequest, requestId: string, behind: Behind): Promise<WireAnswer> {
  try {
    const service = serviceOf(request, behind);
    const claim = authenticate(request, behind);
    const tenure = request.headers[TENURE_HEADER];
    const caller = {
      accessKeyId: claim.accessKeyId,
      requestId,
      ...(tenure !== undefined && { tenure: readTenure(tenure) }),
      ...(request.headers[TOOL_HEADER] !== undefined && { isTool: true }),
    };
    const inflated = inflate(request);
    if (claim.service === 'facility')
      return await answerFacility(inflated, (name, input) => behind.facility(name, input, caller));
    if (!service) throw new Fault('UnknownService', `The region has no service "${claim.service}".`, 501);
    return await answerService(inflated, service, claim, caller, behind);
  } catch (error) {
    return answerError(error, request, requestId, behind);
  }
}

function serviceOf(request: WireRequest, { services }: Behind): Service | undefined {
  const claimed = readClaim(request)?.service;
  return services.find(({ facts }) => facts.signingName === claimed);
}

async function answerService(request: WireRequest, service: Service, claim: Claim, caller: Caller, behind: Behind) {
  const { id, protocol: name } = service.facts;
  if (!GLOBAL.has(id) && claim.region !== behind.region) {
    const why = `Credential should be scoped to a valid region: this one is "${behind.region}", not "${claim.region}".`;
    throw new Fault('SignatureDoesNotMatch', why, 403);
  }
  const protocol = PROTOCOLS[name];
  const asked = protocol.find(service, request);
  const { operation } = asked;
  if (!operation) {
    throw new Fault(protocol.unknown, `The action ${asked.name.slice(0, 200)} is not valid for this web service.`, 400);
  }
  if (!behind.knows(id, operation.name)) {
    throw new Fault('UnsupportedOperation', `The embedded region has no behaviour for ${id}:${operation.name}.`, 501);
  }
  const input = protocol.decode(operation, asked.parts, request);
  const missing = missingMember(operation.input, input);
  if (missing !== undefined)
    throw new Fault(protocol.missing, `The request must contain the parameter ${missing}`, 400);
  const output = await behind.call(id, operation.name, input, caller);
  return protocol.encode(service, operation, output, caller.requestId);
}

/** An error in the form in which the protocol of the request has errors. */
export function answerError(thrown: unknown, request: WireRequest, requestId: string, behind: Behind): WireAnswer {
  if (!(thrown instanceof Fault)) behind.report(thrown);
  const fault = thrown instanceof Fault ? thrown : new Fault('InternalError', 'An internal error has occurred', 500);
  if (isFacilityPath(request.path)) return facilityError(fault);
  const service = serviceOf(request, behind) ?? behind.services[0];
  if (!service) return facilityError(fault);
  const shape = service.error(fault.code);
  const { awsQueryError, httpError, error: kind } = shape?.traits ?? {};
  const status = awsQueryError?.[1] ?? httpError ?? fault.status ?? (kind === 'server' ? 500 : 400);
  const wire: WireError = {
    code: awsQueryError?.[0] ?? fault.code,
    message: fault.message,
    status,
    props: fault.props,
    shape,
  };
  return PROTOCOLS[service.facts.protocol].encodeError(service, wire, requestId);
}
