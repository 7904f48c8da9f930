import type { Clock } from '../kernel/ports.ts';
import { wakeAt } from './metronome.ts';

/** A timer cannot be longer: Node would fire it at once. */
const TIMER_MAX_MS = 2 ** 31 - 1;
/** Sleeps up to so long, of which the schedule of fast probes is made, end to within a tenth of a millisecond. */
const FINE_MS = 100;
/** The last part of a fine sleep, which is not left to a timer of Node's: that may be late by more than a millisecond. */
const LAST_MS = 2.5;

/** The machine's own time. */
export const realClock: Clock = {
  wallMs: () => Date.now(),
  nowMs: () => performance.now(),

  async sleep(ms, signal) {
    signal?.throwIfAborted();
    const until = performance.now() + ms;
    if (ms > LAST_MS && ms <= FINE_MS) await timer(Math.floor(ms - LAST_MS), signal);
    for (let left = until - performance.now(); left > 0; left = until - performance.now()) {
      await timer(Math.min(Math.ceil(left), TIMER_MAX_MS), signal, ms <= FINE_MS ? until : undefined);
    }
  },
};

/**
 * Resolves after `ms`, or at the moment `exactly` if that is sooner. By hand, because Node's own makes an error with a
 * stack of every timer that is given up, which is one for each observation.
 */
function timer(ms: number, signal: AbortSignal | undefined, exactly?: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const over = () => {
      clearTimeout(running);
      takeBack?.();
      signal?.removeEventListener('abort', stop);
    };
    const stop = () => {
      over();
      reject(signal?.reason);
    };
    const done = () => {
      over();
      resolve();
    };
    const running = setTimeout(done, ms);
    const takeBack = exactly === undefined ? undefined : wakeAt(exactly, done);
    signal?.addEventListener('abort', stop, { once: true });
  });
}
