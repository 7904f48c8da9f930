import { listRegions } from '../host/region-file.ts';
import { outcomeOfProblems } from '../kernel/errors.ts';
import type { Outcome } from '../kernel/outcome.ts';
import { oneLine } from '../kernel/visible.ts';
import { harmedOf } from '../report/injections.ts';
import { columns, type Paint } from '../report/text.ts';
import { files } from './machine.ts';
import { type RunRow, renderRuns, rowOf } from './run-table.ts';
import { listRuns, needsRecovery, type RecordedRun, type UnreadableRun } from './runs.ts';

/** What `chaos status --json` prints. */
export interface Status {
  readonly v: 1;
  readonly home: string;
  readonly regions: readonly { readonly name: string; readonly endpoint: string; readonly pid: number }[];
  /** Regions whose files cannot be relied on, and what to do about each. */
  readonly damaged: readonly { readonly name: string; readonly what: string; readonly fix: string }[];
  readonly running: readonly RunRow[];
  /** Dead runs that need "chaos recover". */
  readonly harmed: readonly RunRow[];
  /** Runs whose record is damaged: what they left harmed is not known. */
  readonly unreadable: readonly UnreadableRun[];
  /** What runs that go on harm just now: what is in place, and what they tried to restore in vain. */
  readonly harming: readonly {
    readonly runId: string;
    readonly inPlace: readonly string[];
    readonly notRestored: readonly string[];
  }[];
}

export async function readStatus(home: string): Promise<Status> {
  const { runs, unreadable } = await listRuns(home, files);
  const { up, damaged } = await listRegions(home);
  return {
    v: 1,
    home,
    regions: up.map(({ name, endpoint, pid }) => ({ name, endpoint, pid })),
    damaged: damaged.map(({ name, problem: { what, fix } }) => ({ name, what, fix })),
    running: runs.filter(({ isAlive }) => isAlive).map(rowOf),
    harming: runs.filter(({ isAlive }) => isAlive).flatMap(harmingOf),
    harmed: runs.filter((run) => run.harmed.length > 0 && needsRecovery(run)).map(rowOf),
    unreadable,
  };
}

/** Something is harmed, or nobody can tell whether something is. */
export const outcomeOfStatus = ({ harmed, unreadable }: Status): Outcome =>
  harmed.length > 0 ? 'dirty' : outcomeOfProblems(unreadable.flatMap(({ problems }) => problems));

function harmingOf({ runId, reading }: RecordedRun): Status['harming'] {
  const harmed = harmedOf(reading.injections);
  const [inPlace, notRestored] = [false, true].map((isDirty) =>
    harmed.filter(({ state }) => (state === 'dirty') === isDirty).map(({ target }) => target),
  );
  return harmed.length > 0 ? [{ runId, inPlace: inPlace ?? [], notRestored: notRestored ?? [] }] : [];
}

export function renderStatus(status: Status, paint: Paint): string {
  const { regions, damaged, running, harmed, harming, unreadable, home } = status;
  const sections = [
    regions.length > 0
      ? [
          paint.bold('Regions'),
          ...columns(
            regions.map((r) => [r.name, r.endpoint, `pid ${r.pid}`]),
            '  ',
          ),
        ]
      : ['No region is up.'],
    ...(damaged.length > 0
      ? [
          [
            paint.warn('Damaged regions'),
            ...damaged.map(({ what, fix }) => `  ${oneLine(what)}\n    fix: ${oneLine(fix)}`),
          ],
        ]
      : []),
    running.length > 0 ? [paint.bold('Runs that go on'), renderRuns(running, paint)] : ['No run goes on.'],
    ...(harming.length > 0
      ? [[paint.warn('Harmed just now by runs that go on'), ...harming.flatMap((run) => renderHarming(run, paint))]]
      : []),
    harmed.length > 0
      ? [
          paint.bad('Left harmed by dead runs'),
          ...harmed.map(
            (row) => `  ${row.runId}: ${oneLine(row.harmed.join(', '))}; restore with: chaos recover ${row.runId}`,
          ),
        ]
      : nothingHarmed(status),
    ...(unreadable.length > 0
      ? [
          [
            paint.bad('Not known what they left harmed, for their record is damaged'),
            ...unreadable.flatMap(renderDamage),
          ],
        ]
      : []),
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n')}\n${paint.dim(`home: ${home}`)}`;
}

/** What may be said when nothing is known to be left harmed. */
function nothingHarmed({ harming, unreadable }: Status): string[] {
  if (unreadable.length > 0) return [];
  return [harming.length > 0 ? 'Dead runs left nothing harmed.' : 'Nothing is left harmed.'];
}

const renderDamage = ({ runId, problems }: UnreadableRun): string[] =>
  problems.flatMap(({ code, what, fix }) => [`  ${runId}: ${code}: ${oneLine(what)}`, `    fix: ${oneLine(fix)}`]);

const renderHarming = ({ runId, inPlace, notRestored }: Status['harming'][number], paint: Paint): string[] => [
  ...(inPlace.length > 0 ? [`  ${runId}: in place: ${oneLine(inPlace.join(', '))}`] : []),
  ...(notRestored.length > 0
    ? [
        paint.bad(
          `  ${runId}: NOT RESTORED: ${oneLine(notRestored.join(', '))}; once the run has ended, restore with: chaos recover ${runId}`,
        ),
      ]
    : []),
];
