import type { Experiment } from '../experiment/experiment.ts';
import type { Entry, PlannedInjection, Reach } from '../journal/entries.ts';
import type { Catalog } from '../kernel/define.ts';
import type { ErrorCode, Problem } from '../kernel/errors.ts';
import type { Outcome } from '../kernel/outcome.ts';
import type { Clock, Files, Lease, Seal, Watchdog, WritePort } from '../kernel/ports.ts';

/** What a run needs from outside. The composition root makes the real one, the simulation another. */
export interface RunContext {
  readonly catalog: Catalog;
  readonly port: WritePort;
  readonly files: Files;
  /** The folder that holds `runs/<runId>/`. Absolute. */
  readonly home: string;
  readonly runId: string;
  /** From 0 to `SEED_MAX`: the same seed chooses the same targets. */
  readonly seed: number;
  readonly lease: Lease;
  readonly watchdog: Watchdog;
  /** What is told while the run goes on. Entries are on disk before they are told. */
  readonly listen: (event: RunEvent) => void;
  /** Version of this program, for the record. */
  readonly tool: string;
  readonly pid: number;
  /** What recover needs to reach the account again. */
  readonly reach: Reach;
  /** Values that never appear in the journal, nor in what is told. The undo data keeps them, apart. */
  readonly secrets: readonly string[];
  /** Marks what whoever restores this run later may play. */
  readonly seal: Seal;
}

/** Signals to a running experiment. */
export interface RunControl {
  /** Aborted: end the method and restore (outcome `aborted`). The reason is a short text: who asked. */
  readonly abort: AbortSignal;
  /** Aborted: stop waiting for the restore (outcome `dirty`); the watchdog goes on with it. */
  readonly leave: AbortSignal;
}

export type RunEvent =
  | { readonly type: 'entry'; readonly entry: Entry }
  | { readonly type: 'progress'; readonly progress: Progress };

/** A reading of the moment, about twice a second: for a live display, never for a verdict. */
export interface Progress {
  readonly phase: string;
  readonly elapsedMs: number;
  /** What is left at most; 0 before there is a plan, and past the plan's time. */
  readonly remainingMs: number;
  readonly probes: readonly {
    readonly name: string;
    readonly samples: number;
    readonly good: number;
    readonly recentGood: number;
    readonly recentSamples: number;
    readonly p99Ms: number | null;
  }[];
  readonly faults: readonly {
    readonly injection: string;
    readonly fault: string;
    readonly target: string;
    /** It counts as in place until it is known to be restored. */
    readonly state: 'in place' | 'restoring' | 'not restored';
    readonly remainingMs: number | null;
  }[];
}

export interface Plan {
  readonly injections: readonly PlannedInjection[];
  readonly problems: readonly Problem[];
  /** How long the run takes as a rule. */
  readonly expectedMs: number;
  /**
   * How long it takes at most from this plan on, whatever the account answers: the sum of what bounds each of its waits.
   * Not if this process stands still, or its watchdog takes the run over.
   */
  readonly atMostMs: number;
  /** AWS actions (`ec2:StopInstances`) and facility operations that the calls of the plan need. */
  readonly permissions: readonly string[];
  /** Present when targets were chosen at random: the same seed chooses the same again. */
  readonly seed?: number;
}

export interface RunResult {
  readonly runId: string;
  readonly outcome: Outcome;
  readonly journal: string;
  /** What happened, also where the disk took no entry any more. */
  readonly entries: readonly Entry[];
}

/** Runs one experiment to its verdict. Never throws for what can go wrong in the world: that is an outcome. */
export type RunExperiment = (experiment: Experiment, context: RunContext, control: RunControl) => Promise<RunResult>;
/** Resolves the targets and says what would be done. Reads only. */
export type MakePlan = (
  experiment: Experiment,
  context: Pick<RunContext, 'catalog' | 'port' | 'seed'>,
  signal: AbortSignal,
) => Promise<Plan>;
/** Restores what a dead run left harmed. */
export type RecoverRun = (runFolder: string, context: RecoverContext) => Promise<Recovery>;

export interface RecoverContext {
  readonly catalog: Catalog;
  readonly files: Files;
  readonly clock: Clock;
  readonly by: 'watchdog' | 'recover';
  /** Reaches the account of the run again; undefined when that very instance of the account is gone. */
  readonly connect: (started: Extract<Entry, { type: 'run-started' }>) => Promise<WritePort | undefined>;
  /** A port without an account, where the account is gone: it runs programs of the author's, and nothing else. */
  readonly openCommandPort: () => WritePort;
  /**
   * Takes the run's lease from whoever holds it, so that the account refuses what the run still sends; asked before
   * anything is read. Problems say which other run has the account.
   */
  readonly take: (port: WritePort, runId: string) => Promise<readonly Problem[]>;
  /** Gives the run's lease back to the account, once nothing of the run is left there. */
  readonly release: (port: WritePort, runId: string) => Promise<void>;
  /** Undefined where there is no key of this user: then nothing in the record is known to be his. */
  readonly seal: Seal | undefined;
  /** Whether the user has read what the record would do on this machine, and takes it for his own, sealed or not. */
  readonly trustCommands: boolean;
  /**
   * Who says that he has restored by hand what cannot be restored. What can be compared is, and is restored; nothing else is
   * played, and what is open then is closed by his word.
   */
  readonly restoredByHand?: string;
  readonly listen: (event: RunEvent) => void;
}

export interface Recovery {
  readonly runId: string;
  readonly restored: readonly string[];
  readonly vanished: readonly string[];
  /** Restored by hand, as somebody says: nobody has seen it. */
  readonly byHand: readonly { readonly target: string; readonly saidBy: string }[];
  readonly failed: readonly {
    readonly target: string;
    readonly why: string;
    readonly manualRecovery: string;
    /** Why, if it was not even tried. */
    readonly code?: ErrorCode;
  }[];
  /** What was done is not on disk, and so the run still counts as harmed, and holds its account: why. */
  readonly unrecorded?: Problem;
}
