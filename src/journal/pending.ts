import type { Entry } from './entries.ts';

/** An injection whose undo is on disk and that is not known to be restored. */
export interface Pending {
  readonly injection: string;
  readonly target: string;
  readonly fault: string;
  readonly means: Extract<Entry, { type: 'captured' }>['means'];
  readonly reversal: Extract<Entry, { type: 'captured' }>['reversal'];
  readonly digest: string;
  readonly restoresWithinMs: number;
  /** Whether a call may have been sent. If not, there is nothing to undo. */
  readonly begun: boolean;
  /** Whether its outcome is not known: a call that failed may have taken effect, and may still do so. */
  readonly ambiguous: boolean;
}

/** What is still to be restored, in the order in which it was injected. */
export function pending(entries: readonly Entry[]): readonly Pending[] {
  const open = new Map<string, Pending>();
  for (const entry of entries) {
    if (entry.type === 'captured') {
      const { injection, target, fault, means, reversal, digest, restoresWithinMs } = entry;
      const harm = { injection, target, fault, means, reversal, digest, restoresWithinMs };
      open.set(injection, { ...harm, begun: false, ambiguous: false });
    }
    if (entry.type === 'injecting') update(open, entry.injection, { begun: true, ambiguous: true });
    if (entry.type === 'injected') update(open, entry.injection, { ambiguous: false });
    if (entry.type === 'inject-failed') update(open, entry.injection, { ambiguous: entry.ambiguous });
    if (entry.type === 'reverted') open.delete(entry.injection);
  }
  return [...open.values()];
}

/** The digest of the author's rollbacks, when they are still to be played. */
export function pendingRollbacks(entries: readonly Entry[]): string | undefined {
  if (entries.some(({ type }) => type === 'rollbacks-played')) return undefined;
  const captured = entries.find((entry) => entry.type === 'rollbacks-captured');
  return captured?.digest;
}

function update(open: Map<string, Pending>, injection: string, change: Partial<Pending>): void {
  const before = open.get(injection);
  if (before) open.set(injection, { ...before, ...change });
}
