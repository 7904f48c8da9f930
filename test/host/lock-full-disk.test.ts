import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeEach, expect, test, vi } from 'vitest';
import { isLocked, reserveLock, takeLock } from '../../src/host/lock.ts';
import { temporaryFolder } from './support.ts';

const disk = vi.hoisted(() => ({ full: false }));

/** A disk that is full takes a new name and no byte more; what is there can be renamed and written over. */
vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof import('node:fs/promises')>();
  const writeFile: typeof real.writeFile = async (file, data, options) => {
    await real.writeFile(file, disk.full ? '' : data, options);
    if (disk.full) throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
  };
  return { ...real, writeFile };
});

beforeEach(() => {
  disk.full = false;
});

test('a lock that was reserved can be taken, held, given back and taken again on a full disk', async () => {
  const lock = path.join(await temporaryFolder(), 'lock');
  await reserveLock(lock);
  disk.full = true;
  for (let round = 0; round < 5; round++) {
    const taken = await takeLock(lock);
    expect(taken, `round ${round}`).toBeDefined();
    expect(await takeLock(lock)).toBeUndefined();
    expect(await isLocked(lock)).toBe(true);
    await taken?.release();
    expect(await isLocked(lock)).toBe(false);
  }
});

test('of many takers on a full disk one has it at most', async () => {
  const lock = path.join(await temporaryFolder(), 'lock');
  await reserveLock(lock);
  disk.full = true;
  const takers = await Promise.allSettled(Array.from({ length: 8 }, () => takeLock(lock)));
  expect(takers.filter((one) => one.status === 'fulfilled' && one.value !== undefined).length).toBeLessThan(2);
});

test('without a reserve the disk says itself why it takes no lock, and asking who has it writes nothing', async () => {
  const lock = path.join(await temporaryFolder(), 'lock');
  const first = await takeLock(lock);
  const before = await readdir(lock);
  disk.full = true;
  expect(await isLocked(lock)).toBe(true);
  expect(await isLocked(`${lock}-of-nobody`)).toBe(false);
  expect(await readdir(lock)).toEqual(before);
  expect(first).toBeDefined();
  await expect(takeLock(path.join(lock, 'other'))).rejects.toMatchObject({ code: 'ENOSPC' });
});

test('a link in the place of a spare file is not written through', async () => {
  const folder = await temporaryFolder();
  const [lock, diary] = [path.join(folder, 'lock'), path.join(folder, 'diary')];
  await mkdir(lock);
  await writeFile(diary, 'dear');
  await symlink(diary, path.join(lock, 'spare-1'));
  disk.full = true;
  await expect(takeLock(lock)).rejects.toMatchObject({ code: 'ELOOP' });
  expect(await readFile(diary, 'utf8')).toBe('dear');
});
