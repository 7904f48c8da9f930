import { Worker } from 'node:worker_threads';

/**
 * Waits on one shared cell, in which the next moment stands (nanoseconds of the machine's monotonic clock; 0: none), and
 * says when it has come.
 */
const THREAD = `
const { workerData: cell, parentPort } = require('node:worker_threads');
for (;;) {
  const due = Atomics.load(cell, 0);
  const left = Number(due - process.hrtime.bigint()) / 1e6;
  if (due === 0n) Atomics.wait(cell, 0, due);
  else if (left > 0) Atomics.wait(cell, 0, due, left);
  else if (Atomics.compareExchange(cell, 0, due, 0n) === due) parentPort.postMessage(0);
}`;

/** What a reading of performance.now() lacks to be one of the machine's monotonic clock. */
const OFFSET_NS = Number(process.hrtime.bigint()) - performance.now() * 1e6;

const waiters = new Set<{ readonly atMs: number; readonly wake: () => void }>();
let cell: BigInt64Array | undefined;

/**
 * Calls `wake` at that reading of performance.now(), to within about a tenth of a millisecond where this thread's own
 * timers know whole ones only; a thread of its own keeps the time. Without that thread it is never called.
 * @returns how to take it back.
 */
export function wakeAt(atMs: number, wake: () => void): () => void {
  const waiter = { atMs, wake };
  waiters.add(waiter);
  cell ??= start();
  arm(cell);
  return () => void waiters.delete(waiter);
}

function start(): BigInt64Array {
  const shared = new BigInt64Array(new SharedArrayBuffer(8));
  const thread = new Worker(THREAD, { eval: true, workerData: shared, env: {} });
  thread.on('message', () => {
    release();
    arm(shared);
  });
  thread.on('error', () => undefined);
  thread.unref();
  return shared;
}

/** Wakes whose moment has come, in the order of the moments, however many there are when this thread comes to it. */
function release(): void {
  const nowMs = performance.now();
  const due = [...waiters].filter(({ atMs }) => atMs <= nowMs).sort((a, b) => a.atMs - b.atMs);
  for (const waiter of due) if (waiters.delete(waiter)) waiter.wake();
}

/** Writes the next moment into the cell, unless it stands there already. */
function arm(shared: BigInt64Array): void {
  let next = Number.POSITIVE_INFINITY;
  for (const { atMs } of waiters) next = Math.min(next, atMs);
  if (next === Number.POSITIVE_INFINITY) return;
  const due = BigInt(Math.ceil(next * 1e6 + OFFSET_NS));
  if (Atomics.exchange(shared, 0, due) !== due) Atomics.notify(shared, 0);
}
