import { existsSync, readdirSync, readFileSync, renameSync } from 'node:fs';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { facility } from '../../src/kernel/facility.ts';
import type { RegionFile } from '../../src/kernel/region-file.ts';
import { connectTo } from '../support/kept-region.ts';
import { makeHome, processesOf, runCli, startCli, until } from '../support/run-cli.ts';

const { home, remove } = makeHome();
afterAll(async () => {
  // What a test that failed midway has kept.
  await cli('region', 'down', '--all', '--force');
  remove();
});

const data = path.join(home, 'data');
const BLUEPRINT = 'test/e2e/experiments/tiny.yaml';
const cli = (...args: string[]) => runCli(args, { home });
const fileOf = () => JSON.parse(readFileSync(path.join(home, 'regions/kept/region.json'), 'utf8')) as RegionFile;

/** Kills every process of the home whose command names that program. */
function kill(program: string): void {
  const found = processesOf(home).filter(({ command }) => command.includes(program));
  expect(found.length, program).toBeGreaterThan(0);
  for (const { pid } of found) process.kill(pid, 'SIGKILL');
}

const powers = async () => {
  const port = await connectTo(home, 'kept');
  const { zones } = await port.read(facility('DescribeZones', {}), AbortSignal.timeout(5_000));
  return zones.map(({ power }) => power);
};

test('what a run left harmed in a region with data is restored after tool, watchdog and region were killed', async () => {
  expect((await cli('region', 'up', BLUEPRINT, '--name', 'kept', '--data', data)).code).toBe(0);
  const before = fileOf();
  const run = startCli(['run', 'test/e2e/experiments/dark-zone.yaml', '--account', 'kept', '--set', 'dark=60s'], {
    home,
  });
  const runs = path.join(home, 'runs');
  await until('the zone is dark', 30_000, () => {
    const [id] = existsSync(runs) ? readdirSync(runs) : [];
    const journal = path.join(runs, id ?? '', 'journal.jsonl');
    return id !== undefined && existsSync(journal) && readFileSync(journal, 'utf8').includes('"attested"');
  });
  kill('watchdog.cjs');
  process.kill(run.pid, 'SIGKILL');
  await run.finished;
  process.kill(-before.pid, 'SIGKILL');
  await until('nothing runs', 5_000, () => processesOf(home).length === 0);

  // Gone is what nobody keeps: while its data hold the region, nothing is closed.
  const down = await cli('recover');
  expect(down.code, down.stdout + down.stderr).toBe(9);
  expect(down.stdout + down.stderr).toContain(`chaos region up --data ${data}`);

  // Nor while they are somewhere else: a disk that is not mounted proves nothing.
  renameSync(data, `${data}-moved`);
  const moved = await cli('recover');
  expect([moved.code, moved.stderr]).toEqual([9, expect.stringContaining('--restored-by-hand')]);
  renameSync(`${data}-moved`, data);

  const again = await cli('region', 'up', '--data', data, '--json');
  expect(again.code, again.stderr).toBe(0);
  const { instance, credentials, endpoint, dns, loadBalancers } = before;
  expect(fileOf()).toMatchObject({ instance, credentials, endpoint, dns, loadBalancers });
  expect(await powers()).toEqual(['off', 'on', 'on']);
  // A further run is kept out until it is restored.
  const next = await cli('run', 'test/e2e/experiments/dark-zone.yaml', '--account', 'kept');
  expect(next.code, next.stderr).toBe(8);
  expect(next.stdout + next.stderr).toContain('left to be restored: use1-az1');

  const recovered = await cli('recover');
  expect(recovered.code, recovered.stdout + recovered.stderr).toBe(0);
  expect((await powers())[0]).not.toBe('off');
  expect((await cli('region', 'down', 'kept')).code).toBe(0);
  // Who ended it held it to the end, and holds nobody up afterwards.
  expect((await cli('region', 'up', '--data', data)).code).toBe(0);
  const port = await connectTo(home, 'kept');
  expect(await port.read(facility('DescribeLease', {}), AbortSignal.timeout(5_000))).toEqual({});
  expect((await cli('region', 'down', 'kept')).code).toBe(0);
  await until('nothing runs', 5_000, () => processesOf(home).length === 0);
}, 90_000);

test('data are gone on with by the same command, and by no other blueprint or name', async () => {
  const folder = path.join(home, 'other');
  const up = (...args: string[]) => cli('region', 'up', ...args, '--data', folder);
  expect(await up()).toMatchObject({ code: 2, stderr: expect.stringContaining('holds no data yet') });
  expect((await up(BLUEPRINT)).code).toBe(0);
  expect(await up('--name', 'elsewhere')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('not "elsewhere"'),
  });
  expect(await up('experiments/regions/shop.yaml')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('begun with another blueprint'),
  });
  const elsewhere = await runCli(['region', 'up', '--data', folder], { home: path.join(home, 'elsewhere') });
  expect(elsewhere.code).toBe(8);
  expect(elsewhere.stderr).toContain('error[REGION_DATA_HELD]');
  expect(elsewhere.stderr).toContain('in use by the region "tiny", process');
  expect((await cli('region', 'down', 'tiny')).code).toBe(0);
  expect((await up(BLUEPRINT)).code).toBe(0);
  expect((await cli('region', 'down', 'tiny')).code).toBe(0);
  await until('nothing runs', 5_000, () => processesOf(home).length === 0);
}, 60_000);
