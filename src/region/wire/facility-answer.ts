import { Fault } from '../services/fault.ts';
import type { WireAnswer, WireRequest } from './protocol.ts';

const PREFIX = '/_facility/';

export const isFacilityPath = (path: string): boolean => path.startsWith(PREFIX);

/** Answers `POST /_facility/<Operation>`: JSON in, JSON out. */
export async function answerFacility(
  { method, path, body }: WireRequest,
  facility: (operation: string, input: unknown) => unknown,
): Promise<WireAnswer> {
  const operation = path.slice(PREFIX.length);
  if (method !== 'POST' || !isFacilityPath(path) || !/^[A-Z][A-Za-z]{1,63}$/.test(operation)) {
    throw new Fault('UnknownOperation', `A call to the facility is POST ${PREFIX}<Operation>.`, 404);
  }
  const output = await facility(operation, readInput(body));
  return { status: 200, headers: JSON_TYPE, body: JSON.stringify(output ?? {}) };
}

export function facilityError({ code, message, status, props }: Fault): WireAnswer {
  return { status: status ?? 400, headers: JSON_TYPE, body: JSON.stringify({ ...props, code, message }) };
}

const JSON_TYPE = { 'content-type': 'application/json' };

function readInput(body: Buffer): unknown {
  if (body.length === 0) return {};
  let input: unknown;
  try {
    input = JSON.parse(body.toString('utf8'));
  } catch {
    throw new Fault('InvalidParameter', 'The body is not JSON.', 400);
  }
  if (input === null || typeof input !== 'object' || Array.isArray(input)) {
    throw new Fault('InvalidParameter', 'The body is not a JSON object.', 400);
  }
  return input;
}
