import { pending, pendingRollbacks } from '../journal/pending.ts';
import { rollbacksOf } from './commands.ts';
import { harmsOf } from './harm.ts';
import type { Reverting } from './restore.ts';
import { revertAll } from './revert.ts';
import { playRollbacks } from './rollbacks.ts';
import type { Run } from './run-state.ts';

/**
 * Restores what these injections harmed, or all that is still open: from the journal and the undo data, as `recover`
 * would. Clean-up has its own clock: only "stop waiting" ends it.
 */
export async function takeDown(run: Run, these?: ReadonlySet<string>): Promise<void> {
  const { journal, records, context, inPlace, sampler } = run;
  const open = pending(journal.entries).filter(({ injection }) => !these || these.has(injection));
  for (const { injection } of open) inPlace.delete(injection);
  if (inPlace.size === 0) sampler.mark('between');
  await revertAll(await harmsOf(open, records, journal, context.catalog), reverting(run));
}

/** Plays the author's rollbacks: always, however the method ended. */
export async function rollBack(run: Run): Promise<void> {
  const left = pendingRollbacks(run.journal.entries);
  const record = left && run.records.get(left.digest);
  if (record) await playRollbacks(rollbacksOf(record.undo), reverting(run));
}

const reverting = ({ context, control, journal, guard }: Run): Reverting => ({
  port: context.port,
  journal,
  by: 'run',
  signal: control.leave,
  guard,
});
