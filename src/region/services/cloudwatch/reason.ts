import type { Alarm, AlarmConfig, AlarmState, Comparison } from './cloudwatch-state.ts';
import type { Rule } from './decide.ts';

/** A period with data, as an alarm sees it. */
export interface DataPoint {
  readonly atMs: number;
  readonly value: number;
  readonly count: number;
  readonly breaches: boolean;
}

const WORDS: Readonly<Record<Comparison, string>> = {
  GreaterThanOrEqualToThreshold: 'greater than or equal to',
  GreaterThanThreshold: 'greater than',
  LessThanOrEqualToThreshold: 'less than or equal to',
  LessThanThreshold: 'less than',
};

/** Why an alarm goes into a state, in the words of CloudWatch. `points` are those that decided it. */
export function reasonOf({ state: before, config }: Alarm, to: AlarmState, points: readonly DataPoint[], rule: Rule) {
  const filled = rule.evaluationPeriods - points.length;
  if (to === 'INSUFFICIENT_DATA') {
    return `Insufficient Data: ${many(rule.evaluationPeriods, 'datapoint was', 'datapoints were')} unknown.`;
  }
  const treated =
    filled > 0 && (rule.missing === 'breaching' || rule.missing === 'notBreaching')
      ? `${many(filled, 'missing datapoint was', 'missing datapoints were')} treated as [${TREATED[rule.missing]}]`
      : '';
  if (points.length === 0) {
    return `Threshold Crossed: no datapoints were received for ${many(filled, 'period', 'periods')} and ${treated}.`;
  }
  const toAlarm = to === 'ALARM';
  const telling = points.filter(({ breaches }) => breaches === toAlarm);
  const shown = telling.map(({ atMs, value }) => `${double(value)} (${stamp(atMs)})`).join(', ');
  const verb = `${telling.length === 1 ? 'was' : 'were'}${toAlarm ? '' : ' not'} ${WORDS[config.comparison]}`;
  const least = toAlarm ? rule.datapointsToAlarm : rule.evaluationPeriods - rule.datapointsToAlarm + 1;
  const minimum = `minimum ${many(least, 'datapoint', 'datapoints')} for ${before} -> ${to} transition`;
  return (
    `Threshold Crossed: ${telling.length} out of the last ${many(points.length, 'datapoint', 'datapoints')} ` +
    `[${shown}] ${verb} the threshold (${double(config.threshold)}) (${minimum})${treated && `, ${treated}`}.`
  );
}

const TREATED = { breaching: 'Breaching', notBreaching: 'NonBreaching' } as const;

const many = (count: number, one: string, more: string) => `${count} ${count === 1 ? one : more}`;

/** Why, as JSON: what `StateReasonData` holds. */
export function reasonDataOf(config: AlarmConfig, points: readonly DataPoint[], nowMs: number): string {
  const [first] = points;
  return JSON.stringify({
    version: '1.0',
    queryDate: isoStamp(nowMs),
    ...(first && { startDate: isoStamp(first.atMs) }),
    ...(config.unit !== undefined && { unit: config.unit }),
    statistic: config.statistic,
    period: config.period,
    recentDatapoints: points.map(({ value }) => value),
    threshold: config.threshold,
    evaluatedDatapoints: points
      .toReversed()
      .map(({ atMs, count, value }) => ({ timestamp: isoStamp(atMs), sampleCount: count, value })),
  });
}

/** `3.0`, as the service writes a number. */
const double = (value: number) => (Number.isInteger(value) ? value.toFixed(1) : String(value));
const isoStamp = (ms: number) => new Date(ms).toISOString().replace('Z', '+0000');

/** `31/12/26 23:59:00`. */
function stamp(ms: number): string {
  const [date = '', time = ''] = new Date(ms).toISOString().split('T');
  return `${date.slice(2).split('-').reverse().join('/')} ${time.slice(0, 8)}`;
}
