import type { Harm } from './harm.ts';
import { type Reverting, restore } from './restore.ts';
import { stepOf, WIDTH } from './restore-limit.ts';
import { explain } from './send.ts';
import { askAnew, isHeardAgain } from './silence.ts';
import { TakenOver } from './taken-over.ts';
import { eachOf } from './time.ts';

/**
 * Restores every harm, the last step first, the targets of one step together. One that cannot be restored is recorded
 * and keeps no other from being restored.
 * @throws the signal's reason, or `TakenOver`: then the rest is left to somebody else.
 */
export async function revertAll(harms: readonly Harm[], context: Reverting): Promise<void> {
  askAnew(context.silence);
  const left = await revertSteps(harms, context);
  // A short stall must not cost the targets that were given up in it, or for whom it left no time.
  if (left.length > 0 && (await isHeardAgain(context.port, context.silence, context.signal)))
    await revertSteps(left, context);
}

/** @returns those that could not be restored because the account was given up. */
async function revertSteps(harms: readonly Harm[], context: Reverting): Promise<Harm[]> {
  const left: Harm[] = [];
  for (const group of byStep(harms).reverse()) {
    await eachOf(group.reverse(), WIDTH, async (harm) => {
      if (!(await revert(harm, context)) && context.silence.isGivenUp && harm.observe) left.unshift(harm);
    });
  }
  return left;
}

/** Restores one target, verifies it, and writes down what came of it. @returns whether it is restored. */
async function revert(harm: Harm, context: Reverting): Promise<boolean> {
  const { journal, port, by, signal, guard } = context;
  const { injection, manualRecovery } = harm;
  await guard();
  await journal.record({ type: 'reverting', injection, by });
  const begun = port.clock.nowMs();
  const ending = await restore(harm, context).catch((error: unknown) => {
    if (signal.aborted || error instanceof TakenOver) throw error;
    return { failed: explain(error), changed: false };
  });
  await guard();
  if ('failed' in ending) {
    const { failed: why, changed } = ending;
    await journal.record({ type: 'revert-failed', injection, why, changed, manualRecovery });
    context.ended?.(injection, false);
    return false;
  }
  const afterMs = Math.round(port.clock.nowMs() - begun);
  await journal.record({ type: 'reverted', injection, ...ending, afterMs });
  context.ended?.(injection, true);
  return true;
}

/** Harms in groups of one step each, in the order in which the steps began. */
function byStep(harms: readonly Harm[]): Harm[][] {
  const groups = new Map<string, Harm[]>();
  for (const harm of harms) {
    const step = stepOf(harm.injection);
    groups.set(step, [...(groups.get(step) ?? []), harm]);
  }
  return [...groups.values()];
}
