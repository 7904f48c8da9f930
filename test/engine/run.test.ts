import { describe, expect, test } from 'vitest';
import { lampExperiment, scene } from '../support/run-lamps.ts';

describe('a run that goes its whole way', () => {
  test('holds when the hypothesis is met before, during and after', async () => {
    const { run, entries, world } = scene();
    const result = await run(lampExperiment());
    expect(entries().at(-1)).toMatchObject({ type: 'run-ended', outcome: 'held', targets: 'restored' });
    expect(result.outcome).toBe('held');
    expect(world.lamps.every(({ lit }) => lit)).toBe(true);
  });
});
