import type { Entry } from '../journal/entries.ts';
import { failedRollbacks, pendingRollbacks } from '../journal/pending.ts';
import { harmedOf } from './injections.ts';
import type { RunReading } from './reading.ts';

/** Something that a run left undone, and that `chaos recover` looks after. */
export interface OpenHarm {
  /** A target with its fault, or a rollback of the author. */
  readonly what: string;
  /** Why it could not be done; undefined when it was not tried. */
  readonly why: string | undefined;
  readonly byHand: string | undefined;
}

/** What is open now, whatever the verdict said when the run ended: targets first, then the author's rollbacks. */
export const openHarm = ({ injections, openRollbacks }: RunReading): readonly OpenHarm[] => [
  ...harmedOf(injections).map(({ target, fault, failure, manualRecovery }) => ({
    what: `${target} (${fault})`,
    why: failure,
    byHand: manualRecovery,
  })),
  ...openRollbacks,
];

/**
 * The state of the targets now; null while the run goes on. A recovery after the end makes what was dirty restored, or
 * restored by hand where somebody had to say so.
 */
export function targetsNow(run: RunReading): 'untouched' | 'restored' | 'restored by hand' | 'dirty' | null {
  if (run.isRunning) return null;
  if (openHarm(run).length > 0) return 'dirty';
  if (whoRestored(run) !== undefined) return 'restored by hand';
  if (run.end) return run.end.targets === 'dirty' ? 'restored' : run.end.targets;
  return run.injections.some(({ captured }) => captured) ? 'restored' : 'untouched';
}

/** Who says that he has restored by hand what could not be restored; undefined when nobody had to. */
export const whoRestored = ({ injections, rollbacks }: RunReading): string | undefined =>
  [...injections, ...rollbacks].find(({ saidBy }) => saidBy !== undefined)?.saidBy;

/** The author's rollbacks that failed, and those that nobody has played although the run did not end well. */
export function readOpenRollbacks(entries: readonly Entry[]): readonly OpenHarm[] {
  const failed = failedRollbacks(entries).map(({ command, detail, byHand }) => {
    return { what: `rollback "${command.join(' ')}"`, why: detail, byHand };
  });
  const isUnplayed = pendingRollbacks(entries) !== undefined && !entries.some(({ type }) => type === 'rollback');
  const end = entries.findLast((entry) => entry.type === 'run-ended');
  if (!isUnplayed || (end && end.targets !== 'dirty')) return failed;
  return [{ what: 'the rollbacks of the experiment', why: undefined, byHand: undefined }];
}
