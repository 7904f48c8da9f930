import type { Clock } from '../../src/kernel/ports.ts';

/** A clock that stands still until everything that can run has run, and then jumps to the next timer. */
export class VirtualClock implements Clock {
  #now = 0;
  #order = 0;
  readonly #timers: { at: number; order: number; fire: () => void }[] = [];
  readonly #epoch: number;

  constructor(epoch = Date.UTC(2026, 0, 1)) {
    this.#epoch = epoch;
  }

  nowMs(): number {
    return this.#now;
  }

  wallMs(): number {
    return this.#epoch + this.#now;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const stop = () => {
        cancel();
        reject(signal?.reason);
      };
      const cancel = this.at(this.#now + Math.max(0, ms), () => {
        signal?.removeEventListener('abort', stop);
        resolve();
      });
      signal?.addEventListener('abort', stop, { once: true });
    });
  }

  /** Calls `fire` at that time of `nowMs`. Returns how to take it back. */
  at(whenMs: number, fire: () => void): () => void {
    const timer = { at: whenMs, order: this.#order++, fire };
    this.#timers.push(timer);
    return () => {
      const index = this.#timers.indexOf(timer);
      if (index >= 0) this.#timers.splice(index, 1);
    };
  }

  /** Runs until the promise settles; fails when nothing is left that could settle it, or past the limit. */
  async run<T>(promise: Promise<T>, limitMs = 24 * 3_600_000): Promise<T> {
    let settled = false;
    const done = promise.finally(() => {
      settled = true;
    });
    done.catch(() => {});
    for (;;) {
      await idle();
      if (settled) return done;
      const next = this.#next();
      if (!next) throw new Error(`nothing is left to wait for at ${this.#now} ms, and the work is not done`);
      if (next.at > limitMs) throw new Error(`not done within ${limitMs} ms of virtual time`);
      this.#now = Math.max(this.#now, next.at);
      this.#timers.splice(this.#timers.indexOf(next), 1);
      next.fire();
    }
  }

  #next() {
    let best = this.#timers[0];
    for (const timer of this.#timers) {
      if (best && (timer.at < best.at || (timer.at === best.at && timer.order < best.order))) best = timer;
    }
    return best;
  }
}

/** Lets every promise that can go on go on. One turn of the event loop runs all chained microtasks. */
const idle = () => new Promise<void>((resolve) => setImmediate(resolve));
