import type { CommandStep } from '../experiment/experiment.ts';
import type { Pending } from '../journal/pending.ts';
import type { Account } from '../kernel/ports.ts';

/** How often the undo of a command is tried. */
export const COMMAND_TRIES = 3;
/** Whoever runs a command waits so much longer than the command may take. */
export const COMMAND_GRACE_MS = 5_000;
/** How many targets of one step are seen to at the same time. */
export const WIDTH = 16;
/** What looks as before may go on biting for so long. */
export const VERIFY_MS = 5_000;
/** A look that is under way when the time is over may take so long. */
const LAST_LOOK_MS = 10_000;
/** What is left of the limit when no further look is begun. */
export const MARGIN_MS = VERIFY_MS + LAST_LOOK_MS;

type Restorable = Pick<Pending, 'injection' | 'means' | 'restoresWithinMs'>;

/** The longest that one target is tried to be restored. */
export function restoreLimitMs(
  { means, restoresWithinMs }: Restorable,
  { consistencyMs, latenessMs }: Account,
): number {
  if (means !== 'command') return 2 * restoresWithinMs + 3 * consistencyMs + latenessMs + 10_000 + MARGIN_MS;
  return restoresWithinMs === 0 ? 0 : COMMAND_TRIES * (restoresWithinMs + COMMAND_GRACE_MS) + 3_000;
}

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
