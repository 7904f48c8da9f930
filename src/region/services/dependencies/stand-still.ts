import type { Json } from '../../../kernel/json.ts';
import { movedTimes } from '../moved-times.ts';
import type { RegionState } from '../state.ts';

/**
 * Leases that were coming back have not come nearer while nothing ran: the queue of them stood still, and goes on as of
 * `nowMs`. Nothing is done when the look at the hosts that is queued is no more than `lateMs` late.
 */
export function standStill(state: RegionState, nowMs: number, lateMs: number): void {
  const { fleet } = state.dependencies ?? {};
  if (!fleet?.looking) return;
  const look = state.timers.find((timer) => timer.do === 'look-at-hosts');
  if (!look || nowMs - look.atMs <= lateMs) return;
  Object.assign(fleet, movedTimes(fleet as unknown as Json, nowMs - look.atMs));
  state.timers = state.timers.map((timer) => (timer === look ? { ...look, atMs: nowMs } : timer));
}

/** So late is no look while the machine runs: it slept, and what it slept through is not played. Milliseconds. */
export const SLEPT_MS = 60_000;
