import { FILES } from '../journal/folder.ts';
import { openJournal } from '../journal/journal.ts';
import { pending } from '../journal/pending.ts';
import { readJournal } from '../journal/read.ts';
import { readUndo } from '../journal/undo.ts';
import type { RunResult } from './api.ts';
import { harmsOf } from './harm.ts';
import { revertAll } from './revert.ts';
import type { Run } from './run-state.ts';
import { answering, type Silence } from './silence.ts';
import { judgingOf } from './take-down.ts';

const LOOK_MS = 500;
const LONGEST_MS = 10 * 60_000;

/** Waits, touching nothing, until the watchdog has ended the run in its stead; the outcome is what it wrote. */
export async function yieldTo(run: Run): Promise<RunResult> {
  const { context, journal } = run;
  const outcome = await until(run, async () => {
    const read = await readJournal(context.files, journal.folder).catch(() => undefined);
    const end = read?.entries.findLast((entry) => entry.type === 'run-ended');
    return end?.type === 'run-ended' ? end.outcome : undefined;
  });
  const clean = run.late.size === 0 || (await undoLate(run));
  const { entries } = await readJournal(context.files, journal.folder).catch(() => journal);
  return { runId: context.runId, outcome: clean ? (outcome ?? 'dirty') : 'dirty', journal: journal.path, entries };
}

/**
 * A call that this process sent just after the takeover, because it was stopped between its last look and the call, is
 * not among what the watchdog restored. Its injection is opened once more and restored from here.
 */
async function undoLate(run: Run): Promise<boolean> {
  const { context, clock, control, journal, redact, late } = run;
  const { files, port, listen } = context;
  const lock = await until({ clock, control }, () => files.lock(`${journal.folder}/${FILES.lock}`));
  if (!lock) return false;
  try {
    const tell = (entry: Parameters<Parameters<typeof openJournal>[0]['listen']>[0]) =>
      listen({ type: 'entry', entry });
    const now = await openJournal({ files, clock, folder: journal.folder, redact, listen: tell });
    for (const injection of late) {
      const captured = now.entries.find((entry) => entry.type === 'captured' && entry.injection === injection);
      if (!captured) continue;
      const { v: _v, seq: _seq, at: _at, ...body } = captured;
      await now.record(body);
      await now.record({ type: 'injecting', injection, calls: [] });
    }
    const open = pending(now.entries).filter(({ injection }) => late.has(injection));
    const harms = await harmsOf(open, await readUndo(files, journal.folder), judgingOf(run, now));
    const silence: Silence = {};
    const guard = async () => {};
    const heard = answering(port, silence);
    await revertAll(harms, { port: heard, journal: now, by: 'run', signal: control.leave, guard, silence });
    return pending(now.entries).length === 0;
  } finally {
    await lock.release();
  }
}

/** Asks again and again, for ten minutes at most, or until nobody waits any more. */
async function until<T>(
  { clock, control }: Pick<Run, 'clock' | 'control'>,
  ask: () => Promise<T | undefined>,
): Promise<T | undefined> {
  const deadline = clock.nowMs() + LONGEST_MS;
  while (clock.nowMs() < deadline && !control.leave.aborted) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    await clock.sleep(LOOK_MS, control.leave).catch(() => {});
  }
  return undefined;
}
