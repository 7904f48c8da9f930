import type { Recovery } from '../engine/api.ts';
import { FILES } from '../journal/folder.ts';
import { ChaosError } from '../kernel/errors.ts';
import type { Clock, Files } from '../kernel/ports.ts';
import type { Watched } from './watch.ts';

export interface TakeOver {
  readonly clock: Clock;
  readonly files: Files;
  readonly folder: string;
  readonly recover: () => Promise<Recovery>;
  readonly log: (text: string) => Promise<void>;
}

/** How long an account that does not answer is waited for, and a target that does not come back is tried. */
const LONGEST_MS = 10 * 60_000;
const FIRST_WAIT_MS = 250;
const MOST_WAIT_MS = 15_000;

/**
 * Restores in the holder's stead, again and again within bounds, until nothing is left. A holder that only fell silent
 * may wake up: a file in the folder of the run tells it to touch nothing more.
 * @returns whether everything is restored.
 */
export async function takeOver(watched: Exclude<Watched, 'done'>, options: TakeOver): Promise<boolean> {
  const { clock, files, folder, recover, log } = options;
  await log(`${watched}: restoring`);
  await files.replace(`${folder}/${FILES.takenOver}`, `${watched}\n`, 0o600).catch((error) => log(`no mark: ${error}`));
  const deadline = clock.nowMs() + LONGEST_MS;
  for (let wait = FIRST_WAIT_MS; ; wait = Math.min(MOST_WAIT_MS, wait * 2)) {
    const failed = await recover().then(say, why);
    await log(failed?.text ?? 'everything is restored');
    if (!failed) return true;
    if (failed.isFinal || clock.nowMs() + wait > deadline) return false;
    await clock.sleep(wait);
  }
}

/**
 * What is left; undefined when nothing is. What is not known to be the run's own does not become so by waiting; and what
 * is restored and cannot be recorded is not restored again, for that would play commands twice.
 */
function say({ failed, unrecorded }: Recovery): Failure | undefined {
  if (failed.length === 0)
    return unrecorded && { text: `restored, but it still counts as harmed: ${unrecorded.what}`, isFinal: true };
  const text = `not restored: ${failed.map((one) => `${one.target} (${one.why})`).join('; ')}`;
  return { text, isFinal: failed.every(({ code }) => code === 'SAFETY_SEAL') };
}

/** A journal that is gone does not come back by waiting. */
function why(error: unknown): Failure {
  const isFinal = error instanceof ChaosError && error.problems.some(({ code }) => code === 'JOURNAL_READ');
  return { text: error instanceof Error ? error.message : String(error), isFinal };
}

interface Failure {
  readonly text: string;
  readonly isFinal: boolean;
}
