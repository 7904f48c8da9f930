import { describe, expect, expectTypeOf, test } from 'vitest';
import {
  duration,
  fields,
  flag,
  type Infer,
  integer,
  listOf,
  mapOf,
  oneOf,
  rate,
  share,
  text,
} from '../../src/kernel/schema.ts';

const shape = {
  name: text({ doc: 'A name.' }),
  grace: duration({ doc: 'A time.', min: '1s', max: '1m' }).prefault('10s'),
  least: share({ doc: 'A share.' }).optional(),
  speed: rate({ doc: 'A rate.' }).prefault('30/m'),
  force: flag({ doc: 'A flag.' }).prefault(false),
  kind: oneOf(['a', 'b'], { doc: 'A choice.' }).optional(),
  list: listOf(integer({ doc: 'A number.', min: 1, max: 3 }), { doc: 'Numbers.', min: 1, max: 2 }).optional(),
  map: mapOf(text({ doc: 'A text.' }), { doc: 'Texts.' }).prefault({}),
};

const hintsOf = (value: unknown) => {
  const result = fields(shape).safeParse(value);
  return result.success ? [] : result.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
};

describe('fields', () => {
  test('read units and fill in defaults', () => {
    expect(fields(shape).parse({ name: 'x', least: '99.5%' })).toEqual({
      name: 'x',
      grace: 10_000,
      least: 0.995,
      speed: 0.5,
      force: false,
      map: {},
    });
  });

  test('tell the compiler their types', () => {
    expectTypeOf<Infer<typeof shape>['grace']>().toEqualTypeOf<number>();
    expectTypeOf<Infer<typeof shape>['kind']>().toEqualTypeOf<'a' | 'b' | undefined>();
    expectTypeOf<Infer<typeof shape>['map']>().toEqualTypeOf<Record<string, string>>();
  });

  test.each([
    [{}, 'name: write a text'],
    [{ name: '' }, 'name: write a text that is not empty'],
    [{ name: 'x', grace: '2m' }, 'grace: write a duration from 1s to 1m'],
    [{ name: 'x', grace: 5 }, 'grace: write a number and a unit, such as 500ms, 90s, 5m or 2h'],
    [{ name: 'x', least: '101%' }, 'least: write a percentage from 0% to 100%, such as 99.5%'],
    [{ name: 'x', speed: '0/s' }, 'speed: write a rate, such as 50/s or 30/m, up to 10000/s'],
    [{ name: 'x', force: 'no' }, 'force: write true or false'],
    [{ name: 'x', kind: 'c' }, 'kind: write one of: a, b'],
    [{ name: 'x', list: [] }, 'list: write at least 1'],
    [{ name: 'x', list: [1, 1, 1] }, 'list: write at most 2'],
    [{ name: 'x', list: [4] }, 'list.0: write a whole number from 1 to 3'],
    [{ name: 'x', list: [1.5] }, 'list.0: write a whole number from 1 to 3'],
    [{ name: 'x', map: [] }, 'map: write a mapping'],
    ['x', ': write a mapping of keys and values'],
  ])('%j is answered with what to write', (value, hint) => expect(hintsOf(value)).toContain(hint));
});
