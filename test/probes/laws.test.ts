import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { catalog } from '../../src/catalog/index.ts';
import type { Observation, Probe } from '../../src/kernel/define.ts';
import { CallError } from '../../src/kernel/errors.ts';
import type { ReadPort } from '../../src/kernel/ports.ts';
import { fields } from '../../src/kernel/schema.ts';
import { build as buildSim, type SimOptions, type SimPort } from '../support/sim-port.ts';

const never = new AbortController().signal;
const probes = await Promise.all(catalog.probes.map((entry) => entry.load()));
const cases = probes.map((probe) => [probe.id, probe] as const);

/** A simulated account that has been measured for two seconds, with an alarm that is calm. */
function build(options?: SimOptions): SimPort {
  const sim = buildSim(options);
  for (const second of [2, 1]) measure(sim, sim.clock.wallMs() - second * 1_000);
  const [about, rule] = [
    { AlarmName: 'shop-is-short-of-hosts', Namespace: 'Shop', MetricName: 'Missing', Statistic: 'Maximum' },
    { Period: 1, EvaluationPeriods: 1, Threshold: 0, ComparisonOperator: 'GreaterThanThreshold' },
  ];
  const MetricData = [{ MetricName: 'Missing', StorageResolution: 1, Value: 0, Timestamp: sim.clock.wallMs() - 2_000 }];
  sim.world.call('cloudwatch', 'PutMetricData', { Namespace: 'Shop', MetricData }, SOMEBODY);
  sim.world.call('cloudwatch', 'PutMetricAlarm', { ...about, ...rule }, SOMEBODY);
  sim.world.advance();
  return sim;
}
const SOMEBODY = { accessKeyId: 'AKIDTEST', requestId: 'request-1' };
const measure = ({ world }: SimPort, atMs: number) => world.observe({ type: 'measured', atMs, traffic: [], cpu: [] });

/** The parameters of the example. Rate and time-out belong to every probe and are not its own. */
function paramsOf(probe: Probe) {
  const [use] = parse(probe.example) as [{ probe: string; with?: Record<string, unknown> }];
  const { rate: _rate, timeout: _timeout, ...own } = use.with ?? {};
  return { use, params: fields(probe.params).parse(own) as never };
}

/** Every field is declared, and has the type that was declared. */
function expectDeclared(probe: Probe, { output, ok, error }: Observation) {
  const TYPES = { number: 'number', text: 'string', flag: 'boolean' };
  for (const [field, value] of Object.entries(output)) {
    expect(Object.keys(probe.output), `${probe.id} declares ${field}`).toContain(field);
    expect(typeof value, field).toBe(TYPES[probe.output[field]?.type ?? 'text']);
  }
  if (!ok) expect(error, 'a failure says why').toMatch(/\S/);
  else expect(error).toBeUndefined();
}

describe.each(cases)('%s', (id, probe) => {
  test('its words are whole, its id is its path, and the catalog says the same', () => {
    expect(existsSync(`src/probes/${id.replaceAll('.', '/')}.ts`)).toBe(true);
    expect(probe.summary).toMatch(/^[A-Z].*\.$/);
    expect(probe.details).toMatch(/^[A-Z].*\.$/s);
    expect(catalog.probes.find((entry) => entry.id === id)?.summary).toBe(probe.summary);
    for (const { doc } of Object.values(probe.output)) expect(doc).toMatch(/^[A-Z].*\.$/s);
  });

  test('its example is a use of it that its own fields accept', () => {
    expect(paramsOf(probe).use.probe).toBe(id);
  });

  test('on a healthy account it is ok, gives every declared field, and writes nothing', async () => {
    const sim = build();
    const before = sim.state();
    const seen = await sim.clock.run(probe.observe(paramsOf(probe).params, sim, never));
    expect(seen.ok, seen.error).toBe(true);
    expectDeclared(probe, seen);
    expect(Object.keys(seen.output).sort()).toEqual(Object.keys(probe.output).sort());
    expect(sim.recorded.filter(({ by }) => by === 'write')).toEqual([]);
    expect(sim.state()).toBe(before);
  });

  test('when its time is over it ends at once, not ok', async () => {
    const sim = build();
    const controller = new AbortController();
    sim.clock.at(0.5, () => controller.abort(new DOMException('late', 'TimeoutError')));
    const seen = await sim.clock.run(probe.observe(paramsOf(probe).params, sim, controller.signal));
    expect(sim.clock.nowMs()).toBeLessThan(2);
    expect(seen.ok).toBe(false);
    expectDeclared(probe, seen);
  });

  test('it never throws for what it was built to observe', async () => {
    for (const sick of sickPorts(build())) {
      const seen = await sick.sim.clock.run(probe.observe(paramsOf(probe).params, sick.port, never));
      expect(seen.ok, sick.name).toBe(false);
      expectDeclared(probe, seen);
    }
  });
});

/** Accounts on which nothing goes well, each in its own way. */
function sickPorts(sim: SimPort): { name: string; sim: SimPort; port: ReadPort }[] {
  const broken = (code: string, error: string): ReadPort => ({
    clock: sim.clock,
    account: sim.account,
    read: async () => {
      throw new CallError(code, 'no');
    },
    http: async () => ({ headers: {}, body: '', error }),
    dns: async () => ({ code: error, answers: [] }),
    tcp: async () => ({ connected: false, bytes: 0, error }),
    exec: async () => ({ stdout: '', stderr: '', error }),
  });
  return [
    { name: 'refused', sim, port: broken('ECONNREFUSED', 'ECONNREFUSED') },
    { name: 'throttled', sim, port: broken('RequestLimitExceeded', 'TIMEOUT') },
  ];
}

const observe = async (id: string, params: object, sim: SimPort) => {
  const probe = probes.find((one) => one.id === id);
  if (!probe) throw new Error(`no probe ${id}`);
  return sim.clock.run(probe.observe(fields(probe.params).parse(params) as never, sim, never));
};

test('http: a status counts by its class, or exactly when it is named', async () => {
  const sim = build();
  const answers = (status: number) => Object.assign(build(), { http: async () => ({ status, headers: {}, body: '' }) });
  expect(await observe('http', { url: 'http://shop.example/' }, sim)).toEqual({ ok: true, output: { status: 200 } });
  expect(await observe('http', { url: 'http://a/' }, answers(503))).toEqual({
    ok: false,
    error: 'HTTP 503',
    output: { status: 503 },
  });
  expect((await observe('http', { url: 'http://a/', expectStatus: 404 }, answers(404))).ok).toBe(true);
  expect((await observe('http', { url: 'http://a/', expectStatus: 404 }, answers(200))).ok).toBe(false);
});

test('http: from 200 to 399 is good, anything else is bad', async () => {
  const isGood = async (status: number) => {
    const answers = Object.assign(build(), { http: async () => ({ status, headers: {}, body: '' }) });
    return (await observe('http', { url: 'http://a/' }, answers)).ok;
  };
  expect(await Promise.all([200, 204, 301, 399].map(isGood))).toEqual([true, true, true, true]);
  expect(await Promise.all([199, 400, 404, 429, 500].map(isGood))).toEqual([false, false, false, false, false]);
});

test('tcp: a connection is good, and where bytes are expected a connection without any is not', async () => {
  const sees = (connected: boolean, bytes: number, expectBytes: boolean) => {
    const sim = Object.assign(build(), { tcp: async () => ({ connected, bytes }) });
    return observe('tcp', { host: '10.0.1.11', port: 80, expectBytes }, sim);
  };
  expect(await sees(true, 0, false)).toEqual({ ok: true, output: { connected: true, bytes: 0 } });
  expect(await sees(true, 1, true)).toEqual({ ok: true, output: { connected: true, bytes: 1 } });
  expect(await sees(true, 0, true)).toMatchObject({ ok: false, error: 'NO BYTES' });
  expect(await sees(false, 0, false)).toMatchObject({ ok: false, error: 'NOT CONNECTED' });
});

test('dns: no data, no name and an expected code are told apart', async () => {
  const sim = build();
  expect(await observe('dns', { name: 'www.shop.example', type: 'AAAA' }, sim)).toMatchObject({
    ok: false,
    error: 'NO DATA',
  });
  expect(await observe('dns', { name: 'none.shop.example' }, sim)).toMatchObject({
    ok: false,
    error: 'NXDOMAIN',
    output: { answers: 0, code: 'NXDOMAIN', values: '' },
  });
  expect(await observe('dns', { name: 'none.shop.example', expectCode: 'NXDOMAIN' }, sim)).toMatchObject({ ok: true });
  expect((await observe('dns', { name: 'store.shop.example' }, sim)).output).toMatchObject({ answers: 3, ttl: 30 });
});

test('dns: the server is an address with or without a port', async () => {
  const asked: unknown[] = [];
  const sim = Object.assign(build(), {
    dns: async ({ server }: { server?: unknown }) => {
      asked.push(server);
      return { code: 'NOERROR', answers: [] };
    },
  });
  for (const server of ['10.0.0.2', '10.0.0.2:5300', '::1', '[::1]:5300'])
    await observe('dns', { name: 'a.b', server }, sim);
  expect(asked).toEqual([
    { address: '10.0.0.2', port: 53 },
    { address: '10.0.0.2', port: 5_300 },
    { address: '::1', port: 53 },
    { address: '::1', port: 5_300 },
  ]);
});

test('command: the exit code decides, and the output is kept', async () => {
  const sim = build({ program: () => ({ exitCode: 3, stdout: 'three\n', stderr: '' }) });
  expect(await observe('command', { command: ['x'] }, sim)).toEqual({
    ok: false,
    error: 'EXIT 3',
    output: { exitCode: 3, stdout: 'three' },
  });
});

test('healthy targets follow what the load balancer believes, some checks behind', async () => {
  const sim = build();
  const counts = async () => (await observe('aws.elbv2.healthy-targets', { targetGroup: 'shop' }, sim)).output;
  expect(await counts()).toEqual({ healthy: 6, total: 6 });
  sim.world.facility('CutPower', { zoneId: 'use1-az1' });
  sim.plane.settle();
  expect(await counts()).toEqual({ healthy: 6, total: 6 });
  await sim.clock.run(sim.clock.sleep(10_000));
  expect(await counts()).toEqual({ healthy: 4, total: 6 });
  expect(await observe('aws.elbv2.healthy-targets', { loadBalancer: 'none' }, sim)).toMatchObject({ ok: false });
});

test('only targets that are healthy count as such; every other state counts in the total alone', async () => {
  const states = ['healthy', 'unhealthy', 'initial', 'draining', 'unused', 'unavailable', undefined];
  const read = async ({ operation }: { operation: string }) =>
    operation === 'DescribeTargetGroups'
      ? { TargetGroups: [{ TargetGroupArn: 'arn' }] }
      : { TargetHealthDescriptions: states.map((State) => ({ TargetHealth: { State } })) };
  const sim = Object.assign(build(), { read });
  const { output } = await observe('aws.elbv2.healthy-targets', { targetGroup: 'shop' }, sim as SimPort);
  expect(output).toEqual({ healthy: 1, total: states.length });
});

test('an alarm that went off, that has too little data or that does not exist is a failure with a word for each', async () => {
  const look = async (with_: object, data?: number) => {
    const sim = build();
    const MetricData = [{ MetricName: 'Missing', StorageResolution: 1, Value: data, Timestamp: sim.clock.wallMs() }];
    if (data !== undefined) sim.world.call('cloudwatch', 'PutMetricData', { Namespace: 'Shop', MetricData }, SOMEBODY);
    await sim.clock.run(sim.clock.sleep(data === undefined ? 10_000 : 1_500));
    return observe('aws.cloudwatch-alarm', with_, sim);
  };
  const name = 'shop-is-short-of-hosts';
  expect(await look({ name }, 0)).toMatchObject({ ok: true, output: { state: 'OK' } });
  expect(await look({ name }, 3)).toMatchObject({ ok: false, error: 'ALARM', output: { state: 'ALARM' } });
  expect(await look({ name, expectState: 'ALARM' }, 3)).toMatchObject({ ok: true });
  expect(await look({ name, expectState: 'ALARM' }, 0)).toMatchObject({ ok: false, error: 'OK' });
  expect(await look({ name })).toMatchObject({ ok: false, error: 'INSUFFICIENT_DATA' });
  expect(await look({ name: 'none' })).toEqual({ ok: false, error: 'AlarmNotFound', output: {} });
});

test('a metric is that of its latest complete period; data that are older than three periods are none', async () => {
  const sim = build();
  const where = {
    namespace: 'AWS/ApplicationELB',
    metric: 'HealthyHostCount',
    loadBalancer: 'shop',
    targetGroup: 'shop',
  };
  const look = (more: object = {}) => observe('aws.cloudwatch-metric', { ...where, period: '1s', ...more }, sim);
  sim.world.facility('CutPower', { zoneId: 'use1-az1' });
  sim.plane.settle();
  await sim.clock.run(sim.clock.sleep(10_000));
  expect(await look()).toEqual({ ok: false, error: 'NO DATA', output: {} });
  const second = Math.floor(sim.clock.wallMs() / 1_000) * 1_000;
  for (const atMs of [second - 1_000, second]) measure(sim, atMs);
  expect((await look()).output).toMatchObject({ value: 4, samples: 1 });
  expect((await look({ dimensions: { AvailabilityZone: 'us-east-1a' } })).output).toMatchObject({ value: 0 });
  expect((await look({ statistic: 'SampleCount', period: '10s' })).output).toMatchObject({ value: 1, samples: 1 });
  expect(await look({ loadBalancer: 'none' })).toMatchObject({ ok: false, error: 'LoadBalancerNotFound' });
  expect(await look({ metric: 'None' })).toMatchObject({ ok: false, error: 'NO DATA' });
});

test('a metric whose data have several units needs one to be named', async () => {
  const sim = build();
  const datum = { MetricName: 'Size', StorageResolution: 1, Timestamp: sim.clock.wallMs() - 1_000 };
  const MetricData = [
    { ...datum, Value: 1, Unit: 'Kilobytes' },
    { ...datum, Value: 1_024, Unit: 'Bytes' },
  ];
  sim.world.call('cloudwatch', 'PutMetricData', { Namespace: 'Shop', MetricData }, SOMEBODY);
  const look = (more: object) =>
    observe('aws.cloudwatch-metric', { namespace: 'Shop', metric: 'Size', period: '1s', ...more }, sim);
  expect(await look({})).toMatchObject({ ok: false, error: 'SEVERAL UNITS' });
  expect((await look({ unit: 'Bytes' })).output).toMatchObject({ value: 1_024 });
});
