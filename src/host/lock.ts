import { randomUUID } from 'node:crypto';
import { link, lstat, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { ChaosError } from '../kernel/errors.ts';
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
 */
export async function takeLock(folder: string): Promise<Lock | undefined> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  if ((await lstat(folder)).isSymbolicLink()) throw linked(folder);
  const mine = await ownIdentity();
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
    await Promise.all(now.filter((older) => older < number).map((older) => rm(fileOf(folder, older), { force: true })));
    return { release: () => replace(folder, number, { released: true }) };
  }
  return undefined;
}

const linked = (folder: string) =>
  new ChaosError({
    code: 'JOURNAL_READ',
    what: `"${folder}" is a symbolic link, which this program never makes`,
    fix: `remove the link, and the run's folder with it if you did not record that run`,
  });

async function isHeld(file: string): Promise<boolean> {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined) return false;
  const holder = readHolder(text);
  if (!holder || 'released' in holder || holder.boot !== (await bootId())) return false;
  return (await startTimeOf(holder.pid)) === holder.startTime;
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
    await writeFile(draft, JSON.stringify(holder), { mode: 0o600, flag: 'wx' });
    await link(draft, fileOf(folder, number));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

/** Does nothing when the folder is gone. */
async function replace(folder: string, number: number, holder: Holder): Promise<void> {
  const draft = path.join(folder, `draft-${randomUUID()}`);
  try {
    await writeFile(draft, JSON.stringify(holder), { mode: 0o600, flag: 'wx' });
    await rename(draft, fileOf(folder, number));
  } catch (error) {
    await rm(draft, { force: true });
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}

async function numbers(folder: string): Promise<number[]> {
  const names = await readdir(folder).catch(() => []);
  return names
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .sort((a, b) => a - b);
}

async function ownIdentity(): Promise<Holder> {
  return { pid: process.pid, startTime: (await startTimeOf(process.pid)) ?? '', boot: await bootId() };
}

const fileOf = (folder: string, number: number) => path.join(folder, String(number));
