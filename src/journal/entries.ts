import type { Call } from '../kernel/call.ts';
import type { Attestation, MeansKind } from '../kernel/define.ts';
import type { ErrorCode, Problem } from '../kernel/errors.ts';
import type { Json } from '../kernel/json.ts';
import type { Outcome } from '../kernel/outcome.ts';
import type { AccountKind, Address } from '../kernel/ports.ts';

/**
 * What can happen in a run: the lines of `journal.jsonl`. Screen, JSON and reports are readings of these entries.
 * Every line carries the version of the format, a sequence number from 1 and the wall-clock time.
 */
export type Entry = { readonly v: 1; readonly seq: number; readonly at: string } & EntryBody;

export type Phase = 'baseline' | 'method' | 'revert' | 'recovery';

export type EntryBody =
  | {
      readonly type: 'run-started';
      readonly runId: string;
      readonly tool: string;
      readonly experiment: { readonly file: string; readonly digest: string; readonly title: string };
      readonly account: { readonly kind: AccountKind; readonly name: string; readonly instance: string };
      /** What recover needs to reach the account again from another process. No secrets. */
      readonly reach: Reach;
      readonly parameters: Readonly<Record<string, Json>>;
      readonly pid: number;
    }
  | { readonly type: 'refused'; readonly problems: readonly Problem[] }
  /** `seed` is there when targets were chosen at random: with the same one, the same are chosen again. */
  | {
      readonly type: 'planned';
      readonly injections: readonly PlannedInjection[];
      readonly expectedMs: number;
      /** Absent in a journal of a version that did not say. */
      readonly atMostMs?: number;
      readonly seed?: number;
    }
  | { readonly type: 'phase'; readonly phase: Phase }
  | { readonly type: 'step'; readonly step: string; readonly state: 'began' | 'ended' }
  /** The undo is on disk, in `undo.jsonl`, and this is its SHA-256. From here on the target counts as harmed. */
  | {
      readonly type: 'captured';
      readonly injection: string;
      readonly target: string;
      readonly fault: string;
      readonly means: MeansKind | 'command';
      readonly reversal: 'reverts' | 'self-heals' | 'permanent';
      readonly digest: string;
      /** The seal of that digest. Absent in a journal of an older version, which nobody can vouch for. */
      readonly seal?: string;
      readonly restoresWithinMs: number;
    }
  | { readonly type: 'injecting'; readonly injection: string; readonly calls: readonly Call[] }
  /** `ambiguous`: a try before the one that succeeded got no answer, and may still land. */
  | { readonly type: 'injected'; readonly injection: string; readonly ambiguous?: boolean }
  | {
      readonly type: 'inject-failed';
      readonly injection: string;
      readonly code: string;
      readonly message: string;
      readonly ambiguous: boolean;
    }
  | {
      readonly type: 'attested';
      readonly injection: string;
      readonly attestation: Attestation;
      readonly afterMs: number;
    }
  | { readonly type: 'reverting'; readonly injection: string; readonly by: 'run' | 'watchdog' | 'recover' }
  /**
   * Written after the restoring was verified; `spent` for a permanent fault; `by hand` where nobody could verify it, and
   * whoever `saidBy` names has said that it is so.
   */
  | {
      readonly type: 'reverted';
      readonly injection: string;
      readonly how: 'restored' | 'already' | 'vanished' | 'spent' | 'by hand';
      readonly verified: Attestation | null;
      readonly afterMs: number;
      readonly saidBy?: string;
    }
  | {
      readonly type: 'revert-failed';
      readonly injection: string;
      readonly why: string;
      readonly changed: boolean;
      readonly manualRecovery: string;
      /** Why, if it was not even tried. */
      readonly code?: ErrorCode;
    }
  /** The author's own rollbacks are on disk, in `undo.jsonl`: whoever ends the run plays them. */
  | { readonly type: 'rollbacks-captured'; readonly digest: string; readonly seal?: string }
  /** `number` counts from 1 in the order of the experiment. */
  | {
      readonly type: 'rollback';
      readonly number: number;
      readonly command: readonly string[];
      readonly ok: boolean;
      readonly detail: string;
      /** How a person plays it, if it failed and is known. */
      readonly byHand?: string;
      /** Who says that he has done by hand what it would have done. */
      readonly saidBy?: string;
      /** Why, if it was not even tried. */
      readonly code?: ErrorCode;
    }
  | { readonly type: 'stop-condition'; readonly name: string; readonly evidence: string }
  | { readonly type: 'abort-requested'; readonly by: string }
  | { readonly type: 'recovered'; readonly probe: string; readonly afterMs: number | null }
  | { readonly type: 'judged'; readonly verdicts: readonly ProbeVerdict[] }
  | { readonly type: 'note'; readonly text: string }
  | { readonly type: 'problem'; readonly problem: Problem }
  | {
      readonly type: 'run-ended';
      readonly outcome: Outcome;
      readonly why: string;
      readonly targets: 'untouched' | 'restored' | 'dirty';
    };

export interface Reach {
  readonly kind: AccountKind;
  readonly name: string;
  /** The control endpoint of an embedded or endpoint account. Its credentials are looked up again, never journalled. */
  readonly endpoint?: string;
  readonly region?: string;
  readonly resolver?: Address;
  /** Where the state of a kept region outlives it. Absolute. */
  readonly data?: string;
}

export interface PlannedInjection {
  /** `1.web-a1`: the number of the step and the name of the target. */
  readonly id: string;
  readonly step: string;
  readonly fault: string;
  readonly means: MeansKind | 'command';
  readonly target: string;
  readonly zone?: string;
  readonly reversal: 'reverts' | 'self-heals' | 'permanent';
  readonly fidelity: string;
  readonly calls: readonly Call[];
  readonly restoreCalls: readonly Call[];
  readonly forMs?: number;
}

export type JudgedPhase = 'baseline' | 'during' | 'after';

/** The reading of one probe in one phase. */
export interface ProbeVerdict {
  readonly probe: string;
  readonly phase: JudgedPhase;
  readonly verdict: 'held' | 'deviated' | 'inconclusive' | 'no traffic';
  readonly samples: number;
  readonly good: number;
  /** Failures by reason, the most frequent first, at most eight. */
  readonly errors: Readonly<Record<string, number>>;
  readonly latencyMs: { readonly p50: number; readonly p90: number; readonly p99: number; readonly max: number } | null;
  /** One sentence per rule: what was asked, what was seen, what follows. */
  readonly reasons: readonly string[];
  /** How many samples the strictest rule needs. */
  readonly samplesNeeded: number;
}
