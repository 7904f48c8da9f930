import { describe, expect, test } from 'vitest';
import type { Call } from '../../src/kernel/call.ts';
import { CallError } from '../../src/kernel/errors.ts';
import { commandStep, faultStep, lampExperiment, type Scene, scene } from '../support/run-lamps.ts';

const lampOf = (at: Scene, wanted: string) => {
  const lamp = at.world.lamps.find(({ name }) => name === wanted);
  if (!lamp) throw new Error(`there is no lamp ${wanted}`);
  return lamp;
};

/** Lets the world take a call by something else than its effect. @returns when such calls were sent. */
function meanwhile(at: Scene, operation: 'Light' | 'Darken', take: (time: number, effect: () => void) => void) {
  const apply = at.world.apply.bind(at.world);
  const sentAtMs: number[] = [];
  at.world.apply = (call: Call) => {
    if (call.operation !== operation) return apply(call);
    sentAtMs.push(at.clock.nowMs());
    take(sentAtMs.length, () => void apply(call));
    return {};
  };
  return sentAtMs;
}

describe('restoring', () => {
  test('sends a call again that was accepted and had no effect, and gives it time before that', async () => {
    const at = scene();
    const sentAtMs = meanwhile(at, 'Light', (time, effect) => {
      if (time === 2) effect();
    });
    await at.run(lampExperiment({ hypothesis: { recoverWithinMs: 20_000 } }));
    expect(lampOf(at, 'a1').lit).toBe(true);
    const [first = 0, second = 0, ...more] = sentAtMs;
    expect(second - first).toBeGreaterThanOrEqual(5_000);
    expect(second - first).toBeLessThan(10_000);
    expect(more).toEqual([]);
    expect(at.entries().at(-1)).toMatchObject({ type: 'run-ended', targets: 'restored' });
  });

  test('sends a call once whose effect shows a little later', async () => {
    const at = scene();
    const sentAtMs = meanwhile(at, 'Light', (_time, effect) => {
      at.clock.at(at.clock.nowMs() + 4_000, effect);
    });
    await at.run(lampExperiment({ hypothesis: { recoverWithinMs: 20_000 } }));
    expect(sentAtMs).toHaveLength(1);
    expect(lampOf(at, 'a1').lit).toBe(true);
  });

  test('a harm that got no answer and lands only when the run is about to end is restored all the same', async () => {
    const at = scene();
    meanwhile(at, 'Darken', (_time, effect) => {
      at.clock.at(at.clock.nowMs() + 900, effect);
      at.abort.abort('SIGINT');
      throw new CallError('TIMEOUT', 'no answer', { ambiguous: true });
    });
    await at.run(lampExperiment());
    await at.clock.run(at.clock.sleep(5_000));
    expect(lampOf(at, 'a1').lit).toBe(true);
    expect(at.entries().at(-1)).toMatchObject({ type: 'run-ended', targets: 'restored' });
  });
});

test('recover plays the rollbacks that have not succeeded, and none that has', async () => {
  const at = scene();
  at.world.failing.add('tidy second');
  const rollbacks = ['tidy first', 'tidy second', 'tidy third'].map((command) => commandStep(command));
  await at.run(lampExperiment({ method: [faultStep({ forMs: 500 })], rollbacks }));
  const played = () => at.world.commands.splice(0).map((command) => command.join(' '));
  expect(played()).toEqual(['tidy first', 'tidy second', 'tidy third']);
  await at.recover();
  expect(played(), 'it failed again').toEqual(['tidy second']);
  at.world.failing.clear();
  expect(await at.recover()).toMatchObject({ failed: [] });
  expect(played()).toEqual(['tidy second']);
  await at.recover();
  expect(played(), 'all have succeeded').toEqual([]);
});
