import type { MetricAlarm } from '@aws-sdk/client-cloudwatch';
import type { Alarm } from './cloudwatch-state.ts';

/** An alarm as DescribeAlarms shows it. */
export function alarmView(alarm: Alarm): MetricAlarm {
  const { config } = alarm;
  const { metric, unit, datapointsToAlarm, missing, description, actions } = config;
  return {
    AlarmName: alarm.name,
    AlarmArn: alarm.arn,
    ...(description !== undefined && { AlarmDescription: description }),
    AlarmConfigurationUpdatedTimestamp: new Date(alarm.configuredMs),
    ActionsEnabled: alarm.actionsEnabled,
    OKActions: [...actions.OK],
    AlarmActions: [...actions.ALARM],
    InsufficientDataActions: [...actions.INSUFFICIENT_DATA],
    StateValue: alarm.state,
    StateReason: alarm.reason,
    ...(alarm.reasonData !== undefined && { StateReasonData: alarm.reasonData }),
    StateUpdatedTimestamp: new Date(alarm.updatedMs),
    StateTransitionedTimestamp: new Date(alarm.transitionedMs),
    MetricName: metric.name,
    Namespace: metric.namespace,
    Statistic: config.statistic,
    Dimensions: metric.dimensions.map(({ name, value }) => ({ Name: name, Value: value })),
    Period: config.period,
    ...(unit !== undefined && { Unit: unit as NonNullable<MetricAlarm['Unit']> }),
    EvaluationPeriods: config.evaluationPeriods,
    ...(datapointsToAlarm !== undefined && { DatapointsToAlarm: datapointsToAlarm }),
    Threshold: config.threshold,
    ComparisonOperator: config.comparison,
    ...(missing !== undefined && { TreatMissingData: missing }),
  };
}
