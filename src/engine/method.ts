import type { Step } from '../experiment/experiment.ts';
import { pending } from '../journal/pending.ts';
import { undoOfRollbacks } from './commands.ts';
import { injectAll } from './inject.ts';
import { injectionsOf } from './injection.ts';
import type { Resolved } from './resolve.ts';
import { enter, keepUndo, MethodEnd, type Run } from './run-state.ts';
import { takeDown } from './take-down.ts';

/**
 * Plays the method: its steps one after another, those of a parallel step together. A fault with a `for` holds the
 * sequence for that time and is then restored; one without stays until the method ends.
 * @throws MethodEnd, or the reason of the signal that ends the method.
 */
export async function playMethod(run: Run, resolved: readonly Resolved[]): Promise<void> {
  try {
    await playWhole(run, resolved);
  } finally {
    run.methodOver.abort();
  }
}

async function playWhole(run: Run, resolved: readonly Resolved[]): Promise<void> {
  const { experiment, journal, redact } = run;
  await enter(run, 'method');
  await journal.keepSecrets(experiment.secrets ?? []);
  if (experiment.rollbacks.length > 0) {
    const undo = undoOfRollbacks(experiment.rollbacks, redact);
    const record = { injection: 'rollbacks', fault: 'command', means: 'command', undo } as const;
    await journal.append({ type: 'rollbacks-captured', ...(await keepUndo(run, record)) });
  }
  const byStep = new Map<Step, Resolved>(resolved.map((one) => [one.step, one]));
  await playInSequence(run, experiment.method, byStep);
}

type ByStep = ReadonlyMap<Step, Resolved>;

async function playInSequence(run: Run, steps: readonly Step[], byStep: ByStep): Promise<void> {
  for (const step of steps) await play(run, step, byStep);
}

async function play(run: Run, step: Step, byStep: ByStep): Promise<void> {
  const { clock, journal, method } = run;
  await clock.sleep(step.afterMs, method.signal);
  await journal.record({ type: 'step', step: step.name, state: 'began' });
  if (step.kind === 'wait') await clock.sleep(step.waitMs, method.signal);
  else if (step.kind === 'parallel') await playTogether(run, step.steps, byStep);
  else await playHarm(run, byStep.get(step), step.forMs);
  await journal.record({ type: 'step', step: step.name, state: 'ended' });
}

/** A branch that fails ends the others; all have come to rest before the failure goes on. */
async function playTogether(run: Run, steps: readonly Step[], byStep: ByStep): Promise<void> {
  const branches = steps.map((step) =>
    play(run, step, byStep).catch((error: unknown) => {
      run.method.abort(error);
      throw error;
    }),
  );
  const failed = (await Promise.allSettled(branches)).find((branch) => branch.status === 'rejected');
  if (failed) throw failed.reason;
}

async function playHarm(run: Run, resolved: Resolved | undefined, forMs: number | undefined): Promise<void> {
  if (!resolved) throw new Error('a step of the method is not part of the plan');
  const { clock, method, journal } = run;
  const injections = injectionsOf(resolved);
  await injectAll(run, injections);
  if (forMs === undefined) return;
  const ids = new Set(injections.map(({ id }) => id));
  const ends = [...ids].map((id) => run.inPlace.get(id)?.endsAtMs ?? 0);
  await clock.sleep(Math.max(0, ...ends.map((end) => end - clock.nowMs())), method.signal);
  await takeDown(run, ids);
  if (pending(journal.entries).some(({ injection }) => ids.has(injection))) {
    throw new MethodEnd('a target could not be restored');
  }
}
