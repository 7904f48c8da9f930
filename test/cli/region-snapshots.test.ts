import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { aws } from '../../src/aws/calls.ts';
import { listSnapshots, removeSnapshot, restoreSnapshot, takeSnapshot } from '../../src/cli/region-snapshots.ts';
import { openEmbedded } from '../../src/host/embedded.ts';
import { openLease } from '../../src/host/lease.ts';
import { type StartedRegion, startRegion } from '../../src/host/region.ts';
import { facility } from '../../src/kernel/facility.ts';
import type { WritePort } from '../../src/kernel/ports.ts';
import { EMPTY } from '../support/empty-region.ts';
import { makeHome } from '../support/run-cli.ts';

const { home, remove } = makeHome();
const data = path.join(home, 'data');
const start = () => startRegion({ home, name: 'kept', blueprint: EMPTY, keep: false, parts: 'control', data });
let region: StartedRegion;
let port: WritePort;
beforeAll(async () => {
  region = await start();
  port = await openEmbedded(region.file);
});
afterAll(async () => {
  await region.stop();
  remove();
});

const request = { region: undefined, name: 'before' };
const signal = AbortSignal.timeout(30_000);
const put = (Value: string) => {
  const input = { Name: '/mode', Value, Type: 'String', Overwrite: true } as const;
  return port.write(aws('ssm', 'PutParameter', input), signal);
};
const mode = async () => {
  const { Parameters = [] } = await port.read(aws('ssm', 'GetParametersByPath', { Path: '/' }), signal);
  return Parameters[0]?.Value;
};
const codeOf = (asked: Promise<unknown>) =>
  asked.then(
    () => undefined,
    ({ problems }: { problems: { code: string }[] }) => problems[0]?.code,
  );

test('a region is put back to a snapshot, which is not overwritten unless that is said', async () => {
  await put('one');
  await takeSnapshot(home, request, false);
  await put('two');
  expect(await codeOf(takeSnapshot(home, request, false))).toBe('SNAPSHOT_EXISTS');
  await restoreSnapshot(home, request);
  expect(await mode()).toBe('one');
  await put('three');
  await takeSnapshot(home, request, true);
  expect((await listSnapshots(home, 'kept')).snapshots).toMatchObject([{ name: 'before', instances: 0 }]);
  expect(await codeOf(restoreSnapshot(home, { ...request, name: 'none' }))).toBe('SNAPSHOT_UNKNOWN');
  expect(await codeOf(takeSnapshot(home, { ...request, name: '../up' }, false))).toBe('CLI_USAGE');
});

test('what cannot be written is told as such, and a snapshot that cannot be read is removed once', async () => {
  const folder = path.join(data, 'snapshots');
  mkdirSync(path.join(folder, 'odd.json'));
  expect(await codeOf(takeSnapshot(home, { ...request, name: 'odd' }, true))).toBe('ACCOUNT_UNAVAILABLE');
  await removeSnapshot(home, { ...request, name: 'odd' });
  expect(await codeOf(removeSnapshot(home, { ...request, name: 'odd' }))).toBe('SNAPSHOT_UNKNOWN');
});

test('a region that a run holds is neither kept nor put back, and the run itself may put it back', async () => {
  const lease = openLease(port, { runId: 'r1', home, pendingOf: async () => [] });
  expect(await lease.acquire('a drill')).toEqual([]);
  expect(await codeOf(takeSnapshot(home, { ...request, name: 'harmed' }, false))).toBe('SAFETY_LEASE');
  expect(await codeOf(restoreSnapshot(home, request))).toBe('SAFETY_LEASE');
  expect(await codeOf(removeSnapshot(home, request))).toBe('SAFETY_LEASE');
  const stranger = await openEmbedded(region.file);
  await expect(stranger.write(facility('RestoreSnapshot', { name: 'before' }), signal)).rejects.toMatchObject({
    code: 'LeaseHeld',
  });
  await put('four');
  await port.write(facility('RestoreSnapshot', { name: 'before' }), signal);
  expect(await mode()).toBe('three');
  await lease.renew();
  await lease.release();
});

test('what a dead run may have left harmed is neither kept nor put back', async () => {
  const claim = { runId: 'r2', owner: 'somebody', purpose: 'a drill', ttlMs: 1 };
  await port.write(facility('AcquireLease', claim), signal);
  await expect.poll(() => codeOf(takeSnapshot(home, { ...request, name: 'harmed' }, false))).toBe('SAFETY_DIRTY');
  await port.write(facility('ReleaseLease', { runId: 'r2' }), signal);
  port = await openEmbedded(region.file);
});

test('what was put back is kept: a region that is killed right after it comes up so, with its snapshots', async () => {
  await put('five');
  await restoreSnapshot(home, request);
  process.kill(region.file.pid, 'SIGKILL');
  await region.stop();
  mkdirSync(path.join(data, 'snapshots'), { recursive: true });
  writeFileSync(path.join(data, 'snapshots', 'torn.json'), '{"v":1');
  region = await start();
  port = await openEmbedded(region.file);
  expect(await mode()).toBe('three');
  expect((await listSnapshots(home, undefined)).snapshots).toMatchObject([
    { name: 'before' },
    { name: 'torn', damage: expect.stringContaining('"torn"') },
  ]);
  expect(await codeOf(restoreSnapshot(home, { ...request, name: 'torn' }))).toBe('SNAPSHOT_DAMAGED');
  await removeSnapshot(home, { ...request, name: 'torn' });
  await put('six');
  await restoreSnapshot(home, request);
  expect(await mode()).toBe('three');
});
