import { chmod, mkdir, readdir, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { aws } from '../../src/aws/calls.ts';
import { openEmbedded } from '../../src/host/embedded.ts';
import { startTimeOf } from '../../src/host/process-table.ts';
import { reconnect } from '../../src/host/reconnect.ts';
import { type StartedRegion, startRegion, stopRegion } from '../../src/host/region.ts';
import { listRegions, readRegionFile } from '../../src/host/region-file.ts';
import type { Blueprint } from '../../src/kernel/blueprint.ts';
import { ChaosError } from '../../src/kernel/errors.ts';
import { facility } from '../../src/kernel/facility.ts';
import { blueprintOf } from '../support/sim-scene.ts';
import { eventually, later, never, temporaryFolder } from './support.ts';

const SERVER = `require('node:http').createServer((q, r) => r.end(JSON.stringify(process.env))).listen(Number(process.env.PORT), '127.0.0.1')`;

/** Two zones with one web server each. */
function smallBlueprint(code = SERVER): Blueprint {
  const blueprint = blueprintOf({ zones: 2, perZone: 1, dnsChangeDelayMs: 50 });
  const instances = blueprint.instances
    .filter(({ name }) => name === 'web')
    .map((group) => ({ ...group, command: [process.execPath, '-e', code] }));
  const hostedZones = [
    { name: 'shop.example', negativeTtl: 1, records: [{ name: 'shop.example', type: 'A', alias: 'shop' }] },
  ];
  return { ...blueprint, instances, hostedZones };
}

async function start(home: string, more: Partial<Parameters<typeof startRegion>[0]> = {}) {
  const options = { home, name: 'r', blueprint: smallBlueprint(), keep: false, parts: 'all' as const, ...more };
  const region = await startRegion(options);
  later(() => region.stop());
  return region;
}

test('a region starts, is reached through its account, and is gone with all its processes', async () => {
  const home = await temporaryFolder();
  const logs = path.join(home, 'regions', 'r', 'logs');
  await mkdir(logs, { recursive: true });
  await writeFile(path.join(logs, 'of-an-earlier-region.err'), 'Cannot find module');
  const OF_INSTANCES = ['disks', 'scripts', 'snapshots'];
  const left = () => readdir(path.join(home, 'regions', 'r'), { recursive: true });
  for (const part of OF_INSTANCES)
    await mkdir(path.join(home, 'regions', 'r', part, 'of-an-earlier-region'), { recursive: true });
  const { file, stop } = await start(home);
  expect(await readdir(logs), 'logs begin anew').not.toContain('of-an-earlier-region.err');
  expect(
    (await left()).filter((one) => one.endsWith('of-an-earlier-region')),
    'disks too',
  ).toEqual([]);
  const port = await openEmbedded(file);
  expect(port.account).toMatchObject({
    kind: 'embedded',
    name: 'r',
    instance: file.instance,
    attestation: 'data plane',
  });
  const answer = await port.http({ url: 'http://shop.example/', method: 'GET', headers: {}, timeoutMs: 5_000 }, never);
  expect(answer.status).toBe(200);
  const env = JSON.parse(answer.body) as Record<string, string>;
  const inherited = Object.keys(env).filter((name) => /^(npm_|VITEST|USER$|LANG$)/.test(name));
  expect(inherited, 'instances inherit nothing').toEqual([]);
  await writeFile(path.join(env.DATA_DIR ?? '', 'of-nobody-later'), '');
  expect(env.HOME).not.toBe(process.env.HOME);
  const { Account } = await port.read(aws('sts', 'GetCallerIdentity', {}), never);
  expect(Account).toBe(file.accountId);
  const { processes } = await port.read(facility('DescribeProcesses', {}), never);
  const pids = [file.pid, ...processes.flatMap(({ pid }) => (pid === undefined ? [] : [pid]))];
  expect(pids).toHaveLength(3);
  expect(await listRegions(home)).toEqual({ up: [file], damaged: [] });
  expect((await stat(path.join(file.folder, 'region.json'))).mode & 0o777).toBe(0o600);
  await stop();
  for (const pid of pids) await eventually(async () => (await startTimeOf(pid)) === undefined);
  expect(await readRegionFile(home, 'r')).toBeUndefined();
  expect(await listRegions(home)).toEqual({ up: [], damaged: [] });
  expect(
    (await left()).filter((one) => OF_INSTANCES.includes(one)),
    'disks go with it',
  ).toEqual([]);
  await stop();
});

test('what instances of a region with data keep lies with the data, and stays there', async () => {
  const [home, data] = [await temporaryFolder(), await temporaryFolder()];
  const kept = async (region: StartedRegion) => {
    const port = await openEmbedded(region.file);
    const request = { url: 'http://shop.example/', method: 'GET', headers: {}, timeoutMs: 5_000 } as const;
    const env = JSON.parse((await port.http(request, never)).body) as Record<string, string>;
    return env.DATA_DIR ?? '';
  };
  const first = await start(home, { data });
  const folder = await kept(first);
  expect(path.dirname(folder)).toBe(path.join(data, 'disks'));
  await writeFile(path.join(folder, 'note'), 'mine');
  await first.stop();
  // Another region of that name takes nothing of it away.
  const other = await start(home, { parts: 'control' });
  await other.stop();
  const again = await start(home, { data });
  expect(await readdir(folder)).toEqual(['note']);
  await again.stop();
});

test('of two that are started under one name at once one comes up, and the other takes nothing of it away', async () => {
  const home = await temporaryFolder();
  const [one, other] = await Promise.allSettled([start(home, { parts: 'control' }), start(home, { parts: 'control' })]);
  const [up, refused] = one.status === 'fulfilled' ? [one, other] : [other, one];
  if (up.status !== 'fulfilled' || refused.status !== 'rejected') throw new Error(`${one.status}, ${other.status}`);
  expect(refused.reason).toMatchObject({ problems: [{ code: 'CLI_USAGE', what: expect.stringContaining('"r"') }] });
  expect(await readRegionFile(home, 'r')).toEqual(up.value.file);
  await expect(openEmbedded(up.value.file)).resolves.toBeDefined();
});

test('an account is reached again only if it is that very instance of it', async () => {
  const home = await temporaryFolder();
  const { file } = await start(home, { parts: 'control' });
  const run = (instance: string, name = 'r') => ({ reach: { kind: 'embedded' as const, name }, account: { instance } });
  expect((await reconnect(run(file.instance), home))?.account.instance).toBe(file.instance);
  expect(await reconnect(run('another'), home)).toBeUndefined();
  expect(await reconnect(run(file.instance, 'unknown'), home)).toBeUndefined();
  await stopRegion(home, file);
  expect(await reconnect(run(file.instance), home)).toBeUndefined();
});

test('with the control plane alone no instance runs, and everything can still be read', async () => {
  const { file } = await start(await temporaryFolder(), { parts: 'control' });
  const port = await openEmbedded(file);
  const { processes } = await port.read(facility('DescribeProcesses', {}), never);
  expect(processes.length).toBe(2);
  expect(processes.filter(({ pid }) => pid !== undefined)).toEqual([]);
});

test('a region whose instances do not come up says which and why, and leaves nothing behind', async () => {
  const home = await temporaryFolder();
  const code = `console.error('the disk is full'); process.exit(3)`;
  const broken = smallBlueprint(code);
  const blueprint = {
    ...broken,
    instances: broken.instances.map((group) => ({ ...group, restart: false, readyWithinMs: 2_000 })),
  };
  const error = await start(home, { blueprint }).then(
    () => undefined,
    (failure: unknown) => failure,
  );
  expect(error).toBeInstanceOf(ChaosError);
  const [problem] = (error as ChaosError).problems;
  expect(problem?.code).toBe('REGION_START');
  expect(problem?.what).toMatch(/web-[ab]1/);
  expect(problem?.what).toContain('the disk is full');
  expect(await readRegionFile(home, 'r')).toBeUndefined();
});

const REGION_FILE = {
  name: 'r',
  endpoint: 'http://127.0.0.1:1',
  region: 'us-east-1',
  accountId: '1',
  instance: 'i1',
  credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
  dns: { address: '127.0.0.1', port: 53 },
  loadBalancers: [],
  pid: process.pid,
  folder: '/',
};

test('the file of a region that died is passed over, and one that says nonsense is a problem with a fix', async () => {
  const home = await temporaryFolder();
  const folder = path.join(home, 'regions', 'r');
  await mkdir(folder, { recursive: true });
  const file = path.join(folder, 'region.json');
  await writeFile(file, JSON.stringify({ ...REGION_FILE, startTime: 'another' }));
  expect(await readRegionFile(home, 'r')).toBeUndefined();
  await writeFile(file, 'nonsense');
  await chmod(file, 0o600);
  await expect(readRegionFile(home, 'r')).rejects.toMatchObject({ problems: [{ code: 'ACCOUNT_UNAVAILABLE' }] });
});
