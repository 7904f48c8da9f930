import { readFile, readlink, realpath } from 'node:fs/promises';
import path from 'node:path';
import { packageRoot } from './paths.ts';
import { readProcessRow } from './process-table.ts';
import { userId } from './user-name.ts';

/**
 * Why a process is not taken for a run of this program, as far as can be told; undefined when it is one. A number that a
 * record names proves nothing: the record may be a stranger's, and the process anything of this user's.
 */
export async function whyNoRun(pid: number): Promise<string | undefined> {
  const row = await readProcessRow(pid);
  if (!row) return 'it does not live';
  if (pid === process.pid) return 'it is this very command';
  if (row.user !== userId()) return 'it is of another user';
  const words = await wordsOf(pid);
  if (words === undefined) return isNode(row.program) ? undefined : `it is "${row.program}"`;
  const isRun = isNode(path.basename(words[0] ?? '')) && (await playsRun(words, pid));
  return isRun ? undefined : `it is another program, "${row.program}"`;
}

const isNode = (program: string): boolean => /^(node(js)?|bun)$/.test(program) || program === ownProgram;
const ownProgram = path.basename(process.execPath);

/** The command line of a process; undefined where the system has no file that tells it. */
async function wordsOf(pid: number): Promise<readonly string[] | undefined> {
  const text = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => undefined);
  return text?.split('\0');
}

/** Whether the command line names the entry of this program, whichever copy of it, and then its command "run". */
async function playsRun(words: readonly string[], pid: number): Promise<boolean> {
  const before = words.slice(1, words.indexOf('run', 1));
  const folder = await readlink(`/proc/${pid}/cwd`).catch(() => '/');
  const entries = await Promise.all(before.map((word) => isEntry(path.resolve(folder, word))));
  return words.includes('run') && entries.includes(true);
}

/** Whether a file lies in the `bin` of a package of this program's name. */
async function isEntry(file: string): Promise<boolean> {
  try {
    const bin = path.dirname(await realpath(file));
    return path.basename(bin) === 'bin' && (await nameOf(path.dirname(bin))) === (await nameOf(packageRoot()));
  } catch {
    return false;
  }
}

const nameOf = async (folder: string): Promise<unknown> =>
  (JSON.parse(await readFile(path.join(folder, 'package.json'), 'utf8')) as { name?: unknown }).name;
