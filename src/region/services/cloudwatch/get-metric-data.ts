import type {
  GetMetricDataInput,
  GetMetricDataOutput,
  MetricDataQuery,
  MetricDataResult,
} from '@aws-sdk/client-cloudwatch';
import { honourOnly } from '../honour-only.ts';
import type { RegionState } from '../state.ts';
import type { Step } from '../step.ts';
import {
  checkMetricName,
  checkPeriod,
  checkUnit,
  invalidAlarm,
  readDimensions,
  readTime,
  readToken,
  tokenAfter,
  unsupported,
} from './check.ts';
import { readStatistic } from './get-metric-statistics.ts';
import { floor, MINUTE_MS, metricKey, samplesOf, statisticOf } from './series.ts';

const MOST_QUERIES = 500;
const MOST_POINTS = 100_800;

/** Answers queries for single metrics, all units of one together where none is named. */
export const getMetricData: Step<GetMetricDataInput, GetMetricDataOutput> = (state, input) => {
  honourOnly(input, ['MetricDataQueries', 'StartTime', 'EndTime', 'NextToken', 'ScanBy', 'MaxDatapoints']);
  const { MetricDataQueries: queries = [], ScanBy: order = 'TimestampDescending', MaxDatapoints: size } = input;
  const fromMs = readTime(input.StartTime, 'StartTime');
  const toMs = readTime(input.EndTime, 'EndTime');
  if (fromMs >= toMs) throw invalidAlarm('The parameter StartTime must be less than the parameter EndTime.');
  if (size !== undefined && !(Number.isInteger(size) && size >= 1 && size <= MOST_POINTS)) {
    throw invalidAlarm(`The parameter MaxDatapoints must be from 1 to ${MOST_POINTS}.`);
  }
  if (order !== 'TimestampAscending' && order !== 'TimestampDescending') {
    throw invalidAlarm('The parameter ScanBy must be TimestampAscending or TimestampDescending.');
  }
  checkIds(queries);
  const series = queries.flatMap((query, k) => {
    const one = answer(state, query, `MetricDataQueries.member.${k + 1}.`, { fromMs, toMs });
    if (query.ReturnData === false) return [];
    return [order === 'TimestampDescending' ? { ...one, points: one.points.reverse() } : one];
  });
  const from = readToken(input.NextToken);
  const most = size ?? MOST_POINTS;
  let [skip, left] = [from, most];
  const results = series.map(({ query, points }) => {
    const rest = points.slice(skip);
    skip = Math.max(0, skip - points.length);
    const taken = rest.slice(0, left);
    left -= taken.length;
    return resultView(query, taken, taken.length < rest.length);
  });
  const total = series.reduce((sum, { points }) => sum + points.length, 0);
  return { MetricDataResults: results, Messages: [], ...tokenAfter(from + most, total) };
};

type Point = readonly [atMs: number, value: number];

const resultView = (query: MetricDataQuery, points: readonly Point[], isCut: boolean): MetricDataResult => ({
  Id: query.Id,
  Label: query.Label ?? query.MetricStat?.Metric?.MetricName ?? '',
  Timestamps: points.map(([atMs]) => new Date(atMs)),
  Values: points.map(([, value]) => value),
  StatusCode: isCut ? 'PartialData' : 'Complete',
});

function checkIds(queries: readonly MetricDataQuery[]): void {
  if (queries.length === 0) throw invalidAlarm('The parameter MetricDataQueries is required.');
  if (queries.length > MOST_QUERIES) {
    throw invalidAlarm(`The collection MetricDataQueries must not have a size greater than ${MOST_QUERIES}.`);
  }
  const seen = new Set<string>();
  for (const { Id: id = '' } of queries) {
    if (!/^[a-z]\w{0,254}$/.test(id)) throw invalidAlarm(`Invalid metric data query Id "${id}".`);
    if (seen.has(id)) throw invalidAlarm(`The values for parameter Id in parameter MetricDataQueries are not unique.`);
    seen.add(id);
  }
}

function answer(
  { cloudWatch }: RegionState,
  query: MetricDataQuery,
  where: string,
  { fromMs, toMs }: { fromMs: number; toMs: number },
): { query: MetricDataQuery; points: Point[] } {
  const { Id: id, Expression: expression, MetricStat: stat, Label: label } = query;
  if (expression !== undefined) {
    throw unsupported(`The region computes no expressions: query "${id}" has "${expression}".`);
  }
  if (label?.includes('${')) throw unsupported(`The region fills no labels in: query "${id}" has "${label}".`);
  honourOnly(query, ['Id', 'MetricStat', 'Label', 'ReturnData']);
  if (!stat) throw invalidAlarm(`The parameter ${where}MetricStat is required.`);
  const { Metric: { Namespace: namespace = '', MetricName: name = '', Dimensions } = {}, Period = 0, Unit } = stat;
  checkMetricName(namespace, name, `${where}MetricStat.Metric.`);
  checkPeriod(Period, `${where}MetricStat.Period`);
  checkUnit(Unit, `${where}MetricStat.Unit`);
  const statistic = readStatistic(stat.Stat ?? '', `${where}MetricStat.Stat`);
  const dimensions = readDimensions(Dimensions, `${where}MetricStat.Metric.Dimensions`);
  const metric = cloudWatch.metrics[metricKey({ namespace, name, dimensions })];
  const periodMs = Period * 1_000;
  const stretch = { fromMs: floor(fromMs, Math.min(periodMs, MINUTE_MS)), toMs, periodMs };
  const samples = metric ? samplesOf(metric, Unit, stretch) : [];
  return { query, points: samples.map((sample): Point => [sample[0], statisticOf(sample, statistic)]) };
}
