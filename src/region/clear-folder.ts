import { rm } from 'node:fs/promises';
import path from 'node:path';
import { GOES_WITH_REGION } from '../kernel/region-file.ts';

/**
 * Removes what is of nobody once the region has ended: ids are new at every boot, so that no instance finds its disk
 * again. What cannot be removed is left to the next region of that name.
 * @param folder that of the region, not that of its data.
 */
export async function clearFolder(folder: string): Promise<void> {
  const parts = GOES_WITH_REGION.map((part) => path.join(folder, part));
  await Promise.all(parts.map((part) => rm(part, { recursive: true, force: true, maxRetries: 5 }).catch(() => {})));
}
