import type { ProbeUse } from '../experiment/experiment.ts';
import { CONFIDENCE } from '../kernel/statistics.ts';
import { renderShare } from '../kernel/units.ts';
import { isSlow, type Sample } from './tally.ts';

/**
 * Evidence against "at most a share `p0` of the observations fails" that may be looked at after every sample: an
 * e-process, a mixture of likelihood ratios over alternatives above `p0`. Each factor has a mean of at most one while
 * the claim is true, so the chance that the value ever reaches 1/a is at most a (Ville's inequality).
 */
export class Evidence {
  readonly #p0: number;
  readonly #alternatives: readonly number[];
  #failures = 0;
  #successes = 0;

  constructor(p0: number) {
    this.#p0 = p0;
    const above = [2 * p0, 5 * p0, 20 * p0, 0.5, p0 + 0.5 * (1 - p0), p0 + 0.9 * (1 - p0)];
    this.#alternatives = [...new Set(above)].filter((q) => q > p0 && q < 1);
  }

  add(failed: boolean): void {
    if (failed) this.#failures++;
    else this.#successes++;
  }

  /** The natural logarithm of the e-value. Infinite once what may never happen has happened. */
  get log(): number {
    if (this.#p0 <= 0) return this.#failures > 0 ? Infinity : 0;
    if (this.#p0 >= 1) return 0;
    const logs = this.#alternatives.map(
      (q) => this.#failures * Math.log(q / this.#p0) + this.#successes * (Math.log1p(-q) - Math.log1p(-this.#p0)),
    );
    const most = Math.max(...logs);
    return most + Math.log(logs.reduce((sum, log) => sum + Math.exp(log - most), 0) / logs.length);
  }

  get text(): string {
    return `${this.#failures} of ${this.#failures + this.#successes} samples failed`;
  }
}

/** Watches one stop condition. `rules` is how many rules are watched in the whole run: each look must be paid for. */
export function watchStop(use: ProbeUse, rules: number): (sample: Sample) => string | undefined {
  const { successAtLeast, latency } = use.tolerance;
  const limit = Math.log(rules / (1 - CONFIDENCE));
  const success = new Evidence(1 - (successAtLeast ?? 1));
  const quantiles = latency.map((rule) => ({ ...rule, evidence: new Evidence(1 - rule.quantile) }));
  return (sample) => {
    success.add(sample.bad !== undefined);
    for (const { belowMs, evidence } of quantiles) evidence.add(isSlow(sample, belowMs));
    if (success.log >= limit) {
      const last = sample.bad === undefined ? '' : `, the last with ${sample.bad}`;
      return `${success.text}${last}; ${renderShare(successAtLeast ?? 1)} must succeed`;
    }
    const slow = quantiles.find(({ evidence }) => evidence.log >= limit);
    return slow && `${slow.evidence.text} or took ${slow.belowMs} ms or more; ${renderShare(slow.quantile)} must not`;
  };
}

/** How many rules a set of stop conditions has. */
export const rulesOf = (uses: readonly ProbeUse[]): number =>
  uses.reduce((sum, { tolerance }) => sum + 1 + tolerance.latency.length, 0);
