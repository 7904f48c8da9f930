import fc from 'fast-check';
import { expect, test } from 'vitest';
import { newHistogram } from '../../src/engine/histogram.ts';

test('no quantile lies above the largest value', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0.01, max: 100_000, noNaN: true }), { minLength: 1 }), (values) => {
      const histogram = newHistogram();
      for (const value of values) histogram.add(value);
      for (const quantile of [0.5, 0.9, 0.99, 1]) expect(histogram.at(quantile)).toBeLessThanOrEqual(histogram.max());
    }),
    { seed: 11, numRuns: 60 },
  );
});
