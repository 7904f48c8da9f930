import type { Recovery } from '../engine/api.ts';
import { FILES } from '../journal/folder.ts';
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
export async function takeOver(why: Exclude<Watched, 'done'>, options: TakeOver): Promise<boolean> {
  const { clock, files, folder, recover, log } = options;
  await log(`${why}: restoring`);
  await files.replace(`${folder}/${FILES.takenOver}`, `${why}\n`, 0o600).catch((error) => log(`no mark: ${error}`));
  const deadline = clock.nowMs() + LONGEST_MS;
  for (let wait = FIRST_WAIT_MS; ; wait = Math.min(MOST_WAIT_MS, wait * 2)) {
    const failed = await recover().then(
      (recovery) => say(recovery),
      (error: unknown) => (error instanceof Error ? error.message : String(error)),
    );
    await log(failed ?? 'everything is restored');
    if (failed === undefined) return true;
    if (clock.nowMs() + wait > deadline) return false;
    await clock.sleep(wait);
  }
}

/** What is left; undefined when nothing is. */
function say({ failed }: Recovery): string | undefined {
  if (failed.length === 0) return undefined;
  return `not restored: ${failed.map(({ target, why }) => `${target} (${why})`).join('; ')}`;
}
