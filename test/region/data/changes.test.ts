import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Json } from '../../../src/kernel/json.ts';
import { applyChanges, changesBetween } from '../../../src/region/data/changes.ts';

const key = fc.constantFrom('a', 'b', 'c', '0', '__proto__', 'constructor');
const { json } = fc.letrec<{ json: Json }>((tie) => ({
  json: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom<Json>(null, true, 0, 1, '', 'x'),
    fc.array(tie('json'), { maxLength: 5 }),
    fc
      .array(fc.tuple(key, tie('json')), { maxLength: 4 })
      .map(
        (pairs) =>
          JSON.parse(
            `{${pairs.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`).join(',')}}`,
          ) as Json,
      ),
  ),
}));

test('the changes between two values make the second of the first', () => {
  fc.assert(
    fc.property(json, json, (before, after) => {
      const changes = JSON.parse(JSON.stringify(changesBetween(before, after))) as ReturnType<typeof changesBetween>;
      const made = applyChanges(structuredClone(before), changes);
      expect(changesBetween(made, after)).toEqual([]);
      expect(sorted(made)).toBe(sorted(after));
    }),
    { seed: 20_261_121, numRuns: 2_000 },
  );
});

/** Text in which the order of members does not count. */
const sorted = (value: Json): string =>
  JSON.stringify(value, (_name, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1))
      : inner,
  );

test('one that comes to a long list is told alone', () => {
  const list = Array.from({ length: 1_000 }, (_, k) => ({ id: k }));
  expect(changesBetween(list, [...list, { id: 1_000 }])).toEqual([
    { at: [], from: 1_000, drop: 0, add: [{ id: 1_000 }] },
  ]);
  expect(
    changesBetween(
      list,
      list.filter(({ id }) => id !== 500),
    ),
  ).toEqual([{ at: [], from: 500, drop: 1, add: [] }]);
});

test('of a list that moves up by one, as what is kept for a time does, that is all that is told', () => {
  const list = Array.from({ length: 300 }, (_, k) => [k, 1]);
  expect(changesBetween(list, [...list.slice(1), [300, 1]])).toEqual([
    { at: [], from: 0, drop: 1, add: [] },
    { at: [], from: 299, drop: 0, add: [[300, 1]] },
  ]);
});

test.each([
  [{ at: ['a', 'b'], set: 1 }],
  [{ at: ['a'], gone: true as const }],
  [{ at: [], from: 0, drop: 0, add: [1] }],
])('a change that is not of this value is refused: %j', (change) => {
  expect(() => applyChanges({ b: 1 }, [change])).toThrow(/there is no/);
});
