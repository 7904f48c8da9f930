import type { RegionState } from './state.ts';

/** Something that is to happen by itself: an entry of the queue that the state carries. */
export type Timer = { readonly atMs: number; readonly order: number } & TimerWork;

export type TimerWork =
  /** Bounds of the intermediate states: they end even if the data plane says nothing. */
  | { readonly do: 'end-transition'; readonly instanceId: string; readonly transition: number }
  | { readonly do: 'power-instance'; readonly instanceId: string }
  | { readonly do: 'replace-hardware'; readonly instanceId: string }
  | { readonly do: 'forget-instance'; readonly instanceId: string }
  | { readonly do: 'look-at-group'; readonly group: string }
  | { readonly do: 'look-at-hosts' }
  | { readonly do: 'reach-instance'; readonly instanceId: string }
  | { readonly do: 'evaluate-alarm'; readonly alarm: string; readonly version: number }
  | { readonly do: 'deliver-command' | 'expire-command'; readonly commandId: string }
  | { readonly do: 'end-script'; readonly commandId: string; readonly instanceId: string }
  | { readonly do: 'publish-change'; readonly changeId: string }
  | { readonly do: 'forget-change'; readonly changeId: string }
  | { readonly do: 'end-trouble'; readonly name: string; readonly expiresMs: number }
  | {
      readonly do: 'end-draining';
      readonly targetGroup: string;
      readonly instanceId: string;
      readonly transition: number;
    };

/** Queues work. Timers that are due at the same time run in the order in which they were queued. */
export function schedule(state: RegionState, atMs: number, work: TimerWork): void {
  state.timers.push({ ...work, atMs, order: ++state.counter });
}

/** Takes the next timer that is due out of the queue. */
export function takeDue(state: RegionState, nowMs: number): Timer | undefined {
  const next = nextTimer(state);
  if (!next || next.atMs > nowMs) return undefined;
  state.timers = state.timers.filter((timer) => timer !== next);
  return next;
}

export function nextTimer(state: RegionState): Timer | undefined {
  let next: Timer | undefined;
  for (const timer of state.timers) {
    if (!next || timer.atMs < next.atMs || (timer.atMs === next.atMs && timer.order < next.order)) next = timer;
  }
  return next;
}
