import { describe, expect, test } from 'vitest';
import type { BlueprintAlarm } from '../../../src/kernel/blueprint.ts';
import type { Observed } from '../../../src/region/contract.ts';
import { createWorld } from '../../../src/region/create-world.ts';
import { blueprintOf } from '../../support/sim-scene.ts';
import { type SmallRegion, smallRegion } from '../small-region.ts';

const CW = 'cloudwatch';
const START = Date.UTC(2026, 0, 1);

type Measured = Extract<Observed, { type: 'measured' }>;
const measure = ({ world }: SmallRegion, more: Partial<Measured> = {}) =>
  world.observe({ type: 'measured', atMs: START, traffic: [], cpu: [], ...more });

/** The metrics of a namespace: their dimensions without the random parts of names, with the sum of the first second. */
function sums(region: SmallRegion, Namespace: string): Record<string, number> {
  const { Metrics } = region.call(CW, 'ListMetrics', { Namespace });
  const entries = Metrics.map((metric: { MetricName: string; Dimensions: { Name: string; Value: string }[] }) => {
    const stretch = { StartTime: new Date(START), EndTime: new Date(START + 1_000), Period: 1, Statistics: ['Sum'] };
    const [point] = region.call(CW, 'GetMetricStatistics', { ...metric, ...stretch }).Datapoints;
    const names = metric.Dimensions.map(({ Name, Value }) => (Name === 'LoadBalancer' ? '' : `${Value.split('/')[0]}`));
    return [[metric.MetricName, ...names.filter((name) => name !== '')].join(' '), point?.Sum];
  });
  return Object.fromEntries(entries);
}
const healthy = (region: SmallRegion, name: string, state: 'healthy' | 'unhealthy') =>
  region.world.observe({
    type: 'target-health',
    loadBalancer: 'shop',
    instanceId: region.id(name),
    state,
    reason: state === 'healthy' ? '' : 'Target.Timeout',
  });
const NAMES = ['web-a1', 'web-a2', 'web-b1', 'web-b2', 'web-c1', 'web-c2'];
const ready = (): SmallRegion => {
  const region = smallRegion();
  region.settle();
  for (const name of NAMES) healthy(region, name, 'healthy');
  return region;
};

describe('a load balancer', () => {
  test('publishes how many targets are healthy, all together and in each zone', () => {
    const region = ready();
    healthy(region, 'web-b1', 'unhealthy');
    measure(region);
    expect(sums(region, 'AWS/ApplicationELB')).toMatchObject({
      'HealthyHostCount targetgroup': 5,
      'HealthyHostCount us-east-1a targetgroup': 2,
      'HealthyHostCount us-east-1b targetgroup': 1,
      'UnHealthyHostCount targetgroup': 1,
      'UnHealthyHostCount us-east-1a targetgroup': 0,
      'UnHealthyHostCount us-east-1b targetgroup': 1,
    });
  });

  test('a target that was stopped is unused: neither healthy nor unhealthy', () => {
    const region = ready();
    region.call('ec2', 'StopInstances', { InstanceIds: [region.id('web-b1')] });
    measure(region);
    expect(sums(region, 'AWS/ApplicationELB')).toMatchObject({
      'HealthyHostCount targetgroup': 5,
      'UnHealthyHostCount targetgroup': 0,
    });
  });

  test('publishes what passes through its nodes; failures of its own and times only where there are any', () => {
    const region = ready();
    const time = { count: 8, sum: 4, minimum: 0.1, maximum: 2 };
    const traffic = { requests: 9, elb5xx: 1, target5xx: 2, time };
    measure(region, { traffic: [{ loadBalancer: 'shop', zoneId: 'use1-az1', traffic }] });
    const seen = sums(region, 'AWS/ApplicationELB');
    expect(seen).toMatchObject({
      RequestCount: 9,
      'RequestCount us-east-1a': 9,
      'RequestCount us-east-1b': 0,
      'RequestCount us-east-1a targetgroup': 9,
      'HTTPCode_Target_5XX_Count targetgroup': 2,
      HTTPCode_ELB_5XX_Count: 1,
      'HTTPCode_ELB_5XX_Count us-east-1a': 1,
      'TargetResponseTime us-east-1a targetgroup': 4,
    });
    expect(Object.keys(seen)).not.toContain('HTTPCode_ELB_5XX_Count us-east-1b');
    expect(Object.keys(seen)).not.toContain('TargetResponseTime us-east-1b');
  });

  test('a node without power publishes nothing', () => {
    const region = ready();
    region.world.facility('CutPower', { zoneId: 'use1-az1' });
    measure(region);
    const names = Object.keys(sums(region, 'AWS/ApplicationELB'));
    expect(names).toContain('RequestCount us-east-1b');
    expect(names).not.toContain('RequestCount us-east-1a');
  });
});

describe('an instance', () => {
  const statusOf = (region: SmallRegion, name: string) =>
    region
      .call(CW, 'GetMetricData', {
        MetricDataQueries: ['StatusCheckFailed', 'StatusCheckFailed_System', 'StatusCheckFailed_Instance'].map(
          (MetricName, k) => ({
            Id: `m${k}`,
            MetricStat: {
              Metric: {
                Namespace: 'AWS/EC2',
                MetricName,
                Dimensions: [{ Name: 'InstanceId', Value: region.id(name) }],
              },
              ...{ Period: 1, Stat: 'Maximum' },
            },
          }),
        ),
        ...{ StartTime: new Date(START), EndTime: new Date(START + 1_000) },
      })
      .MetricDataResults.map(({ Values }: { Values: number[] }) => Values[0]);

  test('publishes which of its status checks fail, while it runs', () => {
    const region = ready();
    region.world.facility('CutPower', { zoneId: 'use1-az1' });
    const [frozen] = region.world.desired().instances.filter(({ name }) => name === 'web-b1');
    const { instanceId = '', generation = 0 } = frozen ?? {};
    region.world.observe({ type: 'process', instanceId, generation, state: 'stopped-by-signal' });
    region.call('ec2', 'StopInstances', { InstanceIds: [region.id('web-b2')] });
    measure(region);
    expect(statusOf(region, 'web-a1')).toEqual([1, 1, 1]);
    expect(statusOf(region, 'web-b1')).toEqual([1, 0, 1]);
    expect(statusOf(region, 'web-c1')).toEqual([0, 0, 0]);
    expect(statusOf(region, 'web-b2')).toEqual([undefined, undefined, undefined]);
  });

  test('publishes how busy it is, for itself and for its Auto Scaling group', () => {
    const region = smallRegion({ autoScaling: { min: 0, max: 4, desired: 2 } as never });
    for (let k = 0; k < 4; k++) {
      region.settle();
      region.pass(1_000);
    }
    const ids = region.world.desired().instances.map(({ instanceId }) => instanceId);
    measure(region, { cpu: ids.map((instanceId, k) => ({ instanceId, percent: 10 * k })) });
    const question = {
      ...{ Namespace: 'AWS/EC2', MetricName: 'CPUUtilization', Period: 1, Statistics: ['SampleCount', 'Maximum'] },
      ...{ StartTime: new Date(START), EndTime: new Date(START + 1_000) },
    };
    const of = (Name: string, Value: string) =>
      region.call(CW, 'GetMetricStatistics', { ...question, Dimensions: [{ Name, Value }] }).Datapoints;
    const members = region.call('auto-scaling', 'DescribeAutoScalingInstances').AutoScalingInstances;
    expect(members).toHaveLength(2);
    expect(of('AutoScalingGroupName', 'web')).toMatchObject([{ SampleCount: 2, Unit: 'Percent' }]);
    expect(of('InstanceId', ids[1] ?? '')).toMatchObject([{ SampleCount: 1, Maximum: 10 }]);
  });
});

test('an alarm of a blueprint watches the metric of its load balancer', () => {
  const about = { namespace: 'AWS/ApplicationELB', metric: 'HealthyHostCount', dimensions: {}, statistic: 'Minimum' };
  const rule = {
    period: 1,
    periods: 2,
    breaching: 1,
    threshold: 4,
    comparison: 'LessThanThreshold',
    missing: 'missing',
  };
  const alarm = { name: 'short', loadBalancer: 'shop', targetGroup: 'shop', ...about, ...rule } as const;
  let nowMs = START;
  const world = createWorld({
    blueprint: { ...blueprintOf(), alarms: [alarm as BlueprintAlarm] },
    ...{ name: 'sim', wallMs: () => nowMs, random: () => 0.5, accountId: '123456789012', instance: 'boot-1' },
  });
  const shown = () => {
    const answer = world.call(CW, 'DescribeAlarms', {}, { accessKeyId: 'AKIDTEST', requestId: 'request-1' });
    return (answer as { MetricAlarms: Record<string, unknown>[] }).MetricAlarms[0];
  };
  expect(shown()).toMatchObject({ AlarmName: 'short', StateValue: 'INSUFFICIENT_DATA', DatapointsToAlarm: 1 });
  world.observe({ type: 'measured', atMs: START, traffic: [], cpu: [] });
  nowMs += 1_250;
  expect(shown()).toMatchObject({ StateValue: 'ALARM' });
});

test('what was measured is nothing that the data plane has to be told', () => {
  const region = ready();
  const before = region.world.desired();
  measure(region, { cpu: [{ instanceId: region.id('web-a1'), percent: 3 }] });
  expect(region.world.desired()).toBe(before);
});

test('memory is bounded: half an hour of seconds keeps ten minutes of them', () => {
  const region = ready();
  for (let k = 0; k < 1_800; k++) {
    region.pass(1_000);
    measure(region, { atMs: START + k * 1_000 });
  }
  const { cloudWatch } = region.world.snapshot() as { cloudWatch: { metrics: Record<string, { units: object }> } };
  const sizes = Object.values(cloudWatch.metrics).flatMap(({ units }) =>
    Object.values(units as Record<string, { fine: []; coarse: [] }>).map(
      ({ fine, coarse }) => (fine.length + coarse.length) / 5,
    ),
  );
  expect(Math.max(...sizes)).toBeLessThanOrEqual(660 + 30);
});
