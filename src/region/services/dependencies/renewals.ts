import type { Fleet, Host } from './dependencies-state.ts';

/**
 * Establishes lapsed leases anew, one after another, as far as the time until `nowMs` suffices. An attempt that is given
 * up is queued again, behind what there is; the work on it is done all the same, unless such are dropped. So a queue
 * whose one pass takes twice as long as an attempt may take grows for ever and yields nothing: on 20 October 2025 the
 * leases of EC2's hosts came to that, until somebody throttled (https://aws.amazon.com/message/101925/).
 * @returns whether any lease was established.
 */
export function renewLeases(fleet: Fleet, nowMs: number): boolean {
  const hosts = new Map(fleet.hosts.map((host) => [host.hostId, host]));
  const workMs = 1_000 / fleet.perSecond;
  const before = fleet.progressMs;
  for (;;) {
    admit(fleet, fleet.freeMs);
    throttleWhenStuck(fleet, Math.min(nowMs, fleet.freeMs));
    const doneMs = Math.max(fleet.freeMs, fleet.queue[0]?.atMs ?? Infinity) + workMs;
    // Somebody may throttle while the work on an attempt goes on.
    if (doneMs > nowMs) break;
    giveUp(fleet, doneMs);
    const [attempt, ...others] = fleet.queue;
    if (!attempt) break;
    fleet.queue = others;
    const host = hosts.get(attempt.hostId);
    const isWanted = host?.attemptMs === attempt.atMs && doneMs - attempt.atMs <= fleet.timeoutMs;
    if (!isWanted && fleet.dropExpired) continue;
    fleet.freeMs = doneMs;
    if (host && isWanted) establish(fleet, host, doneMs);
  }
  throttleWhenStuck(fleet, nowMs);
  return fleet.progressMs !== before;
}

/** Begins with all hosts whose lease has lapsed: the store is in reach again. */
export function beginRenewals(fleet: Fleet, nowMs: number): void {
  forgetAttempts(fleet);
  Object.assign(fleet, { freeMs: nowMs, progressMs: nowMs, throttled: false } satisfies Partial<Fleet>);
}

/** Nothing is attempted any more: the store is out of reach, or every lease is held. */
export function forgetAttempts(fleet: Fleet): void {
  fleet.queue = [];
  for (const host of fleet.hosts) delete host.attemptMs;
}

function establish(fleet: Fleet, host: Host, atMs: number): void {
  host.leased = true;
  delete host.attemptMs;
  fleet.progressMs = atMs;
  if (fleet.network) takesTurn(fleet, atMs);
  if (fleet.hosts.some(({ leased }) => !leased)) return;
  forgetAttempts(fleet);
  fleet.throttled = false;
}

/** The network takes in one more change; the ones before it come first. @returns when it is through with it. */
export function takesTurn(fleet: Fleet, nowMs: number): number {
  fleet.networkMs = Math.max(fleet.networkMs, nowMs) + 1_000 / (fleet.network?.perSecond ?? Infinity);
  return fleet.networkMs;
}

/** Queues an attempt for each host that has none, as far as a throttle lets it in. */
function admit(fleet: Fleet, atMs: number): void {
  const waiting = fleet.hosts.filter(({ leased }) => !leased);
  const idle = waiting.filter(({ attemptMs }) => attemptMs === undefined);
  const room = mostAtOnce(fleet) - (waiting.length - idle.length);
  for (const host of idle.slice(0, Math.max(0, room))) attempt(fleet, host, atMs);
}

/** So many attempts are through in four fifths of the time that each has. */
const mostAtOnce = ({ throttled, perSecond, timeoutMs }: Fleet): number =>
  throttled ? Math.max(1, Math.floor((0.8 * perSecond * timeoutMs) / 1_000)) : Infinity;

function attempt(fleet: Fleet, host: Host, atMs: number): void {
  host.attemptMs = atMs;
  // In a queue as long as that nothing is through in time anyway.
  if (fleet.queue.length < MOST_PASSES * fleet.hosts.length) fleet.queue.push({ hostId: host.hostId, atMs });
}
const MOST_PASSES = 10;

/** Attempts whose time is over by then are given up, and queued again at that moment. */
function giveUp(fleet: Fleet, atMs: number): void {
  const late = fleet.hosts.filter(({ attemptMs = Infinity }) => attemptMs + fleet.timeoutMs < atMs);
  for (const host of late) attempt(fleet, host, (host.attemptMs ?? atMs) + fleet.timeoutMs);
}

/** Somebody sees that nothing comes of the work, empties the queue, and keeps it short from then on. */
function throttleWhenStuck(fleet: Fleet, nowMs: number): void {
  const { throttled, throttledAfterMs = Infinity, progressMs } = fleet;
  if (throttled || nowMs - progressMs < throttledAfterMs) return;
  forgetAttempts(fleet);
  Object.assign(fleet, { throttled: true, freeMs: progressMs + throttledAfterMs } satisfies Partial<Fleet>);
  admit(fleet, fleet.freeMs);
}
