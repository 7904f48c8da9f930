import { CallError } from '../kernel/errors.ts';
import type { Clock } from '../kernel/ports.ts';

/**
 * Runs work that gets a signal of its own, and waits for it no longer than `ms`, whether it honours the signal or not.
 * @throws CallError TIMEOUT when the time is over; the parent's reason when that aborts.
 */
export async function within<T>(
  clock: Clock,
  ms: number,
  parent: AbortSignal | undefined,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  parent?.throwIfAborted();
  const inner = new AbortController();
  const stop = () => inner.abort(parent?.reason);
  parent?.addEventListener('abort', stop, { once: true });
  try {
    return await Promise.race([work(inner.signal), expiry(clock, Math.max(0, ms), inner.signal)]);
  } finally {
    parent?.removeEventListener('abort', stop);
    inner.abort(OVER);
  }
}

const OVER = new Error('no longer awaited');

async function expiry(clock: Clock, ms: number, signal: AbortSignal): Promise<never> {
  await clock.sleep(ms, signal);
  throw new CallError('TIMEOUT', `no answer within ${ms} ms`, { retryable: true, ambiguous: true });
}

/** Waits between tries: doubling from `firstMs` up to `mostMs`, so many times. */
export interface Patience {
  readonly tries: number;
  readonly firstMs: number;
  readonly mostMs: number;
}

/** Bears throttling for about fifteen seconds. */
const PATIENCE: Patience = { tries: 9, firstMs: 100, mostMs: 4_000 };

/** The wait before try number `again` (1 for the first repetition). */
const waitMs = ({ firstMs, mostMs }: Patience, again: number): number =>
  Math.min(mostMs, firstMs * 2 ** Math.min(30, again - 1));

/** Repeats work that fails with a `CallError` that says it may work later. Everything else is thrown at once. */
export async function patiently<T>(
  clock: Clock,
  signal: AbortSignal,
  work: () => Promise<T>,
  { onRetry = () => {}, patience = PATIENCE }: { onRetry?: (error: CallError) => void; patience?: Patience } = {},
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof CallError && error.retryable) || attempt >= patience.tries || signal.aborted) throw error;
      onRetry(error);
      await clock.sleep(waitMs(patience, attempt), signal);
    }
  }
}

/** Maps in order with at most `width` at work. Waits for all, also when one fails; then throws the first failure. */
export async function eachOf<T, R>(items: readonly T[], width: number, work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  const failures: unknown[] = [];
  let next = 0;
  const worker = async () => {
    for (let index = next++; index < items.length; index = next++) {
      try {
        results[index] = await work(items[index] as T);
      } catch (error) {
        failures.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(width, items.length) }, worker));
  if (failures.length > 0) throw failures[0];
  return results;
}
