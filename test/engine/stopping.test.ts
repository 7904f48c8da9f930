import { describe, expect, test } from 'vitest';
import { rulesOf, watchStop } from '../../src/engine/stop.ts';
import { faultStep, lampExperiment, probeUse, type Scene, scene } from '../support/run-lamps.ts';

/** While lamp a1 is dark, nothing is lit. */
const fragile = (): Scene => {
  const at = scene();
  at.world.light = () => (at.world.lamps[0]?.lit ? 1 : 0);
  return at;
};
const GONE = probeUse({ name: 'the light is gone' });

describe('a stop condition that is met', () => {
  test('ends the method at once: what is in place is restored, and no later step is played', async () => {
    const at = fragile();
    const method = [faultStep({ forMs: 60_000 }), faultStep({ name: 'next', select: { zone: 'b' } })];
    expect(await at.run(lampExperiment({ stopConditions: [GONE], method }))).toMatchObject({ outcome: 'stopped' });
    const timeOf = (type: string) => Date.parse(at.entries().find((entry) => entry.type === type)?.at ?? '');
    expect(timeOf('reverted') - timeOf('stop-condition')).toBeLessThan(1_000);
    expect(timeOf('reverted') - timeOf('injected')).toBeLessThan(10_000);
    expect(at.world.sent.map(({ input }) => input.name)).toEqual(['a1', 'a1']);
  });

  test('is told once', async () => {
    const at = fragile();
    await at.run(lampExperiment({ stopConditions: [GONE] }));
    expect(at.entries().filter(({ type }) => type === 'stop-condition')).toHaveLength(1);
  });

  test('before the method: the system was unsteady, and nothing is touched', async () => {
    const at = scene();
    const tolerance = { successAtLeast: 0.9, latency: [], fields: [{ field: 'lit', atLeast: 4 }] };
    const outcome = await at.run(lampExperiment({ stopConditions: [probeUse({ name: 'too dark', tolerance })] }));
    expect(outcome).toMatchObject({ outcome: 'unsteady' });
    expect(at.world.sent).toEqual([]);
    expect(at.entries().at(-1)).toMatchObject({ why: expect.stringContaining('too dark'), targets: 'untouched' });
  });
});

describe('every rule that is watched is paid for', () => {
  /** How many failures in a row it takes to stop a run that watches so many rules. */
  const failuresToStop = async (others: number): Promise<number> => {
    const at = fragile();
    const latency = Array.from({ length: others }, () => ({ quantile: 0, belowMs: 100 }));
    const idle = probeUse({ name: 'idle', tolerance: { successAtLeast: 0, latency, fields: [] } });
    await at.run(lampExperiment({ stopConditions: [GONE, idle], method: [faultStep({ forMs: 20_000 })] }));
    const stop = at.entries().find((entry) => entry.type === 'stop-condition');
    return Number(/^(\d+) of/.exec(stop?.evidence ?? '')?.[1]);
  };

  test('the more there are, the more evidence each one needs', async () => {
    const [alone, among] = [await failuresToStop(0), await failuresToStop(200)];
    expect(alone).toBeGreaterThan(0);
    expect(among).toBeGreaterThan(alone);
  });

  test('a condition has one rule for its success and one for each latency', () => {
    const latency = [
      { quantile: 0.9, belowMs: 100 },
      { quantile: 0.99, belowMs: 500 },
    ];
    expect(rulesOf([GONE, probeUse({ tolerance: { latency, fields: [] } })])).toBe(4);
  });

  test('a condition that is watched with a thousand others needs more failures than one alone', () => {
    const stopsAt = (rules: number) => {
      const watch = watchStop(GONE, rules);
      let count = 1;
      while (watch({ atMs: 0, latencyMs: 1, bad: 'DOWN' }) === undefined) count++;
      return count;
    };
    expect(stopsAt(1_000)).toBeGreaterThan(stopsAt(1));
  });
});
