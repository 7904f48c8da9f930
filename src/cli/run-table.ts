import type { Outcome } from '../kernel/outcome.ts';
import { renderDuration } from '../kernel/units.ts';
import { paintOutcome } from '../report/summary.ts';
import { columns, type Paint } from '../report/text.ts';
import type { RecordedRun } from './runs.ts';

/** A run in one row of a list. */
export interface RunRow {
  readonly runId: string;
  readonly state: 'running' | 'ended' | 'died';
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

export function renderRuns(rows: readonly RunRow[], paint: Paint): string {
  if (rows.length === 0) return 'No run is recorded here.';
  const cells = rows.map(({ runId, state, outcome, tookMs, title, harmed }) => [
    runId,
    harmed.length > 0 ? paint.bad('harmed') : paintOutcome(outcome ?? undefined, paint)(outcome ?? state),
    renderDuration(tookMs),
    title,
  ]);
  return columns([['run', 'outcome', 'took', 'title'], ...cells]).join('\n');
}
