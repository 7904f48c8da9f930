import { describe, expect, test } from 'vitest';
import { Recovery } from '../../src/engine/recovery.ts';
import type { Tolerance } from '../../src/experiment/experiment.ts';
import { seeded } from '../support/sim-scene.ts';

const SHARE: Tolerance = { successAtLeast: 0.9, latency: [], fields: [] };

/** Samples every 100 ms: `x` is bad, anything else good. */
function feed(pattern: string, tolerance = SHARE, order: (indexes: number[]) => number[] = (same) => same): Recovery {
  const recovery = new Recovery(tolerance, 1_000);
  for (const index of order([...pattern].map((_, k) => k))) {
    const bad = pattern[index] === 'x' ? 'DOWN' : undefined;
    recovery.set(index, { atMs: index * 100, latencyMs: 5, bad });
  }
  return recovery;
}

/** Good samples every 100 ms: `s` is slow, anything else fast. */
function paced(pattern: string, tolerance: Tolerance): Recovery {
  const recovery = new Recovery(tolerance, 1_000);
  for (const [index, pace] of [...pattern].entries())
    recovery.set(index, { atMs: index * 100, latencyMs: pace === 's' ? 900 : 5, bad: undefined });
  return recovery;
}

describe('a probe is back', () => {
  test('at the first good sample after which the samples meet the tolerance for the whole of the time', () => {
    expect(feed(`xxx${'.'.repeat(12)}`).backAt()).toBe(300);
  });

  test('at once when it was never away', () => expect(feed('.'.repeat(12)).backAt()).toBe(0));

  test('not while the time has not passed', () => expect(feed(`xxx${'.'.repeat(10)}`).backAt()).toBeUndefined());

  test('not at a return that does not last', () => {
    expect(feed(`xx....xxxx${'.'.repeat(12)}`).backAt()).toBe(1_000);
  });

  test('with as many bad samples in the time as the tolerance allows', () => {
    expect(feed(`x....x${'.'.repeat(12)}`).backAt()).toBe(100);
  });

  test('after the last bad one, where none is allowed', () => {
    expect(feed(`x....x${'.'.repeat(12)}`, { latency: [], fields: [] }).backAt()).toBe(600);
  });

  test('at the same time, in whatever order the answers came in', () => {
    const random = seeded(3);
    const shuffled = (all: number[]) =>
      all
        .map((index) => ({ index, key: random() }))
        .sort((a, b) => a.key - b.key)
        .map(({ index }) => index);
    for (let run = 0; run < 20; run++) expect(feed(`xx..x.xx${'.'.repeat(14)}`, SHARE, shuffled).backAt()).toBe(800);
  });

  test('not as long as an answer within that time is missing', () => {
    const recovery = feed('.'.repeat(5));
    for (let index = 6; index < 20; index++) recovery.set(index, { atMs: index * 100, latencyMs: 5, bad: undefined });
    expect(recovery.backAt()).toBeUndefined();
    recovery.set(5, { atMs: 500, latencyMs: 900, bad: undefined });
    expect(recovery.backAt()).toBe(0);
  });

  test('at the first from which on enough are fast, where the tolerance is one of latency', () => {
    const median: Tolerance = { latency: [{ quantile: 0.5, belowMs: 100 }], fields: [] };
    expect(paced(`${'s'.repeat(15)}${'.'.repeat(12)}`, median).backAt()).toBe(1_000);
    const nearly: Tolerance = { latency: [{ quantile: 0.99, belowMs: 100 }], fields: [] };
    expect(paced(`${'s'.repeat(15)}${'.'.repeat(12)}`, nearly).backAt()).toBe(1_500);
    expect(paced('s'.repeat(40), median).backAt(), 'good, and too slow for ever').toBeUndefined();
    const both: Tolerance = { latency: [...median.latency, { quantile: 0.9, belowMs: 5_000 }], fields: [] };
    expect(paced(`${'s'.repeat(15)}${'.'.repeat(12)}`, both).backAt(), 'every rule counts').toBe(1_000);
  });

  test('not before the time of its last known bad sample', () => {
    const recovery = feed('xxxxx');
    expect(recovery.backAt()).toBeUndefined();
    expect(recovery.notBefore()).toBe(400);
  });
});
