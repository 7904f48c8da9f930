import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, expect, test, vi } from 'vitest';
import { regionDown } from '../../src/cli/region-down.ts';
import { readStatus } from '../../src/cli/status.ts';
import { findKey, regionKey, sealWith } from '../../src/host/key.ts';
import { startTimeOf } from '../../src/host/process-table.ts';
import { startRegion } from '../../src/host/region.ts';
import { listRegions, readRegionFile, regionFolder } from '../../src/host/region-file.ts';
import { type RegionFile, sealedText } from '../../src/kernel/region-file.ts';
import { makeHome, runCli } from '../support/run-cli.ts';
import { blueprintOf } from '../support/sim-scene.ts';

const { home, remove } = makeHome();
const env = { XDG_STATE_HOME: path.join(home, 'state') };
vi.stubEnv('XDG_STATE_HOME', env.XDG_STATE_HOME);
const groups: number[] = [];
afterAll(() => {
  vi.unstubAllEnvs();
  for (const group of groups) if (isAlive(-group)) process.kill(-group, 'SIGKILL');
  remove();
});

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

/** A process that leads a group of its own; the group outlives it when it ends at once. */
async function leader(script: string): Promise<number> {
  const child = spawn('sh', ['-c', script], { detached: true, stdio: ['ignore', 'pipe', 'ignore'] });
  const { pid = 0 } = child;
  groups.push(pid);
  await once(child.stdout, 'data');
  return pid;
}

const factsOf = async (name: string, pid: number): Promise<RegionFile> => ({
  name,
  endpoint: 'http://127.0.0.1:1',
  region: 'us-east-1',
  accountId: '123456789012',
  instance: 'i1',
  credentials: { accessKeyId: 'CHAOSKEY', secretAccessKey: 'secret' },
  dns: { address: '127.0.0.1', port: 53 },
  loadBalancers: [{ name: 'a', dnsName: 'a.elb', url: 'http://127.0.0.1:2' }],
  pid,
  startTime: (await startTimeOf(pid)) ?? '1',
  folder: '/somewhere/else',
});

function write(name: string, facts: unknown, below = home): void {
  mkdirSync(regionFolder(below, name), { recursive: true });
  writeFileSync(path.join(regionFolder(below, name), 'region.json'), JSON.stringify(facts));
}

const forget = (name: string) => rmSync(regionFolder(home, name), { recursive: true });
const byForce = (name: string) => ({ name, all: false, force: true, answerWithinMs: 200 });
const downByForce = (name: string) => regionDown(home, byForce(name));

test('a group whose leader has ended is killed for no file, and what is damaged is told with its path', async () => {
  const pid = await leader('echo; sleep 60 </dev/null >/dev/null 2>&1 & exit 0');
  while (await startTimeOf(pid)) await new Promise((resolve) => setImmediate(resolve));
  const { startTime: _, ...facts } = await factsOf('shop', pid);
  write('shop', facts);
  const { code, stderr } = await runCli(['region', 'down', '--force'], { home, env });
  expect({ code, alive: isAlive(-pid) }).toEqual({ code: 9, alive: true });
  expect(stderr.replaceAll(/\s+/g, ' ')).toContain(`remove "${path.join(regionFolder(home, 'shop'), 'region.json')}"`);
  write('shop', { ...facts, startTime: '1' });
  expect(await readRegionFile(home, 'shop')).toBeUndefined();
  await expect(downByForce('shop')).rejects.toMatchObject({ problems: [{ code: 'ACCOUNT_UNKNOWN' }] });
  expect(isAlive(-pid)).toBe(true);
  forget('shop');
});

test('every field of a file is checked', async () => {
  const facts = await factsOf('r', process.pid);
  const wrong: Record<keyof RegionFile, unknown[]> = {
    name: ['other', '', 5],
    endpoint: [5, '', 'nonsense', 'file:///etc'],
    region: [5, ''],
    accountId: [5],
    instance: [5],
    credentials: [5, null, { accessKeyId: 'a' }],
    dns: [null, {}, { address: 'a', port: -1 }, { address: 5, port: 1 }],
    loadBalancers: [5, undefined, [null], [{ name: 'a' }]],
    pid: [-1, 0, 1, 1.5, '7', 1e300, null],
    startTime: [undefined, '', 5, null],
    folder: [5],
    data: [5, ''],
    seal: [5, ''],
  };
  for (const [field, values] of Object.entries(wrong)) {
    for (const value of values) {
      write('r', { ...facts, [field]: value });
      await expect(readRegionFile(home, 'r'), `${field}: ${String(value)}`).rejects.toMatchObject({
        problems: [{ code: 'ACCOUNT_UNAVAILABLE', what: expect.stringContaining(`its "${field}"`) }],
      });
    }
  }
  for (const text of [5, null, 'text', []]) {
    write('r', text);
    await expect(readRegionFile(home, 'r')).rejects.toMatchObject({ problems: [{ code: 'ACCOUNT_UNAVAILABLE' }] });
  }
  write('r', facts);
  expect(await readRegionFile(home, 'r')).toEqual({ ...facts, folder: regionFolder(home, 'r') });
  forget('r');
});

test('a damaged file hides neither the other regions nor what runs left harmed', async () => {
  write('bad', { endpoint: 5 });
  write('good', await factsOf('good', process.pid));
  mkdirSync(path.join(home, 'regions', 'folder', 'region.json'), { recursive: true });
  const { up, damaged } = await listRegions(home);
  expect({ up: up.map(({ name }) => name), damaged: damaged.map(({ name }) => name) }).toEqual({
    up: ['good'],
    damaged: ['bad', 'folder'],
  });
  expect((await readStatus(home)).regions).toMatchObject([{ name: 'good' }]);
  const { code, stdout } = await runCli(['status'], { home, env });
  expect({ code, stdout: stdout.replaceAll(/\s+/g, ' ') }).toEqual({
    code: 0,
    stdout: expect.stringMatching(/good http.*Damaged.*does not describe the region "bad".*Nothing is left harmed/),
  });
  for (const name of ['bad', 'good', 'folder']) forget(name);
});

test('a process that is alive is killed only with the seal of the key of this user, and if it runs a region', async () => {
  const pid = await leader('echo; exec sleep 60');
  const facts = await factsOf('mine', pid);
  const refused = {
    ended: [],
    killed: [],
    problems: [{ code: 'SAFETY_OWNERSHIP', fix: expect.stringContaining(`kill -9 -- -${pid}`) }],
  };
  write('mine', facts);
  expect(await downByForce('mine')).toMatchObject(refused);
  write('mine', { ...facts, seal: '0'.repeat(64) });
  expect(await downByForce('mine')).toMatchObject(refused);
  const { code } = await runCli(['region', 'down', 'mine', '--force'], { home, env });
  expect({ code, alive: isAlive(pid) }).toEqual({ code: 8, alive: true });
  await startKept('other', async () => {
    const { key } = await findKey();
    const seal = key && sealWith(await regionKey(key, home, 'mine'))(sealedText(facts));
    write('mine', { ...facts, seal });
    expect(await downByForce('mine')).toMatchObject({
      problems: [{ what: expect.stringContaining('does not run the program of a region') }],
    });
  });
  expect(isAlive(pid)).toBe(true);
  forget('mine');
});

test('a region of ours that hangs is killed, under its own name and in its own folder alone', async () => {
  await startKept('hung', async (file) => {
    process.kill(file.pid, 'SIGSTOP');
    const elsewhere = path.join(home, 'elsewhere');
    cpSync(regionFolder(home, 'hung'), regionFolder(elsewhere, 'hung'), { recursive: true });
    expect(await regionDown(elsewhere, byForce('hung'))).toMatchObject({ problems: [{ code: 'SAFETY_OWNERSHIP' }] });
    const renamed = readFileSync(path.join(file.folder, 'region.json'), 'utf8').replace('"hung"', '"other"');
    write('other', JSON.parse(renamed));
    expect(await downByForce('other')).toMatchObject({ problems: [{ code: 'SAFETY_OWNERSHIP' }] });
    forget('other');
    expect(isAlive(file.pid)).toBe(true);
    expect(await downByForce('hung')).toEqual({ ended: ['hung'], killed: ['hung'], problems: [] });
    expect(await startTimeOf(file.pid)).toBeUndefined();
    expect(existsSync(path.join(file.folder, 'region.json'))).toBe(false);
  });
});

async function startKept(name: string, use: (file: RegionFile) => Promise<void>): Promise<void> {
  const blueprint = { ...blueprintOf({ zones: 1, perZone: 1 }), instances: [], loadBalancers: [], hostedZones: [] };
  const region = await startRegion({ home, name, blueprint, keep: true, parts: 'control' });
  try {
    await use(region.file);
  } finally {
    await region.kill();
  }
}
