import { accessSync, constants, existsSync, mkdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { ChaosError } from '../kernel/errors.ts';

/** The folder that holds runs and kept regions: CHAOS_HOME, or `.chaos` in the working folder. Absolute. */
export const chaosHome = (environment: Readonly<Record<string, string | undefined>> = process.env): string =>
  path.resolve(environment.CHAOS_HOME || '.chaos');

/**
 * Makes the home, level by level: the recursive form never returns where a folder says that it does not exist, as below
 * /proc. @throws ChaosError JOURNAL_WRITE when it cannot be made or written.
 */
export function ensureHome(home: string): string {
  const missing: string[] = [];
  for (let folder = home; !existsSync(folder) && path.dirname(folder) !== folder; folder = path.dirname(folder)) {
    missing.unshift(folder);
  }
  try {
    for (const folder of missing) mkdirSync(folder, { mode: 0o700 });
    if (!statSync(home).isDirectory()) throw new Error('it is no folder');
    accessSync(home, constants.W_OK);
    return home;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const fix = 'set CHAOS_HOME to a folder that can be written';
    throw new ChaosError({ code: 'JOURNAL_WRITE', what: `"${home}" cannot be written: ${reason}`, fix }, error);
  }
}

/** A path as the reader would type it: relative to the working folder when it lies below it. */
export function showPath(absolute: string, workingFolder = process.cwd()): string {
  const relative = path.relative(workingFolder, absolute);
  return relative.startsWith('..') || path.isAbsolute(relative) ? absolute : relative || '.';
}
