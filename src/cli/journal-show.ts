import type { Entry } from '../journal/entries.ts';
import { runJson } from '../report/json.ts';
import { lineRenderer } from '../report/lines.ts';
import { renderSummary } from '../report/summary.ts';
import type { Paint } from '../report/text.ts';
import type { RecordedRun } from './runs.ts';

/** A recorded run as a screen and as JSON. */
export function showRun(
  { reading, folder }: RecordedRun,
  { width, paint, journal }: { width: number; paint: Paint; journal: string },
) {
  return { text: renderSummary(reading, { journal }, width, paint), json: runJson(reading, folder) };
}

/** Every entry that has words, one line each. */
export function journalLines(entries: readonly Entry[]): string[] {
  const lineOf = lineRenderer();
  return entries.flatMap((entry) => lineOf(entry) ?? []);
}
