import type { Blueprint } from '../kernel/blueprint.ts';
import type { MeansKind } from '../kernel/define.ts';
import type { Place } from '../kernel/errors.ts';
import type { Json } from '../kernel/json.ts';

/** An experiment that was checked: every name is known, every value has its unit, every parameter its value. */
export interface Experiment {
  readonly file: string;
  /** SHA-256 of the text, hex: the journal records which experiment it was. */
  readonly digest: string;
  readonly title: string;
  readonly description?: string;
  /** Name of the account; "embedded" when the file says nothing. */
  readonly account: string;
  readonly blueprint?: Blueprint;
  readonly parameters: Readonly<Record<string, string | number | boolean>>;
  /** Values that must not be recorded: secret parameters, and secrets of the environment that it refers to. */
  readonly secrets?: readonly string[];
  readonly hypothesis: Hypothesis;
  readonly blastRadius: BlastRadius;
  readonly stopConditions: readonly ProbeUse[];
  readonly method: readonly Step[];
  /** Programs that the author lists to run at the end, besides the undo that every fault derives. */
  readonly rollbacks: readonly CommandStep[];
  readonly allowPermanent: boolean;
  /** The seed that the file asks for. */
  readonly seed?: number;
}

export interface Hypothesis {
  readonly title: string;
  readonly probes: readonly ProbeUse[];
  /** How long the baseline is measured before the method begins. */
  readonly baselineMs: number;
  /** After the reverts: back within tolerance by then, and staying there for `stayMs`. */
  readonly recoverWithinMs: number;
  readonly stayMs: number;
}

export interface ProbeUse {
  readonly name: string;
  readonly probe: string;
  readonly with: Readonly<Record<string, unknown>>;
  /** Observations per second. */
  readonly ratePerSecond: number;
  /** The longest that one observation takes; a sample not answered by then has failed. */
  readonly timeoutMs: number;
  /** How old what it sees may be. */
  readonly lagMs?: number;
  readonly tolerance: Tolerance;
  /** Judged instead of `tolerance` while the method runs. */
  readonly during?: Tolerance;
  readonly place: Place;
}

/**
 * What the samples of a phase must look like. A sample is good when the probe says ok and every rule in `fields` is met.
 * With `successAtLeast`, the share of good samples is judged by the exact bound; without it one bad sample is a violation.
 */
export interface Tolerance {
  readonly successAtLeast?: number;
  /** `quantile` 0.99 below 500 ms: at most 1 % of the samples take 500 ms or more; a failed sample counts as slow. */
  readonly latency: readonly { readonly quantile: number; readonly belowMs: number }[];
  readonly fields: readonly FieldRule[];
}

export interface FieldRule {
  readonly field: string;
  readonly equals?: Json;
  readonly atLeast?: number;
  readonly atMost?: number;
  readonly above?: number;
  readonly below?: number;
  readonly matches?: Pattern;
}

/** A regular expression, ready to be asked. */
export interface Pattern {
  /** As the author wrote it. */
  readonly source: string;
  /** Whether the text holds a match. Takes a time in proportion to its length. */
  test(text: string): boolean;
}

interface BlastRadius {
  /** How many targets, in how many zones, the whole method may touch. */
  readonly targets: number;
  readonly zones: number;
}

export type Step = FaultStep | CommandStep | WaitStep | ParallelStep;

interface StepBase {
  readonly name: string;
  readonly place: Place;
  /** Waits this long before it begins. */
  readonly afterMs: number;
}

export interface FaultStep extends StepBase {
  readonly kind: 'fault';
  readonly fault: string;
  readonly via?: MeansKind;
  readonly select: Readonly<Record<string, unknown>>;
  /** Which of the matches it acts on; absent: all of them. */
  readonly take?: Take;
  readonly with: Readonly<Record<string, unknown>>;
  /** How long the fault stays in place before it is reverted; absent: until the method ends. */
  readonly forMs?: number;
}

/** Some of the matches: so many at most, or a share of them, above 0 and up to 1. */
export type Take = ({ readonly count: number } | { readonly percent: number }) & {
  /** The first in the target's stable order, or random ones. */
  readonly choose: 'first' | 'random';
};

/** A program of the author's own. Without `undo` it is permanent and must say so. */
export interface CommandStep extends StepBase {
  readonly kind: 'command';
  readonly command: readonly string[];
  readonly undo?: readonly string[];
  readonly permanent: boolean;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly forMs?: number;
}

interface WaitStep extends StepBase {
  readonly kind: 'wait';
  readonly waitMs: number;
}

interface ParallelStep extends StepBase {
  readonly kind: 'parallel';
  readonly steps: readonly Step[];
}
