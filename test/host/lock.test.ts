import { once } from 'node:events';
import { mkdir, readdir, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { liveFiles } from '../../src/host/files.ts';
import { bootId, startTimeOf } from '../../src/host/process-table.ts';
import { runScript, temporaryFolder } from './support.ts';

const files = liveFiles();

/** A process of its own that takes the lock and says whether it has it, until it is killed. */
async function takerOf(lock: string) {
  const child = await runScript(`import { takeLock } from './src/host/lock.ts';
    const lock = await takeLock(${JSON.stringify(lock)});
    console.log(lock ? 'has it' : 'refused');
    setInterval(() => {}, 1_000);`);
  const [said] = (await once(child.stdout, 'data')) as [Buffer];
  return { child, said: said.toString().trim() };
}

test('a link to a folder is no lock, and the numbers in that folder stay', async () => {
  const folder = await temporaryFolder();
  const [mail, lock] = [path.join(folder, 'mail'), path.join(folder, 'holder.lock')];
  await mkdir(mail);
  for (const name of ['1', '2']) await writeFile(path.join(mail, name), 'dear');
  await symlink(mail, lock);
  await expect(files.lock(lock)).rejects.toMatchObject({ problems: [{ code: 'JOURNAL_READ' }] });
  expect(await readdir(mail)).toEqual(['1', '2']);
});

test('one taker at a time; a released lock can be taken again', async () => {
  const lock = path.join(await temporaryFolder(), 'lock');
  const first = await files.lock(lock);
  expect(first).toBeDefined();
  expect(await files.lock(lock)).toBeUndefined();
  await first?.release();
  const second = await files.lock(lock);
  expect(second).toBeDefined();
  await second?.release();
});

test('a lock whose file lost its content with the power of the machine is free', async () => {
  const lock = path.join(await temporaryFolder(), 'lock');
  await mkdir(lock);
  await writeFile(path.join(lock, '7'), '{"pid":1,"sta');
  const taken = await files.lock(lock);
  expect(taken).toBeDefined();
  await taken?.release();
});

test('of many takers at the same moment exactly one has it, again and again', async () => {
  const lock = path.join(await temporaryFolder(), 'lock');
  for (let round = 0; round < 20; round++) {
    const taken = (await Promise.all(Array.from({ length: 8 }, () => files.lock(lock)))).filter(Boolean);
    expect(taken).toHaveLength(1);
    await taken[0]?.release();
  }
  const names = await readdir(lock);
  const spares = names.filter((name) => name.startsWith('spare-'));
  expect(names.length - spares.length, 'it does not grow').toBeLessThan(3);
  expect(spares.length).toBeLessThan(5);
});

test('the lock of a killed process is free at once, and of several who want it then exactly one gets it', async () => {
  const lock = path.join(await temporaryFolder(), 'lock');
  const { child, said } = await takerOf(lock);
  expect(said).toBe('has it');
  expect(await files.lock(lock)).toBeUndefined();
  child.kill('SIGKILL');
  await once(child, 'exit');
  const taken = (await Promise.all(Array.from({ length: 8 }, () => files.lock(lock)))).filter(Boolean);
  expect(taken).toHaveLength(1);
  expect((await takerOf(lock)).said).toBe('refused');
});

test('however takers and givers interleave, two never have it at once', async () => {
  const lock = path.join(await temporaryFolder(), 'lock');
  let holders = 0;
  let taken = 0;
  const taker = async () => {
    for (let turn = 0; turn < 60; turn++) {
      const mine = await files.lock(lock);
      if (!mine) continue;
      taken++;
      expect(++holders).toBe(1);
      await new Promise((resolve) => setImmediate(resolve));
      holders--;
      await mine.release();
    }
  };
  await Promise.all(Array.from({ length: 12 }, taker));
  expect(taken).toBeGreaterThan(20);
});

test('a later process with the number of the holder is not taken for it, nor one of an earlier boot', async () => {
  const boot = await bootId();
  const self = { pid: process.pid, startTime: (await startTimeOf(process.pid)) ?? '', boot };
  for (const [holder, isFree] of [
    [self, false],
    [{ ...self, startTime: 'another' }, true],
    [{ ...self, boot: 'another' }, true],
    [{ ...self, pid: 2 ** 22 + 1 }, true],
  ] as const) {
    const lock = path.join(await temporaryFolder(), 'lock');
    await mkdir(lock);
    await writeFile(path.join(lock, '1'), JSON.stringify(holder));
    expect((await files.lock(lock)) !== undefined, JSON.stringify(holder)).toBe(isFree);
  }
});
