import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, afterEach, expect, test } from 'vitest';
import { openEmbedded } from '../../src/host/embedded.ts';
import { reconnect } from '../../src/host/reconnect.ts';
import { type StartedRegion, startRegion } from '../../src/host/region.ts';
import { readDataHeader } from '../../src/host/region-data.ts';
import type { Blueprint } from '../../src/kernel/blueprint.ts';
import { facility } from '../../src/kernel/facility.ts';
import { makeHome } from '../support/run-cli.ts';

const { home, remove } = makeHome();
afterAll(remove);
const started: StartedRegion[] = [];
afterEach(async () => {
  for (const region of started.splice(0)) await region.kill();
});

const blueprint: Blueprint = {
  title: 'A region without anything',
  region: 'us-east-1',
  zones: [{ id: 'use1-az1', name: 'us-east-1a' }],
  instances: [],
  loadBalancers: [],
  hostedZones: [],
  dnsChangeDelayMs: 1_000,
  nameServers: 1,
  powerReturnStaggerMs: 200,
};
const data = (name: string) => path.join(home, 'data', name);

async function up(name: string, folder = data(name)): Promise<StartedRegion> {
  const region = await startRegion({ home, name, blueprint, keep: false, parts: 'control', data: folder });
  started.push(region);
  return region;
}

const signal = () => AbortSignal.timeout(10_000);
const toxic = (name: string) => facility('SetToxic', { name, from: '*', to: '*', toxic: { kind: 'latency', ms: 1 } });

/** Writes as fast as answers come, until the region dies. Returns what was acknowledged. */
async function writeLoad(
  region: StartedRegion,
  prefix: string,
): Promise<{ acknowledged: string[]; dead: Promise<unknown> }> {
  const port = await openEmbedded(region.file);
  const acknowledged: string[] = [];
  const writer = async (lane: number) => {
    for (let k = 0; ; k++) {
      const name = `${prefix}-${lane}-${k}`;
      await port.write(toxic(name), signal());
      acknowledged.push(name);
    }
  };
  return { acknowledged, dead: Promise.allSettled(Array.from({ length: 4 }, (_, lane) => writer(lane))) };
}

test('a region that is killed while it is written to has every write that it acknowledged when it is up again', async () => {
  const all: string[] = [];
  let before: StartedRegion['file'] | undefined;
  // By so many writes of each round it is killed; the moment within the next one is up to the machine.
  for (const writes of [3, 40, 11, 150]) {
    const region = await up('load');
    const port = await openEmbedded(region.file);
    const { toxics } = await port.read(facility('DescribeToxics', {}), signal());
    const found = new Set(toxics.map(({ name }) => name));
    expect(all.filter((name) => !found.has(name))).toEqual([]);
    if (before) {
      const { instance, accountId, credentials, endpoint } = before;
      expect(region.file).toMatchObject({ instance, accountId, credentials, endpoint });
      expect(region.notes).toEqual([]);
    }
    before = region.file;
    const { acknowledged, dead } = await writeLoad(region, `w${all.length}`);
    while (acknowledged.length < writes) await new Promise((resolve) => setImmediate(resolve));
    await region.kill();
    await dead;
    all.push(...acknowledged);
  }
  expect(all.length).toBeGreaterThan(200);
}, 60_000);

test('a torn line at the end of the log is left out, and the region goes on', async () => {
  const first = await up('torn');
  await (await openEmbedded(first.file)).write(toxic('a'), signal());
  await first.kill();
  const log = path.join(data('torn'), 'log.jsonl');
  writeFileSync(log, `${readFileSync(log, 'utf8')}0123456789abcdef {"n":`);
  const again = await up('torn');
  const { toxics } = await (await openEmbedded(again.file)).read(facility('DescribeToxics', {}), signal());
  expect(toxics.map(({ name }) => name)).toEqual(['a']);
});

test('two regions on the same data are refused, naming who has them, until that one has ended', async () => {
  const first = await up('one', data('shared'));
  await expect(up('two', data('shared'))).rejects.toMatchObject({
    problems: [{ code: 'REGION_DATA_HELD', what: expect.stringContaining(`"one", process ${first.file.pid}`) }],
  });
  await first.kill();
  expect((await up('two', data('shared'))).file.instance).toBe(first.file.instance);
});

test('a damaged log is told with its code, and nothing is started', async () => {
  const first = await up('damaged');
  const port = await openEmbedded(first.file);
  for (const name of ['a', 'b']) await port.write(toxic(name), signal());
  await first.kill();
  const log = path.join(data('damaged'), 'log.jsonl');
  writeFileSync(log, readFileSync(log, 'utf8').replace('"a"', '"x"'));
  await expect(up('damaged')).rejects.toMatchObject({ problems: [{ code: 'REGION_DATA' }] });
});

test('a folder that holds something else, or data of a newer version, is refused', async () => {
  const folder = data('foreign');
  expect(await readDataHeader(folder)).toBeUndefined();
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'thesis.txt'), '');
  const refused = (what: string) => ({ problems: [{ code: 'REGION_DATA', what: expect.stringContaining(what) }] });
  await expect(readDataHeader(folder)).rejects.toMatchObject(refused('thesis.txt'));
  const header = (text: string) => writeFileSync(path.join(folder, 'region-data.json'), text);
  header('{"v":2}');
  await expect(readDataHeader(folder)).rejects.toMatchObject(refused('of version 2'));
  header('{"v":1,"name":"a"}');
  await expect(readDataHeader(folder)).rejects.toMatchObject(refused('damaged'));
});

test('a run on a region that is down is not given up as gone while its data hold the region', async () => {
  const region = await up('dead');
  const { name, instance } = region.file;
  const run = { reach: { kind: 'embedded' as const, name, data: data('dead') }, account: { instance } };
  expect((await reconnect(run, home))?.account.instance).toBe(instance);
  await region.kill();
  await expect(reconnect(run, home)).rejects.toMatchObject({
    code: 'RegionDown',
    message: expect.stringContaining(`chaos region up --data ${data('dead')}`),
  });
  expect(await reconnect({ ...run, account: { instance: 'another' } }, home)).toBeUndefined();
  expect(await reconnect({ ...run, reach: { kind: 'embedded', name } }, home)).toBeUndefined();
});
