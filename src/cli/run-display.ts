import { appendFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { RunEvent } from '../engine/api.ts';
import type { Experiment } from '../experiment/experiment.ts';
import { ChaosError, type Problem } from '../kernel/errors.ts';
import { exitCodeOf } from '../kernel/outcome.ts';
import { renderEvent } from '../report/events.ts';
import { renderJunit } from '../report/junit.ts';
import { renderSummary, renderVerdictLine } from '../report/summary.ts';
import { columns, type Paint } from '../report/text.ts';
import { confirmRun } from './confirm.ts';
import type { RunInProgress } from './failure.ts';
import { showPath } from './home.ts';
import { type Display, liveDisplay, plainDisplay } from './live.ts';
import { outcomeOfEntry, readingOf, runSuite, type SuiteEntry, suiteOutcome, suiteResult } from './run-suite.ts';
import { watchSignals } from './signals.ts';
import { tell } from './terminal.ts';

export interface SuiteOptions {
  readonly home: string;
  readonly seed: number | undefined;
  readonly yes: boolean;
  readonly events: string | undefined;
  readonly junit: string | undefined;
  readonly isSuite: boolean;
}

/** Where a run is shown. */
export interface Screen {
  readonly print: (text: string) => void;
  readonly say: (text: string) => void;
  readonly problems: (problems: readonly Problem[]) => void;
  readonly progress: (run: RunInProgress | undefined) => void;
  readonly isQuiet: boolean;
  readonly isLive: boolean;
  readonly width: number;
  readonly paint: { readonly stdout: Paint; readonly stderr: Paint };
}

/** How long a run that was told to leave may take to say goodbye. */
const LEAVE_WITHIN_MS = 3_000;

/** Runs experiments and shows them: live or in lines on the way, the verdict at the end, reports into files. */
export async function runWithDisplay(experiments: readonly Experiment[], options: SuiteOptions, screen: Screen) {
  await confirmRun(experiments, options.yes);
  if (options.junit !== undefined) writeReport(options.junit, '');
  const display = displayFor(screen);
  const warn = screen.isQuiet ? (text: string) => tell(process.stderr, text) : display.say;
  const writeEvent = eventWriter(options.events, warn);
  let current: RunInProgress | undefined;
  const signals = watchSignals(process, display.say, () => leaveSoon(() => current));
  const listen = (event: RunEvent, runId: string) => {
    if (event.type === 'entry') writeEvent(renderEvent(event.entry, runId));
    display.show(event);
  };
  const begun = (runId: string, folder: string) => {
    current = { runId, journal: showPath(folder) };
    screen.progress(current);
  };
  const ended = (entry: SuiteEntry) => {
    display.end();
    screen.progress(undefined);
    showEntry(entry, screen);
  };
  try {
    const request = { home: options.home, seed: options.seed, begun, say: display.say, listen };
    const entries = await runSuite(experiments, request, signals.control, ended);
    if (options.junit !== undefined) reportAtEnd(options.junit, renderJunit(entries.map(readingOf)), warn);
    if (options.isSuite) screen.print(renderSuite(entries));
    return { result: suiteResult(entries, options.isSuite), exitCode: suiteOutcome(entries).exitCode };
  } finally {
    display.end();
    signals.stop();
  }
}

function displayFor({ isQuiet, isLive, say, paint }: Screen): Display {
  if (isQuiet) return { show: () => {}, say: () => {}, end: () => {} };
  return isLive ? liveDisplay(process.stderr, paint.stderr) : plainDisplay(say);
}

function showEntry(entry: SuiteEntry, { isQuiet, print, problems, width, paint }: Screen): void {
  const reading = readingOf(entry);
  if (!('run' in entry) && entry.problems.length > 0) {
    problems(entry.problems);
    return;
  }
  if (isQuiet) print(renderVerdictLine(reading));
  else
    print(
      `\n${renderSummary(reading, { journal: 'run' in entry ? showPath(entry.run.folder) : '' }, width, paint.stdout)}`,
    );
}

/** The last lines of a suite: every experiment with its outcome, and the outcome of all. */
function renderSuite(entries: readonly SuiteEntry[]): string {
  const { outcome, exitCode } = suiteOutcome(entries);
  const rows = entries.map((entry) => [outcomeOfEntry(entry), entry.experiment.file]);
  return ['', ...columns(rows), `suite: ${outcome} (exit code ${exitCode})`].join('\n');
}

/**
 * Writes events into a file as they happen. A file that cannot be written is told before anything is touched; one that
 * cannot be written any more costs events, never the run, and is told once: what was harmed must still be restored.
 */
function eventWriter(file: string | undefined, say: (text: string) => void): (line: string) => void {
  if (file === undefined) return () => {};
  writeReport(file, '');
  let isTold = false;
  return (line) => {
    try {
      appendFileSync(file, line);
    } catch (error) {
      if (!isTold) say(`events are missing: ${whyUnwritten(file, error).what}`);
      isTold = true;
    }
  };
}

/** A report that cannot be written is said, and changes nothing about how the run ended. */
function reportAtEnd(file: string, text: string, say: (text: string) => void): void {
  try {
    writeFileSync(file, text);
  } catch (error) {
    const { what, fix } = whyUnwritten(file, error);
    say(`the report is missing: ${what}; ${fix}`);
  }
}

function writeReport(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (error) {
    throw new ChaosError(whyUnwritten(file, error));
  }
}

function whyUnwritten(file: string, error: unknown): Problem {
  const reason = error instanceof Error ? error.message : String(error);
  const fix = `name a file in a folder that exists, may be written and has room; "${path.dirname(file)}" was tried`;
  return { code: 'CLI_USAGE', what: `"${file}" cannot be written: ${reason}`, fix };
}

/** The second signal: the engine says goodbye by itself; were it stuck, this ends the program with what to do next. */
function leaveSoon(current: () => RunInProgress | undefined): void {
  setTimeout(() => {
    const run = current();
    const next = run ? `; if it cannot, restore with: chaos recover ${run.runId}` : '';
    tell(process.stderr, `not waiting any longer: the watchdog goes on restoring${next}`);
    process.exit(exitCodeOf('dirty'));
  }, LEAVE_WITHIN_MS).unref();
}
