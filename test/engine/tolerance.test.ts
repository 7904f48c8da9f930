import { describe, expect, test } from 'vitest';
import { whyBad } from '../../src/engine/tolerance.ts';
import type { FieldRule, Pattern } from '../../src/experiment/experiment.ts';
import { readPattern } from '../../src/experiment/pattern.ts';
import type { Json } from '../../src/kernel/json.ts';

function pattern(source: string): Pattern {
  const read = readPattern(source);
  if (typeof read === 'string') throw new Error(`"${source}" ${read}`);
  return read;
}

const judge = (rule: Omit<FieldRule, 'field'>, output: { readonly [name: string]: Json }) =>
  whyBad({ ok: true, output }, { latency: [], fields: [{ field: 'n', ...rule }] });

describe('a rule on a field', () => {
  test.each<[string, Omit<FieldRule, 'field'>, number, boolean]>([
    ['at least 3', { atLeast: 3 }, 3, true],
    ['at least 3', { atLeast: 3 }, 2.999, false],
    ['at most 3', { atMost: 3 }, 3, true],
    ['at most 3', { atMost: 3 }, 3.001, false],
    ['at most 3', { atMost: 3 }, 4, false],
    ['above 3', { above: 3 }, 3, false],
    ['above 3', { above: 3 }, 3.001, true],
    ['below 3', { below: 3 }, 3, false],
    ['below 3', { below: 3 }, 2.999, true],
    ['equal to 3', { equals: 3 }, 3, true],
    ['equal to 3', { equals: 3 }, 4, false],
    ['from 2 to 3', { atLeast: 2, atMost: 3 }, 1, false],
    ['from 2 to 3', { atLeast: 2, atMost: 3 }, 4, false],
    ['matching', { matches: pattern('^3$') }, 3, true],
    ['matching', { matches: pattern('^3$') }, 33, false],
  ])('%s: %j of %d is good: %s', (_name, rule, n, good) => {
    expect(judge(rule, { n }) === undefined).toBe(good);
  });

  test.each<Omit<FieldRule, 'field'>>([{ atLeast: 0 }, { atMost: 3 }, { above: 0 }, { below: 3 }, { equals: 3 }])(
    'a field that is missing breaks %j, and so does a text',
    (rule) => {
      expect(judge(rule, {})).toContain('n not');
      expect(judge(rule, { other: 2 })).toContain('n not');
      expect(judge(rule, { n: 'many' })).toContain('n not');
    },
  );

  test('a field that is missing matches nothing, not even what matches every text', () => {
    expect(judge({ matches: pattern('') }, {})).toContain('n not matching');
  });

  test('a text is matched in its first 4096 characters, however long the system under test makes it', () => {
    const rule = { matches: pattern('x') };
    expect(judge(rule, { n: `${'a'.repeat(4_095)}x` })).toBeUndefined();
    expect(judge(rule, { n: `${'a'.repeat(4_096)}x` })).toContain('n not matching x');
    expect(judge({ matches: pattern('^a{2}a*$') }, { n: `${'a'.repeat(4_096)}x` })).toBeUndefined();
  });

  test('an observation that failed is bad, whatever its fields say', () => {
    const fields = [{ field: 'n', atLeast: 1 }];
    expect(whyBad({ ok: false, output: { n: 3 } }, { latency: [], fields })).toBe('NOT OK');
    expect(whyBad({ ok: false, error: 'REFUSED', output: { n: 3 } }, { latency: [], fields })).toBe('REFUSED');
  });
});
