import type { Steps } from '../step.ts';
import { listTagsForResource, tagResource, untagResource } from './alarm-tags.ts';
import { deleteAlarms, disableAlarmActions, enableAlarmActions, setAlarmState } from './change-alarms.ts';
import { describeAlarmHistory, describeAlarms, describeAlarmsForMetric } from './describe-alarms.ts';
import { getMetricData } from './get-metric-data.ts';
import { getMetricStatistics } from './get-metric-statistics.ts';
import { listMetrics } from './list-metrics.ts';
import { putMetricAlarm } from './put-metric-alarm.ts';
import { putMetricData } from './put-metric-data.ts';

/** The operations of CloudWatch that the region has behaviour for. */
export const CLOUDWATCH: Steps = {
  PutMetricData: putMetricData,
  GetMetricStatistics: getMetricStatistics,
  GetMetricData: getMetricData,
  ListMetrics: listMetrics,
  PutMetricAlarm: putMetricAlarm,
  DescribeAlarms: describeAlarms,
  DescribeAlarmsForMetric: describeAlarmsForMetric,
  DescribeAlarmHistory: describeAlarmHistory,
  SetAlarmState: setAlarmState,
  EnableAlarmActions: enableAlarmActions,
  DisableAlarmActions: disableAlarmActions,
  DeleteAlarms: deleteAlarms,
  TagResource: tagResource,
  UntagResource: untagResource,
  ListTagsForResource: listTagsForResource,
};
