import { setTimeout as sleep } from 'node:timers/promises';
import { holderOf } from '../host/lock.ts';
import { whyNoRun } from '../host/run-process.ts';
import { FILES } from '../journal/folder.ts';
import { ChaosError } from '../kernel/errors.ts';
import { exitCodeOf, type Outcome } from '../kernel/outcome.ts';
import { targetsNow } from '../report/open-harm.ts';
import { files } from './machine.ts';
import { findRun, listRuns, type RecordedRun } from './runs.ts';

/** What `chaos abort --json` prints. */
export interface Abortion {
  readonly v: 1;
  readonly runId: string;
  readonly outcome: Outcome | null;
  /** Null while the run still goes on: it took longer than it was waited for, which counts as dirty. */
  readonly targets: ReturnType<typeof targetsNow>;
  readonly exitCode: number;
}

/** The longest that restoring is waited for; the run itself goes on after that. */
const WAIT_MS = 600_000;
const LOOK_EVERY_MS = 200;
/** After the process has died without a word, its watchdog may still say how the run ended. */
const GRACE_MS = 5_000;

/**
 * Asks a living run to end, and waits until it has restored what it harmed.
 * @throws ChaosError RUN_UNKNOWN when no such run goes on; SAFETY_OWNERSHIP when the process that its record names is not
 * known to be it; REVERT_INCOMPLETE when it died and left something harmed.
 */
export async function abortRun(
  home: string,
  asked: string | undefined,
  say: (text: string) => void,
  graceMs = GRACE_MS,
): Promise<Abortion> {
  const run = asked === undefined ? await onlyRunning(home) : await findRun(home, files, asked);
  if (run.isAlive) {
    const pid = await processOf(run);
    say(`run ${run.runId}: asking process ${pid} to end and restore`);
    signal(pid);
    await ended(home, run.runId, graceMs);
  }
  const { reading, isAlive, harmed } = await findRun(home, files, run.runId);
  if (!isAlive && reading.end === undefined) throw died(run.runId, harmed);
  const targets = targetsNow(reading);
  const exitCode = exitCodeOf(targets === 'dirty' || isAlive ? 'dirty' : 'held');
  return { v: 1, runId: run.runId, outcome: reading.end?.outcome ?? null, targets, exitCode };
}

/** The process of a run: it holds the lock of the run, its journal names it, and it is a run of this program's. */
async function processOf({ runId, folder, reading }: RecordedRun): Promise<number> {
  const holder = await holderOf(`${folder}/${FILES.holder}`);
  const { pid } = reading;
  const why =
    holder === undefined || holder !== pid
      ? `it does not hold the lock of the run${holder === undefined ? '' : `, which process ${holder} does`}`
      : await whyNoRun(pid);
  if (why === undefined && pid !== undefined) return pid;
  throw new ChaosError({
    code: 'SAFETY_OWNERSHIP',
    what: `process ${pid}, which the record of run ${runId} names, is not known to be that run, and gets no signal: ${why}`,
    fix: `look at it with "ps -o user,lstart,args -p ${pid}"; if it is the run, end it with "kill -TERM ${pid}"`,
  });
}

/** One that has ended meanwhile needs none. */
function signal(pid: number): void {
  try {
    process.kill(pid, 'SIGTERM');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

const died = (runId: string, harmed: readonly string[]): ChaosError =>
  new ChaosError({
    code: harmed.length > 0 ? 'REVERT_INCOMPLETE' : 'RUN_UNKNOWN',
    what: `run ${runId} does not go on: its process is dead${harmed.length > 0 ? `, and left harmed: ${harmed.join(', ')}` : ''}`,
    fix: `run "chaos recover ${runId}" to restore what it left`,
  });

async function onlyRunning(home: string): Promise<RecordedRun> {
  const running = (await listRuns(home, files)).runs.filter(({ isAlive }) => isAlive);
  const [only] = running;
  if (only && running.length === 1) return only;
  throw new ChaosError({
    code: 'RUN_UNKNOWN',
    what: only ? 'several runs go on' : 'no run goes on here',
    fix: only ? `name one: ${running.map(({ runId }) => runId).join(', ')}` : '"chaos journal list" shows the runs',
  });
}

/** Until the run says how it ended, or is dead and has nobody who says it. */
async function ended(home: string, runId: string, graceMs: number): Promise<void> {
  let silentMs = 0;
  for (let waitedMs = 0; waitedMs < WAIT_MS && silentMs <= graceMs; waitedMs += LOOK_EVERY_MS) {
    await sleep(LOOK_EVERY_MS);
    const { isAlive, reading } = await findRun(home, files, runId);
    if (reading.end !== undefined) return;
    silentMs = isAlive ? 0 : silentMs + LOOK_EVERY_MS;
  }
}
