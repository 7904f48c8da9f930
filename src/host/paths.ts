import { existsSync } from 'node:fs';
import path from 'node:path';

/** The programs that are started beside the command line. */
export type Program = 'region' | 'plane' | 'watchdog';

/** The folder of this package: the nearest one above this file that holds a package.json. */
export function packageRoot(): string {
  let folder = import.meta.dirname;
  while (!existsSync(path.join(folder, 'package.json'))) {
    const parent = path.dirname(folder);
    if (parent === folder)
      throw new Error('this program was taken out of its package: there is no package.json above it');
    folder = parent;
  }
  return folder;
}

/** The file of a program, as `npm run build` leaves it. */
export const programPath = (program: Program): string => path.join(packageRoot(), 'dist', `${program}.cjs`);
