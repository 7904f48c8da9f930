import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, expect, test } from 'vitest';
import { openSnapshots } from '../../../src/region/data/snapshots.ts';

const place = mkdtempSync(path.join(os.tmpdir(), 'snapshots-'));
const folder = path.join(place, 'snapshots');
afterEach(() => rmSync(folder, { recursive: true, force: true }));
afterAll(() => rmSync(place, { recursive: true }));

const snapshots = openSnapshots(folder, 'boot-1');
const taken = (state: string) => ({ takenMs: 5, instances: 2, state: { state } });
const code = (asked: Promise<unknown>) =>
  asked.then(
    () => undefined,
    ({ code }: { code: string }) => code,
  );

test('a snapshot is read as it was written, and overwritten only when that is asked for', async () => {
  const bytes = await snapshots.save('before', taken('ä'), false);
  expect(bytes).toBe(statSync(path.join(folder, 'before.json')).size);
  expect(await code(snapshots.save('before', taken('b'), false))).toBe('SnapshotExists');
  expect(await snapshots.read('before')).toMatchObject({ takenMs: 5, instances: 2, state: { state: 'ä' } });
  await snapshots.save('before', taken('b😀'), true);
  expect((await snapshots.read('before')).state).toEqual({ state: 'b😀' });
  expect(await snapshots.list()).toMatchObject([{ name: 'before', takenMs: 5, instances: 2 }]);
  expect(statSync(path.join(folder, 'before.json')).size).toBe((await snapshots.list())[0]?.bytes);
  expect(readdirSync(folder)).toEqual(['before.json']);
  expect(statSync(path.join(folder, 'before.json')).mode & 0o777).toBe(0o600);
  await snapshots.remove('before');
  expect(await code(snapshots.remove('before'))).toBe('SnapshotNotFound');
  expect(await code(snapshots.read('before'))).toBe('SnapshotNotFound');
});

test.each(['../up', 'a/b', '', '.', '..', '.hidden', 'a\0b', 'x'.repeat(64), '__proto__/x', 'ä'])(
  'the name %j leads to no file',
  async (name) => {
    expect(await code(snapshots.save(name, taken('a'), true))).toBe('InvalidParameter');
    expect(await code(snapshots.read(name))).toBe('InvalidParameter');
    expect(await code(snapshots.remove(name))).toBe('InvalidParameter');
    expect(readdirSync(place, { recursive: true })).toEqual([]);
  },
);

test('every changed byte of a snapshot is noticed, and the list tells which is damaged', async () => {
  await snapshots.save('good', taken('a'), false);
  await snapshots.save('bad', taken('a'), false);
  const file = path.join(folder, 'bad.json');
  const text = readFileSync(file, 'latin1');
  for (let at = 0; at < text.length; at += 7) {
    writeFileSync(file, `${text.slice(0, at)}${text[at] === 'x' ? 'y' : 'x'}${text.slice(at + 1)}`, 'latin1');
    expect(await code(snapshots.read('bad'))).toBe('SnapshotDamaged');
    writeFileSync(file, text.slice(0, at), 'latin1');
    expect(await code(snapshots.read('bad'))).toBe('SnapshotDamaged');
  }
  const [bad, good] = await snapshots.list();
  expect(bad).toMatchObject({ name: 'bad', damage: expect.stringContaining('it is not what was written') });
  expect(good).toMatchObject({ name: 'good', takenMs: 5 });
});

test('a snapshot of another region is not taken for one of this', async () => {
  await openSnapshots(folder, 'boot-0').save('before', taken('a'), false);
  expect(await code(snapshots.read('before'))).toBe('SnapshotDamaged');
});

test('there is an end to how many there may be', async () => {
  mkdirSync(folder, { recursive: true });
  for (let k = 0; k < 100; k++) writeFileSync(path.join(folder, `s${k}.json`), '');
  expect(await code(snapshots.save('more', taken('a'), false))).toBe('SnapshotLimit');
  await snapshots.save('s7', taken('a'), true);
});
