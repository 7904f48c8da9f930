import type { Outcome } from '../kernel/outcome.ts';
import { renderDuration } from '../kernel/units.ts';
import { paintOutcome } from '../report/summary.ts';
import { columns, type Paint } from '../report/text.ts';
import type { RecordedRun, RecordedRuns, UnreadableRun } from './runs.ts';

/** A run in one row of a list. */
export interface RunRow {
  readonly runId: string;
  readonly state: 'running' | 'ended' | 'died' | 'unreadable';
  readonly outcome: Outcome | null;
  readonly startedAt: string;
  readonly tookMs: number;
  readonly title: string;
  readonly account: string;
  readonly harmed: readonly string[];
}

export function rowOf({ runId, reading, isAlive, harmed }: RecordedRun): RunRow {
  const { end, startedAt, tookMs, title, account } = reading;
  return {
    runId,
    state: isAlive ? 'running' : end ? 'ended' : 'died',
    outcome: end?.outcome ?? null,
    startedAt,
    tookMs,
    title,
    account: account.name,
    harmed,
  };
}

/** All of them, the newest first. */
export const rowsOf = ({ runs, unreadable }: RecordedRuns): RunRow[] =>
  [...runs.map(rowOf), ...unreadable.map(unreadableRow)].sort((a, b) => (a.runId < b.runId ? 1 : -1));

/** What of a run whose record is damaged is known: its id, and in place of its title what is wrong. */
const unreadableRow = ({ runId, problems }: UnreadableRun): RunRow => ({
  runId,
  state: 'unreadable',
  outcome: null,
  startedAt: '',
  tookMs: 0,
  title: problems.map(({ what }) => what).join('; '),
  account: 'unknown',
  harmed: [],
});

export function renderRuns(rows: readonly RunRow[], paint: Paint): string {
  if (rows.length === 0) return 'No run is recorded here.';
  const cells = rows.map(({ runId, state, outcome, tookMs, title, harmed }) => [
    runId,
    harmed.length > 0 || state === 'unreadable'
      ? paint.bad(state === 'unreadable' ? state : 'harmed')
      : paintOutcome(outcome ?? undefined, paint)(outcome ?? state),
    state === 'unreadable' ? '' : renderDuration(tookMs),
    title,
  ]);
  return columns([['run', 'outcome', 'took', 'title'], ...cells]).join('\n');
}
