import type { Entry } from './entries.ts';

/** An injection whose undo is on disk and that is not known to be restored. */
export interface Pending {
  readonly injection: string;
  readonly target: string;
  readonly fault: string;
  readonly means: Extract<Entry, { type: 'captured' }>['means'];
  readonly reversal: Extract<Entry, { type: 'captured' }>['reversal'];
  readonly digest: string;
  readonly seal: string | undefined;
  readonly restoresWithinMs: number;
  /** Whether a call may have been sent. If not, there is nothing to undo. */
  readonly begun: boolean;
  /** Whether its outcome is not known: a call that failed may have taken effect, and may still do so. */
  readonly ambiguous: boolean;
}

/** What is still to be restored, in the order in which it was injected. */
export function pending(entries: readonly Entry[]): readonly Pending[] {
  const open = new Map<string, Pending>();
  const announced = new Set<string>();
  for (const entry of entries) {
    if (entry.type === 'injecting') announced.add(entry.injection);
    if (entry.type === 'captured') {
      const { injection, target, fault, means, reversal, digest, seal, restoresWithinMs } = entry;
      const harm = { injection, target, fault, means, reversal, digest, seal, restoresWithinMs };
      // Captured anew: a call that was announced before slipped out after all, and is to be undone once more.
      const begun = announced.has(injection);
      open.set(injection, { ...harm, begun, ambiguous: begun });
    }
    if (entry.type === 'injecting') update(open, entry.injection, { begun: true, ambiguous: true });
    if (entry.type === 'injected') update(open, entry.injection, { ambiguous: entry.ambiguous ?? false });
    if (entry.type === 'inject-failed') update(open, entry.injection, afterFailure(entry, open.get(entry.injection)));
    if (entry.type === 'reverted') open.delete(entry.injection);
  }
  return [...open.values()];
}

/** A program that could not be started has done nothing, and its undo, which nobody can look behind, is not run. */
function afterFailure({ ambiguous }: { readonly ambiguous: boolean }, before: Pending | undefined): Partial<Pending> {
  return before?.means === 'command' && !ambiguous ? { ambiguous, begun: false } : { ambiguous };
}

/** What is left of the author's rollbacks: the digest of all of them, and the numbers of those that have succeeded. */
export interface PendingRollbacks {
  readonly digest: string;
  readonly seal: string | undefined;
  readonly done: ReadonlySet<number>;
}

export function pendingRollbacks(entries: readonly Entry[]): PendingRollbacks | undefined {
  const captured = entries.find((entry) => entry.type === 'rollbacks-captured');
  if (!captured) return undefined;
  const succeeded = entries.filter((entry) => entry.type === 'rollback' && entry.ok);
  const done = new Set(succeeded.map((entry) => ('number' in entry ? entry.number : 0)));
  return { digest: captured.digest, seal: captured.seal, done };
}

/** Rollbacks that were played and have not succeeded since. */
export function failedRollbacks(entries: readonly Entry[]): readonly Extract<Entry, { type: 'rollback' }>[] {
  const last = new Map<number, Extract<Entry, { type: 'rollback' }>>();
  for (const entry of entries)
    if (entry.type === 'rollback' && !last.get(entry.number)?.ok) last.set(entry.number, entry);
  return [...last.values()].filter(({ ok }) => !ok);
}

function update(open: Map<string, Pending>, injection: string, change: Partial<Pending>): void {
  const before = open.get(injection);
  if (before) open.set(injection, { ...before, ...change });
}
