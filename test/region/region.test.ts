import { randomUUID } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { SSM } from '@aws-sdk/client-ssm';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { aws } from '../../src/aws/calls.ts';
import { openEmbedded } from '../../src/host/embedded.ts';
import type { Blueprint, BlueprintInstances } from '../../src/kernel/blueprint.ts';
import { type FacilityOperations, facility } from '../../src/kernel/facility.ts';
import type { WritePort } from '../../src/kernel/ports.ts';
import { until } from './plane/links/echo.ts';
import { buildRegion, processesWith, startProgram, type TestRegion } from './programs.ts';

const SERVER = `
const http = require('node:http');
http.createServer((q, r) => {
  if (q.url === '/env') return r.end(JSON.stringify(process.env));
  if (!q.url.startsWith('/call')) return r.end(process.env.INSTANCE_NAME);
  const to = new URL(process.env.http_proxy);
  const onward = http.get({ host: to.hostname, port: to.port, path: 'http://web.app.test:8080/', agent: false }, (a) => a.pipe(r));
  onward.on('error', (e) => r.writeHead(502).end(e.code));
}).listen(+process.env.PORT, '127.0.0.1')`;

/** Found in the command line of every instance of this test alone. */
const mark = randomUUID();
const web: BlueprintInstances = {
  name: 'web',
  zones: ['use1-az1', 'use1-az2'],
  perZone: 1,
  command: ['node', '-e', SERVER, mark],
  cwd: '/',
  port: 8080,
  env: { MODE: 'test' },
  tags: { tier: 'web' },
  calls: ['web'],
  readyPath: '/',
  readyWithinMs: 10_000,
  restart: true,
};
const healthCheck = { path: '/', intervalMs: 100, timeoutMs: 300, healthyThreshold: 2, unhealthyThreshold: 2 };
const blueprint: Blueprint = {
  title: 'Two zones',
  region: 'us-east-1',
  zones: [
    { id: 'use1-az1', name: 'us-east-1a' },
    { id: 'use1-az2', name: 'us-east-1b' },
  ],
  instances: [web],
  loadBalancers: [
    { name: 'app', listenPort: 80, targets: 'web', healthCheck, deregistrationDelayMs: 200, crossZone: true },
  ],
  hostedZones: [
    {
      name: 'app.test',
      negativeTtl: 1,
      records: [
        { name: 'app.test', type: 'A', alias: 'app' },
        { name: 'web.app.test', type: 'A', ttl: 1, instances: 'web' },
      ],
    },
  ],
  dnsChangeDelayMs: 100,
  nameServers: 2,
  powerReturnStaggerMs: 50,
};
const signal = AbortSignal.timeout(60_000);

let built: { program: string; remove: () => void };
const regions: TestRegion[] = [];
const start = (...args: [Blueprint, Parameters<typeof startProgram>[2]?]): TestRegion => {
  const region = startProgram(built.program, ...args);
  regions.push(region);
  return region;
};

beforeAll(async () => {
  built = await buildRegion();
});
afterEach(async () => {
  for (const region of regions.splice(0)) await region.remove();
  expect(processesWith(mark)).toEqual([]);
});
afterAll(() => built.remove());

const get = (port: WritePort, url: string) =>
  port
    .http({ url, method: 'GET', headers: {}, timeoutMs: 1_000 }, signal)
    .then(({ status, body }) => `${status} ${body}`);
const ask = <N extends keyof FacilityOperations>(
  port: WritePort,
  operation: N,
  input: FacilityOperations[N][0],
): Promise<FacilityOperations[N][1]> =>
  operation.startsWith('Describe')
    ? port.read(facility(operation, input), signal)
    : port.write(facility(operation, input), signal);

describe('a region', () => {
  test('serves what its blueprint says, and writes down how it is reached', async () => {
    const region = start(blueprint);
    expect(await region.reply).toEqual({ ready: true });
    const file = region.file();
    expect(statSync(path.join(region.folder, 'region.json')).mode & 0o777).toBe(0o600);
    expect(file).toMatchObject({ name: 'test', region: 'us-east-1', folder: region.folder, pid: region.child.pid });
    expect(file.accountId).toMatch(/^\d{12}$/);
    const port = await openEmbedded(file);
    const answers = new Set<string>();
    for (let i = 0; i < 10; i++) answers.add(await get(port, 'http://app.test/'));
    expect([...answers].sort()).toEqual(['200 web-a1', '200 web-b1']);
    expect(await get(port, 'http://app.test/call')).toMatch(/^200 web-[ab]1$/);
    const front = await new Promise<number | undefined>((resolve) => {
      http.get(file.loadBalancers[0]?.url ?? '', (answer) => resolve(answer.resume().statusCode));
    });
    expect(front).toBe(200);
    expect(port.account.nameServers).toHaveLength(2);
    const soa = await port.dns({ name: 'none.app.test', type: 'A', timeoutMs: 1_000 }, signal);
    expect(soa).toMatchObject({ code: 'NXDOMAIN', negativeTtl: 1 });
  });

  test('hands its instances nothing of whoever started it', async () => {
    const region = start(blueprint);
    await region.reply;
    const env = JSON.parse((await get(await openEmbedded(region.file()), 'http://app.test/env')).slice(4));
    expect(env).toMatchObject({
      MODE: 'test',
      REGION: 'us-east-1',
      HOME: region.folder,
      AWS_ENDPOINT_URL: region.file().endpoint,
      AWS_SECRET_ACCESS_KEY: region.file().credentials.secretAccessKey,
    });
    expect(env.WEB_ENDPOINTS.split(',')).toHaveLength(2);
    expect(env.DATA_DIR).toBe(path.join(region.folder, 'disks', env.INSTANCE_ID));
    expect(statSync(env.DATA_DIR).mode & 0o777).toBe(0o700);
    expect(env.SECRET_OF_THE_CALLER).toBeUndefined();
  });

  test('loses a zone and gets it back', async () => {
    const region = start(blueprint);
    await region.reply;
    const port = await openEmbedded(region.file());
    const { processes } = await ask(port, 'DescribeProcesses', {});
    const pids = processes.map(({ pid, zoneId }) => ({ pid, zoneId }));
    await ask(port, 'CutPower', { zoneId: 'use1-az1' });
    const dark = pids.find(({ zoneId }) => zoneId === 'use1-az1')?.pid ?? 0;
    expect(processesWith(mark)).toEqual(pids.map(({ pid }) => pid).filter((pid) => pid !== dark));
    const addresses = (await port.dns({ name: 'app.test', type: 'A', timeoutMs: 500 }, signal)).answers;
    expect(addresses.length).toBeLessThanOrEqual(2);
    let good = 0;
    for (let i = 0; i < 100 && good < 20; i++)
      good = (await get(port, 'http://app.test/')) === '200 web-b1' ? good + 1 : 0;
    expect(good).toBe(20);
    await ask(port, 'RestorePower', { zoneId: 'use1-az1' });
    const seen = new Set<string>();
    for (let i = 0; i < 300 && !seen.has('200 web-a1'); i++) {
      seen.add(await get(port, 'http://app.test/'));
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(seen).toContain('200 web-a1');
  });

  test('is put back to a snapshot with its processes, names and links', async () => {
    const region = start(blueprint);
    await region.reply;
    const port = await openEmbedded(region.file());
    const { processes: before } = await ask(port, 'DescribeProcesses', {});
    const [dark, gone] = before;
    await ask(port, 'SaveSnapshot', { name: 'well' });
    const names = async () => (await port.dns({ name: 'web.app.test', type: 'A', timeoutMs: 1_000 }, signal)).answers;
    expect(await names()).toHaveLength(2);
    await port.write(aws('ec2', 'TerminateInstances', { InstanceIds: [gone?.instanceId ?? ''] }), signal);
    await ask(port, 'CutPower', { zoneId: dark?.zoneId ?? '' });
    await ask(port, 'SetToxic', { name: 'cut', from: 'outside', to: '*', toxic: { kind: 'reset' } });
    await ask(port, 'SaveSnapshot', { name: 'harmed' });
    expect(await get(port, 'http://app.test/')).toMatch(/^undefined/);

    await ask(port, 'RestoreSnapshot', { name: 'well' });
    const answers = new Set<string>();
    await expect
      .poll(async () => answers.add(await get(port, 'http://app.test/')), { timeout: 5_000 })
      .toContain('200 web-a1');
    await expect
      .poll(async () => answers.add(await get(port, 'http://app.test/')), { timeout: 5_000 })
      .toContain('200 web-b1');
    const { processes: after } = await ask(port, 'DescribeProcesses', {});
    expect(after.map(({ instanceId, address }) => [instanceId, address])).toEqual(
      before.map(({ instanceId, address }) => [instanceId, address]),
    );
    const pids = after.map(({ pid }) => pid ?? 0).sort();
    await until(() => String(processesWith(mark).sort()) === String(pids), 'nothing else is left running');

    // What serves goes on; what the snapshot does not have ends.
    await ask(port, 'RestoreSnapshot', { name: 'well' });
    expect(processesWith(mark).sort()).toEqual(pids);
    await ask(port, 'RestoreSnapshot', { name: 'harmed' });
    await until(() => processesWith(mark).length === 0, 'the processes that it does not have are gone', 5_000);
  });

  test('runs scripts in its instances; what they leave running ends with the instance', async () => {
    const region = start(blueprint);
    await region.reply;
    const port = await openEmbedded(region.file());
    const { processes } = await ask(port, 'DescribeProcesses', {});
    const [a1, b1] = processes.map(({ instanceId }) => instanceId);
    const { endpoint, credentials } = region.file();
    const ssm = new SSM({ endpoint, credentials, region: 'us-east-1' });
    const run = async (InstanceId = '', ...commands: string[]) => {
      const input = { DocumentName: 'AWS-RunShellScript', InstanceIds: [InstanceId], Parameters: { commands } };
      const { Command } = await ssm.sendCommand(input);
      return { CommandId: Command?.CommandId, InstanceId };
    };
    type Sent = Awaited<ReturnType<typeof run>>;
    const end = (sent: Sent) => ssm.getCommandInvocation(sent);
    const ended = async (sent: Sent) => {
      await expect.poll(async () => (await end(sent)).ResponseCode, { timeout: 5_000 }).not.toBe(-1);
      return end(sent);
    };
    const words = 'echo "$INSTANCE_NAME $MODE $HOME ${SECRET_OF_THE_CALLER-none}"';
    const sleeper = `sh -c 'sleep 77; true' ${mark}`;
    const told = await ended(await run(a1, words, `${sleeper} &`, `setsid ${sleeper} &`, 'echo later', 'exit 3'));
    expect(told).toMatchObject({
      ...{ Status: 'Failed', ResponseCode: 3 },
      StandardOutputContent: `web-a1 test ${region.folder} none\nlater\n`,
    });
    // Both instances, and what the script let go of in its group and in a session of its own.
    expect(processesWith(mark)).toHaveLength(4);
    const [slow, dark] = [await run(b1, sleeper), await run(a1, sleeper)];
    await until(() => processesWith(mark).length === 6, 'both run', 5_000);
    await ssm.cancelCommand({ CommandId: slow.CommandId });
    await until(() => processesWith(mark).length === 5, 'what is cancelled has ended');
    await ask(port, 'CutPower', { zoneId: 'use1-az1' });
    expect(processesWith(mark)).toHaveLength(1);
    expect([(await end(slow)).Status, (await end(dark)).Status]).toEqual(['Cancelled', 'InProgress']);
    await run(b1, sleeper);
    await until(() => processesWith(mark).length === 2, 'one runs when the region ends', 5_000);
    ssm.destroy();
  });

  test('obeys toxics on its links', async () => {
    const region = start(blueprint);
    await region.reply;
    const port = await openEmbedded(region.file());
    const toxic = { kind: 'latency', ms: 100 } as const;
    await ask(port, 'SetToxic', { name: 'slow', from: 'outside', to: '*', toxic });
    const startMs = performance.now();
    expect(await get(port, 'http://app.test/')).toMatch(/^200/);
    expect(performance.now() - startMs).toBeGreaterThan(199);
    await ask(port, 'SetToxic', { name: 'slow', from: 'outside', to: '*', toxic: { kind: 'reset' } });
    expect(await get(port, 'http://app.test/')).toMatch(/^undefined/);
    await ask(port, 'RemoveToxic', { name: 'slow' });
    expect(await get(port, 'http://app.test/')).toMatch(/^200/);
  });

  test('signals the very process that was named, and no other', async () => {
    const region = start(blueprint);
    await region.reply;
    const port = await openEmbedded(region.file());
    const { processes } = await ask(port, 'DescribeProcesses', {});
    const { instanceId = '', pid = 0, startTime = '' } = processes[0] ?? {};
    const stop = { instanceId, pid, startTime, signal: 'SIGSTOP' } as const;
    await expect(ask(port, 'SignalProcess', { ...stop, startTime: '1' })).rejects.toMatchObject({ code: 'Refused' });
    await ask(port, 'SignalProcess', stop);
    const [now] = (await ask(port, 'DescribeProcesses', { instanceIds: [instanceId] })).processes;
    expect(now?.state).toBe('stopped-by-signal');
    await ask(port, 'SignalProcess', { ...stop, signal: 'SIGKILL' });
    await until(() => !processesWith(mark).includes(pid), 'the process is gone');
  });

  test.each<[string, Partial<BlueprintInstances>, RegExp]>([
    [
      'a missing command',
      { command: ['no-such-program', mark] },
      /^the instance "web-[ab]1" does not start: its command "no-such-program" is not found$/,
    ],
    [
      'a program that fails',
      { command: ['node', '-e', 'throw new Error("no database")', mark] },
      /ended with exit code 1 before it was ready; it wrote:.*no database/s,
    ],
    [
      'a program that never listens',
      { command: ['node', '-e', 'setInterval(() => {}, 999)', mark], readyWithinMs: 500 },
      /it is not ready within 0\.5s$/,
    ],
  ])('says which instance does not come up, and why: %s', async (_what, change, reason) => {
    const region = start({ ...blueprint, instances: [{ ...web, ...change }] });
    const reply = (await region.reply) as { failed: string; logs: string[] };
    expect(reply.failed).toMatch(reason);
    expect(reply.logs[0]).toMatch(/^its log: .*logs\/web-[ab]1\.err$/);
    expect(await region.ended).toBe(1);
  });

  test('with its control plane alone answers, and starts nothing', async () => {
    const region = start(blueprint, { parts: 'control' });
    expect(await region.reply).toEqual({ ready: true });
    const file = region.file();
    expect(processesWith(mark)).toEqual([]);
    const text = readFileSync(path.join(region.folder, 'region.json'), 'utf8');
    expect(text).toContain(file.endpoint);
    const { zones } = (await ask(
      await openEmbedded(file),
      'DescribeZones',
      {},
    )) as FacilityOperations['DescribeZones'][1];
    expect(zones).toHaveLength(2);
  });
});
