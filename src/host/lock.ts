import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { link, lstat, mkdir, open, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { ChaosError } from '../kernel/errors.ts';
import { isFull } from '../kernel/full-disk.ts';
import type { Lock } from '../kernel/ports.ts';
import { bootId, startTimeOf } from './process-table.ts';

type Holder = { readonly pid: number; readonly startTime: string; readonly boot: string } | { readonly released: true };

/** Each attempt is beaten only by another taker's success: more than a few mean that the lock is wanted too much. */
const ATTEMPTS = 50;

/**
 * Takes an exclusive lock, or says that a live process holds it. A lock of a dead process is free at once.
 *
 * The lock is a folder of numbered files and the highest number counts. Whoever wants it links a complete file under the
 * next number, which only one can do, and then looks whether a higher one has come to be. The highest file is never
 * deleted, only marked as released, so that a slow taker who creates a low number again always finds a higher one. A link
 * in its place, which a stranger's project may hold, would have files of another folder taken for old numbers.
 * @param pid whose lock it is to be: this process, or a child of it.
 */
export async function takeLock(folder: string, pid = process.pid): Promise<Lock | undefined> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  if ((await lstat(folder)).isSymbolicLink()) throw linked(folder);
  const mine = await identityOf(pid);
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const highest = (await numbers(folder)).at(-1) ?? 0;
    if (highest > 0 && (await isHeld(fileOf(folder, highest)))) return undefined;
    const number = highest + 1;
    if (!(await create(folder, number, mine))) continue;
    const now = await numbers(folder);
    if (now.at(-1) !== number) {
      await rm(fileOf(folder, number), { force: true });
      continue;
    }
    await discard(
      folder,
      now.filter((older) => older < number),
    );
    return { release: () => release(folder, number) };
  }
  return undefined;
}

/** The number of the live process that holds a lock: it started when the lock says, in this boot. Takes nothing. */
export async function holderOf(folder: string): Promise<number | undefined> {
  // Never through a link: a stranger's project may hold one to the lock of another run.
  if ((await lstat(folder).catch(() => undefined))?.isSymbolicLink()) return undefined;
  const highest = (await numbers(folder)).at(-1) ?? 0;
  return highest > 0 ? liveHolder(fileOf(folder, highest)) : undefined;
}

const linked = (folder: string) =>
  new ChaosError({
    code: 'JOURNAL_READ',
    what: `"${folder}" is a symbolic link, which this program never makes`,
    fix: `remove the link, and the run's folder with it if you did not record that run`,
  });

/** Whether a live process holds the lock. Only reads, so that a full disk does not keep anybody from knowing. */
export const isLocked = async (folder: string): Promise<boolean> => (await holderOf(folder)) !== undefined;

/** Sees to it that the lock can be taken, several times, even once the disk is full. */
export async function reserveLock(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  for (let missing = SPARES - (await spares(folder)).length; missing > 0; missing--)
    await writeFile(newSpare(folder), ' '.repeat(FILE_BYTES), { mode: 0o600, flag: 'wx' });
}

const isHeld = async (file: string): Promise<boolean> => (await liveHolder(file)) !== undefined;

async function liveHolder(file: string): Promise<number | undefined> {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const holder = readHolder(text);
  if (!holder || 'released' in holder || holder.boot !== (await bootId())) return undefined;
  return (await startTimeOf(holder.pid)) === holder.startTime ? holder.pid : undefined;
}

/** A file appears whole, so one that is torn lost its end with the power: its holder lived in an earlier boot. */
function readHolder(text: string): Holder | undefined {
  try {
    return JSON.parse(text) as Holder;
  } catch {
    return undefined;
  }
}

/** A file appears under its number with its content or not at all; false when the number is taken. */
async function create(folder: string, number: number, holder: Holder): Promise<boolean> {
  const draft = path.join(folder, `draft-${randomUUID()}`);
  try {
    await write(folder, draft, holder);
    await link(draft, fileOf(folder, number));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

/** The holder itself says so, whole or, where there is no room, in place: torn, it says the same. Nothing when the folder is gone. */
async function release(folder: string, number: number): Promise<void> {
  const [file, text] = [fileOf(folder, number), textOf({ released: true })];
  const draft = path.join(folder, `draft-${randomUUID()}`);
  try {
    await writeFile(draft, text, { mode: 0o600, flag: 'wx' });
    await rename(draft, file);
  } catch (error) {
    await rm(draft, { force: true });
    if (isFull(error)) await overwrite(file, text);
    else if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}

/** How long every file of a lock is, so that one can be written where another was, on a disk that has no more room. */
const FILE_BYTES = 256;
const SPARES = 2;

const textOf = (holder: Holder): string => JSON.stringify(holder).padEnd(FILE_BYTES);

async function write(folder: string, draft: string, holder: Holder): Promise<void> {
  try {
    await writeFile(draft, textOf(holder), { mode: 0o600, flag: 'wx' });
  } catch (error) {
    if (!isFull(error) || !(await claimSpare(folder, draft))) throw error;
    await overwrite(draft, textOf(holder));
  }
}

/** Never through a link: a stranger's project may hold one in the place of a file of ours. */
async function overwrite(file: string, text: string): Promise<void> {
  const handle = await open(file, constants.O_WRONLY | (constants.O_NOFOLLOW ?? 0));
  try {
    await handle.writeFile(text);
  } finally {
    await handle.close();
  }
}

/** Gives a spare file another name, which only one process can do. */
async function claimSpare(folder: string, draft: string): Promise<boolean> {
  for (const name of await spares(folder)) {
    try {
      await rename(path.join(folder, name), draft);
      return true;
    } catch {
      // Another process was quicker.
    }
  }
  return false;
}

/** Old numbers become spare files, as long as there are few. */
async function discard(folder: string, old: readonly number[]): Promise<void> {
  let missing = SPARES - (await spares(folder)).length;
  for (const number of old) {
    if (missing-- > 0) await rename(fileOf(folder, number), newSpare(folder)).catch(() => {});
    else await rm(fileOf(folder, number), { force: true });
  }
}

const newSpare = (folder: string) => path.join(folder, `spare-${randomUUID()}`);
const spares = async (folder: string) =>
  (await readdir(folder).catch(() => [])).filter((name) => name.startsWith('spare-'));

async function numbers(folder: string): Promise<number[]> {
  const names = await readdir(folder).catch(() => []);
  return names
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .sort((a, b) => a - b);
}

async function identityOf(pid: number): Promise<Holder> {
  return { pid, startTime: (await startTimeOf(pid)) ?? '', boot: await bootId() };
}

const fileOf = (folder: string, number: number) => path.join(folder, String(number));
