import { describe, expect, test } from 'vitest';
import { CallError } from '../../src/kernel/errors.ts';
import { commandStep, lampExperiment, type Scene, scene } from '../support/run-lamps.ts';

const METHOD = [commandStep('break it', 'mend it', { forMs: 1_000 })];
const ran = (at: Scene) => at.world.commands.map((words) => words.join(' '));
/** Does something at the moment at which the command is announced on disk, and before it is run. */
function whenAnnounced(at: Scene, act: () => void): void {
  const { files } = at.context;
  const appendDurably: typeof files.appendDurably = async (path, text, mode) => {
    await files.appendDurably(path, text, mode);
    if (text.includes('"injecting"')) act();
  };
  Object.assign(at.context, { files: { ...files, appendDurably } });
}

/** Nobody can promise of a stranger's program that it does nothing where there is nothing to undo. */
describe('the undo of a command', () => {
  test('is not run when the program could not be started', async () => {
    const at = scene();
    const tried: unknown[] = [];
    at.world.onWrite = ({ input }) => {
      tried.push(input.command);
      throw new CallError('HOST_TOOL', 'program "break" was not found');
    };
    const { outcome } = await at.run(lampExperiment({ method: METHOD }));
    expect({ outcome, ran: ran(at), left: at.entries().at(-1) }).toMatchObject({
      outcome: 'unavailable',
      ran: [],
      left: { targets: 'restored' },
    });
    expect(tried).toEqual([['break', 'it']]);
  });

  test('is run when the program failed: it may have done half of its work', async () => {
    const at = scene();
    at.world.failing.add('break it');
    await at.run(lampExperiment({ method: METHOD }));
    expect(ran(at)).toEqual(['break it', 'mend it']);
  });

  test('is not run when the run was aborted after it was announced and before it was run', async () => {
    const at = scene();
    whenAnnounced(at, () => at.abort.abort('SIGINT'));
    const { outcome } = await at.run(lampExperiment({ method: METHOD }));
    expect({ outcome, ran: ran(at) }).toEqual({ outcome: 'aborted', ran: [] });
    expect(at.entries()).toContainEqual(expect.objectContaining({ type: 'reverted', how: 'already' }));
  });

  test('is not run by a run that was taken over before it ran the program', async () => {
    const at = scene();
    whenAnnounced(at, at.takeOver);
    at.clock.at(20_000, () => at.leave.abort());
    await at.run(lampExperiment({ method: METHOD }));
    expect(ran(at)).toEqual([]);
  });

  test('is run by whoever recovers a run that died with its program announced: nobody knows whether it ran', async () => {
    const at = scene();
    whenAnnounced(at, at.takeOver);
    at.clock.at(20_000, () => at.leave.abort());
    await at.run(lampExperiment({ method: METHOD }));
    await at.recover('watchdog');
    expect(ran(at)).toEqual(['mend it']);
  });
});
