import type { CommandStep } from '../experiment/experiment.ts';
import type { Pending } from '../journal/pending.ts';
import type { Account } from '../kernel/ports.ts';

const COMMAND_TRIES = 3;
/** The pause after its first try; after the second it is twice as long. */
export const COMMAND_PAUSE_MS = 1_000;
/** Whoever runs a command waits so much longer than the command may take. */
export const COMMAND_GRACE_MS = 5_000;
/** How many targets of one step are seen to at the same time. */
export const WIDTH = 16;
/** What looks as before may go on biting for so long. */
export const VERIFY_MS = 5_000;
/** A look that is under way when the time is over may take so long. */
export const LAST_LOOK_MS = 10_000;
/** What is left of the limit when no further look is begun. */
export const MARGIN_MS = VERIFY_MS + LAST_LOOK_MS;
/** How much longer than it needs something may take because calls are slow, throttled or lost. */
export const SLOW_MS = 30_000;
/** What a target that a step could not restore is given once more, at the end of the run. */
const AGAIN_MS = 15_000;

export interface Restorable extends Pick<Pending, 'injection' | 'means' | 'restoresWithinMs'> {
  /** Whether restoring it has failed in this run before, after all the time that it had. */
  readonly isAgain?: boolean;
}

/** The longest that one target is tried to be restored: who restores ends all its looks and calls by then. */
export function restoreLimitMs(harm: Restorable, { consistencyMs, latenessMs }: Account): number {
  const { means, restoresWithinMs, isAgain } = harm;
  if (means !== 'command')
    return (isAgain ? AGAIN_MS : restoresWithinMs + SLOW_MS) + 3 * consistencyMs + latenessMs + MARGIN_MS;
  if (restoresWithinMs === 0) return 0;
  const tries = triesOf(harm);
  return tries * (restoresWithinMs + COMMAND_GRACE_MS) + (tries * (tries - 1) * COMMAND_PAUSE_MS) / 2;
}

/** How often the undo of a command is tried. */
export const triesOf = ({ isAgain }: Restorable): number => (isAgain ? 1 : COMMAND_TRIES);

/** The longest that all of them take: one step after another, the targets of a step together. */
export function restoreAllLimitMs(open: readonly Restorable[], account: Account): number {
  const steps = new Map<string, { limitMs: number; targets: number }>();
  for (const one of open) {
    const { limitMs, targets } = steps.get(stepOf(one.injection)) ?? { limitMs: 0, targets: 0 };
    const most = Math.max(limitMs, restoreLimitMs(one, account));
    steps.set(stepOf(one.injection), { limitMs: most, targets: targets + 1 });
  }
  return [...steps.values()].reduce((sum, { limitMs, targets }) => sum + limitMs * Math.ceil(targets / WIDTH), 0);
}

/** The longest that the author's rollbacks take, one after another. */
export const rollbacksLimitMs = (rollbacks: readonly Pick<CommandStep, 'timeoutMs'>[]): number =>
  rollbacks.reduce((sum, { timeoutMs }) => sum + timeoutMs + COMMAND_GRACE_MS, 0);

/** The number of the step to which an injection belongs. */
export const stepOf = (injection: string): string => injection.slice(0, Math.max(0, injection.indexOf('.')));
