import type { RunControl } from '../engine/api.ts';
import type { Experiment } from '../experiment/experiment.ts';
import { ChaosError, outcomeOfProblems, type Problem } from '../kernel/errors.ts';
import { exitCodeOf, type Outcome, worst } from '../kernel/outcome.ts';
import { redactor, redactProblem } from '../kernel/redact.ts';
import { runJson, suiteJson } from '../report/json.ts';
import type { RunReading } from '../report/reading.ts';
import { type FinishedRun, type RunRequest, runOne } from './run-one.ts';

/** How one experiment of a suite ended: with a record, or before there was one. */
export type SuiteEntry =
  | { readonly experiment: Experiment; readonly run: FinishedRun }
  | { readonly experiment: Experiment; readonly outcome: Outcome; readonly problems: readonly Problem[] };

/** Runs experiments one after another. What cannot start does not keep the others from running; an abort does. */
export async function runSuite(
  experiments: readonly Experiment[],
  request: RunRequest,
  control: RunControl,
  ended: (entry: SuiteEntry) => void,
): Promise<SuiteEntry[]> {
  const entries: SuiteEntry[] = [];
  for (const experiment of experiments) {
    if (control.abort.aborted) break;
    const entry = await play(experiment, request, control);
    entries.push(entry);
    ended(entry);
  }
  return entries;
}

async function play(experiment: Experiment, request: RunRequest, control: RunControl): Promise<SuiteEntry> {
  try {
    return { experiment, run: await runOne(experiment, request, control) };
  } catch (error) {
    if (control.abort.aborted) return { experiment, outcome: 'aborted', problems: [] };
    if (!(error instanceof ChaosError)) throw error;
    const outcome = outcomeOfProblems(error.problems);
    const redact = redactor(experiment.secrets ?? []);
    return { experiment, outcome, problems: error.problems.map((problem) => redactProblem(problem, redact)) };
  }
}

export const outcomeOfEntry = (entry: SuiteEntry): Outcome =>
  'run' in entry ? (entry.run.reading.end?.outcome ?? 'error') : entry.outcome;

/** The readings of a suite, for its report: an experiment that never began has one that says why. */
export function readingOf(entry: SuiteEntry): RunReading {
  if ('run' in entry) return entry.run.reading;
  const { experiment, outcome, problems } = entry;
  const redact = redactor(experiment.secrets ?? []);
  const parameters = Object.entries(experiment.parameters).map(([name, value]) => [name, redact(value)]);
  return {
    runId: '',
    title: redact(experiment.title),
    file: redact(experiment.file),
    account: { kind: 'unknown', name: experiment.account },
    reach: undefined,
    pid: undefined,
    tool: '',
    parameters: Object.fromEntries(parameters),
    startedAt: '',
    tookMs: 0,
    injections: [],
    verdicts: [],
    recovered: [],
    rollbacks: [],
    openRollbacks: [],
    stop: undefined,
    abortedBy: undefined,
    problems,
    notes: [],
    expectedMs: undefined,
    seed: undefined,
    isRunning: false,
    end: {
      outcome,
      why: problems.map(({ what }) => what).join('; ') || 'The run was ended before it began.',
      targets: 'untouched',
    },
  };
}

/** What --json prints: the run itself for one file, the suite for several. */
export function suiteResult(entries: readonly SuiteEntry[], isSuite: boolean) {
  const runs = entries.map((entry) => runJson(readingOf(entry), 'run' in entry ? entry.run.folder : ''));
  const [only] = runs;
  return !isSuite && only && runs.length === 1 ? only : suiteJson(runs);
}

/** The most serious outcome of all, with its exit code. */
export function suiteOutcome(entries: readonly SuiteEntry[]): { outcome: Outcome; exitCode: number } {
  const outcome = worst(entries.map(outcomeOfEntry));
  return { outcome, exitCode: exitCodeOf(outcome) };
}
