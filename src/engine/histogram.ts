/** Loaded on first use only: the library costs more than the rest of a start. */
import { build } from 'hdr-histogram-js';

export interface Histogram {
  add(ms: number): void;
  /** The value in milliseconds below which that share of the values lies; three significant digits. */
  at(quantile: number): number;
  max(): number;
}

/** A histogram of latencies with microsecond resolution and three significant digits, up to an hour. */
export function newHistogram(): Histogram {
  const histogram = build({ highestTrackableValue: 4_000_000, autoResize: true, numberOfSignificantValueDigits: 3 });
  const ms = (microseconds: number) => Number((microseconds / 1_000).toFixed(3));
  return {
    add: (value) => histogram.recordValue(Math.min(3_600_000_000, Math.max(1, Math.round(value * 1_000)))),
    // The library answers with the upper end of a bucket, which may lie above every value.
    at: (quantile) => ms(Math.min(histogram.maxValue, histogram.getValueAtPercentile(quantile * 100))),
    max: () => ms(histogram.maxValue),
  };
}
