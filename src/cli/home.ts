import path from 'node:path';

/** The folder that holds runs and kept regions: CHAOS_HOME, or `.chaos` in the working folder. Absolute. */
export const chaosHome = (environment: Readonly<Record<string, string | undefined>> = process.env): string =>
  path.resolve(environment.CHAOS_HOME || '.chaos');

/** A path as the reader would type it: relative to the working folder when it lies below it. */
export function showPath(absolute: string, workingFolder = process.cwd()): string {
  const relative = path.relative(workingFolder, absolute);
  return relative.startsWith('..') || path.isAbsolute(relative) ? absolute : relative || '.';
}
