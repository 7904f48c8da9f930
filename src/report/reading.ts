import type { Entry, JudgedPhase, ProbeVerdict, Reach } from '../journal/entries.ts';
import type { Problem } from '../kernel/errors.ts';
import type { Json } from '../kernel/json.ts';
import type { Outcome } from '../kernel/outcome.ts';
import { type InjectionReading, readInjections } from './injections.ts';
import { type OpenHarm, readOpenRollbacks } from './open-harm.ts';

/** What the entries of one run say, gathered: the one reading from which screen, JSON and JUnit are made. */
export interface RunReading {
  readonly runId: string;
  readonly title: string;
  readonly file: string;
  readonly account: { readonly kind: string; readonly name: string };
  readonly reach: Reach | undefined;
  readonly pid: number | undefined;
  readonly tool: string;
  readonly parameters: Readonly<Record<string, Json>>;
  readonly startedAt: string;
  /** From the first entry to the last. */
  readonly tookMs: number;
  readonly injections: readonly InjectionReading[];
  readonly verdicts: readonly ProbeVerdict[];
  readonly recovered: readonly { readonly probe: string; readonly afterMs: number | null }[];
  readonly rollbacks: readonly {
    readonly command: readonly string[];
    readonly ok: boolean;
    readonly detail: string;
    /** Who says that he has played it by hand. */
    readonly saidBy?: string;
  }[];
  /** The author's rollbacks that are still to be played. */
  readonly openRollbacks: readonly OpenHarm[];
  readonly stop: { readonly name: string; readonly evidence: string } | undefined;
  readonly abortedBy: string | undefined;
  /** Why it was refused, and what went wrong otherwise. */
  readonly problems: readonly Problem[];
  readonly notes: readonly string[];
  readonly expectedMs: number | undefined;
  /** With which targets were chosen at random; undefined when none was. */
  readonly seed: number | undefined;
  /** Whether its process lives: then nothing in it is final. */
  readonly isRunning: boolean;
  /** Undefined while the run goes on, and when it died. */
  readonly end: RunEnd | undefined;
}

interface RunEnd {
  readonly outcome: Outcome;
  readonly why: string;
  readonly targets: 'untouched' | 'restored' | 'dirty';
}

export const JUDGED_PHASES: readonly JudgedPhase[] = ['baseline', 'during', 'after'];

/** Reads the entries of one run. Total: an empty or torn journal yields a reading without an end. */
export function readRun(entries: readonly Entry[], isRunning = false): RunReading {
  const started = firstOf(entries, 'run-started');
  const ended = entries.findLast((entry) => entry.type === 'run-ended');
  const stop = firstOf(entries, 'stop-condition');
  const first = entries[0]?.at ?? '';
  return {
    runId: started?.runId ?? '',
    title: started?.experiment.title ?? '',
    file: started?.experiment.file ?? '',
    account: started?.account ?? { kind: 'unknown', name: 'unknown' },
    reach: started?.reach,
    pid: started?.pid,
    tool: started?.tool ?? '',
    parameters: started?.parameters ?? {},
    startedAt: first,
    tookMs: elapsedMs(first, (ended ?? entries.at(-1))?.at),
    injections: readInjections(entries),
    verdicts: entries.findLast((entry) => entry.type === 'judged')?.verdicts ?? [],
    recovered: allOf(entries, 'recovered').map(({ probe, afterMs }) => ({ probe, afterMs })),
    rollbacks: allOf(entries, 'rollback').map(({ command, ok, detail, saidBy }) => ({
      command,
      ok,
      detail,
      ...(saidBy !== undefined && { saidBy }),
    })),
    openRollbacks: readOpenRollbacks(entries),
    stop: stop && { name: stop.name, evidence: stop.evidence },
    abortedBy: firstOf(entries, 'abort-requested')?.by,
    problems: entries.flatMap(problemsOf),
    notes: allOf(entries, 'note').map(({ text }) => text),
    expectedMs: firstOf(entries, 'planned')?.expectedMs,
    seed: firstOf(entries, 'planned')?.seed,
    isRunning,
    end: ended && { outcome: ended.outcome, why: ended.why, targets: ended.targets },
  };
}

/** Milliseconds between two wall-clock times of entries; 0 when one is missing. */
export function elapsedMs(from: string, to: string | undefined): number {
  const length = Date.parse(to ?? '') - Date.parse(from);
  return Number.isFinite(length) ? Math.max(0, length) : 0;
}

/** The slowest probe's way back to tolerance; null when one did not come back; undefined when none was measured. */
export function recoveryMs({ recovered }: Pick<RunReading, 'recovered'>): number | null | undefined {
  if (recovered.length === 0) return undefined;
  return recovered.reduce<number | null>(
    (slowest, { afterMs }) => (slowest === null || afterMs === null ? null : Math.max(slowest, afterMs)),
    0,
  );
}

function problemsOf(entry: Entry): readonly Problem[] {
  if (entry.type === 'refused') return entry.problems;
  return entry.type === 'problem' ? [entry.problem] : [];
}

type OfType<T extends Entry['type']> = Extract<Entry, { type: T }>;

const allOf = <T extends Entry['type']>(entries: readonly Entry[], type: T): OfType<T>[] =>
  entries.filter((entry): entry is OfType<T> => entry.type === type);

const firstOf = <T extends Entry['type']>(entries: readonly Entry[], type: T): OfType<T> | undefined =>
  entries.find((entry): entry is OfType<T> => entry.type === type);
