import { randomUUID } from 'node:crypto';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { ChaosError, type ErrorCode } from '../../kernel/errors.ts';
import type { Json } from '../../kernel/json.ts';
import { DATA_HEADER, type RegionDataHeader } from '../../kernel/region-file.ts';
import { applyChanges } from './changes.ts';
import { readLines } from './log-lines.ts';

/** A region's state on disk, and what else makes it the same region when it is started again. */
export interface SavedRegion {
  readonly v: 1;
  /** The number of the last entry of the log that is in it. */
  readonly n: number;
  /** The keys of the region, which stay; therefore readable by their owner alone. */
  readonly identity: {
    readonly accountId: string;
    readonly credentials: { accessKeyId: string; secretAccessKey: string };
  };
  /** Where it listened last. */
  readonly port: number;
  readonly state: Json;
}

const STATE = 'state.json';
const LOG = 'log.jsonl';
export const logFile = (folder: string): string => path.join(folder, LOG);

/**
 * What a data folder holds: the last snapshot with everything that was logged since; undefined when nothing was begun.
 * @throws ChaosError REGION_DATA when it is damaged or of a newer version.
 */
export async function readData(folder: string): Promise<SavedRegion | undefined> {
  const [header, text] = await Promise.all([
    readText(path.join(folder, DATA_HEADER)),
    readText(path.join(folder, STATE)),
  ]);
  // The header is written last: without it nobody has been told of this region.
  if (header === undefined) return undefined;
  if (text === undefined) throw unusable(folder, `"${STATE}" is missing`);
  const saved = parsed(text) as SavedRegion | undefined;
  if (!saved) throw unusable(folder, `"${STATE}" is damaged`);
  if (saved.v !== 1)
    throw unusable(folder, `"${STATE}" is of version ${String(saved.v)}, and this program knows 1`, NEWER);
  const log = await readText(logFile(folder));
  // It is made before the header is.
  if (log === undefined) throw unusable(folder, `"${LOG}" is missing`);
  const { entries, damagedLine } = readLines(log);
  if (damagedLine !== undefined)
    throw unusable(folder, `line ${damagedLine} of "${LOG}" is damaged, and later ones are not`);
  let { n, state } = saved;
  for (const entry of entries.filter((one) => one.n > saved.n)) {
    if (entry.n !== n + 1) throw unusable(folder, `in "${LOG}", entry ${n + 1} is missing`);
    try {
      state = applyChanges(state, entry.changes);
    } catch (error) {
      throw unusable(folder, `entry ${entry.n} of "${LOG}" does not fit: ${(error as Error).message}`);
    }
    n = entry.n;
  }
  return { ...saved, n, state };
}

/** Puts a snapshot in the place of the last one, at once and on disk. */
export async function writeSaved(folder: string, saved: SavedRegion): Promise<number> {
  const text = `${JSON.stringify(saved)}\n`;
  await replaceFile(folder, STATE, text);
  return text.length;
}

/** Says whose data they are: from now on they count. */
export const writeHeader = (folder: string, header: RegionDataHeader): Promise<void> =>
  replaceFile(folder, DATA_HEADER, `${JSON.stringify(header)}\n`);

/** Puts a file in the place of the one of that name, at once and on disk. */
export async function replaceFile(folder: string, name: string, text: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const draft = path.join(folder, `${name}.${randomUUID()}`);
  try {
    const file = await open(draft, 'wx', 0o600);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(draft, path.join(folder, name));
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
  await syncFolder(folder);
}

/** A new name is on disk only when its folder is. Systems that cannot sync a folder do it themselves. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => undefined);
  await handle?.sync().catch(() => undefined);
  await handle?.close();
}

export const readText = (file: string): Promise<string | undefined> =>
  readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });

function parsed(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

const NEWER = 'use the version of chaos that wrote them, or a newer one';
const unusable = (
  folder: string,
  why: string,
  fix = 'put back a copy of the folder, or start anew in another one',
): ChaosError =>
  new ChaosError({
    code: 'REGION_DATA' satisfies ErrorCode,
    what: `the data in "${folder}" cannot be used: ${why}`,
    fix,
  });
