import type { Experiment } from '../experiment/experiment.ts';
import type { Journal } from '../journal/journal.ts';
import type { UndoRecord } from '../journal/undo.ts';
import type { Clock, ReadPort } from '../kernel/ports.ts';
import type { Redact } from '../kernel/redact.ts';
import type { RunContext, RunControl } from './api.ts';
import type { Sampler } from './sampler.ts';
import type { Guard } from './send.ts';
import type { Silence } from './silence.ts';

/** A run that is going on: what its phases share. */
export interface Run {
  readonly experiment: Experiment;
  readonly context: RunContext;
  readonly control: RunControl;
  readonly clock: Clock;
  /** The account, as `find`, `capture`, `compare`, `attest` and the probes get it: it cannot write. */
  readonly host: ReadPort;
  readonly journal: Journal;
  readonly redact: Redact;
  readonly sampler: Sampler;
  /** Undo data by digest, as it went to disk. */
  readonly records: Map<string, UndoRecord>;
  /** Aborted when the method is to end early, whatever the reason. Restoring never looks at it. */
  readonly method: AbortController;
  /** Aborted when the account is known to exist no longer: what waits for it to come back waits in vain. */
  readonly gone: AbortController;
  /** Aborted when the method is over, however it ended: stop conditions have nothing to stop any more. */
  readonly methodOver: AbortController;
  /** Aborted when there is nothing left to measure. */
  readonly sampling: AbortController;
  /** Throws once the watchdog has taken the run over. */
  readonly guard: Guard;
  /** Injections whose calls were sent although the watchdog had taken over just before: it cannot know of them. */
  readonly late: Set<string>;
  /** What harms the account, until it is known to be restored. */
  readonly inPlace: Map<string, InPlace>;
  /** How long each target that was to be restored was tried, in milliseconds. */
  readonly triedMs: Map<string, number>;
  /** Whether the account is silent. */
  readonly silence: Silence;
  readonly startedMs: number;
  /** When everything is expected to be over, by the clock; set once there is a plan. */
  expectedEndMs: number;
  /** When everything is over at the latest, by the clock; set once there is a plan, and anew when it is restored. */
  endsAtMs: number;
  phase: string;
  /** Whether no other process runs under this id. */
  readonly alone: boolean;
  /** Whether it holds the account's lease, and whether a watchdog watches it. */
  leased: boolean;
  watched: boolean;
}

/** A fault that harms a target. `endsAtMs` is null for what stays until the method ends. */
export interface InPlace {
  readonly fault: string;
  readonly target: string;
  readonly endsAtMs: number | null;
  readonly state: 'in place' | 'restoring' | 'not restored';
}

/** The faults that nobody has begun to restore. */
export const undisturbed = ({ inPlace }: Pick<Run, 'inPlace'>): readonly InPlace[] =>
  [...inPlace.values()].filter(({ state }) => state === 'in place');

/** Thrown to leave the method early; the journal says why. */
export class MethodEnd extends Error {
  constructor(why: string) {
    super(why);
    this.name = 'MethodEnd';
  }
}

/** The undo of this moment is on disk, and more will come: see `captured` in the journal. */
export async function keepUndo(run: Run, record: UndoRecord): Promise<{ digest: string; seal: string }> {
  const digest = await run.journal.keepUndo(record);
  run.records.set(digest, JSON.parse(JSON.stringify(record)) as UndoRecord);
  return { digest, seal: run.context.seal(digest) };
}

/** Marks the beginning of a phase, for the record and for the display. */
export async function enter(run: Run, phase: 'baseline' | 'method' | 'recovery'): Promise<void> {
  await run.guard();
  run.phase = phase;
  // Before anything is harmed, a journal that cannot be written ends the run; afterwards it changes no verdict.
  if (phase === 'recovery') await run.journal.record({ type: 'phase', phase });
  else await run.journal.append({ type: 'phase', phase });
}
