import { expect, test } from 'vitest';
import { busyRemark } from '../../src/cli/busy.ts';

test('a run that did not hold on a machine with too much to do is told so, with the figures', () => {
  expect(busyRemark('unsteady', 15.2, 2)).toBe(
    'this machine was busy meanwhile (load 15.2 on 2 cores): it may have been what was slow',
  );
  expect(busyRemark('deviated', 4, 2)).toContain('load 4.0');
});

test('nothing is said of a quiet machine, nor of an end that a busy one cannot bring about', () => {
  expect(busyRemark('unsteady', 3.9, 2)).toBeUndefined();
  for (const outcome of ['held', 'refused', 'aborted', 'dirty', undefined] as const) {
    expect(busyRemark(outcome, 99, 2)).toBeUndefined();
  }
});
