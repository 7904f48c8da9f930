import { matchPath, type Route, routesOf } from './path.ts';
import type { Protocol, WireRequest } from './protocol.ts';
import { isSimple, type Member, type Operation, type Service, type StructureShape } from './schema.ts';
import { fromText, toText } from './text.ts';

/** The operation whose method, path and query a request has. */
export const findByPath: Protocol['find'] = (service, request) => {
  const found = findRoute(service, request);
  const operation = found && service.operation(found.route.operation);
  return {
    name: operation?.name ?? `${request.method} ${request.path}`,
    operation,
    parts: found?.labels ?? new Map(),
  };
};

const routeTables = new WeakMap<Service, readonly Route[]>();

function findRoute(service: Service, request: WireRequest) {
  const routes = routeTables.get(service) ?? routesOf(service);
  routeTables.set(service, routes);
  return matchPath(routes, request);
}

/** The input of an operation: from path, query and headers, and for the rest from its body. */
export function readInput(
  { input }: Operation,
  labels: ReadonlyMap<string, string>,
  request: WireRequest,
  readBody: (shape: StructureShape, body: Buffer) => Record<string, unknown>,
): Record<string, unknown> {
  const decoded: Record<string, unknown> = {};
  const body = readPayload(input, request, readBody);
  for (const member of input.members()) {
    const value = decodeMember(member, request, labels) ?? body[member.name];
    if (value !== undefined) decoded[member.name] = value;
  }
  return decoded;
}

/** The member that is the whole body, if there is one. */
export const payloadOf = (shape: StructureShape): Member | undefined =>
  shape.members().find(({ traits }) => traits.httpPayload);

function readPayload(
  shape: StructureShape,
  { body }: WireRequest,
  readBody: (shape: StructureShape, body: Buffer) => Record<string, unknown>,
): Record<string, unknown> {
  if (body.length === 0) return {};
  const payload = payloadOf(shape);
  if (!payload) return readBody(shape, body);
  if (payload.shape.kind === 'structure') return { [payload.name]: readBody(payload.shape, body) };
  return { [payload.name]: payload.shape.kind === 'blob' ? new Uint8Array(body) : body.toString('utf8') };
}

function decodeMember(
  { name, shape, traits }: Member,
  request: WireRequest,
  labels: ReadonlyMap<string, string>,
): unknown {
  if (traits.httpLabel) return isSimple(shape) ? fromText(shape, labels.get(name) ?? '', name) : undefined;
  if (traits.httpHeader) {
    const header = request.headers[traits.httpHeader.toLowerCase()];
    return header === undefined || !isSimple(shape) ? undefined : fromText(shape, header, name);
  }
  if (!traits.httpQuery) return undefined;
  const values = request.query.filter(([key]) => key === traits.httpQuery).map(([, value]) => value);
  if (shape.kind === 'list') {
    const item = shape.item().shape;
    return values.length === 0 || !isSimple(item) ? undefined : values.map((value) => fromText(item, value, name));
  }
  return values[0] === undefined || !isSimple(shape) ? undefined : fromText(shape, values[0], name);
}

/** The members of an output or error that travel as headers. */
export function headersOf(shape: StructureShape, value: Readonly<Record<string, unknown>>): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const { name, traits, shape: inner } of shape.members()) {
    const header = value[name];
    if (!traits.httpHeader || header === undefined || header === null || !isSimple(inner)) continue;
    headers[traits.httpHeader.toLowerCase()] = toText(inner, header, 'http-date').replace(/[^\t\x20-\x7e]/g, '?');
  }
  return headers;
}

/** The status that an output asks for, or that of its operation. */
export function statusOf({ output, http }: Operation, value: Readonly<Record<string, unknown>>): number {
  const member = output.members().find(({ traits }) => traits.httpResponseCode);
  const asked = member && value[member.name];
  return typeof asked === 'number' && asked >= 200 && asked <= 599 ? asked : (http?.[2] ?? 200);
}
