import { describe, expect, test } from 'vitest';
import { CallError } from '../../src/kernel/errors.ts';
import { commandStep, faultStep, lampExperiment, PLACE, type Scene, scene } from '../support/run-lamps.ts';

describe('what is shown while a run goes on', () => {
  const progressOf = (at: Scene) => at.events.flatMap((event) => (event.type === 'progress' ? [event.progress] : []));

  test('counts no recovery in what is left of a run that was aborted', async () => {
    const at = scene();
    at.world.onWrite = ({ operation }) => (operation === 'Light' ? at.clock.sleep(10_000) : undefined);
    at.clock.at(6_000, () => at.abort.abort('SIGINT'));
    await at.run(lampExperiment({ hypothesis: { recoverWithinMs: 600_000 } }));
    const restoring = progressOf(at).filter(({ phase }) => phase === 'revert');
    expect(restoring.length).toBeGreaterThan(10);
    for (const { remainingMs } of restoring) expect(remainingMs).toBeLessThan(100_000);
  });

  test('says of a target that it is not restored, once that has failed', async () => {
    const at = scene();
    at.world.onWrite = async ({ operation, input }) => {
      if (operation === 'Light' && input.name === 'b1') await at.clock.sleep(15_000);
      const lamp = at.world.lamps.find(({ name }) => name === 'a1');
      if (operation === 'Light' && input.name === 'a1' && lamp) lamp.by = 'somebody else';
      if (operation === 'Light' && input.name === 'a1') throw new CallError('Refused', 'no');
    };
    const steps = ['a', 'b'].map((zone) => faultStep({ name: zone, select: { zone } }));
    await at.run(lampExperiment({ method: [{ kind: 'parallel', name: 'all', place: PLACE, afterMs: 0, steps }] }));
    const states = progressOf(at).map(({ faults }) => faults.map(({ target, state }) => `${target} ${state}`).join());
    expect(states).toContain('a1 in place,b1 in place');
    expect(states).toContain('a1 not restored,b1 restoring');
  });
});

test('the undo of a command is tried three times', async () => {
  const at = scene();
  let undone = 0;
  at.world.onWrite = ({ input }) => {
    if (String(input.command) === 'mend' && ++undone < 3) throw new CallError('EXIT_1', 'not yet');
  };
  await at.run(lampExperiment({ method: [commandStep('break', 'mend', { forMs: 1_000 })] }));
  expect(undone).toBe(3);
  expect(at.entries().filter(({ type }) => type === 'revert-failed')).toEqual([]);
});
