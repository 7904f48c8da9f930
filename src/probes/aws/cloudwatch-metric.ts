import type { Datapoint } from '@aws-sdk/client-cloudwatch';
import { aws } from '../../aws/calls.ts';
import { defineProbe } from '../../kernel/define.ts';
import { CallError } from '../../kernel/errors.ts';
import type { ReadPort } from '../../kernel/ports.ts';
import { mapOf, oneOf, text } from '../../kernel/schema.ts';
import { observeCalls } from '../../targets/aws/observe.ts';

/** How long a period is, in seconds: those that CloudWatch has, up to where an experiment would end first. */
const PERIODS = { '1s': 1, '5s': 5, '10s': 10, '20s': 20, '30s': 30, '1m': 60, '5m': 300 } as const;
type Period = keyof typeof PERIODS;
const NAMES: readonly [Period, ...Period[]] = ['1s', '5s', '10s', '20s', '30s', '1m', '5m'];

/** Data arrive a little after their period has ended. */
const LOOK_BACK = 3;

/** A statistic of a CloudWatch metric. */
export const cloudwatchMetric = defineProbe({
  id: 'aws.cloudwatch-metric',
  summary: 'Read the latest value of a CloudWatch metric.',
  details:
    'Reads a statistic of the latest complete period that has data; the tolerance says what it may be. Only the last ' +
    'three periods are looked at: a metric without data in them is a failure. Metrics of load balancers have parts of ' +
    'ARNs as dimensions: name the load balancer and the target group, and they are looked up. An embedded region has ' +
    'its own metrics by the second; of a cloud they are by the minute, and a fault must last the longer.',
  params: {
    namespace: text({ doc: 'Namespace of the metric, such as AWS/ApplicationELB.' }),
    metric: text({ doc: 'Name of the metric, such as HealthyHostCount.' }),
    dimensions: mapOf(text({ doc: 'Value of the dimension.' }), { doc: 'Dimensions, all of them, by name.' }).default(
      {},
    ),
    loadBalancer: text({ doc: 'Name of the load balancer that is a dimension.' }).optional(),
    targetGroup: text({ doc: 'Name of the target group that is a dimension.' }).optional(),
    statistic: oneOf(['Average', 'Maximum', 'Minimum', 'SampleCount', 'Sum'], {
      doc: 'What is made of the values of a period.',
    }).default('Average'),
    period: oneOf(NAMES, { doc: 'Length of a period.' }).default('1s'),
    unit: text({ doc: 'Unit of the data, where a metric has several.' }).optional(),
  },
  output: {
    value: { type: 'number', doc: 'The statistic.' },
    samples: { type: 'number', doc: 'How many values there were in the period.' },
    age: { type: 'number', doc: 'How long ago the period ended, in seconds.' },
  },
  example: `
- name: the load balancer has hosts
  probe: aws.cloudwatch-metric
  with: { namespace: AWS/ApplicationELB, metric: HealthyHostCount, loadBalancer: shop, targetGroup: shop, period: 1s }
  tolerance: { value: { atLeast: 4 } }
`,

  lagMs: ({ period }) => LOOK_BACK * PERIODS[period] * 1_000,
  observe: ({ namespace, metric, statistic, unit, period, ...where }, host, signal) =>
    observeCalls(signal, async () => {
      const dimensions = { ...where.dimensions, ...(await lookUp(where, host, signal)) };
      const Period = PERIODS[period];
      const nowMs = host.clock.wallMs();
      const endMs = Math.floor(nowMs / (Period * 1_000)) * Period * 1_000;
      const call = aws('cloudwatch', 'GetMetricStatistics', {
        ...{
          Namespace: namespace,
          MetricName: metric,
          Period,
          Statistics: [...new Set([statistic, 'SampleCount' as const])],
        },
        Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
        ...{ StartTime: new Date(endMs - LOOK_BACK * Period * 1_000), EndTime: new Date(endMs) },
        ...(unit !== undefined && { Unit: unit as NonNullable<Datapoint['Unit']> }),
      });
      const { Datapoints = [] } = await host.read(call, signal);
      const point = latestOf(Datapoints);
      return {
        value: point[statistic] ?? Number.NaN,
        samples: point.SampleCount ?? 0,
        age: (nowMs - timeOf(point)) / 1_000 - Period,
      };
    }),
});

interface Where {
  readonly loadBalancer?: string | undefined;
  readonly targetGroup?: string | undefined;
}

/** The dimensions that are named by the name of a thing and not by its own value. */
async function lookUp({ loadBalancer, targetGroup }: Where, host: ReadPort, signal: AbortSignal) {
  const elb = 'elastic-load-balancing-v2';
  const found: Record<string, string> = {};
  if (loadBalancer !== undefined) {
    const { LoadBalancers = [] } = await host.read(
      aws(elb, 'DescribeLoadBalancers', { Names: [loadBalancer] }),
      signal,
    );
    const arn = LoadBalancers[0]?.LoadBalancerArn ?? '';
    found.LoadBalancer = arn.slice(arn.indexOf(':loadbalancer/') + ':loadbalancer/'.length);
  }
  if (targetGroup !== undefined) {
    const { TargetGroups = [] } = await host.read(aws(elb, 'DescribeTargetGroups', { Names: [targetGroup] }), signal);
    const arn = TargetGroups[0]?.TargetGroupArn ?? '';
    found.TargetGroup = arn.slice(arn.lastIndexOf(':') + 1);
  }
  return found;
}

const timeOf = ({ Timestamp }: Datapoint): number => new Date(Timestamp ?? 0).getTime();

/** @throws CallError when there is none, or when data of several units leave it open which is meant. */
function latestOf(points: readonly Datapoint[]): Datapoint {
  const [latest, other] = points.toSorted((a, b) => timeOf(b) - timeOf(a));
  if (!latest) throw new CallError('NO DATA', 'the metric has no data');
  if (other && timeOf(other) === timeOf(latest)) throw new CallError('SEVERAL UNITS', 'the metric has several units');
  return latest;
}
