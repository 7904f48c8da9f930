import { mkdir, readdir, stat, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { liveFiles } from '../../src/host/files.ts';
import { temporaryFolder } from './support.ts';

const files = liveFiles();

test('appending keeps what was there, and the file is readable by its owner alone', async () => {
  const file = path.join(await temporaryFolder(), 'journal.jsonl');
  await files.appendDurably(file, 'one\n', 0o600);
  await files.appendDurably(file, 'two\n', 0o600);
  expect(await files.read(file)).toBe('one\ntwo\n');
  expect((await stat(file)).mode & 0o777).toBe(0o600);
});

test('appending follows no link to another file', async () => {
  const folder = await temporaryFolder();
  const [file, link] = [path.join(folder, 'profile'), path.join(folder, 'journal.jsonl')];
  await writeFile(file, 'own');
  await symlink(file, link);
  await expect(files.appendDurably(link, 'one\n', 0o600)).rejects.toMatchObject({ code: 'ELOOP' });
  expect(await files.read(file)).toBe('own');
});

test('replacing leaves the old text or the new one, and no draft', async () => {
  const folder = await temporaryFolder();
  const file = path.join(folder, 'state.json');
  await Promise.all(Array.from({ length: 20 }, (_, k) => files.replace(file, `text ${k}`.repeat(1_000), 0o600)));
  expect(await files.read(file)).toMatch(/^(text \d+)\1*$/);
  expect(await readdir(folder)).toEqual(['state.json']);
});

test('replacing what cannot be written fails and leaves no draft', async () => {
  const folder = await temporaryFolder();
  await mkdir(path.join(folder, 'taken'));
  await writeFile(path.join(folder, 'taken', 'inside'), '');
  await expect(files.replace(path.join(folder, 'taken'), 'text', 0o600)).rejects.toThrow();
  expect(await readdir(folder)).toEqual(['taken']);
});

test('what is missing reads as undefined and lists as nothing; removing it is no error', async () => {
  const missing = path.join(await temporaryFolder(), 'none');
  expect(await files.read(missing)).toBeUndefined();
  expect(await files.list(missing)).toEqual([]);
  await files.remove(missing);
});

test('folders are made with their parents, readable by the owner alone, and listed in order', async () => {
  const folder = path.join(await temporaryFolder(), 'a', 'b');
  await files.makeFolder(folder);
  expect((await stat(folder)).mode & 0o777).toBe(0o700);
  for (const name of ['c', 'a', 'b']) await files.append(path.join(folder, name), 'x');
  expect(await files.list(folder)).toEqual(['a', 'b', 'c']);
});

test('shortening takes what is there, says when nothing is, makes no file, and follows no link', async () => {
  const folder = await temporaryFolder();
  const [file, link] = [path.join(folder, 'room'), path.join(folder, 'link')];
  await writeFile(file, 'x'.repeat(10));
  await symlink(file, link);
  expect(await files.shorten(link, 6)).toBe(false);
  const took = [];
  for (let k = 0; k < 3; k++) took.push([await files.shorten(file, 6), (await stat(file)).size]);
  expect(took).toEqual([
    [true, 4],
    [true, 0],
    [false, 0],
  ]);
  expect(await files.shorten(path.join(folder, 'none'), 6)).toBe(false);
  expect(await readdir(folder)).toEqual(['link', 'room']);
});
