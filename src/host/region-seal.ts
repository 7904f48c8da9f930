import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { ChaosError } from '../kernel/errors.ts';
import { type RegionFile, sealedText } from '../kernel/region-file.ts';
import { findKey, ownKey, regionKey, sealWith } from './key.ts';
import { programPath } from './paths.ts';
import { readProcessRow } from './process-table.ts';

/** What seals the file of a region. A key is made only for one that outlives its starter; the others are its children. */
export async function keyOf(home: string, name: string, keep: boolean): Promise<string | undefined> {
  const { key } = await (keep ? ownKey() : findKey()).catch(unlessUnsound);
  return key && regionKey(key, home, name);
}

/** Why nothing proves that the process of a region is one that this user started; undefined when that is proved. */
export async function whyNotOurs(home: string, file: RegionFile): Promise<string | undefined> {
  const { key } = await findKey().catch(unlessUnsound);
  const seal = key && sealWith(await regionKey(key, home, file.name))(sealedText(file));
  if (seal === undefined || seal !== file.seal) return 'its file does not carry the seal of your key for this folder';
  const row = await readProcessRow(file.pid);
  if (row?.startTime !== file.startTime) return 'it has ended';
  if (process.getuid && row.user !== process.getuid()) return 'it belongs to another user';
  return (await runsRegion(file.pid)) ? undefined : 'it does not run the program of a region';
}

/** What is sealed by a key that cannot be relied on is sealed by nobody. */
function unlessUnsound(error: unknown): { key?: never } {
  if (error instanceof ChaosError) return {};
  throw error;
}

/** Asked beside the seal, where the system tells: a number that is given anew may be that of any program. */
async function runsRegion(pid: number): Promise<boolean> {
  if (process.platform !== 'linux') return true;
  const words = (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).split('\0');
  return path.basename(words[1] ?? '') === path.basename(programPath('region'));
}

/** The refusal to kill it. */
export const notOurs = ({ name, pid, folder }: RegionFile, why: string): ChaosError =>
  new ChaosError({
    code: 'SAFETY_OWNERSHIP',
    what: `the region "${name}" does not end by itself, and nothing proves that process ${pid} is yours to kill: ${why}`,
    fix:
      `see with "ps -fp ${pid}" what it is: if it is a region of yours, "kill -9 -- -${pid}" ends it, with all that it ` +
      `runs; if not, remove "${path.join(folder, 'region.json')}"`,
  });
