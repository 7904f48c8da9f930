import { describe, expect, test } from 'vitest';
import { Evidence, watchStop } from '../../src/engine/stop.ts';
import type { Sample } from '../../src/engine/tally.ts';
import { probeUse } from '../support/run-lamps.ts';
import { seeded } from '../support/sim-scene.ts';

const LIMIT = Math.log(20);
const sample = (bad?: string, latencyMs = 1): Sample => ({ atMs: 0, latencyMs, bad });
const use = (successAtLeast?: number) =>
  probeUse({ tolerance: { ...(successAtLeast !== undefined && { successAtLeast }), latency: [], fields: [] } });

/** How many samples it takes; undefined when it does not trip. */
function tripsAt(p0: number, failing: () => boolean, most: number): number | undefined {
  const evidence = new Evidence(p0);
  for (let n = 1; n <= most; n++) {
    evidence.add(failing());
    if (evidence.log >= LIMIT) return n;
  }
  return undefined;
}

describe('a stop condition may be looked at after every sample', () => {
  test.each([0.01, 0.1, 0.5, 0.8])(
    'with a failure share of exactly %d it stops hardly any run that is as good as promised',
    (p0) => {
      const random = seeded(Math.round(p0 * 1_000));
      const runs = 400;
      const stopped = Array.from({ length: runs }, () => tripsAt(p0, () => random() < p0, 1_500)).filter(
        Boolean,
      ).length;
      expect(stopped / runs).toBeLessThanOrEqual(0.05 + 3 * Math.sqrt((0.05 * 0.95) / runs));
    },
    60_000,
  );

  test.each([
    [0.01, 5],
    [0.1, 8],
    [0.8, 40],
  ])('with at most %d allowed, a total outage stops the run within %i samples', (p0, within) => {
    expect(tripsAt(p0, () => true, 200)).toBeLessThanOrEqual(within);
  });

  test('an outage after a long healthy time is seen almost as fast', () => {
    const evidence = new Evidence(0.8);
    for (let n = 0; n < 3_000; n++) evidence.add(false);
    let failures = 0;
    while (evidence.log < LIMIT) {
      evidence.add(true);
      failures++;
    }
    expect(failures).toBeLessThan(120);
  });

  test('an invariant stops at its first violation, and says what was seen', () => {
    const watch = watchStop(use(), 1);
    expect(watch(sample())).toBeUndefined();
    expect(watch(sample('HTTP 503'))).toContain('1 of 2 samples failed');
  });

  test('what may always fail never stops a run', () => {
    const watch = watchStop(use(0), 1);
    expect(Array.from({ length: 500 }, () => watch(sample('DOWN'))).every((word) => word === undefined)).toBe(true);
  });

  test('a latency rule counts slow samples', () => {
    const latency = [{ quantile: 0.9, belowMs: 100 }];
    const watch = watchStop(probeUse({ tolerance: { successAtLeast: 0.5, latency, fields: [] } }), 2);
    const words = Array.from({ length: 30 }, () => watch(sample(undefined, 150)));
    expect(words.some((word) => word?.includes('100 ms or more'))).toBe(true);
  });
});
