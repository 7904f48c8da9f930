import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Route53 } from '@aws-sdk/client-route-53';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readingPort, send } from '../../src/engine/send.ts';
import { deregisterTargets } from '../../src/faults/aws/elbv2/deregister-targets.ts';
import { removeZone } from '../../src/faults/aws/elbv2/remove-zone.ts';
import { denyActions } from '../../src/faults/aws/iam/deny.ts';
import { disruptConnectivity } from '../../src/faults/aws/network/disrupt-connectivity.ts';
import { isolateSecurityGroup } from '../../src/faults/aws/network/isolate-security-group.ts';
import { changeWeight } from '../../src/faults/aws/route53/change-weight.ts';
import { flipHealthCheck } from '../../src/faults/aws/route53/flip-health-check.ts';
import { openEmbedded } from '../../src/host/embedded.ts';
import { startRegion } from '../../src/host/region.ts';
import type { Means } from '../../src/kernel/define.ts';
import { facility } from '../../src/kernel/facility.ts';
import type { WritePort } from '../../src/kernel/ports.ts';
import type { RegionFile } from '../../src/kernel/region-file.ts';
import { fields } from '../../src/kernel/schema.ts';
import { blueprintOf } from '../support/sim-scene.ts';

const never = new AbortController().signal;
const guard = async () => {};
const SERVER = `
const { env } = process;
const KEYS = [env.AWS_ACCESS_KEY_ID, env.AWS_SECRET_ACCESS_KEY, env.AWS_SESSION_TOKEN].join(' ');
require('node:http').createServer((q, r) => r.end(q.url === '/keys' ? KEYS : env.INSTANCE_NAME)).listen(Number(env.PORT), '127.0.0.1')`;

/** Three zones with one web server each, behind a load balancer that looks often. */
function blueprint() {
  const scene = blueprintOf({ zones: 3, perZone: 1, dnsChangeDelayMs: 20 });
  const api = { name: 'api.shop.example', type: 'A', ttl: 5 };
  const fail = { name: 'fail.shop.example', type: 'A', ttl: 5 };
  const healthCheck = { loadBalancer: 'shop', path: '/', interval: 10, threshold: 3 };
  const often = { intervalMs: 100, timeoutMs: 80, path: '/', healthyThreshold: 2, unhealthyThreshold: 2 };
  return {
    ...scene,
    instances: scene.instances
      .filter(({ name }) => name === 'web')
      .map((group) => ({ ...group, command: [process.execPath, '-e', SERVER], role: 'web' })),
    roles: [{ name: 'web', allow: ['route53:List*'], tags: {} }],
    loadBalancers: scene.loadBalancers.map((one) => ({ ...one, healthCheck: often, deregistrationDelayMs: 300 })),
    hostedZones: [
      {
        name: 'shop.example',
        negativeTtl: 1,
        records: [
          { name: 'shop.example', type: 'A', alias: 'shop' },
          { ...api, values: ['10.9.0.1'], setIdentifier: 'blue', weight: 1 },
          { ...api, values: ['10.9.0.2'], setIdentifier: 'green', weight: 1 },
          { ...fail, values: ['10.9.1.1'], setIdentifier: 'primary', failover: 'PRIMARY' as const, healthCheck },
          { ...fail, values: ['10.9.1.2'], setIdentifier: 'secondary', failover: 'SECONDARY' as const },
        ],
      },
    ],
  };
}

let port: WritePort;
let file: RegionFile;
let end = async () => {};
beforeAll(async () => {
  const home = await mkdtemp(path.join(tmpdir(), 'chaos-faults-'));
  const region = await startRegion({ home, name: 'r', blueprint: blueprint(), keep: false, parts: 'all' });
  end = async () => {
    await region.stop();
    await rm(home, { recursive: true, force: true });
  };
  file = region.file;
  port = await openEmbedded(file);
});
afterAll(() => end());

/** Looks until it is so, for five seconds at most; the last look is returned either way. */
async function until<T>(look: () => Promise<T>, isSo: (seen: T) => boolean): Promise<T> {
  const overMs = performance.now() + 5_000;
  for (;;) {
    const seen = await look();
    if (isSo(seen) || performance.now() > overMs) return seen;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** The fault on the first target that the selector finds. `seen` is asked before, during and after it, then until it is whole. */
async function play<T>(
  means: Means,
  given: { select: object; params?: object },
  seen: () => Promise<T>,
  isWhole: (state: T) => boolean = () => true,
) {
  const host = readingPort(port);
  const select = fields(means.target.select).parse(given.select);
  const [target] = await means.target.find(select as never, host, never);
  if (target === undefined) throw new Error('no target');
  const params = (given.params ?? {}) as never;
  const undo = JSON.parse(JSON.stringify(await means.capture(target, params, host, never)));
  const attest = () => means.attest(undo, host, never);
  const states = [await seen()];
  expect((await attest()).bites, 'before').toBe(false);
  for (const call of means.steps(target, params, undo)) await send(port, call, never, guard);
  const bites = await until(attest, (attestation) => attestation.bites);
  expect(bites.bites, bites.evidence).toBe(true);
  states.push(await seen());
  expect((await means.compare(undo, host, never)).is).toBe('harmed');
  for (const call of means.restore(undo)) await send(port, call, never, guard);
  const standing = await until(
    () => means.compare(undo, host, never),
    ({ is }) => is === 'restored',
  );
  expect(standing.is).toBe('restored');
  const restored = await until(attest, (attestation) => !attestation.bites);
  expect(restored.bites, restored.evidence).toBe(false);
  states.push(await until(seen, isWhole));
  return { states, evidence: bites.evidence };
}

/** Whether each web server answers who calls it from outside, in the order of their zones. */
const dialed = async () => {
  const { processes } = await port.read(facility('DescribeProcesses', {}), never);
  const places = processes.map(({ address }) => address).sort();
  const answers = places.map((host) =>
    port.tcp({ host, port: 8080, send: 'GET / HTTP/1.0\r\n\r\n', expectBytes: true, timeoutMs: 400 }, never),
  );
  return (await Promise.all(answers)).map(({ bytes }) => bytes > 0);
};

test('a subnet that is cut off answers no connection, the other does, and both answer again', async () => {
  const { states } = await play(
    disruptConnectivity.means.api as Means,
    { select: { zone: 'use1-az1' }, params: { scope: 'all' } },
    dialed,
  );
  expect(states).toEqual([
    [true, true, true],
    [false, true, true],
    [true, true, true],
  ]);
});

test('an instance in an empty security group answers no new connection, and then again', async () => {
  const { states } = await play(isolateSecurityGroup.means.api as Means, { select: { zone: 'use1-az2' } }, dialed);
  expect(states).toEqual([
    [true, true, true],
    [true, false, true],
    [true, true, true],
  ]);
});

test('a program on an instance that acts as a role is denied what the role is denied, and then allowed it again', async () => {
  const { processes } = await port.read(facility('DescribeProcesses', {}), never);
  const url = `http://${processes[0]?.address}:8080/keys`;
  const { body } = await port.http({ url, method: 'GET', headers: {}, timeoutMs: 1_000 }, never);
  const [accessKeyId = '', secretAccessKey = '', sessionToken = ''] = body.split(' ');
  const client = new Route53({ ...file, credentials: { accessKeyId, secretAccessKey, sessionToken }, maxAttempts: 1 });
  const tries = (call: Promise<unknown>) =>
    call.then(
      () => 'done',
      ({ message }) => String(message),
    );
  const seen = async () => [await tries(client.listHostedZones({})), await tries(client.listHealthChecks({}))];
  const given = {
    select: { name: 'web' },
    params: { actions: ['route53:ListHostedZones'], resources: ['*'], expiresAfter: 60_000 },
  };
  const { states, evidence } = await play(denyActions.means.api as Means, given, seen);
  const ARN = `arn:aws:sts::${file.accountId}:assumed-role/web/${processes[0]?.instanceId}`;
  const refusal = `User: ${ARN} is not authorized to perform: route53:ListHostedZones with an explicit deny in an identity-based policy`;
  expect(states).toEqual([
    ['done', 'done'],
    [refusal, 'done'],
    ['done', 'done'],
  ]);
  expect(evidence).toMatch(
    /^role web has the policy "chaos-denies-\w+"; IAM simulates route53:ListHostedZones: explicitDeny$/,
  );
  expect(await tries(client.createHostedZone({ Name: 'a.example', CallerReference: 'x' }))).toContain(
    'no identity-based policy',
  );
  client.destroy();
});

const ALL = ['web-a1', 'web-b1', 'web-c1'];

/** What the first name server of the region answers, as `dig` would show it. */
const dig = async (name: string) => {
  const [server] = port.account.nameServers;
  const { code, answers } = await port.dns({ name, type: 'A', timeoutMs: 1_000, ...(server && { server }) }, never);
  return code === 'NOERROR' ? answers.map(({ data }) => data).sort() : [code];
};

/** Who answers requests through the load balancer, at every address that its name has. */
const served = async () => {
  const names = new Set<string>();
  const addresses = await dig('shop.example');
  for (let k = 0; k < 12; k++) {
    const request = {
      url: `http://${addresses[k % addresses.length]}/`,
      method: 'GET',
      headers: {},
      timeoutMs: 1_000,
    } as const;
    const { status, body } = await port.http(request, never);
    names.add(status === 200 ? body : String(status));
  }
  return [...names].sort();
};

test('a target that is deregistered gets no request through the load balancer, and then again', async () => {
  const select = { targetGroup: 'shop', zone: 'use1-az1' };
  const { states, evidence } = await play(deregisterTargets.means.api as Means, { select }, served);
  expect(states).toEqual([ALL, ['web-b1', 'web-c1'], ALL]);
  expect(evidence).toMatch(/^web-a1:8080 of shop is (draining|unused) /);
});

test('a load balancer that has left a zone has no address there and sends nobody there, and then again', async () => {
  const seen = async () => ({ served: await served(), addresses: await dig('shop.example') });
  const select = { loadBalancer: 'shop', zone: 'use1-az1' };
  const { states } = await play(removeZone.means.api as Means, { select }, seen, ({ served }) => served.length === 3);
  const whole = { served: ALL, addresses: ['10.0.16.4', '10.0.32.4', '10.0.48.4'] };
  expect(states).toEqual([whole, { served: ['web-b1', 'web-c1'], addresses: ['10.0.32.4', '10.0.48.4'] }, whole]);
});

test('a record of weight 0 is in no answer of the name servers, and then in some', async () => {
  const seen = async () => {
    const answers = new Set<string>();
    for (let k = 0; k < 40; k++) for (const address of await dig('api.shop.example')) answers.add(address);
    return [...answers].sort();
  };
  const given = { select: { name: 'api.shop.example', setIdentifier: 'blue' }, params: { weight: 0 } };
  const { states, evidence } = await play(changeWeight.means.api as Means, given, seen);
  expect(states).toEqual([['10.9.0.1', '10.9.0.2'], ['10.9.0.2'], ['10.9.0.1', '10.9.0.2']]);
  expect(evidence).toContain('has weight 0: in 0 and 0 of 32 answers');
});

test('a name of the blueprint fails over when its health check is inverted, while all is well, and then back', async () => {
  const { endpoint, region, credentials } = file;
  const client = new Route53({ endpoint, region, credentials });
  const [check] = (await client.listHealthChecks({})).HealthChecks ?? [];
  const look = async () => (await client.getHealthCheckStatus({ HealthCheckId: check?.Id })).HealthCheckObservations;
  const seen = await until(look, (all = []) => all[0]?.StatusReport?.Status?.startsWith('Success') === true);
  expect(seen).toHaveLength(1);
  client.destroy();
  const given = { select: { name: 'fail.shop.example' }, params: { flag: 'inverted' } };
  const { states, evidence } = await play(flipHealthCheck.means.api as Means, given, () => dig('fail.shop.example'));
  expect(states).toEqual([['10.9.1.1'], ['10.9.1.2'], ['10.9.1.1']]);
  expect(evidence).toMatch(/^health check .* is inverted; fail\.shop\.example A at .*: 10\.9\.1\.2, .*: 10\.9\.1\.2$/);
});
