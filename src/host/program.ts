import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import path from 'node:path';

/** What a shell ends with when the program it should become cannot be executed, or is not there (POSIX XCU 2.8.2). */
const SHELL_REFUSED = [126, 127];

interface Started {
  readonly command: readonly string[];
  readonly cwd: string | undefined;
  readonly path: string | undefined;
}

/**
 * Tells a program that a shell could not start from one that itself ended with the exit code that a shell uses to say so:
 * "ENOENT" or "EACCES", and undefined when there is such a program.
 */
export async function whyNotStarted(exitCode: number | undefined, started: Started): Promise<string | undefined> {
  if (exitCode === undefined || !SHELL_REFUSED.includes(exitCode)) return undefined;
  const file = started.command[0] ?? '';
  const folders = file.includes('/') ? [''] : (started.path ?? '').split(path.delimiter);
  let why = 'ENOENT';
  for (const folder of folders) {
    try {
      await access(path.resolve(started.cwd ?? '.', folder, file), constants.X_OK);
      return undefined;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EACCES') why = 'EACCES';
    }
  }
  return why;
}
