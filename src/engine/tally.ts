import type { Tolerance } from '../experiment/experiment.ts';
import type { ProbeVerdict } from '../journal/entries.ts';
import type { Histogram } from './histogram.ts';

/** One observation that was due, whether it was made or not. */
export interface Sample {
  /** Its intended start, by the clock that never goes backwards. Latency counts from here. */
  readonly atMs: number;
  readonly latencyMs: number;
  /** Why it is not good; undefined when it is. */
  readonly bad: string | undefined;
}

/** The counts of one probe in one phase: everything that its verdict rests on. */
export interface Tally {
  samples: number;
  good: number;
  /** How many samples were too slow, or failed, for each latency rule of the tolerance. */
  readonly slow: number[];
  readonly errors: Map<string, number>;
  readonly latencies: Histogram;
}

export const newTally = ({ latency }: Tolerance, newHistogram: () => Histogram): Tally => ({
  samples: 0,
  good: 0,
  slow: latency.map(() => 0),
  errors: new Map(),
  latencies: newHistogram(),
});

/** A failed sample counts as slow: a connection refused within a millisecond is no fast answer. */
export function count(tally: Tally, sample: Sample, { latency }: Tolerance, timeoutMs: number): void {
  const { bad, latencyMs } = sample;
  tally.samples++;
  if (bad === undefined) tally.good++;
  else tally.errors.set(bad, (tally.errors.get(bad) ?? 0) + 1);
  for (const [index, rule] of latency.entries()) {
    if (isSlow(sample, rule.belowMs)) tally.slow[index] = (tally.slow[index] ?? 0) + 1;
  }
  tally.latencies.add(bad === undefined ? latencyMs : Math.max(latencyMs, timeoutMs));
}

export const isSlow = ({ bad, latencyMs }: Sample, belowMs: number): boolean =>
  bad !== undefined || latencyMs >= belowMs;

const ERRORS_SHOWN = 8;

/** The counts as the journal records them. */
export function readTally({
  samples,
  good,
  errors,
  latencies,
}: Tally): Omit<ProbeVerdict, 'probe' | 'phase' | 'verdict' | 'reasons' | 'samplesNeeded'> {
  const frequent = [...errors].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1)).slice(0, ERRORS_SHOWN);
  const at = (quantile: number) => latencies.at(quantile);
  const latencyMs = samples === 0 ? null : { p50: at(0.5), p90: at(0.9), p99: at(0.99), max: latencies.max() };
  return { samples, good, errors: Object.fromEntries(frequent), latencyMs };
}
