import { JSON_NOTATION, parseJson } from './json.ts';
import type { Protocol } from './protocol.ts';
import { findByPath, headersOf, payloadOf, readInput, statusOf } from './rest.ts';
import { errorMembers } from './rpc-protocol.ts';
import type { Operation, StructureShape } from './schema.ts';
import { readStructure, writeStructure } from './structured.ts';
import { isInBody } from './write-xml.ts';

/** The protocol of Lambda and FIS: method, path, query, headers and a JSON body carry the members. */
export const restJsonProtocol: Protocol = {
  missing: 'ValidationException',
  unknown: ['UnknownOperationException', 404],
  find: findByPath,
  decode: (operation, labels, request) => readInput(operation, labels, request, readBody),
  encode(_facts, operation, output) {
    const value = (output ?? {}) as Record<string, unknown>;
    const [type, body] = bodyOf(operation, value);
    const headers = { 'content-type': type, ...headersOf(operation.output, value) };
    return { status: statusOf(operation, value), headers, body };
  },
  encodeError(_facts, error) {
    const headers = error.shape ? headersOf(error.shape, error.props) : {};
    return {
      status: error.status,
      headers: { ...JSON_TYPE, 'x-amzn-errortype': error.name, ...headers },
      body: JSON.stringify(errorMembers(error, JSON_NOTATION)),
    };
  },
};

const JSON_TYPE = { 'content-type': 'application/json' };

const inBody = ({ traits }: Parameters<NonNullable<Parameters<typeof readStructure>[3]>>[0]) => isInBody(traits);

const readBody = (shape: StructureShape, body: Buffer) =>
  shape.members().some(inBody) ? readStructure(shape, parseJson(body), JSON_NOTATION, inBody) : {};

function bodyOf(
  { output: shape }: Operation,
  value: Record<string, unknown>,
): [type: string, body: string | Uint8Array] {
  const payload = payloadOf(shape);
  if (!payload) {
    return [
      'application/json',
      shape.name === '' ? '' : JSON.stringify(writeStructure(shape, value, JSON_NOTATION, inBody)),
    ];
  }
  const inner = value[payload.name];
  if (payload.shape.kind !== 'structure') return ['application/octet-stream', (inner ?? '') as string | Uint8Array];
  return ['application/json', JSON.stringify(writeStructure(payload.shape, inner ?? {}, JSON_NOTATION))];
}
