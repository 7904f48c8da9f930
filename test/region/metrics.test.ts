import { randomUUID } from 'node:crypto';
import {
  CloudWatchClient,
  DescribeAlarmsCommand,
  GetMetricDataCommand,
  ListMetricsCommand,
  PutMetricAlarmCommand,
} from '@aws-sdk/client-cloudwatch';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openEmbedded } from '../../src/host/embedded.ts';
import type { Blueprint } from '../../src/kernel/blueprint.ts';
import { facility } from '../../src/kernel/facility.ts';
import { buildRegion, processesWith, startProgram, type TestRegion } from './programs.ts';

const SERVER = `require('node:http').createServer((q, r) => r.end()).listen(+process.env.PORT, '127.0.0.1')`;
const mark = randomUUID();
const healthCheck = { path: '/', intervalMs: 100, timeoutMs: 200, healthyThreshold: 2, unhealthyThreshold: 2 };
const blueprint: Blueprint = {
  title: 'One zone',
  region: 'us-east-1',
  zones: [{ id: 'use1-az1', name: 'us-east-1a' }],
  instances: [
    {
      ...{ name: 'web', zones: ['use1-az1'], perZone: 2, command: ['node', '-e', SERVER, mark], cwd: '/', port: 8080 },
      ...{ env: {}, tags: {}, calls: [], readyPath: '/', readyWithinMs: 10_000, restart: true },
    },
  ],
  loadBalancers: [
    { name: 'app', listenPort: 80, targets: 'web', healthCheck, deregistrationDelayMs: 200, crossZone: true },
  ],
  hostedZones: [{ name: 'app.test', negativeTtl: 1, records: [{ name: 'app.test', type: 'A', alias: 'app' }] }],
  ...{ dnsChangeDelayMs: 100, nameServers: 1, powerReturnStaggerMs: 50 },
};
const signal = AbortSignal.timeout(60_000);

let built: { program: string; remove: () => void };
let region: TestRegion;
let client: CloudWatchClient;
let first: readonly number[];

beforeAll(async () => {
  built = await buildRegion();
  region = startProgram(built.program, blueprint);
  await region.reply;
  const { endpoint, credentials } = region.file();
  client = new CloudWatchClient({ region: 'us-east-1', endpoint, credentials, maxAttempts: 1 });
  first = await valuesOf('HealthyHostCount', { Period: 1, Stat: 'Minimum' });
});
afterAll(async () => {
  client.destroy();
  await region.remove();
  built.remove();
  expect(processesWith(mark)).toEqual([]);
});

const LONG = { timeout: 10_000, interval: 50 };

test('a frozen target raises the count of unhealthy hosts and an alarm on it; both are calm when it goes on', async () => {
  const port = await openEmbedded(region.file());
  await expect.poll(() => metricOf('UnHealthyHostCount'), LONG).toBeDefined();
  const whole = await metricOf('UnHealthyHostCount');
  const rule = { Statistic: 'Maximum', Period: 1, EvaluationPeriods: 1, Threshold: 1 } as const;
  const when = { ComparisonOperator: 'GreaterThanOrEqualToThreshold', AlarmName: 'a target is gone' } as const;
  await client.send(new PutMetricAlarmCommand({ ...whole, ...rule, ...when }));
  const state = async () => (await client.send(new DescribeAlarmsCommand({}))).MetricAlarms?.[0]?.StateValue;
  await expect.poll(state, LONG).toBe('OK');

  const { processes } = await port.read(facility('DescribeProcesses', {}), signal);
  const { instanceId = '', pid = 0, startTime = '' } = processes[0] ?? {};
  const tell = (name: 'SIGSTOP' | 'SIGCONT') =>
    port.write(facility('SignalProcess', { instanceId, pid, startTime, signal: name }), signal);
  for (let k = 0; k < 5; k++) {
    await port.http({ url: 'http://app.test/', method: 'GET', headers: {}, timeoutMs: 1_000 }, signal);
  }
  await tell('SIGSTOP');
  await expect.poll(state, LONG).toBe('ALARM');
  await tell('SIGCONT');
  await expect.poll(state, LONG).toBe('OK');

  expect(await sumOf('RequestCount')).toBeGreaterThanOrEqual(5);
  expect(await sumOf('TargetResponseTime')).toBeGreaterThan(0);
});

test('a region that has just come up has metrics of the last second, in which everything is well', () => {
  expect(new Set(first)).toEqual(new Set([2]));
});

/** The metric of that name which has the fewest dimensions: that of the whole load balancer. */
async function metricOf(MetricName: string) {
  const { Metrics = [] } = await client.send(new ListMetricsCommand({ Namespace: 'AWS/ApplicationELB', MetricName }));
  const [metric] = Metrics.toSorted((a, b) => (a.Dimensions?.length ?? 0) - (b.Dimensions?.length ?? 0));
  return metric;
}

async function sumOf(MetricName: string): Promise<number> {
  const values = await valuesOf(MetricName, { Period: 60, Stat: 'Sum' });
  return values.reduce((sum, value) => sum + value, 0);
}

async function valuesOf(MetricName: string, how: { Period: number; Stat: string }): Promise<readonly number[]> {
  const Metric = await metricOf(MetricName);
  const stretch = { StartTime: new Date(Date.now() - 60_000), EndTime: new Date(Date.now() + 1_000) };
  const MetricDataQueries = [{ Id: 'all', MetricStat: { Metric, ...how } }];
  const { MetricDataResults } = await client.send(new GetMetricDataCommand({ ...stretch, MetricDataQueries }));
  return MetricDataResults?.[0]?.Values ?? [];
}
