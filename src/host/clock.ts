import { setTimeout as wait } from 'node:timers/promises';
import type { Clock } from '../kernel/ports.ts';

/** A timer cannot be longer: Node would fire it at once. */
const TIMER_MAX_MS = 2 ** 31 - 1;

/** The machine's own time. */
export const realClock: Clock = {
  wallMs: () => Date.now(),
  nowMs: () => performance.now(),

  async sleep(ms, signal) {
    signal?.throwIfAborted();
    const until = performance.now() + ms;
    for (let left = ms; left > 0; left = until - performance.now()) {
      try {
        await wait(Math.min(Math.ceil(left), TIMER_MAX_MS), undefined, signal ? { signal } : {});
      } catch (error) {
        signal?.throwIfAborted();
        throw error;
      }
    }
  },
};
