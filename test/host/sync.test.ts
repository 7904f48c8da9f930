import { type FileHandle, mkdir, open, stat } from 'node:fs/promises';
import path from 'node:path';
import { expect, test, vi } from 'vitest';
import { liveFiles } from '../../src/host/files.ts';
import { later, temporaryFolder } from './support.ts';

const files = liveFiles();

/** Notes every file and folder that is synced, by its number, with its size at that moment. */
async function watchSyncs(folder: string): Promise<{ readonly ino: number; readonly size: number }[]> {
  const some = await open(folder, 'r');
  const prototype = Object.getPrototypeOf(some) as FileHandle;
  await some.close();
  const real = prototype.sync;
  const synced: { ino: number; size: number }[] = [];
  const spy = vi.spyOn(prototype, 'sync').mockImplementation(async function (this: FileHandle) {
    const { ino, size } = await this.stat();
    await real.call(this);
    synced.push({ ino, size });
  });
  later(() => spy.mockRestore());
  return synced;
}

test('a durable append is on disk when it returns, each time; of a new file its name is too', async () => {
  const folder = await temporaryFolder();
  const file = path.join(folder, 'journal.jsonl');
  const synced = await watchSyncs(folder);
  await files.appendDurably(file, 'one\n', 0o600);
  const [{ ino }, { ino: inFolder }] = await Promise.all([stat(file), stat(folder)]);
  expect(synced[0]).toEqual({ ino, size: 4 });
  expect(synced.slice(1).map((one) => one.ino)).toEqual([inFolder]);
  await files.appendDurably(file, 'two\n', 0o600);
  expect(synced.slice(2)).toEqual([{ ino, size: 8 }]);
});

test('what replaces a file is on disk before it has its name, and its name is afterwards', async () => {
  const folder = path.join(await temporaryFolder(), 'run');
  await mkdir(folder);
  const file = path.join(folder, 'state.json');
  const synced = await watchSyncs(folder);
  await files.replace(file, 'text', 0o600);
  const [{ ino }, { ino: inFolder }] = await Promise.all([stat(file), stat(folder)]);
  expect(synced[0]).toEqual({ ino, size: 4 });
  expect(synced.slice(1).map((one) => one.ino)).toEqual([inFolder]);
});

test('a plain append waits for no disk', async () => {
  const folder = await temporaryFolder();
  const synced = await watchSyncs(folder);
  await files.append(path.join(folder, 'samples.jsonl'), 'one\n');
  expect(synced).toEqual([]);
});
