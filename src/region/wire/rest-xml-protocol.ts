import { decodeStructure } from './decode-xml.ts';
import { matchPath, type Route, routesOf } from './path.ts';
import type { Protocol, WireRequest } from './protocol.ts';
import { errorResponse } from './query-protocol.ts';
import { readXml } from './read-xml.ts';
import type { Member, Service, StructureShape } from './schema.ts';
import { fromText, toText } from './text.ts';
import { elementWriter, isInBody } from './write-xml.ts';

/** Route 53's protocol: method, path, query, headers and an XML body carry the members, as their traits say. */
export const restXmlProtocol: Protocol = {
  missing: 'InvalidInput',
  unknown: 'InvalidAction',
  find(service, request) {
    const found = findRoute(service, request);
    const operation = found && service.operation(found.route.operation);
    return {
      name: operation?.name ?? `${request.method} ${request.path}`,
      operation,
      parts: found?.labels ?? new Map(),
    };
  },
  decode({ input }, parts, request) {
    const decoded: Record<string, unknown> = {};
    const body = readBody(input, request);
    for (const member of input.members()) {
      const value = decodeMember(member, request, parts) ?? body[member.name];
      if (value !== undefined) decoded[member.name] = value;
    }
    return decoded;
  },
  encode(service, { output: shape, http }, output, _requestId) {
    const value = (output ?? {}) as Record<string, unknown>;
    const headers: Record<string, string> = { 'content-type': 'text/xml' };
    for (const { name, traits, shape: inner } of shape.members()) {
      const header = value[name];
      if (!traits.httpHeader || header === undefined || header === null) continue;
      if (isSimple(inner))
        headers[traits.httpHeader.toLowerCase()] = toText(inner, header, 'http-date').replace(/[^\t\x20-\x7e]/g, '?');
    }
    return { status: http?.[2] ?? 200, headers, body: documentOf(service, shape, value) };
  },
  encodeError: errorResponse,
};

const routeTables = new WeakMap<Service, readonly Route[]>();

function findRoute(service: Service, request: WireRequest) {
  const routes = routeTables.get(service) ?? routesOf(service);
  routeTables.set(service, routes);
  return matchPath(routes, request);
}

/** The members of the body. The element may bear any name: its members decide. */
function readBody(shape: StructureShape, { body }: WireRequest): Record<string, unknown> {
  if (body.length === 0) return {};
  const payload = shape.members().find(({ traits }) => traits.httpPayload);
  const root = readXml(body.toString('utf8'));
  if (!payload) return shape.members().some(({ traits }) => isInBody(traits)) ? decodeStructure(shape, root) : {};
  return payload.shape.kind === 'structure' ? { [payload.name]: decodeStructure(payload.shape, root) } : {};
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

function documentOf(service: Service, shape: StructureShape, value: Record<string, unknown>): string {
  if (shape.members().length === 0) return '';
  const payload = shape.members().find(({ traits }) => traits.httpPayload);
  const place = payload ?? { shape, traits: shape.traits };
  const named = place.shape.kind === 'structure' ? place.shape.name : '';
  const traits = { xmlNamespace: ['', service.facts.xmlNamespace] as const, ...place.traits };
  const write = elementWriter({ shape: place.shape, traits }, place.traits.xmlName ?? named);
  return `<?xml version="1.0" encoding="UTF-8"?>\n${write(payload ? (value[payload.name] ?? {}) : value)}`;
}

const isSimple = (shape: Member['shape']) =>
  shape.kind !== 'structure' && shape.kind !== 'list' && shape.kind !== 'map';
