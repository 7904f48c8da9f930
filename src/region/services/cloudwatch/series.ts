import type { CloudWatchState, Dimension, Metric, MetricName, Sample, Statistic, Tiers } from './cloudwatch-state.ts';

export const SECOND_MS = 1_000;
export const MINUTE_MS = 60_000;
/** For so long data are kept by the second; then by the minute. A cloud keeps them for three hours. */
export const FINE_MS = 10 * MINUTE_MS;
/** For so long data are kept at all. A cloud keeps them for 15 days by the minute, and longer by the hour. */
export const KEPT_MS = 180 * MINUTE_MS;

/** The key of a metric: the order of its dimensions does not matter. */
export const metricKey = ({ namespace, name, dimensions }: MetricName): string =>
  JSON.stringify([namespace, name, inOrder(dimensions).map((one) => [one.name, one.value])]);

const inOrder = (dimensions: readonly Dimension[]) => dimensions.toSorted((a, b) => (a.name < b.name ? -1 : 1));

/** Data to be recorded: values that were measured from `sample[0]` on. */
export interface Measured {
  readonly metric: MetricName;
  readonly unit: string;
  readonly sample: Readonly<Sample>;
  /** The length of time that the data can be told apart by. */
  readonly resolutionMs: typeof SECOND_MS | typeof MINUTE_MS;
}

/** Adds data to a metric, which is made when it is new. What is too old to be kept is dropped. */
export function record(state: CloudWatchState, { metric, unit, sample, resolutionMs }: Measured, nowMs: number): void {
  const { namespace, name, dimensions } = metric;
  const key = metricKey(metric);
  state.metrics[key] ??= { namespace, name, dimensions: inOrder(dimensions), units: {} };
  const known = state.metrics[key];
  const tiers = known.units[unit] ?? { fine: [], coarse: [] };
  known.units[unit] = tiers;
  const [atMs] = sample;
  const isFine = resolutionMs === SECOND_MS && atMs >= fineFromMs(nowMs) && atMs <= nowMs + FINE_MS;
  if (isFine) add(tiers.fine, sample, SECOND_MS);
  else add(tiers.coarse, sample, MINUTE_MS);
  age(tiers, nowMs);
}

/** Whole minutes go from one tier to the other. */
const fineFromMs = (nowMs: number) => floor(nowMs - FINE_MS, MINUTE_MS);

/** Drops the metrics that have no data any more. */
export function sweep(state: CloudWatchState, nowMs: number): void {
  if (nowMs - state.sweptMs < MINUTE_MS) return;
  state.sweptMs = nowMs;
  for (const [key, { units }] of Object.entries(state.metrics)) {
    for (const [unit, tiers] of Object.entries(units)) {
      age(tiers, nowMs);
      if (tiers.fine.length + tiers.coarse.length === 0) delete units[unit];
    }
    if (Object.keys(units).length === 0) delete state.metrics[key];
  }
}

function age(tiers: Tiers, nowMs: number): void {
  const aged = tiers.fine.splice(0, endBefore(tiers.fine, fineFromMs(nowMs)));
  for (let place = 0; place < aged.length; place += WIDTH) add(tiers.coarse, sampleAt(aged, place), MINUTE_MS);
  tiers.coarse.splice(0, endBefore(tiers.coarse, nowMs - KEPT_MS));
}

/** So many numbers make a sample. */
const WIDTH = 5;

const timeAt = (samples: readonly number[], place: number): number => samples[place] ?? 0;

const sampleAt = (samples: readonly number[], place: number): Sample => {
  const [atMs = 0, count = 0, sum = 0, minimum = 0, maximum = 0] = samples.slice(place, place + WIDTH);
  return [atMs, count, sum, minimum, maximum];
};

/** Where the samples before a time end. */
function endBefore(samples: readonly number[], atMs: number): number {
  let place = 0;
  while (place < samples.length && timeAt(samples, place) < atMs) place += WIDTH;
  return place;
}

/** Data mostly come in the order of time: the place is looked for from the end. */
function add(samples: number[], sample: Readonly<Sample>, resolutionMs: number): void {
  const atMs = floor(sample[0], resolutionMs);
  let place = samples.length;
  while (place > 0 && timeAt(samples, place - WIDTH) > atMs) place -= WIDTH;
  const [, count, sum, minimum, maximum] = sample;
  if (place > 0 && timeAt(samples, place - WIDTH) === atMs) {
    const present = sampleAt(samples, place - WIDTH);
    merge(present, sample);
    for (let k = 1; k < WIDTH; k++) samples[place - WIDTH + k] = present[k] ?? 0;
  } else if (place === samples.length) samples.push(atMs, count, sum, minimum, maximum);
  else samples.splice(place, 0, atMs, count, sum, minimum, maximum);
}

function merge(into: Sample, [, count, sum, minimum, maximum]: Readonly<Sample>): void {
  into[1] += count;
  into[2] += sum;
  into[3] = Math.min(into[3], minimum);
  into[4] = Math.max(into[4], maximum);
}

/** A stretch of time, cut into periods from `fromMs` on; `toMs` is not in it. */
export interface Stretch {
  readonly fromMs: number;
  readonly toMs: number;
  readonly periodMs: number;
}

/** The data of a stretch, one sample for each period that has any, in the order of time. All units, if none is named. */
export function samplesOf(
  { units }: Pick<Metric, 'units'>,
  unit: string | undefined,
  { fromMs, toMs, periodMs }: Stretch,
): Sample[] {
  const byPeriod = new Map<number, Sample>();
  for (const [name, { fine, coarse }] of Object.entries(units)) {
    if (unit !== undefined && name !== unit) continue;
    for (const samples of [coarse, fine]) {
      for (let place = firstFrom(samples, fromMs); place < samples.length; place += WIDTH) {
        const sample = sampleAt(samples, place);
        if (sample[0] >= toMs) break;
        const atMs = fromMs + floor(sample[0] - fromMs, periodMs);
        const present = byPeriod.get(atMs);
        if (present) merge(present, sample);
        else byPeriod.set(atMs, [atMs, sample[1], sample[2], sample[3], sample[4]]);
      }
    }
  }
  return [...byPeriod.values()].sort(([a], [b]) => a - b);
}

/** The place of the first sample that is not before a time. */
function firstFrom(samples: readonly number[], fromMs: number): number {
  let place = samples.length;
  while (place > 0 && timeAt(samples, place - WIDTH) >= fromMs) place -= WIDTH;
  return place;
}

export function statisticOf([, count, sum, minimum, maximum]: Sample, statistic: Statistic): number {
  switch (statistic) {
    case 'Average':
      return sum / count;
    case 'Maximum':
      return maximum;
    case 'Minimum':
      return minimum;
    case 'SampleCount':
      return count;
    case 'Sum':
      return sum;
  }
}

export const floor = (value: number, step: number): number => Math.floor(value / step) * step;
