import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ServiceCatalogue } from '../../../src/aws/catalogue/catalogue.ts';
import { decodeStructure } from '../../../src/region/wire/decode-xml.ts';
import { readXml } from '../../../src/region/wire/read-xml.ts';
import { makeService } from '../../../src/region/wire/schema.ts';
import { NO_SERVICE } from '../../../src/region/wire/services.ts';
import { bodyWriter, written } from '../../../src/region/wire/write-xml.ts';

const catalogue: ServiceCatalogue = {
  service: { ...NO_SERVICE, protocols: ['restXml'], version: '1' },
  operations: { Echo: { input: 'Thing', output: 'Thing' } },
  errors: {},
  shapes: {
    Thing: {
      kind: 'structure',
      members: {
        Text: 'string',
        Kind: { of: 'string', xmlName: 'kind', xmlAttribute: 1 },
        Number: 'number',
        Flag: 'boolean',
        Bytes: 'blob',
        List: 'list-of-string',
        Flat: { of: 'list-of-string', xmlFlattened: 1 },
        Map: 'map-of-string',
        FlatMap: { of: 'map-of-string', xmlFlattened: 1 },
        Inner: 'Thing',
      },
    },
  },
};
const shape = makeService(catalogue).operation('Echo')?.output;
if (!shape) throw new Error('no shape');
const write = (value: unknown): string => written((out) => bodyWriter(shape)(value, out)).toString();

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters that XML cannot carry at all.
const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;
const text = fc.string({ unit: 'binary', maxLength: 12 }).map((raw) => raw.replace(FORBIDDEN, ''));
const keys = fc.string({ minLength: 1, maxLength: 6 }).filter((key) => key !== '__proto__');
const filled = { minLength: 1, maxLength: 3 };
const things = fc.letrec((tie) => ({
  thing: fc.record(
    {
      Text: text,
      Number: fc.double({ noDefaultInfinity: true, noNaN: true }).map((n) => (Object.is(n, -0) ? 0 : n)),
      Flag: fc.boolean(),
      Bytes: fc.uint8Array({ maxLength: 8 }).map((bytes) => new Uint8Array(bytes)),
      List: fc.array(text, filled),
      Flat: fc.array(text, filled),
      Map: fc.dictionary(keys, text, { minKeys: 1, maxKeys: 3, noNullPrototype: true }),
      FlatMap: fc.dictionary(keys, text, { minKeys: 1, maxKeys: 3, noNullPrototype: true }),
      Inner: fc.option(tie('thing'), { nil: undefined, depthSize: 'small' }),
    },
    { requiredKeys: [] },
  ),
})).thing;

const present = (value: unknown): unknown =>
  value !== null && typeof value === 'object' && !Array.isArray(value) && !(value instanceof Uint8Array)
    ? Object.fromEntries(
        Object.entries(value)
          .filter(([, inner]) => inner !== undefined)
          .map(([key, inner]) => [key, present(inner)]),
      )
    : value;

test('what the writer writes, the reader reads back', () => {
  fc.assert(
    fc.property(things, (thing) => {
      const document = `<?xml version="1.0"?>\n<r xmlns="urn:x">${write(thing)}</r>`;
      expect(decodeStructure(shape, readXml(document))).toEqual(present(thing));
    }),
    { seed: 7, numRuns: 300 },
  );
});

test('characters that XML forbids are replaced, never sent', () => {
  expect(write({ Text: 'a\u0000b\u001f' })).toBe('<Text>a\ufffdb\ufffd</Text>');
});

test.each([
  ['a DOCTYPE', '<!DOCTYPE r [<!ENTITY a "b">]><r/>'],
  ['an entity of its own', '<r>&lol;</r>'],
  ['a stray ampersand', '<r>a & b</r>'],
  ['a character beyond Unicode', '<r>&#x110000;</r>'],
  ['an unclosed element', '<r><a></r>'],
  ['a missing end', '<r>'],
  ['two documents', '<r/><r/>'],
  ['text outside', '<r/>text'],
  ['nothing', ''],
  ['an unquoted attribute', '<r a=b/>'],
  ['deep nesting', `${'<a>'.repeat(100)}${'</a>'.repeat(100)}`],
])('the reader refuses %s', (_what, document) => {
  expect(() => readXml(document)).toThrow(/not XML that can be read/);
});

test('comments, instructions, CDATA, prefixes and character references are understood', () => {
  const { name, children } = readXml(
    '<?xml version="1.0"?><!-- c --><s:r xmlns:s="u"><a x=\'1\'><![CDATA[<&]]>&#65;&#x42;</a></s:r>\n',
  );
  expect(name).toBe('r');
  expect(children).toEqual([{ name: 'a', attributes: { x: '1' }, children: [], text: '<&AB' }]);
});
