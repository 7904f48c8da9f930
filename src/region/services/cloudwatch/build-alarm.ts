import type { BlueprintAlarm } from '../../../kernel/blueprint.ts';
import type { RegionState } from '../state.ts';
import type { Ctx } from '../step.ts';
import { loadBalancerDimension, targetGroupDimension } from './measure.ts';
import { putMetricAlarm } from './put-metric-alarm.ts';

/** Makes the alarm of a blueprint, as PutMetricAlarm does. Its load balancer must be there already. */
export function buildAlarm(state: RegionState, alarm: BlueprintAlarm, when: Pick<Ctx, 'nowMs' | 'random'>): void {
  const named = (name: string | undefined) => state.loadBalancers.find((balancer) => balancer.name === name);
  const [balancer, owner] = [named(alarm.loadBalancer), named(alarm.targetGroup)];
  const dimensions = [
    ...Object.entries(alarm.dimensions).map(([name, value]) => ({ name, value })),
    ...(balancer ? [loadBalancerDimension(balancer)] : []),
    ...(owner ? [targetGroupDimension(owner)] : []),
  ];
  const input = {
    ...{ AlarmName: alarm.name, Namespace: alarm.namespace, MetricName: alarm.metric, Statistic: alarm.statistic },
    Dimensions: dimensions.map(({ name, value }) => ({ Name: name, Value: value })),
    ...{ Period: alarm.period, EvaluationPeriods: alarm.periods, DatapointsToAlarm: alarm.breaching },
    ...{ Threshold: alarm.threshold, ComparisonOperator: alarm.comparison, TreatMissingData: alarm.missing },
  };
  putMetricAlarm(state, input, { ...when, caller: { accessKeyId: '', requestId: '' } });
}
