import { randomUUID } from 'node:crypto';
import { open, rename } from 'node:fs/promises';
import path from 'node:path';
import type { RegionFile } from '../kernel/region-file.ts';

/** Writes `<folder>/region.json`, readable by its owner alone: whole or not at all. It holds the region's keys. */
export async function writeRegionFile(facts: RegionFile): Promise<void> {
  const temporary = path.join(facts.folder, `.region-${randomUUID()}.json`);
  const file = await open(temporary, 'wx', 0o600);
  try {
    await file.writeFile(`${JSON.stringify(facts, undefined, 2)}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(temporary, path.join(facts.folder, 'region.json'));
}
