import type { Journal } from '../journal/journal.ts';
import type { Pending } from '../journal/pending.ts';
import type { UndoRecord } from '../journal/undo.ts';
import type { Call } from '../kernel/call.ts';
import type { Attestation, Catalog, Fault, Means, MeansKind, Standing } from '../kernel/define.ts';
import { ChaosError } from '../kernel/errors.ts';
import type { Json } from '../kernel/json.ts';
import type { Account, ReadPort } from '../kernel/ports.ts';
import type { Redact } from '../kernel/redact.ts';
import { byHandOf, runOf } from './commands.ts';
import type { Restorable } from './restore-limit.ts';
import { checkSeal, type Trust } from './trust.ts';

/** Something that was done to a target, with how to undo it: made from the disk alone, so that any process can. */
export interface Harm extends Pending, Restorable {
  /** What a person does by hand if this program cannot. */
  readonly manualRecovery: string;
  restore(): readonly Call[];
  /** Absent for a command: nobody but its author knows what to look at. */
  readonly observe?: {
    compare(host: ReadPort, signal: AbortSignal): Promise<Standing>;
    attest(host: ReadPort, signal: AbortSignal): Promise<Attestation>;
  };
}

/** What undo data is judged by, and made into harms with. */
export interface Judging {
  readonly journal: Journal;
  readonly catalog: Catalog;
  readonly account: Account;
  readonly trust: Trust;
}

/** The harms whose undo data is sound. Of the others it is written down why they cannot be restored. */
export async function harmsOf(
  open: readonly (Pending & Restorable)[],
  records: ReadonlyMap<string, UndoRecord>,
  judging: Judging,
): Promise<Harm[]> {
  const harms: Harm[] = [];
  for (const one of open) {
    try {
      harms.push(await harmOf(one, records, judging));
    } catch (error) {
      if (!(error instanceof ChaosError)) throw error;
      const [problem] = error.problems;
      const { injection } = one;
      const [why, manualRecovery] = [problem?.what ?? error.message, problem?.fix ?? 'restore the target by hand'];
      const failure = { injection, why, changed: false, manualRecovery, ...(problem && { code: problem.code }) };
      await judging.journal.record({ type: 'revert-failed', ...failure });
    }
  }
  return harms;
}

/**
 * Joins an open injection with its undo data.
 * @throws ChaosError JOURNAL_READ when the data is missing or is not what was recorded, or its fault is unknown here;
 * SAFETY_SEAL when it would reach this machine and is not known to be this user's.
 */
async function harmOf(
  open: Pending & Restorable,
  records: ReadonlyMap<string, UndoRecord>,
  judging: Judging,
): Promise<Harm> {
  const record = records.get(open.digest);
  if (!record) throw mismatch(open, 'no line of undo.jsonl has the digest that the journal recorded for it');
  if (record.injection !== open.injection) throw mismatch(open, `it is that of "${record.injection}"`);
  checkSeal(open, record, judging);
  if (record.means === 'command') return commandHarm(open, record.undo, judging.journal.redact);
  const fault = await faultOf(judging.catalog, record.fault);
  const means = fault && meansOf(fault, record.means);
  if (!fault || !means) throw mismatch(open, `this program knows no "${record.fault}" by ${record.means}`);
  const { undo } = record;
  return {
    ...open,
    manualRecovery: fault.manualRecovery,
    restore: () => means.restore(undo),
    observe: {
      compare: (host, signal) => means.compare(undo, host, signal),
      attest: (host, signal) => means.attest(undo, host, signal),
    },
  };
}

/** The fault of that id, its code loaded; undefined when the catalog has none. */
export async function faultOf(catalog: Catalog, id: string): Promise<Fault | undefined> {
  return catalog.faults.find((entry) => entry.id === id)?.load();
}

/** The means of that kind. Which target and undo it has is known to itself alone. */
export const meansOf = (fault: Fault, kind: MeansKind): Means | undefined =>
  Object.hasOwn(fault.means, kind) ? fault.means[kind] : undefined;

function commandHarm(open: Pending, undo: Json, redact: Redact): Harm {
  const call = runOf(undo);
  if (!call && undo !== null) throw mismatch(open, 'it is no command');
  const manualRecovery = call ? byHandOf(call, redact) : 'the experiment names no undo of this command';
  return { ...open, manualRecovery, restore: () => (call ? [call] : []) };
}

const mismatch = ({ injection }: Pending, why: string): ChaosError =>
  new ChaosError({
    code: 'JOURNAL_READ',
    what: `the undo of "${injection}" cannot be used: ${why}`,
    fix: 'restore the target by hand, as "chaos fault show" tells for its fault, and then say so with --restored-by-hand',
  });
