import type { Harm } from './harm.ts';
import { type Ending, type Reverting, restore } from './restore.ts';
import { restoreLimitMs, stepOf, WIDTH } from './restore-limit.ts';
import { explain } from './send.ts';
import { ANSWER_MS, askAnew, isHeardAgain } from './silence.ts';
import { TakenOver } from './taken-over.ts';
import { eachOf } from './time.ts';

/** A harm that is being restored, and since when, however often it is tried. */
interface Attempt {
  readonly harm: Harm;
  begunMs?: number;
}

/**
 * Restores every harm, the last step first, the targets of one step together. One that cannot be restored is recorded
 * and keeps no other from being restored.
 * @throws the signal's reason, or `TakenOver`: then the rest is left to somebody else.
 */
export async function revertAll(harms: readonly Harm[], context: Reverting): Promise<void> {
  const { port, silence, signal } = context;
  askAnew(silence);
  const givenUp = await revertSteps(
    harms.map((harm) => ({ harm })),
    context,
  );
  // A short stall must not cost the targets that were given up in it, nor those for whom it left no time.
  const left = givenUp.filter((attempt) => overMs(attempt, context) > port.clock.nowMs() + ANSWER_MS);
  if (left.length > 0 && (await isHeardAgain(port, silence, signal))) await revertSteps(left, context);
}

/** @returns those that could not be restored because the account was given up. */
async function revertSteps(attempts: readonly Attempt[], context: Reverting): Promise<Attempt[]> {
  const givenUp: Attempt[] = [];
  for (const group of byStep(attempts).reverse()) {
    await eachOf(group.reverse(), WIDTH, async (attempt) => {
      if ((await revert(attempt, context)) === 'given up') givenUp.unshift(attempt);
    });
  }
  return givenUp;
}

/** Its one limit: a second pass gets what the first has left of it. */
const overMs = ({ harm, begunMs }: Attempt, { port }: Reverting): number =>
  (begunMs ?? port.clock.nowMs()) + restoreLimitMs(harm, port.account);

/** Restores one target, verifies it, and writes down what came of it. */
async function revert(attempt: Attempt, context: Reverting): Promise<'restored' | 'given up' | 'failed'> {
  const { journal, port, by, signal, guard } = context;
  const { harm } = attempt;
  const { injection, manualRecovery } = harm;
  await guard();
  await journal.record({ type: 'reverting', injection, by });
  const begunMs = port.clock.nowMs();
  attempt.begunMs ??= begunMs;
  const tookMs = () => port.clock.nowMs() - (attempt.begunMs ?? begunMs);
  const ending: Ending = await restore(harm, overMs(attempt, context), context).catch((error: unknown) => {
    if (signal.aborted || error instanceof TakenOver) throw error;
    return { failed: explain(error), changed: false };
  });
  await guard();
  if ('failed' in ending) {
    const { failed: why, changed, givenUp } = ending;
    await journal.record({ type: 'revert-failed', injection, why, changed, manualRecovery });
    context.ended?.(injection, false, tookMs());
    return givenUp ? 'given up' : 'failed';
  }
  const afterMs = Math.round(port.clock.nowMs() - begunMs);
  await journal.record({ type: 'reverted', injection, ...ending, afterMs });
  context.ended?.(injection, true, tookMs());
  return 'restored';
}

/** Harms in groups of one step each, in the order in which the steps began. */
function byStep(attempts: readonly Attempt[]): Attempt[][] {
  const groups = new Map<string, Attempt[]>();
  for (const attempt of attempts) {
    const step = stepOf(attempt.harm.injection);
    groups.set(step, [...(groups.get(step) ?? []), attempt]);
  }
  return [...groups.values()];
}
