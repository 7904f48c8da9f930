import type {
  DescribeAlarmHistoryInput,
  DescribeAlarmHistoryOutput,
  DescribeAlarmsForMetricInput,
  DescribeAlarmsForMetricOutput,
  DescribeAlarmsInput,
  DescribeAlarmsOutput,
} from '@aws-sdk/client-cloudwatch';
import { honourOnly } from '../honour-only.ts';
import type { Step } from '../step.ts';
import { alarmView } from './alarm-view.ts';
import { checkMaxRecords, checkMetricName, invalidCombination, pageOf, readDimensions, readTime } from './check.ts';
import type { Alarm } from './cloudwatch-state.ts';
import { noPercentiles } from './get-metric-statistics.ts';
import { metricKey } from './series.ts';

/** The alarms by name. All of them are on metrics: composite ones cannot be made. */
export const describeAlarms: Step<DescribeAlarmsInput, DescribeAlarmsOutput> = (state, input) => {
  honourOnly(input, [
    ...['AlarmNames', 'AlarmNamePrefix', 'AlarmTypes', 'StateValue', 'ActionPrefix', 'MaxRecords', 'NextToken'],
  ]);
  const { AlarmNames: names = [], AlarmNamePrefix: prefix, AlarmTypes: types = [], StateValue: value } = input;
  if (names.length > 0 && prefix !== undefined) {
    throw invalidCombination('The parameters AlarmNames and AlarmNamePrefix are mutually exclusive.');
  }
  const { ActionPrefix: action } = input;
  const matches = inOrder(state.cloudWatch.alarms).filter(
    (alarm) =>
      (types.length === 0 || types.includes('MetricAlarm')) &&
      (names.length === 0 || names.includes(alarm.name)) &&
      alarm.name.startsWith(prefix ?? '') &&
      (value === undefined || alarm.state === value) &&
      (action === undefined ||
        Object.values(alarm.config.actions).some((all) => all.some((one) => one.startsWith(action)))),
  );
  const { items, more } = pageOf(matches, input.NextToken, checkMaxRecords(input.MaxRecords));
  return { MetricAlarms: items.map(alarmView), CompositeAlarms: [], ...more };
};

export const describeAlarmsForMetric: Step<DescribeAlarmsForMetricInput, DescribeAlarmsForMetricOutput> = (
  state,
  input,
) => {
  if (input.ExtendedStatistic !== undefined) throw noPercentiles(input.ExtendedStatistic);
  const { Namespace: namespace = '', MetricName: name = '', Statistic: statistic, Period: period, Unit: unit } = input;
  checkMetricName(namespace, name);
  const key = metricKey({ namespace, name, dimensions: readDimensions(input.Dimensions) });
  const matches = inOrder(state.cloudWatch.alarms).filter(
    ({ config }) =>
      metricKey(config.metric) === key &&
      (statistic === undefined || config.statistic === statistic) &&
      (period === undefined || config.period === period) &&
      (unit === undefined || config.unit === unit),
  );
  return { MetricAlarms: matches.map(alarmView) };
};

/** What happened, the latest first. It stays when the alarm is gone. */
export const describeAlarmHistory: Step<DescribeAlarmHistoryInput, DescribeAlarmHistoryOutput> = (state, input) => {
  honourOnly(input, [
    ...['AlarmName', 'AlarmTypes', 'HistoryItemType', 'StartDate', 'EndDate', 'MaxRecords', 'NextToken', 'ScanBy'],
  ]);
  const { AlarmName: name, AlarmTypes: types = [], HistoryItemType: type, StartDate, EndDate } = input;
  const fromMs = StartDate === undefined ? Number.NEGATIVE_INFINITY : readTime(StartDate, 'StartDate');
  const toMs = EndDate === undefined ? Number.POSITIVE_INFINITY : readTime(EndDate, 'EndDate');
  const matches = state.cloudWatch.history.filter(
    (item) =>
      (types.length === 0 || types.includes('MetricAlarm')) &&
      (name === undefined || item.alarm === name) &&
      (type === undefined || item.type === type) &&
      item.atMs >= fromMs &&
      item.atMs <= toMs,
  );
  if (input.ScanBy !== 'TimestampAscending') matches.reverse();
  const { items, more } = pageOf(matches, input.NextToken, checkMaxRecords(input.MaxRecords));
  return {
    AlarmHistoryItems: items.map((item) => ({
      AlarmName: item.alarm,
      AlarmType: 'MetricAlarm',
      Timestamp: new Date(item.atMs),
      HistoryItemType: item.type,
      HistorySummary: item.summary,
      HistoryData: item.data,
    })),
    ...more,
  };
};

const inOrder = (alarms: readonly Alarm[]) => alarms.toSorted((a, b) => (a.name < b.name ? -1 : 1));
