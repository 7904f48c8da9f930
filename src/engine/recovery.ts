import type { Tolerance } from '../experiment/experiment.ts';
import { isSlow, type Sample } from './tally.ts';
import { meets } from './verdict.ts';

/**
 * Finds out when a probe is back: the first good sample after which, for the whole of `stayMs`, the samples meet the
 * tolerance. Samples are given in any order, numbered from 0 by their intended start.
 */
export class Recovery {
  readonly samples: Sample[] = [];
  readonly #tolerance: Tolerance;
  readonly #stayMs: number;
  /** How many samples from the first are known without a hole; counts of the bad and slow ones among the first i. */
  readonly #bad: number[] = [0];
  readonly #slow: number[][];
  #known = 0;
  #start = 0;
  #end = 0;

  constructor(tolerance: Tolerance, stayMs: number) {
    this.#tolerance = tolerance;
    this.#stayMs = stayMs;
    this.#slow = tolerance.latency.map(() => [0]);
  }

  set(index: number, sample: Sample): void {
    this.samples[index] = sample;
  }

  /** The intended start of the sample from which on it is back; undefined as long as that cannot be said. */
  backAt(): number | undefined {
    this.#extend();
    for (; this.#start < this.#known; this.#start++) {
      const first = this.samples[this.#start];
      if (!first) return undefined;
      while (this.#end < this.#known && (this.samples[this.#end]?.atMs ?? 0) < first.atMs + this.#stayMs) this.#end++;
      if (first.bad !== undefined) continue;
      // The window may be judged once a sample beyond it is known: then none of its own is missing.
      if (this.#end >= this.#known) return undefined;
      if (this.#windowMeets(this.#start, this.#end)) return first.atMs;
    }
    return undefined;
  }

  /** No sample before this time can be the one from which on it is back. */
  notBefore(): number {
    return this.samples[this.#start]?.atMs ?? this.samples[this.#known - 1]?.atMs ?? 0;
  }

  #extend(): void {
    for (let sample = this.samples[this.#known]; sample; sample = this.samples[this.#known]) {
      this.#bad.push((this.#bad[this.#known] ?? 0) + (sample.bad === undefined ? 0 : 1));
      for (const [index, { belowMs }] of this.#tolerance.latency.entries()) {
        const counts = this.#slow[index];
        counts?.push((counts[this.#known] ?? 0) + (isSlow(sample, belowMs) ? 1 : 0));
      }
      this.#known++;
    }
  }

  #windowMeets(from: number, to: number): boolean {
    const samples = to - from;
    const between = (counts: readonly number[]) => (counts[to] ?? 0) - (counts[from] ?? 0);
    const good = samples - between(this.#bad);
    return meets(this.#tolerance, { samples, good, slow: this.#slow.map(between) });
  }
}
