import type { Outcome } from '../kernel/outcome.ts';
import { OUTCOMES } from '../kernel/outcome.ts';
import { renderDuration } from '../kernel/units.ts';
import { oneLine } from '../kernel/visible.ts';
import { harmedOf } from './injections.ts';
import { openHarm, targetsNow, whoRestored } from './open-harm.ts';
import { type RunReading, recoveryMs } from './reading.ts';
import { renderFaults, renderProbes } from './sections.ts';
import { count, type Paint, shorten, toPaste, wrap } from './text.ts';

/** Where to look for more, said at the end. */
export interface SummaryPlaces {
  /** The folder of the run, as the reader can type it. */
  readonly journal: string;
}

const WIDTH_MIN = 40;
const WIDTH_MAX = 100;

/**
 * The verdict screen, written for a tired person: the verdict and its reason first, what was measured and what was done
 * in the middle, what to do next as the last line. Fits the width, uses at most 100 columns.
 */
export function renderSummary(run: RunReading, places: SummaryPlaces, terminalWidth: number, paint: Paint): string {
  const width = Math.min(WIDTH_MAX, Math.max(WIDTH_MIN, terminalWidth));
  const sections = [
    head(run, width, paint),
    renderProbes(run, width, paint),
    renderFaults(run, width, paint),
    recovery(run, width, paint),
    remarks(run, width, paint),
    next(run, places, width, paint),
  ];
  return `${sections
    .filter((section) => section.length > 0)
    .map((section) => section.join('\n'))
    .join('\n\n')}\n`;
}

/** The one line that --quiet prints. */
export function renderVerdictLine(run: RunReading): string {
  const outcome = run.end?.outcome ?? 'no verdict';
  const why = run.end && outcome !== 'held' ? `: ${run.end.why}` : '';
  return oneLine(`${outcome}: ${run.title} (${renderDuration(run.tookMs)}, run ${run.runId})${why}`);
}

/** The colour of an outcome: good news, a finding, or trouble. */
export function paintOutcome(outcome: Outcome | undefined, paint: Paint): (text: string) => string {
  if (outcome === 'held') return paint.good;
  return outcome === 'deviated' || outcome === 'dirty' || outcome === 'error' ? paint.bad : paint.warn;
}

function head(run: RunReading, width: number, paint: Paint): string[] {
  const outcome = run.end?.outcome;
  const title = wrap(run.title, width - 2);
  const state = run.isRunning ? 'RUNNING' : 'NO VERDICT';
  const verdict = outcome ? `${outcome.toUpperCase()} (exit code ${OUTCOMES[outcome].code})` : state;
  const silence = run.isRunning ? 'The run goes on.' : 'The run died without a verdict.';
  return [
    paint.bold(paintOutcome(outcome, paint)(verdict)),
    ...title.map((line) => paint.bold(line)),
    ...wrap(run.end?.why ?? silence, width),
    paint.dim(shorten(`took ${renderDuration(run.tookMs)}, ${run.file}, account ${describeAccount(run)}`, width)),
  ];
}

/** A region that was built for the run alone bears its id as name: of no use to a reader. */
const describeAccount = ({ account, runId }: RunReading): string =>
  account.name === `run-${runId}` ? account.kind : account.name;

function recovery(run: RunReading, width: number, paint: Paint): string[] {
  if (run.recovered.length === 0) return [];
  const slowest = recoveryMs(run);
  const lines = run.recovered.flatMap(({ probe, afterMs }) =>
    wrap(
      afterMs === null
        ? `${probe}: not back within tolerance in time`
        : `${probe}: back within tolerance ${afterMs === 0 ? 'at once' : `${renderDuration(afterMs)} after the restore`}`,
      width,
      '  ',
    ),
  );
  const paintAll = slowest === null ? paint.bad : (text: string) => text;
  return [paint.bold('Recovery'), ...lines.map(paintAll)];
}

function remarks(run: RunReading, width: number, paint: Paint): string[] {
  const texts = [
    ...run.problems.flatMap(({ code, what, fix }) => [`${code}: ${what}`, `fix: ${fix}`]),
    ...(run.stop ? [`stop condition "${run.stop.name}": ${run.stop.evidence}`] : []),
    ...(run.abortedBy === undefined ? [] : [`aborted by ${run.abortedBy}`]),
    ...run.rollbacks.map(
      ({ command, ok, detail, saidBy }) =>
        `rollback ${command.join(' ')}: ${saidBy === undefined ? (ok ? 'done' : detail) : `${detail}, as ${saidBy} says`}`,
    ),
    ...run.notes,
  ];
  return texts.length === 0 ? [] : [paint.bold('Remarks'), ...texts.flatMap((text) => wrap(text, width, '  '))];
}

function next(run: RunReading, { journal }: SummaryPlaces, width: number, paint: Paint): string[] {
  const open = openHarm(run);
  const paths = journal === '' ? [] : wrap(`journal: ${journal}`, width).map((line) => paint.dim(line));
  const failed = run.injections.filter(({ state }) => state === 'dirty');
  if (run.isRunning)
    return [
      ...failed.flatMap(({ target, fault }) => wrap(`not restored: ${target} (${fault})`, width).map(paint.bad)),
      ...(failed.length > 0 ? [`once the run has ended, restore with: chaos recover ${run.runId}`] : []),
      ...wrap(`It restores what it harmed; end it early with "chaos abort ${run.runId}"`, width),
      ...paths,
    ];
  if (open.length === 0) {
    const advice = run.end === undefined ? '' : ADVICE[run.end.outcome];
    return [...wrap(`${describeState(run)} ${advice}`, width), ...paths];
  }
  return [
    ...paths,
    paint.bad(`${describeOpen(run)}:`),
    ...open.flatMap(({ what, why }) => wrap(`${what}${why === undefined ? '' : `: ${why}`}`, width, '  ')),
    // Not wrapped: it is there to be pasted.
    ...open.flatMap(({ byHand }) => (byHand === undefined ? [] : `  by hand: ${toPaste(byHand)}`)),
    `restore with: chaos recover ${run.runId}`,
  ];
}

/** "1 target may still be harmed, 1 rollback is still to be played". */
function describeOpen({ injections, openRollbacks }: RunReading): string {
  const targets = harmedOf(injections).length;
  const rollbacks = openRollbacks.length;
  const played = `${count(rollbacks, 'rollback')} of the experiment ${rollbacks === 1 ? 'has' : 'have'} not succeeded`;
  return [
    ...(targets > 0 ? [`${count(targets, 'target')} may still be harmed`] : []),
    ...(rollbacks > 0 ? [played] : []),
  ].join(', ');
}

function describeState(run: RunReading): string {
  const { injections, end } = run;
  const who = whoRestored(run);
  if (who !== undefined) return `What could not be restored is restored by hand, as ${who} says.`;
  if (end?.targets === 'dirty' && targetsNow(run) === 'restored') return 'Everything was restored since.';
  if (!injections.some(({ captured }) => captured)) return 'No target was touched.';
  const spent = injections.some(({ restored }) => restored === 'spent');
  return spent ? 'Every target is restored, save what is permanent as declared.' : 'Every target is restored.';
}

/** What a person does next, for each verdict. */
const ADVICE: Record<Outcome, string> = {
  held: 'Next: a harder fault, or this one in CI.',
  error: 'This is a defect of the program; the report above says what to send along.',
  invalid: 'Mend the experiment and run "chaos validate" on it.',
  deviated: 'Next: find what the failing rows have in common, mend it, and run this again.',
  unsteady: 'Next: make the system meet its own tolerance without any fault, then run this again.',
  stopped: 'Next: treat the stop as a finding, or make the fault smaller.',
  aborted: 'The hypothesis was not decided. Run it again when it suits.',
  dirty: '',
  refused: 'Next: follow the fix above, or choose another account.',
  unavailable: 'Next: mend what is said above; "chaos doctor" looks at what a run needs.',
  inconclusive: 'Next: raise the rate or the duration until the samples suffice.',
  'not exercised': 'Nothing was learnt about the system. Next: see why the fault met nothing.',
};
