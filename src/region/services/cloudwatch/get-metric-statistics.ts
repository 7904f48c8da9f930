import type { Datapoint, GetMetricStatisticsInput, GetMetricStatisticsOutput } from '@aws-sdk/client-cloudwatch';
import { honourOnly } from '../honour-only.ts';
import type { Step } from '../step.ts';
import {
  checkMetricName,
  checkPeriod,
  checkUnit,
  invalidCombination,
  invalidValue,
  readDimensions,
  readTime,
  unsupported,
} from './check.ts';
import { type Sample, STATISTICS, type Statistic } from './cloudwatch-state.ts';
import { floor, MINUTE_MS, metricKey, type Stretch, samplesOf, statisticOf } from './series.ts';

const MOST_POINTS = 1_440;

/** Data of each unit are told apart, in the order of time. The service gives them in no order. */
export const getMetricStatistics: Step<GetMetricStatisticsInput, GetMetricStatisticsOutput> = (state, input) => {
  const { MetricName: name = '', Namespace: namespace = '', Unit: unit, Statistics: statistics } = input;
  if (input.ExtendedStatistics?.length) throw noPercentiles(input.ExtendedStatistics[0] ?? '');
  honourOnly({ ...input, ExtendedStatistics: undefined }, HONOURED);
  checkMetricName(namespace, name);
  checkUnit(unit);
  const stretch = readStretch(input);
  const points = (stretch.toMs - stretch.fromMs) / stretch.periodMs;
  if (points > MOST_POINTS) {
    throw invalidCombination(
      `You have requested up to ${Math.ceil(points)} datapoints, which exceeds the limit of ${MOST_POINTS}.` +
        ' You may reduce the datapoints requested by increasing Period, or decreasing the time range.',
    );
  }
  if (!statistics?.length) {
    throw invalidCombination('At least one of the parameters Statistics and ExtendedStatistics must be specified.');
  }
  const asked = statistics.map((statistic) => readStatistic(statistic, 'Statistics'));
  const metric = state.cloudWatch.metrics[metricKey({ namespace, name, dimensions: readDimensions(input.Dimensions) })];
  const units = metric ? Object.keys(metric.units).filter((one) => unit === undefined || one === unit) : [];
  const Datapoints = units.flatMap((one) =>
    metric ? samplesOf(metric, one, stretch).map((sample) => pointView(sample, asked, one)) : [],
  );
  return { Label: name, Datapoints };
};

const HONOURED = ['Namespace', 'MetricName', 'Dimensions', 'StartTime', 'EndTime', 'Period', 'Statistics', 'Unit'];

const pointView = (sample: Sample, statistics: readonly Statistic[], unit: string): Datapoint => ({
  Timestamp: new Date(sample[0]),
  ...Object.fromEntries(statistics.map((statistic) => [statistic, statisticOf(sample, statistic)])),
  Unit: unit as NonNullable<Datapoint['Unit']>,
});

/** The stretch of time of a query, from a whole minute on, or from a whole period that is shorter. */
function readStretch({ StartTime, EndTime, Period = 0 }: GetMetricStatisticsInput): Stretch {
  checkPeriod(Period, 'Period');
  const startMs = readTime(StartTime, 'StartTime');
  const toMs = readTime(EndTime, 'EndTime');
  if (startMs >= toMs) {
    throw invalidCombination('The parameter StartTime must be less than the parameter EndTime.');
  }
  return { fromMs: floor(startMs, Math.min(Period * 1_000, MINUTE_MS)), toMs, periodMs: Period * 1_000 };
}

/** @throws for percentiles and the like, which need more than the region keeps of its data. */
export function readStatistic(given: string, where: string): Statistic {
  const known = STATISTICS.find((statistic) => statistic === given);
  if (known) return known;
  if (/^(p|tm|wm|tc|ts|TM|WM|TC|TS|PR|pr|IQM|iqm)\d*/.test(given) && given !== '') throw noPercentiles(given);
  throw invalidValue(`The parameter ${where} must be a value in the set [ ${STATISTICS.join(', ')} ].`);
}

export const noPercentiles = (statistic: string) =>
  unsupported(`The region keeps sums and extremes of its data: it has no statistic "${statistic}".`);
