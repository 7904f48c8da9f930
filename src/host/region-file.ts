import { readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { ChaosError } from '../kernel/errors.ts';
import type { RegionFile } from '../kernel/region-file.ts';
import { startTimeOf } from './process-table.ts';

/** The folder of a region of that name. */
export const regionFolder = (home: string, name: string): string => path.join(home, 'regions', name);

/** The region of that name; undefined when none runs. Throws a `ChaosError` when its file says nothing sensible. */
export async function readRegionFile(home: string, name: string): Promise<RegionFile | undefined> {
  const file = path.join(regionFolder(home, name), 'region.json');
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  const region = parse(text, file);
  return (await startTimeOf(region.pid)) === region.startTime ? region : undefined;
}

/** Every region that runs, by name. */
export async function listRegions(home: string): Promise<readonly RegionFile[]> {
  const names = await readdir(path.join(home, 'regions')).catch(() => []);
  const found = await Promise.all(names.sort().map((name) => readRegionFile(home, name)));
  return found.filter((region) => region !== undefined);
}

/** Forgets a region that no longer runs. Its logs stay. */
export const forgetRegion = (home: string, name: string): Promise<void> =>
  rm(path.join(regionFolder(home, name), 'region.json'), { force: true });

function parse(text: string, file: string): RegionFile {
  try {
    const region = JSON.parse(text) as RegionFile;
    if (typeof region.endpoint === 'string' && typeof region.pid === 'number') return region;
  } catch {
    // Reported below, as any other text that is no region.
  }
  throw new ChaosError({
    code: 'ACCOUNT_UNAVAILABLE',
    what: `"${file}" does not describe a region`,
    fix: `end the region by its process id if it still runs, and remove the folder "${path.dirname(file)}"`,
  });
}
