import type { Journal } from '../journal/journal.ts';
import { type Pending, pending, pendingRollbacks } from '../journal/pending.ts';
import { rollbacksOf } from './commands.ts';
import { nameOf } from './gone.ts';
import { harmsOf, type Judging } from './harm.ts';
import { endLimitMs } from './length.ts';
import type { Reverting } from './restore.ts';
import { restoreLimitMs } from './restore-limit.ts';
import { revertAll } from './revert.ts';
import { playRollbacks } from './rollbacks.ts';
import { type Run, undisturbed } from './run-state.ts';
import { answering } from './silence.ts';

/** Restores what the injections of a step harmed. */
export async function takeDown(run: Run, these: ReadonlySet<string>): Promise<void> {
  const open = pending(run.journal.entries).filter(({ injection }) => these.has(injection));
  markRestoring(run, open);
  await restoreThese(run, open);
}

/** Restores all that is still open, and plays the author's rollbacks: always, however the method ended. */
export async function takeAllDown(run: Run): Promise<void> {
  const { journal, experiment, context, control, clock } = run;
  const open = pending(journal.entries).map((one) => ({ ...one, isAgain: hadItsTime(one, run) }));
  // What is shown changes all at once, before anything is waited for: the phase, what is restored, and the time left.
  run.phase = 'revert';
  run.endsAtMs = clock.nowMs() + endLimitMs(experiment, open, context.port.account, control.abort.aborted);
  markRestoring(run, open);
  await journal.record({ type: 'phase', phase: 'revert' });
  await restoreThese(run, open);
  await rollBack(run);
}

/**
 * Whether a try to restore it failed that took longer than the one that is left: what a short one saved is still there. A
 * command was run as often as it may be, however quickly it failed.
 */
function hadItsTime(one: Pending, { triedMs, context }: Run): boolean {
  const tookMs = triedMs.get(one.injection);
  if (tookMs === undefined) return false;
  return one.means === 'command' || tookMs > restoreLimitMs({ ...one, isAgain: true }, context.port.account);
}

function markRestoring(run: Run, open: readonly Pending[]): void {
  for (const { injection } of open) setState(run, injection, 'restoring');
  if (undisturbed(run).length === 0) run.sampler.mark('between');
}

/**
 * From the journal and the undo data, as `recover` would. Clean-up has its own clock: only "stop waiting" ends it.
 */
async function restoreThese(run: Run, open: readonly Pending[]): Promise<void> {
  const { journal, records, inPlace, triedMs } = run;
  await revertAll(await harmsOf(open, records, judgingOf(run, journal)), {
    ...reverting(run),
    ended: (injection, isRestored, tookMs) => {
      triedMs.set(injection, tookMs);
      if (isRestored) inPlace.delete(injection);
      else setState(run, injection, 'not restored');
    },
  });
}

function setState({ inPlace }: Run, injection: string, state: 'restoring' | 'not restored'): void {
  const before = inPlace.get(injection);
  if (before) inPlace.set(injection, { ...before, state });
}

async function rollBack(run: Run): Promise<void> {
  const left = pendingRollbacks(run.journal.entries);
  const record = left && run.records.get(left.digest);
  if (record) await playRollbacks(rollbacksOf(record.undo), reverting(run));
}

/** A run goes by the same seals as whoever may have to restore it. */
export const judgingOf = ({ context: { catalog, port, seal } }: Run, journal: Journal): Judging => ({
  journal,
  catalog,
  account: port.account,
  trust: { seal, trustCommands: false },
});

function reverting(run: Run): Reverting {
  const { context, control, journal, guard, silence } = run;
  const port = answering(context.port, silence, endOf(run));
  return { port, journal, by: 'run', signal: control.leave, guard, silence };
}

/**
 * An account of the run's own that is silent while it is to be restored is ended: what was harmed there is gone with it,
 * and nobody waits for it. Undefined where the account is not the run's own.
 */
function endOf({ context, journal }: Run): (() => Promise<void>) | undefined {
  const { account } = context.port;
  const { end } = account;
  if (!end) return undefined;
  return async () => {
    const what = `${nameOf(context.port)} or its data plane did not answer while it was restored; it was ended, with all in it`;
    const fix =
      'see whether this machine was overloaded, or a process of the region was stopped, and run the experiment again';
    await journal.record({ type: 'problem', problem: { code: 'ACCOUNT_UNAVAILABLE', what, fix } });
    await end();
  };
}
