import { cpSync, mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, afterEach, expect, test, vi } from 'vitest';
import type { Json } from '../../../src/kernel/json.ts';
import { readData, writeHeader } from '../../../src/region/data/data-folder.ts';
import { Keeper } from '../../../src/region/data/keeper.ts';

const root = mkdtempSync(path.join(tmpdir(), 'chaos-keeper-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
afterEach(() => void vi.restoreAllMocks());

const FACTS = {
  n: 0,
  identity: { accountId: '1', credentials: { accessKeyId: 'a', secretAccessKey: 'b' } },
  port: 1,
};
const HEADER = { v: 1 as const, name: 'r', instance: 'i', blueprint: {} as never };
let folders = 0;

/** A keeper of a world that holds the numbers that were written into it. */
async function begin() {
  const folder = path.join(root, `${folders++}`);
  const numbers: Record<string, Json> = {};
  let revision = 0;
  const world = { revision: () => revision, kept: () => structuredClone(numbers) as Json };
  const keeper = await Keeper.begin(folder, world, FACTS);
  await writeHeader(folder, HEADER);
  const write = (n: number, value: Json = n) => {
    numbers[`k${n}`] = value;
    revision++;
    return keeper.kept();
  };
  return { folder, keeper, write, log: path.join(folder, 'log.jsonl'), numbers };
}

const read = async (folder: string) => ((await readData(folder))?.state ?? {}) as Record<string, Json>;

test('whatever was acknowledged is there, wherever the power was cut', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 8 }),
      fc.nat(),
      async (bursts, at) => {
        const { folder, keeper, write, log } = await begin();
        // After each burst, which is acknowledged together: how long the log is, and how many numbers are in.
        const acknowledged = [{ bytes: 0, numbers: 0 }];
        let written = 0;
        for (const burst of bursts) {
          await Promise.all(Array.from({ length: burst }, () => write(written++)));
          acknowledged.push({ bytes: statSync(log).size, numbers: written });
        }
        const cut = at % (statSync(log).size + 1);
        truncateSync(log, cut);
        const found = Object.keys(await read(folder)).length;
        const atLeast = acknowledged.filter(({ bytes }) => bytes <= cut).at(-1)?.numbers ?? 0;
        expect(found).toBeGreaterThanOrEqual(atLeast);
        expect(await read(folder)).toEqual(Object.fromEntries(Array.from({ length: found }, (_, k) => [`k${k}`, k])));
        await keeper.close();
      },
    ),
    { seed: 20_261_121, numRuns: 60 },
  );
});

test('changes of one moment share a line, and nothing is written for none', async () => {
  const { write, keeper, log } = await begin();
  await Promise.all(Array.from({ length: 100 }, (_, k) => write(k)));
  expect(readFileSync(log, 'utf8').trim().split('\n').length).toBeLessThanOrEqual(2);
  const { size } = statSync(log);
  await write(1);
  await keeper.kept();
  expect(statSync(log).size).toBe(size);
  await keeper.close();
});

test('a log that grows long is replaced by a snapshot, and stays bounded', async () => {
  const { folder, write, keeper, log } = await begin();
  const sizes: number[] = [];
  for (let k = 0; k < 60; k++) {
    await write(k % 3, 'x'.repeat(100_000) + k);
    sizes.push(statSync(log).size);
  }
  expect(Math.max(...sizes)).toBeLessThan(1.3 * 1024 * 1024);
  expect(sizes.filter((size, k) => size < (sizes[k - 1] ?? 0)).length).toBeGreaterThan(1);
  expect(Object.keys(await read(folder))).toHaveLength(3);
  expect((await read(folder)).k2).toBe(`${'x'.repeat(100_000)}59`);
  await keeper.close();
});

test('a log that is older than the snapshot, because it was not emptied any more, adds nothing', async () => {
  const { folder, write, keeper, log } = await begin();
  await write(1);
  const older = readFileSync(log);
  await keeper.close();
  const saved = await readData(folder);
  const world = { revision: () => 0, kept: () => saved?.state ?? null };
  await (await Keeper.begin(folder, world, { ...FACTS, n: saved?.n ?? 0 })).close();
  writeFileSync(log, older);
  expect(await read(folder)).toEqual({ k1: 1 });
});

test('what the disk did not take is not acknowledged, and is written with what comes next', async () => {
  const { folder, write, keeper, log } = await begin();
  await write(1);
  const handle = await open(log, 'r');
  const prototype = Object.getPrototypeOf(handle) as typeof handle;
  await handle.close();
  // Half of a line comes to be before the disk is full.
  vi.spyOn(prototype, 'appendFile').mockImplementationOnce(async () => {
    writeFileSync(log, 'half a line', { flag: 'a' });
    throw Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' });
  });
  await expect(write(2)).rejects.toThrow('ENOSPC');
  expect(await read(folder)).toEqual({ k1: 1 });
  await write(3);
  expect(await read(folder)).toEqual({ k1: 1, k2: 2, k3: 3 });
  await keeper.close();
});

test('files are readable by their owner alone', async () => {
  const { folder, write, keeper } = await begin();
  await write(1);
  for (const name of ['state.json', 'log.jsonl', 'region-data.json'])
    expect(statSync(path.join(folder, name)).mode & 0o777, name).toBe(0o600);
  expect(statSync(folder).mode & 0o777).toBe(0o700);
  await keeper.close();
});

test('what cannot be relied on is refused, with what it is', async () => {
  const { folder, write, keeper } = await begin();
  for (const n of [1, 2, 3]) await write(n);
  await keeper.close();
  const broken = async (name: string, change: (text: string) => string) => {
    const copy = path.join(root, `broken-${folders++}`);
    cpSync(folder, copy, { recursive: true });
    writeFileSync(path.join(copy, name), change(readFileSync(path.join(copy, name), 'utf8')));
    return readData(copy).then(
      () => 'nothing',
      (error: { problems: { code: string; what: string; fix: string }[] }) => error.problems[0],
    );
  };
  const refused = (what: string) => ({ code: 'REGION_DATA', what: expect.stringContaining(what) });
  expect(await broken('state.json', (text) => text.replace('"v":1', '"v":2'))).toMatchObject({
    ...refused('of version 2'),
    fix: expect.stringContaining('newer'),
  });
  expect(await broken('state.json', (text) => text.slice(0, -9))).toMatchObject(refused('"state.json" is damaged'));
  expect(await broken('log.jsonl', (text) => text.replace('k2', 'k7'))).toMatchObject(refused('line 2'));
  expect(await broken('log.jsonl', (text) => text.replace(/.*\n/, ''))).toMatchObject(refused('entry 1 is missing'));
  expect(await broken('log.jsonl', (text) => `${text}torn`)).toBe('nothing');
});
