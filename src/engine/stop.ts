import type { ProbeUse } from '../experiment/experiment.ts';
import { CONFIDENCE } from '../kernel/statistics.ts';
import { renderShare } from '../kernel/units.ts';
import { isSlow, type Sample } from './tally.ts';

/**
 * Evidence against "at most a share `p0` of the observations fails" that may be looked at after every sample: an
 * e-process, a mixture of likelihood ratios over alternatives above `p0` and over the sample from which they hold, so
 * that a long healthy time before an outage does not hide it. Each factor has a mean of at most one while the claim is
 * true, so the chance that the value ever reaches 1/a is at most a (Ville's inequality). The start at sample k has the
 * weight 1/(k(k+1)); those add up to one.
 */
export class Evidence {
  readonly #p0: number;
  readonly #alternatives: readonly { readonly q: number; ratio: number; starts: number }[];
  #failures = 0;
  #inARow = 0;
  #samples = 0;

  constructor(p0: number) {
    this.#p0 = p0;
    const above = [2 * p0, 5 * p0, 20 * p0, 0.5, p0 + 0.5 * (1 - p0), p0 + 0.9 * (1 - p0)];
    const usable = [...new Set(above)].filter((q) => q > p0 && q < 1);
    this.#alternatives = usable.map((q) => ({ q, ratio: 0, starts: -Infinity }));
  }

  add(failed: boolean): void {
    const k = ++this.#samples;
    this.#failures += failed ? 1 : 0;
    this.#inARow = failed ? this.#inARow + 1 : 0;
    for (const one of this.#alternatives) {
      one.starts = logSum([one.starts, -Math.log(k) - Math.log(k + 1) - one.ratio]);
      one.ratio += failed ? Math.log(one.q / this.#p0) : Math.log1p(-one.q) - Math.log1p(-this.#p0);
    }
  }

  /** The natural logarithm of the e-value. Infinite once what may never happen has happened. */
  get log(): number {
    if (this.#p0 <= 0) return this.#failures > 0 ? Infinity : 0;
    if (this.#p0 >= 1) return 0;
    const started = logSum(this.#alternatives.map(({ ratio, starts }) => ratio + starts));
    return logSum([started - Math.log(this.#alternatives.length), -Math.log(this.#samples + 1)]);
  }

  get text(): string {
    return `${this.#failures} of ${this.#samples} samples failed, the last ${this.#inARow} in a row`;
  }
}

/** The logarithm of a sum of numbers that are given by their logarithms. */
function logSum(logs: readonly number[]): number {
  const most = Math.max(...logs);
  return most === -Infinity ? most : most + Math.log(logs.reduce((sum, log) => sum + Math.exp(log - most), 0));
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
      return `${success.text} (${sample.bad ?? 'the last one is good'}); ${renderShare(successAtLeast ?? 1)} must succeed`;
    }
    const slow = quantiles.find(({ evidence }) => evidence.log >= limit);
    return (
      slow && `${slow.evidence.text} or took ${slow.belowMs} ms or more; ${renderShare(slow.quantile)} must be faster`
    );
  };
}

/** How many rules a set of stop conditions has. */
export const rulesOf = (uses: readonly ProbeUse[]): number =>
  uses.reduce((sum, { tolerance }) => sum + 1 + tolerance.latency.length, 0);
