import type { Journal } from '../journal/journal.ts';
import { type PendingRollbacks, pending } from '../journal/pending.ts';
import type { Call } from '../kernel/call.ts';
import { oneLine } from '../kernel/visible.ts';
import type { Rollback } from './commands.ts';
import type { Harm } from './harm.ts';

/** Whether it can be looked at before anything is sent. A command that was played is not: its undo would be played blindly. */
export const isComparable = ({ observe, begun, reversal }: Harm): boolean =>
  observe !== undefined || !begun || reversal === 'permanent';

/**
 * Closes what is still open by the word of somebody who says that he has restored it by hand; save what was looked at and
 * is harmed, or could not be looked at just now: that is for the next recovery to restore.
 */
export async function closeByHand(saidBy: string, harms: readonly Harm[], journal: Journal): Promise<void> {
  const lookedAt = new Set(harms.filter(isComparable).map(({ injection }) => injection));
  const isChanged = (id: string) =>
    journal.entries.findLast((entry) => entry.type === 'revert-failed' && entry.injection === id && entry.changed);
  for (const { injection } of pending(journal.entries).filter(
    (one) => !lookedAt.has(one.injection) || isChanged(one.injection),
  ))
    await journal.record({ type: 'reverted', injection, how: 'by hand', verified: null, afterMs: 0, saidBy });
}

/** Closes the rollbacks that have not succeeded likewise; as one where they are lost. */
export async function closeRollbacks(
  rollbacks: readonly Rollback[],
  { done }: PendingRollbacks,
  saidBy: string,
  journal: Journal,
): Promise<void> {
  const all = rollbacks.length > 0 ? rollbacks : [{ number: 0, call: undefined }];
  for (const { number, call } of all.filter((one) => !done.has(one.number))) {
    const said = { ok: true, detail: 'it was played by hand', saidBy };
    await journal.record({ type: 'rollback', number, command: call ? wordsOf(call) : [], ...said });
  }
}

/** A program of the author's as one line shows it. */
export const wordsOf = ({ input }: Call): readonly string[] => (input.command as readonly string[]).map(oneLine);
