import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { aws } from '../../src/aws/calls.ts';
import { openEmbedded } from '../../src/host/embedded.ts';
import { openLease, takeLease } from '../../src/host/lease.ts';
import { type StartedRegion, startRegion } from '../../src/host/region.ts';
import type { Call } from '../../src/kernel/call.ts';
import { facility, readTenure, tenureText } from '../../src/kernel/facility.ts';
import type { WritePort } from '../../src/kernel/ports.ts';

const home = mkdtempSync(path.join(tmpdir(), 'chaos-fence-'));
const never = new AbortController().signal;
let region: StartedRegion;
beforeAll(async () => {
  const blueprint = {
    title: 'A zone',
    region: 'us-east-1',
    zones: [{ id: 'use1-az1', name: 'us-east-1a' }],
    instances: [],
    loadBalancers: [],
    hostedZones: [{ name: 'a.test', negativeTtl: 1, records: [] }],
    dnsChangeDelayMs: 0,
    nameServers: 1,
    powerReturnStaggerMs: 0,
  };
  region = await startRegion({ home, name: 'fenced', blueprint, keep: false, parts: 'control' });
});
afterAll(async () => {
  await region.stop();
  rmSync(home, { recursive: true, force: true });
});

const state = async (port: WritePort) => (await port.read(facility('DescribeState', {}), never)).state;
const outcomeOf = (sent: Promise<unknown>) =>
  sent.then(
    () => 'taken',
    (error: { code: string; retryable: boolean; ambiguous: boolean }) => error,
  );

test('a region refuses every write of a process that was deposed, and takes those of whoever deposed it', async () => {
  const [run, watchdog, stranger] = (await Promise.all([1, 2, 3].map(() => openEmbedded(region.file)))) as [
    WritePort,
    WritePort,
    WritePort,
  ];
  const lease = openLease(run, { runId: 'r 1/ü', home, pendingOf: async () => [] });
  expect(await lease.acquire('a drill')).toEqual([]);
  const { Vpcs } = await run.read(aws('ec2', 'DescribeVpcs', {}), never);
  const { HostedZones } = await run.read(aws('route-53', 'ListHostedZones', {}), never);
  const tag = (value: string): Call =>
    aws('ec2', 'CreateTags', { Resources: [Vpcs?.[0]?.VpcId ?? ''], Tags: [{ Key: 'by', Value: value }] });
  const record: Call = aws('route-53', 'ChangeResourceRecordSets', {
    HostedZoneId: HostedZones?.[0]?.Id ?? '',
    ChangeBatch: {
      Changes: [
        {
          Action: 'UPSERT',
          ResourceRecordSet: { Name: 'x.a.test', Type: 'A', TTL: 1, ResourceRecords: [{ Value: '192.0.2.1' }] },
        },
      ],
    },
  });
  const dark: Call = facility('CutPower', { zoneId: 'use1-az1' });
  const signal: Call = facility('SignalProcess', { instanceId: 'i-1', pid: 1, startTime: '1', signal: 'SIGKILL' });
  expect(await outcomeOf(run.write(tag('the run'), never))).toBe('taken');

  const claim = { runId: 'r 1/ü', owner: 'another process', purpose: 'restoring', ttlMs: 60_000 };
  await watchdog.write(facility('AcquireLease', claim), never);
  const before = await state(run);
  for (const call of [tag('late'), record, dark, signal])
    expect(await outcomeOf(run.write(call, never)), call.operation).toMatchObject({
      code: 'LeaseLost',
      retryable: false,
      ambiguous: false,
    });
  await expect(lease.renew()).rejects.toMatchObject({ code: 'LeaseLost' });
  await expect(lease.release()).rejects.toMatchObject({ code: 'LeaseLost' });
  expect(await state(run)).toEqual(before);

  for (const port of [watchdog, stranger])
    for (const call of [tag('again'), record, dark]) expect(await outcomeOf(port.write(call, never))).toBe('taken');
  await watchdog.write(facility('ReleaseLease', { runId: 'r 1/ü' }), never);
  expect(await outcomeOf(watchdog.write(tag('too late'), never)), 'given back').toMatchObject({ code: 'LeaseLost' });
});

test('whoever recovers takes the lease of its run, and not that of another run', async () => {
  const port = await openEmbedded(region.file);
  expect(await takeLease(port, { runId: 'r1', home })).toEqual([]);
  const other = await openEmbedded(region.file);
  expect(await takeLease(other, { runId: 'r2', home })).toMatchObject([{ code: 'SAFETY_LEASE' }]);
});

test('a tenure survives its way through a header, and what is no tenure is never a valid one', () => {
  for (const runId of ['20260101-1', 'r 1/ü', '%'])
    expect(readTenure(tenureText({ runId, token: 7 })).runId).toBe(runId);
  for (const text of ['', '7', 'x y', '-1 r', '1e3 r', '7 %zz', '7  r']) {
    const { token, runId } = readTenure(text);
    expect(token < 0 || runId === '', text).toBe(true);
  }
});
