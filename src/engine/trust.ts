import { FILES, runIdOf } from '../journal/folder.ts';
import type { Journal } from '../journal/journal.ts';
import type { Pending } from '../journal/pending.ts';
import type { UndoRecord } from '../journal/undo.ts';
import { ChaosError } from '../kernel/errors.ts';
import type { Json } from '../kernel/json.ts';
import type { Account, Seal } from '../kernel/ports.ts';
import type { Redact } from '../kernel/redact.ts';
import { oneLine } from '../kernel/visible.ts';
import { byHandOf, runOf } from './commands.ts';

/**
 * What of a record may be played. A record lies in the project, and a project may be a stranger's: what it would do on
 * this machine is done only if its seal proves that this user wrote it there, or if he has read it and says so.
 */
export interface Trust {
  readonly seal: Seal | undefined;
  readonly trustCommands: boolean;
}

/** Whether a digest carries the seal that this user gave it. */
export const isTrusted = (kept: Pick<Pending, 'digest' | 'seal'>, { seal, trustCommands }: Trust): boolean =>
  trustCommands || (seal !== undefined && kept.seal === seal(kept.digest));

/** Whether something of a record is not known to be this user's: then what it calls secrets are not his either. */
export const isForeign = (kept: readonly (Pick<Pending, 'digest' | 'seal'> | undefined)[], trust: Trust): boolean =>
  kept.some((one) => one !== undefined && !isTrusted(one, trust));

/**
 * Refuses undo data that would reach this machine, or an endpoint that a record names, and is not known to be this user's.
 * There everything does: also looking at a process that a record names reads a file that it names. In a region, which is
 * known by a seal of its own, only a command does.
 * @throws ChaosError SAFETY_SEAL
 */
export function checkSeal(
  open: Pending,
  { fault, means, undo }: UndoRecord,
  { journal, account, trust }: { readonly journal: Journal; readonly account: Account; readonly trust: Trust },
): void {
  const reachesOut = means === 'command' ? undo !== null : account.kind === 'host' || account.kind === 'endpoint';
  if (!open.begun || !reachesOut || isTrusted(open, trust)) return;
  const shown = shownUndo(undo, journal.redact);
  throw new ChaosError(unsealed(means === 'command' ? shown : `${fault} by ${means}: ${shown}`, journal.folder));
}

/** The problem with something in the record of a run that is not known to be this user's. */
export const unsealed = (wouldDo: string, folder: string) =>
  ({
    code: 'SAFETY_SEAL',
    what: `nothing proves that you recorded it in this folder, so it was not played: ${wouldDo}`,
    fix:
      `read "${folder}/${FILES.undo}", where nothing is hidden; ` +
      `if all of it is yours, run "chaos recover ${runIdOf(folder)} --trust-commands"; if not, remove "${folder}"`,
  }) as const;

const SHOWN_MAX = 2_000;

/** What undo data would do, in one line that no control character can forge: a command as a shell takes it, else as JSON. */
export function shownUndo(undo: Json, redact: Redact): string {
  const run = runOf(undo);
  const text = oneLine(run ? byHandOf(run, redact) : JSON.stringify(redact(undo)));
  return text.length <= SHOWN_MAX ? text : `${text.slice(0, SHOWN_MAX)}… (${text.length - SHOWN_MAX} characters more)`;
}
