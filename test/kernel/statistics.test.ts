import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { lowerBound, samplesNeeded, upperBound } from '../../src/kernel/statistics.ts';

describe('samplesNeeded', () => {
  test.each([
    [0.9, 29],
    [0.95, 59],
    [0.99, 299],
    [0.999, 2_995],
    [0.5, 5],
    [1, 1],
    [0, 1],
  ])('a claim of %d needs %d samples', (share, needed) => expect(samplesNeeded(share)).toBe(needed));

  test('that many samples without a failure refute any larger failure rate, and one fewer do not', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.05, max: 0.9999, noNaN: true }), (share) => {
        const needed = samplesNeeded(share);
        expect(upperBound(0, needed)).toBeLessThanOrEqual(1 - share + 1e-9);
        if (needed > 1) expect(upperBound(0, needed - 1)).toBeGreaterThan(1 - share - 1e-9);
      }),
      { seed: 1, numRuns: 500 },
    );
  });
});

/** P(X <= k) for X binomial, summed term by term in logarithms: slow, simple, and independent of the code under test. */
function binomialAtMost(k: number, n: number, p: number): number {
  let [sum, logTerm] = [0, n * Math.log1p(-p)];
  for (let i = 0; i <= k; i++) {
    sum += Math.exp(logTerm);
    logTerm += Math.log(n - i) - Math.log(i + 1) + Math.log(p) - Math.log1p(-p);
  }
  return sum;
}

describe('exact bounds', () => {
  // Figures of R: binom.test(k, n, alternative = ..., conf.level = 0.95)$conf.int
  test.each([
    [0, 10, 0, 0.2588656],
    [1, 10, 0.005116197, 0.3941633],
    [5, 10, 0.2224411, 0.7775589],
    [10, 10, 0.7411344, 1],
    [3, 300, 0.002729, 0.025667],
  ])('%d of %d lies between the published bounds', (failures, n, low, high) => {
    expect(lowerBound(failures, n)).toBeCloseTo(low, 4);
    expect(upperBound(failures, n)).toBeCloseTo(high, 4);
  });

  test('each bound is where the binomial tail has exactly the remaining doubt', () => {
    const sample = fc
      .integer({ min: 2, max: 3_000 })
      .chain((n) => fc.tuple(fc.integer({ min: 1, max: n - 1 }), fc.constant(n)));
    fc.assert(
      fc.property(sample, ([failures, n]) => {
        expect(binomialAtMost(failures, n, upperBound(failures, n))).toBeCloseTo(0.05, 6);
        expect(1 - binomialAtMost(failures - 1, n, lowerBound(failures, n))).toBeCloseTo(0.05, 6);
      }),
      { seed: 2, numRuns: 300 },
    );
  });

  test('a million samples are answered at once, and no sample proves nothing', () => {
    expect(upperBound(10_000, 1_000_000)).toBeCloseTo(0.010165, 5);
    expect(lowerBound(10_000, 1_000_000)).toBeCloseTo(0.009837, 5);
    expect([lowerBound(0, 0), upperBound(0, 0)]).toEqual([0, 1]);
  });
});
