import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { newHistogram } from '../../src/engine/histogram.ts';
import { count, newTally, type Sample } from '../../src/engine/tally.ts';
import { judgeProbe } from '../../src/engine/verdict.ts';
import type { Tolerance } from '../../src/experiment/experiment.ts';
import { probeUse } from '../support/run-lamps.ts';

const tolerance = (change: Partial<Tolerance> = {}): Tolerance => ({ latency: [], fields: [], ...change });
const sample = (bad?: string, latencyMs = 10): Sample => ({ atMs: 0, latencyMs, bad });

function judge(rules: Tolerance, samples: readonly Sample[]) {
  const use = probeUse({ tolerance: rules });
  const tally = newTally(rules, newHistogram);
  for (const one of samples) count(tally, one, rules, 1_000);
  return judgeProbe(use, 'baseline', tally);
}
const of = (good: number, bad: number) => [
  ...Array.from({ length: good }, () => sample()),
  ...Array.from({ length: bad }, () => sample('TIMEOUT')),
];

describe('a share', () => {
  test.each([
    [299, 0, 'held'],
    [298, 0, 'inconclusive'],
    [999, 1, 'held'],
    [990, 10, 'held'],
    [985, 15, 'inconclusive'],
    [970, 30, 'deviated'],
    [0, 3, 'deviated'],
  ] as const)('of 99%% with %i good and %i bad samples is %s', (good, bad, verdict) => {
    expect(judge(tolerance({ successAtLeast: 0.99 }), of(good, bad)).verdict).toBe(verdict);
  });

  test('says how many samples it needs', () => {
    expect(judge(tolerance({ successAtLeast: 0.99 }), of(10, 0))).toMatchObject({ samplesNeeded: 299 });
    expect(judge(tolerance({ successAtLeast: 0.9 }), of(10, 0))).toMatchObject({ samplesNeeded: 29 });
  });

  test('of 100% is broken by one bad sample', () => {
    expect(judge(tolerance({ successAtLeast: 1 }), of(10_000, 1)).verdict).toBe('deviated');
  });

  test('is never both proved violated and met: more good samples never make it worse', () => {
    const order = ['deviated', 'inconclusive', 'held'];
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 400 }), fc.integer({ min: 0, max: 40 }), (good, bad) => {
        const rules = tolerance({ successAtLeast: 0.9 });
        const [less, more] = [judge(rules, of(good, bad)).verdict, judge(rules, of(good + 50, bad)).verdict];
        expect(order.indexOf(more)).toBeGreaterThanOrEqual(order.indexOf(less));
      }),
      { seed: 7, numRuns: 60 },
    );
  });
});

test('an invariant is broken by one sample', () => {
  expect(judge(tolerance(), of(1_000, 1)).verdict).toBe('deviated');
  expect(judge(tolerance(), of(1, 0)).verdict).toBe('held');
});

test('without a sample there is no verdict', () => {
  expect(judge(tolerance(), [])).toMatchObject({ verdict: 'no traffic', latencyMs: null });
});

describe('a quantile', () => {
  const rules = tolerance({ successAtLeast: 0, latency: [{ quantile: 0.9, belowMs: 500 }] });
  const timed = (fast: number, slow: number) => [
    ...Array.from({ length: fast }, () => sample(undefined, 20)),
    ...Array.from({ length: slow }, () => sample(undefined, 500)),
  ];

  test('is judged by how many samples exceed the limit', () => {
    expect(judge(rules, timed(29, 0)).verdict).toBe('held');
    expect(judge(rules, timed(28, 0)).verdict).toBe('inconclusive');
    expect(judge(rules, timed(90, 30)).verdict).toBe('deviated');
  });

  test('counts a failure as slow, however quickly it failed', () => {
    expect(judge(rules, of(90, 30)).verdict).toBe('deviated');
    expect(judge(rules, of(90, 30)).latencyMs?.p99).toBeGreaterThanOrEqual(1_000);
  });
});

test('failures are counted by their reason, the most frequent first, eight at most', () => {
  const reasons = Array.from({ length: 12 }, (_, k) => Array.from({ length: k + 1 }, () => sample(`E${k}`))).flat();
  const { errors } = judge(tolerance(), reasons);
  expect(Object.entries(errors).slice(0, 2)).toEqual([
    ['E11', 12],
    ['E10', 11],
  ]);
  expect(Object.keys(errors)).toHaveLength(8);
});
