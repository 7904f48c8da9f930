import { describe, expect, test } from 'vitest';
import type { Entry } from '../../src/journal/entries.ts';
import { faultStep, lampExperiment, probeUse, type Scene, scene, waitStep } from '../support/run-lamps.ts';

/** A scene whose light is out in these spans of time, in milliseconds, whatever its lamps say. */
const dimmed = (...spans: readonly (readonly [fromMs: number, toMs: number])[]): Scene => {
  const at = scene();
  at.world.light = () => (spans.some(([from, to]) => at.clock.nowMs() >= from && at.clock.nowMs() < to) ? 0 : 3);
  return at;
};
/** The fault is in place from about 4 s to 9 s; then everything is restored. */
const REVERTED_MS = 9_000;

const recoveredIn = (at: Scene) =>
  at.entries().find((entry): entry is Extract<Entry, { type: 'recovered' }> => entry.type === 'recovered')?.afterMs;
const verdictIn = (at: Scene, phase: string) =>
  at
    .entries()
    .flatMap((entry) => (entry.type === 'judged' ? entry.verdicts : []))
    .find((verdict) => verdict.phase === phase);

describe('recovery', () => {
  test('has the time that the hypothesis gives it', async () => {
    const at = dimmed([REVERTED_MS, REVERTED_MS + 4_000]);
    expect(await at.run(lampExperiment({ hypothesis: { recoverWithinMs: 5_000 } }))).toMatchObject({ outcome: 'held' });
    expect(recoveredIn(at)).toBeGreaterThan(3_500);
  });

  test('and no more', async () => {
    const at = dimmed([REVERTED_MS, REVERTED_MS + 6_500]);
    const { outcome } = await at.run(lampExperiment({ hypothesis: { recoverWithinMs: 5_000 } }));
    expect(outcome).toBe('deviated');
    expect(recoveredIn(at)).toBeNull();
    expect(at.clock.nowMs()).toBeLessThan(20_000);
  });

  test('counts from a return that lasts as long as the hypothesis says', async () => {
    const at = dimmed([REVERTED_MS, REVERTED_MS + 1_000], [REVERTED_MS + 2_000, REVERTED_MS + 3_500]);
    expect(await at.run(lampExperiment({ hypothesis: { stayMs: 2_000 } }))).toMatchObject({ outcome: 'held' });
    expect(recoveredIn(at)).toBeGreaterThanOrEqual(3_300);
  });

  test('is not held against the system afterwards: the end is judged by the samples since its return', async () => {
    const at = dimmed([REVERTED_MS, REVERTED_MS + 4_000]);
    await at.run(lampExperiment({ hypothesis: { probes: [probeUse({ tolerance: NONE_BAD })] } }));
    const after = verdictIn(at, 'after');
    expect(after).toMatchObject({ verdict: 'held', errors: {} });
    expect(after?.good).toBe(after?.samples);
  });
});

const NONE_BAD = { latency: [], fields: [] };

describe('what is measured while no fault is in place', () => {
  test.each([
    ['before the first', [faultStep({ afterMs: 3_000 })], [4_300, 6_700]],
    [
      'between two',
      [faultStep({ forMs: 3_000 }), waitStep(3_000), faultStep({ name: 'next', select: { zone: 'b' }, forMs: 3_000 })],
      [7_400, 9_600],
    ],
  ] as const)('is not held against it: %s', async (_name, method, span) => {
    const at = dimmed(span);
    const probes = [probeUse({ tolerance: NONE_BAD })];
    expect(await at.run(lampExperiment({ method, hypothesis: { probes } }))).toMatchObject({ outcome: 'held' });
    expect(at.disk.texts.get(`${at.folder}/samples.jsonl`)).toContain('"part":"between","ok":false');
    expect(verdictIn(at, 'during')?.errors).toEqual({});
  });
});

describe('while a fault is in place, its own tolerance holds', () => {
  const ALL = { successAtLeast: 0.9, latency: [], fields: [{ field: 'lit', equals: 3 }] };

  test('for the fields: what would be bad before is good then, and bad again afterwards', async () => {
    const during = { successAtLeast: 0.9, latency: [], fields: [{ field: 'lit', atLeast: 2 }] };
    const at = scene();
    const use = probeUse({ tolerance: ALL, during });
    expect(await at.run(lampExperiment({ hypothesis: { probes: [use] } }))).toMatchObject({ outcome: 'held' });
    expect(verdictIn(at, 'during')).toMatchObject({ verdict: 'held', errors: {} });
    const strict = scene();
    const { outcome } = await strict.run(lampExperiment({ hypothesis: { probes: [probeUse({ tolerance: ALL })] } }));
    expect(outcome).toBe('deviated');
  });

  test('for the latency', async () => {
    const at = scene();
    at.world.onRead = ({ operation }) =>
      operation === 'DescribeLight' && !at.world.lamps[0]?.lit ? at.clock.sleep(200) : undefined;
    const tolerance = { latency: [{ quantile: 0.9, belowMs: 100 }], fields: [] };
    const during = { latency: [{ quantile: 0.9, belowMs: 400 }], fields: [] };
    const use = probeUse({ tolerance, during });
    expect(await at.run(lampExperiment({ hypothesis: { probes: [use] } }))).toMatchObject({ outcome: 'held' });
    expect(verdictIn(at, 'during')?.latencyMs?.p50).toBeGreaterThan(100);
  });

  test('and a stricter one is held against it', async () => {
    const at = scene();
    at.world.onRead = ({ operation }) => (operation === 'DescribeLight' ? at.clock.sleep(200) : undefined);
    const tolerance = { latency: [], fields: [] };
    const during = { latency: [{ quantile: 0.9, belowMs: 100 }], fields: [] };
    const use = probeUse({ tolerance, during });
    expect(await at.run(lampExperiment({ hypothesis: { probes: [use] } }))).toMatchObject({ outcome: 'deviated' });
  });
});
