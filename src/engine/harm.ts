import type { Journal } from '../journal/journal.ts';
import type { Pending } from '../journal/pending.ts';
import type { UndoRecord } from '../journal/undo.ts';
import type { Call } from '../kernel/call.ts';
import type { Attestation, Catalog, Fault, Means, MeansKind, Standing } from '../kernel/define.ts';
import { ChaosError } from '../kernel/errors.ts';
import type { Json } from '../kernel/json.ts';
import type { ReadPort } from '../kernel/ports.ts';
import type { Redact } from '../kernel/redact.ts';
import { byHandOf, undoCallOf } from './commands.ts';

/** Something that was done to a target, with how to undo it: made from the disk alone, so that any process can. */
export interface Harm extends Pending {
  /** What a person does by hand if this program cannot. */
  readonly manualRecovery: string;
  restore(): readonly Call[];
  /** Absent for a command: nobody but its author knows what to look at. */
  readonly observe?: {
    compare(host: ReadPort, signal: AbortSignal): Promise<Standing>;
    attest(host: ReadPort, signal: AbortSignal): Promise<Attestation>;
  };
}

/** The harms whose undo data is sound. Of the others it is written down why they cannot be restored. */
export async function harmsOf(
  open: readonly Pending[],
  records: ReadonlyMap<string, UndoRecord>,
  journal: Journal,
  catalog: Catalog,
): Promise<Harm[]> {
  const harms: Harm[] = [];
  for (const one of open) {
    try {
      harms.push(await harmOf(one, records, { catalog, redact: journal.redact }));
    } catch (error) {
      if (!(error instanceof ChaosError)) throw error;
      const [problem] = error.problems;
      const { injection } = one;
      const [why, manualRecovery] = [problem?.what ?? error.message, problem?.fix ?? 'restore the target by hand'];
      await journal.record({ type: 'revert-failed', injection, why, changed: false, manualRecovery });
    }
  }
  return harms;
}

/**
 * Joins an open injection with its undo data.
 * @throws ChaosError JOURNAL_READ when the data is missing or is not what was recorded, or its fault is unknown here.
 */
async function harmOf(
  open: Pending,
  records: ReadonlyMap<string, UndoRecord>,
  { catalog, redact }: { readonly catalog: Catalog; readonly redact: Redact },
): Promise<Harm> {
  const record = records.get(open.digest);
  if (!record) throw mismatch(open, 'no line of undo.jsonl has the digest that the journal recorded for it');
  if (record.means === 'command') return commandHarm(open, record.undo, redact);
  const fault = await faultOf(catalog, record.fault);
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
export const meansOf = (fault: Fault, kind: MeansKind): Means | undefined => fault.means[kind];

function commandHarm(open: Pending, undo: Json, redact: Redact): Harm {
  const call = undoCallOf(undo);
  const manualRecovery = call ? byHandOf(call, redact) : 'the experiment names no undo of this command';
  return { ...open, manualRecovery, restore: () => (call ? [call] : []) };
}

const mismatch = ({ injection }: Pending, why: string): ChaosError =>
  new ChaosError({
    code: 'JOURNAL_READ',
    what: `the undo of "${injection}" cannot be used: ${why}`,
    fix: 'restore the target by hand, as "chaos fault show" tells for its fault; the run stays listed as dirty',
  });
