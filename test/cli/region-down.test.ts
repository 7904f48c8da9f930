import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { regionDown } from '../../src/cli/region-down.ts';
import { openEmbedded } from '../../src/host/embedded.ts';
import { openLease } from '../../src/host/lease.ts';
import { type StartedRegion, startRegion } from '../../src/host/region.ts';
import { EMPTY } from '../support/empty-region.ts';
import { makeHome, runCli, startCli } from '../support/run-cli.ts';

const { home, remove } = makeHome();
const down = (force: boolean) => regionDown(home, { name: undefined, all: false, force });

let region: StartedRegion;
beforeAll(async () => {
  region = await startRegion({ home, name: 'drill', blueprint: EMPTY, keep: false, parts: 'control' });
});
afterAll(async () => {
  await region.stop();
  remove();
});

test('a region that a run holds is not ended, unless that is forced', async () => {
  const port = await openEmbedded(region.file);
  const lease = openLease(port, { runId: 'r1', home, pendingOf: async () => [] });
  expect(await lease.acquire('a drill')).toEqual([]);
  await expect(down(false)).rejects.toMatchObject({
    problems: [
      {
        code: 'SAFETY_LEASE',
        fix: expect.stringMatching(/"CHAOS_HOME=\S+ chaos abort r1".*"chaos region down drill --force"/),
      },
    ],
  });
  expect(await down(true)).toEqual({ ended: ['drill'], killed: [], problems: [] });
});

test('a region that is silent may be held by a run: it is not ended, unless that is forced', async () => {
  const blueprint = { ...EMPTY, title: 'A region that falls silent' };
  const { file, stop } = await startRegion({ home, name: 'mute', blueprint, keep: false, parts: 'control' });
  process.kill(file.pid, 'SIGSTOP');
  const asked = regionDown(home, { name: 'mute', all: false, force: false, answerWithinMs: 300 });
  await expect(asked).rejects.toMatchObject({
    problems: [{ code: 'SAFETY_LEASE', fix: expect.stringContaining('"chaos region down mute --force"') }],
  });
  process.kill(file.pid, 'SIGCONT');
  await stop();
});

test('where no region is up there is none to end, which is no failure', async () => {
  const other = makeHome();
  expect(await runCli(['region', 'down'], { home: other.home })).toMatchObject({
    code: 0,
    stdout: 'No region is up.\n',
  });
  other.remove();
});

test('Ctrl-C while the region of a run starts leaves no folder of it', async () => {
  const other = makeHome();
  const run = startCli(['run', 'experiments/az-outage.yaml'], { home: other.home });
  await run.printed('starting a region');
  process.kill(run.pid, 'SIGINT');
  expect((await run.finished).code).toBe(6);
  const regions = path.join(other.home, 'regions');
  expect(existsSync(regions) ? readdirSync(regions) : []).toEqual([]);
  other.remove();
});

test.each([
  [['region', 'up', 'experiments/regions/shop.yaml'], 'starting the region'],
  [['region', 'env'], 'no region is up: starting that of the examples'],
] as const)('Ctrl-C while a region starts ends %j at once, says so, and leaves no folder of it', async (args, said) => {
  const other = makeHome();
  const up = startCli(args, { home: other.home });
  await up.printed(said);
  process.kill(up.pid, 'SIGINT');
  const { code, stdout, stderr } = await up.finished;
  const told = expect.stringContaining('the region is not started');
  expect({ code, stdout, stderr }).toEqual({ code: 6, stdout: '', stderr: told });
  expect(existsSync(path.join(other.home, 'regions', 'shop'))).toBe(false);
  other.remove();
});
