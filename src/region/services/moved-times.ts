import type { Json } from '../../kernel/json.ts';

/**
 * A kept state whose time is another: every moment that something waits for, or is counted from, moves by as much. A moment
 * is a number that is called `...Ms` and is no duration. What only tells when something was stays, as do all metrics.
 */
export function movedTimes(value: Json, byMs: number, name = ''): Json {
  if (typeof value === 'number') {
    return name.endsWith('Ms') && value >= FIRST_MOMENT && !HISTORY.has(name) ? value + byMs : value;
  }
  if (typeof value !== 'object' || value === null || name === 'cloudWatch') return value;
  if (Array.isArray(value)) return value.map((one: Json) => movedTimes(one, byMs, name));
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, movedTimes(one, byMs, key)]));
}

/** September 2001: no duration here is thirty years long. */
const FIRST_MOMENT = 1e12;

const HISTORY: ReadonlySet<string> = new Set([
  ...['createdMs', 'launchMs', 'submittedMs', 'modifiedMs', 'requestedMs', 'startMs', 'endMs'],
  // A session that was revoked by the time of its issue stays so.
  ...['updatedMs', 'changedMs', 'accessedMs', 'deletedMs', 'issuedMs'],
]);
