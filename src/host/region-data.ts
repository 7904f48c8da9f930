import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { ChaosError } from '../kernel/errors.ts';
import { DATA_HEADER, type RegionDataHeader, type RegionFile } from '../kernel/region-file.ts';
import { readBounded } from './bounded-file.ts';
import { holderOf, takeLock } from './lock.ts';

/** Far more than any blueprint. */
const BYTES_MAX = 16 * 1024 * 1024;

/**
 * Whose data lie in a folder; undefined when it is empty, or not there.
 * @throws ChaosError REGION_DATA when they are damaged, of a newer version, or something else lies there.
 */
export async function readDataHeader(folder: string): Promise<RegionDataHeader | undefined> {
  const file = path.join(folder, DATA_HEADER);
  const text = await readBounded(file, BYTES_MAX).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw unusable(folder, `"${DATA_HEADER}" cannot be read (${error.code ?? String(error)})`);
  });
  if (text === undefined) return refuseForeign(folder);
  const header = parse(text);
  const { v, name, instance, blueprint } = header;
  if (typeof v === 'number' && v > 1) {
    const fix = 'use the version of chaos that wrote them, or a newer one';
    throw unusable(folder, `"${DATA_HEADER}" is of version ${v}, and this program knows 1`, fix);
  }
  const isSound = v === 1 && typeof name === 'string' && typeof instance === 'string' && typeof blueprint === 'object';
  if (!isSound || blueprint === null) throw unusable(folder, `"${DATA_HEADER}" is damaged`);
  return header as unknown as RegionDataHeader;
}

/** Files of our own may be there without a header: a region that was ended while it began. */
async function refuseForeign(folder: string): Promise<undefined> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw unusable(folder, `it is no folder that can be read (${error.code})`, 'name another folder');
  });
  const foreign = names.find(
    (name) => !/^(lock$|snapshots$|disks$|state\.json|log\.jsonl$|region-data\.json\.)/.test(name),
  );
  if (foreign === undefined) return undefined;
  throw unusable(folder, `"${foreign}" lies there, which no region has written`, 'name an empty folder');
}

/**
 * Takes the data for the process of a region; they are free again when it ends.
 * @throws ChaosError REGION_DATA_HELD naming the process that has them, REGION_DATA when the folder cannot be written.
 */
export async function holdData(folder: string, pid: number): Promise<void> {
  const locks = path.join(folder, 'lock');
  const lock = await takeLock(locks, pid).catch((error: NodeJS.ErrnoException) => {
    if (error.code === undefined) throw error;
    throw unusable(folder, `it cannot be written (${error.code})`, 'name a folder that can be written');
  });
  if (lock) return;
  const holder = await holderOf(locks);
  const header = await readDataHeader(folder).catch(() => undefined);
  const what = `the data in "${folder}" are in use by the region "${header?.name ?? ''}"${holder === undefined ? '' : `, process ${holder}`}`;
  const fix = header ? `use that region, or end it with "chaos region down ${header.name}"` : 'try again once it is up';
  throw new ChaosError({ code: 'REGION_DATA_HELD', what, fix });
}

/**
 * Whether a region that does not run may be kept in its data, with all that is harmed in it. Only the data of another one
 * there prove that it is not: a folder that cannot be read, is moved or is not mounted proves nothing.
 */
export async function isKept({ data, instance }: Pick<RegionFile, 'data' | 'instance'>): Promise<boolean> {
  if (data === undefined) return false;
  try {
    const header = await readDataHeader(data);
    return header === undefined || header.instance === instance;
  } catch {
    return true;
  }
}

function parse(text: Uint8Array): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(text));
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

const unusable = (
  folder: string,
  why: string,
  fix = 'put back a copy of the folder, or start anew in another one',
): ChaosError => new ChaosError({ code: 'REGION_DATA', what: `the data in "${folder}" cannot be used: ${why}`, fix });
