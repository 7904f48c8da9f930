import type { MetricDatum, PutMetricDataInput } from '@aws-sdk/client-cloudwatch';
import { Fault } from '../fault.ts';
import { honourOnly } from '../honour-only.ts';
import type { Step } from '../step.ts';
import {
  checkMetricName,
  checkUnit,
  invalidCombination,
  invalidValue,
  missingParameter,
  readDimensions,
  readTime,
  unsupported,
} from './check.ts';
import { type CloudWatchState, NO_UNIT, type Sample } from './cloudwatch-state.ts';
import { KEPT_MS, type Measured, MINUTE_MS, metricKey, record, SECOND_MS, sweep } from './series.ts';

/** The bound of memory: metrics of all clients together, each unit of one counted. Those of the region come on top. */
const MOST_METRICS = 2_000;
const MOST_DATA = 1_000;
const MOST_VALUES = 150;
const FUTURE_MS = 120 * MINUTE_MS;
const LARGEST = 2 ** 360;

export const putMetricData: Step<PutMetricDataInput, Record<string, never>> = (state, input, { nowMs }) => {
  honourOnly(input, ['Namespace', 'MetricData', 'StrictEntityValidation']);
  const { Namespace: namespace = '', MetricData: data = [] } = input;
  if (data.length === 0) throw missingParameter('The parameter MetricData is required.');
  if (data.length > MOST_DATA) {
    throw invalidValue(`The collection MetricData must not have a size greater than ${MOST_DATA}.`);
  }
  if (namespace.startsWith('AWS/')) throw invalidValue(`The value AWS/ for parameter Namespace is invalid.`);
  const measured = data.flatMap((datum, k) => readDatum(namespace, datum, `MetricData.member.${k + 1}.`, nowMs));
  sweep(state.cloudWatch, nowMs);
  checkCardinality(state.cloudWatch, measured);
  for (const one of measured) record(state.cloudWatch, one, nowMs);
  return {};
};

function checkCardinality(state: CloudWatchState, measured: readonly Measured[]): void {
  const fresh = new Set<string>();
  for (const { metric, unit } of measured) {
    const key = metricKey(metric);
    if (state.metrics[key]?.units[unit] === undefined) fresh.add(`${unit} ${key}`);
  }
  if (fresh.size === 0) return;
  const custom = Object.values(state.metrics).filter(({ namespace }) => !namespace.startsWith('AWS/'));
  const present = custom.reduce((sum, { units }) => sum + Object.keys(units).length, 0);
  if (present + fresh.size > MOST_METRICS) {
    throw new Fault('LimitExceeded', `The region keeps at most ${MOST_METRICS} metrics of its clients.`, 400);
  }
}

function readDatum(namespace: string, datum: MetricDatum, where: string, nowMs: number): Measured[] {
  const { MetricName: name = '', Timestamp: time = new Date(nowMs), Unit: unit, StorageResolution: resolution } = datum;
  checkMetricName(namespace, name, where);
  checkUnit(unit, `${where}Unit`);
  if (resolution !== undefined && resolution !== 1 && resolution !== 60) {
    throw invalidValue(`The parameter ${where}StorageResolution must be 1 or 60.`);
  }
  const atMs = readTime(time, `${where}Timestamp`);
  if (atMs > nowMs + FUTURE_MS) {
    throw invalidValue(`The parameter ${where}Timestamp must specify a time no more than two hours in the future.`);
  }
  if (atMs < nowMs - KEPT_MS) {
    throw unsupported(`The region keeps metrics for three hours: ${where}Timestamp is older.`);
  }
  const metric = { namespace, name, dimensions: readDimensions(datum.Dimensions, `${where}Dimensions`) };
  const resolutionMs = resolution === 1 ? SECOND_MS : MINUTE_MS;
  return readValues(datum, where).map(([count, sum, minimum, maximum]) => {
    const sample: Sample = [atMs, count, sum, minimum, maximum];
    return { metric, unit: unit ?? NO_UNIT, sample, resolutionMs };
  });
}

type Summed = readonly [count: number, sum: number, minimum: number, maximum: number];

/** The values of a datum, which are given in one of three ways. */
function readValues({ Value, StatisticValues: set, Values, Counts }: MetricDatum, where: string): Summed[] {
  const given = Object.entries({ Value, StatisticValues: set, Values }).filter(([, value]) => value !== undefined);
  const [first, second] = given.map(([name]) => `${where}${name}`);
  if (first === undefined) {
    throw missingParameter(
      `At least one of the parameters ${where}Value, StatisticValues and Values must be specified.`,
    );
  }
  if (second !== undefined) {
    throw invalidCombination(
      `The parameters ${first} and ${second} are mutually exclusive and you have specified both.`,
    );
  }
  if (Value !== undefined) return [once(checkNumber(Value, first))];
  if (set) return readSet(set, where);
  return readList(Values ?? [], Counts, where);
}

const once = (value: number): Summed => [1, value, value, value];

function readSet(set: NonNullable<MetricDatum['StatisticValues']>, where: string): Summed[] {
  const at = (name: 'SampleCount' | 'Sum' | 'Minimum' | 'Maximum') =>
    checkNumber(set[name] ?? Number.NaN, `${where}StatisticValues.${name}`);
  const [count, sum, minimum, maximum] = [at('SampleCount'), at('Sum'), at('Minimum'), at('Maximum')];
  if (count <= 0) throw invalidValue(`The parameter ${where}StatisticValues.SampleCount must be greater than 0.`);
  if (maximum < minimum) {
    throw invalidValue(`The parameter ${where}StatisticValues.Maximum must be greater than or equal to its Minimum.`);
  }
  return [[count, sum, minimum, maximum]];
}

/** A count of zero says that a value was not seen. */
function readList(values: readonly number[], counts: readonly number[] | undefined, where: string): Summed[] {
  if (values.length === 0) throw missingParameter(`The parameter ${where}Values is required.`);
  if (values.length > MOST_VALUES) {
    throw invalidValue(`The collection ${where}Values must not have a size greater than ${MOST_VALUES}.`);
  }
  if (counts && counts.length !== values.length) {
    throw invalidValue(`The parameters ${where}Values and ${where}Counts must be of the same size.`);
  }
  return values.flatMap((given, k): Summed[] => {
    const value = checkNumber(given, `${where}Values.member.${k + 1}`);
    const count = checkNumber(counts?.[k] ?? 1, `${where}Counts.member.${k + 1}`);
    if (count < 0) throw invalidValue(`The parameter ${where}Counts.member.${k + 1} must not be less than 0.`);
    return count === 0 ? [] : [[count, count * value, value, value]];
  });
}

function checkNumber(value: number, where: string): number {
  if (Number.isFinite(value) && Math.abs(value) <= LARGEST) return value;
  throw invalidValue(`The parameter ${where} must be a finite number from -2^360 to 2^360.`);
}
