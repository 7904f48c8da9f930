import type { ServiceFacts } from '../../aws/catalogue/catalogue.ts';
import { CBOR_NOTATION, parseCbor, serializeCbor } from './cbor.ts';
import { JSON_NOTATION, parseJson } from './json.ts';
import type { Protocol, WireError, WireRequest } from './protocol.ts';
import { type Notation, readStructure, writeStructure } from './structured.ts';

/** DynamoDB's protocol and its like: the operation in `x-amz-target`, JSON in and out. */
export const jsonProtocol = (version: '1.0' | '1.1'): Protocol =>
  rpcProtocol({
    notation: JSON_NOTATION,
    parse: parseJson,
    serialize: (value) => JSON.stringify(value),
    headers: { 'content-type': `application/x-amz-json-${version}` },
    nothing: '{}',
    nameOf: ({ target }, { headers }) => after(`${target}.`, headers['x-amz-target'] ?? ''),
  });

/** Smithy's RPC protocol: service and operation in the path, CBOR in and out. */
export const cborProtocol: Protocol = rpcProtocol({
  notation: CBOR_NOTATION,
  parse: parseCbor,
  serialize: serializeCbor,
  headers: { 'content-type': 'application/cbor', 'smithy-protocol': 'rpc-v2-cbor' },
  nothing: '',
  nameOf: ({ target }, { method, path }) =>
    method === 'POST' ? after(`/service/${target}/operation/`, path) : undefined,
});

interface Rpc {
  readonly notation: Notation;
  readonly parse: (body: Buffer) => unknown;
  readonly serialize: (value: unknown) => string | Buffer;
  readonly headers: Readonly<Record<string, string>>;
  /** The body of an operation that has no output. */
  readonly nothing: string;
  /** The operation that a request names, if it names one of this service. */
  readonly nameOf: (facts: ServiceFacts, request: WireRequest) => string | undefined;
}

function rpcProtocol({ notation, parse, serialize, headers, nothing, nameOf }: Rpc): Protocol {
  return {
    missing: 'ValidationException',
    unknown: ['UnknownOperationException', 400],
    find(service, request) {
      const name = nameOf(service.facts, request);
      const operation = name === undefined ? undefined : service.operation(name);
      return { name: name ?? request.headers['x-amz-target'] ?? request.path, operation, parts: new Map() };
    },
    decode: ({ input }, _parts, { body }) => readStructure(input, parse(body), notation),
    encode(_facts, { output: shape }, output) {
      const body = shape.name === '' ? nothing : serialize(writeStructure(shape, output ?? {}, notation));
      return { status: 200, headers, body };
    },
    encodeError(facts, error) {
      const members = errorMembers(error, notation);
      const type = error.shape ? `${facts.namespace}#${error.name}` : error.name;
      return {
        status: error.status,
        headers: { ...headers, ...queryError(facts, error) },
        body: serialize({ __type: type, ...members }),
      };
    },
  };
}

/** The members of an error, its message under the name that its shape has for it. */
export function errorMembers({ message, props, shape }: WireError, notation: Notation): Record<string, unknown> {
  const names = shape?.members().map(({ name }) => name) ?? [];
  const key = names.includes('Message') && !names.includes('message') ? 'Message' : 'message';
  return { ...(shape && writeStructure(shape, props, notation)), [key]: message };
}

/** Clients of services that once spoke a query protocol know their errors by the codes of that. */
const queryError = ({ queryCompatible }: ServiceFacts, { code, status }: WireError): Record<string, string> =>
  queryCompatible ? { 'x-amzn-query-error': `${code};${status >= 500 ? 'Receiver' : 'Sender'}` } : {};

const after = (prefix: string, text: string) => (text.startsWith(prefix) ? text.slice(prefix.length) : undefined);
