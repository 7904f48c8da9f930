import { randomBytes, randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { appendFile, mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Files } from '../kernel/ports.ts';
import { isLocked, reserveLock, takeLock } from './lock.ts';

/** The machine's files. Errors are those of the system. */
export function liveFiles(): Files {
  return {
    async makeFolder(folder) {
      await mkdir(folder, { recursive: true, mode: 0o700 });
    },
    async appendDurably(file, text, mode) {
      const isNew = await writeThrough(file, APPEND, text, mode);
      if (isNew) await syncFolder(path.dirname(file));
    },
    append: (file, text) => appendFile(file, text, { mode: 0o600 }),
    async replace(file, text, mode) {
      const draft = `${file}.${randomUUID()}`;
      try {
        await writeThrough(draft, 'wx', text, mode);
        await rename(draft, file);
      } catch (error) {
        await rm(draft, { force: true });
        throw error;
      }
      await syncFolder(path.dirname(file));
    },
    async reserve(file, bytes) {
      try {
        await writeThrough(file, RESERVE, randomBytes(bytes), 0o600);
      } catch (error) {
        await rm(file, { force: true });
        throw error;
      }
      await syncFolder(path.dirname(file));
    },
    shorten,
    read: (file) => readFile(file, 'utf8').catch(whenMissing(undefined)),
    list: async (folder) => (await readdir(folder).catch(whenMissing<string[]>([]))).sort(),
    remove: (file) => rm(file, { force: true, recursive: true }),
    lock: takeLock,
    isLocked,
    reserveLock,
  };
}

/** Never through a link: a stranger's project may hold one in the place of a record. */
const APPEND = constants.O_APPEND | constants.O_CREAT | constants.O_WRONLY | (constants.O_NOFOLLOW ?? 0);

const RESERVE = constants.O_CREAT | constants.O_TRUNC | constants.O_WRONLY | (constants.O_NOFOLLOW ?? 0);

/** Returns once the bytes are on disk: whether the file was empty, and so perhaps new. */
async function writeThrough(
  file: string,
  flags: string | number,
  text: string | Uint8Array,
  mode: number,
): Promise<boolean> {
  const handle = await open(file, flags, mode);
  try {
    const { size } = await handle.stat();
    await handle.writeFile(text);
    await handle.sync();
    return size === 0;
  } finally {
    await handle.close();
  }
}

async function shorten(file: string, bytes: number): Promise<boolean> {
  const handle = await open(file, constants.O_WRONLY | (constants.O_NOFOLLOW ?? 0)).catch(() => undefined);
  if (!handle) return false;
  try {
    const { size } = await handle.stat();
    await handle.truncate(Math.max(0, size - bytes));
    return size > 0;
  } finally {
    await handle.close();
  }
}

/** A new name is on disk only when its folder is. Systems that cannot sync a folder do it themselves. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => undefined);
  try {
    await handle?.sync().catch(() => undefined);
  } finally {
    await handle?.close();
  }
}

const whenMissing =
  <T>(value: T) =>
  (error: NodeJS.ErrnoException): T => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return value;
    throw error;
  };
