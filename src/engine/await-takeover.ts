import { FILES } from '../journal/folder.ts';
import { readJournal } from '../journal/read.ts';
import type { RunResult } from './api.ts';
import type { Run } from './run-state.ts';

const LOOK_MS = 500;
const LONGEST_MS = 10 * 60_000;

/** Waits, touching nothing, until the watchdog has ended the run in its stead; the outcome is what it wrote. */
export async function awaitTakeover({ context, control, journal, clock }: Run): Promise<RunResult> {
  const result = { runId: context.runId, journal: `${journal.folder}/${FILES.journal}` };
  const deadline = clock.nowMs() + LONGEST_MS;
  while (clock.nowMs() < deadline && !control.leave.aborted) {
    const read = await readJournal(context.files, journal.folder).catch(() => undefined);
    const end = read?.entries.findLast((entry) => entry.type === 'run-ended');
    if (end) return { ...result, outcome: end.outcome };
    await clock.sleep(LOOK_MS, control.leave).catch(() => {});
  }
  return { ...result, outcome: 'dirty' };
}
