import type { ServiceFacts } from '../../aws/catalogue/catalogue.ts';
import { decodeStructure } from './decode-xml.ts';
import type { Protocol } from './protocol.ts';
import { errorResponse } from './query-protocol.ts';
import { readXml } from './read-xml.ts';
import { findByPath, headersOf, payloadOf, readInput, statusOf } from './rest.ts';
import type { StructureShape } from './schema.ts';
import { elementWriter, isInBody, written } from './write-xml.ts';

/** Route 53's protocol: method, path, query, headers and an XML body carry the members, as their traits say. */
export const restXmlProtocol: Protocol = {
  missing: 'InvalidInput',
  unknown: ['InvalidAction', 400],
  find: findByPath,
  decode: (operation, labels, request) => readInput(operation, labels, request, readBody),
  encode(facts, operation, output) {
    const value = (output ?? {}) as Record<string, unknown>;
    const headers = { 'content-type': 'text/xml', ...headersOf(operation.output, value) };
    return { status: statusOf(operation, value), headers, body: documentOf(facts, operation.output, value) };
  },
  encodeError: errorResponse,
};

/** The members of the body. The element may bear any name: its members decide. */
function readBody(shape: StructureShape, body: Buffer): Record<string, unknown> {
  const root = readXml(body.toString('utf8'));
  return shape.members().some(({ traits }) => isInBody(traits)) ? decodeStructure(shape, root) : {};
}

function documentOf(facts: ServiceFacts, shape: StructureShape, value: Record<string, unknown>): string | Buffer {
  if (shape.members().length === 0) return '';
  const payload = payloadOf(shape);
  const place = payload ?? { shape, traits: shape.traits };
  const named = place.shape.kind === 'structure' ? place.shape.name : '';
  const traits = { xmlNamespace: ['', facts.xmlNamespace] as const, ...place.traits };
  const write = elementWriter({ shape: place.shape, traits }, place.traits.xmlName ?? named);
  return written((out) => {
    out.text += '<?xml version="1.0" encoding="UTF-8"?>\n';
    write(payload ? (value[payload.name] ?? {}) : value, out);
  });
}
