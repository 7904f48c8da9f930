import { setTimeout as sleep } from 'node:timers/promises';
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
  /** Null while the run still goes on: it took longer than it was waited for. */
  readonly targets: 'untouched' | 'restored' | 'dirty' | null;
  readonly exitCode: number;
}

/** The longest that restoring is waited for; the run itself goes on after that. */
const WAIT_MS = 600_000;
const LOOK_EVERY_MS = 200;

/**
 * Asks a living run to end, and waits until it has restored what it harmed.
 * @throws ChaosError RUN_UNKNOWN when no such run goes on.
 */
export async function abortRun(
  home: string,
  asked: string | undefined,
  say: (text: string) => void,
): Promise<Abortion> {
  const run = asked === undefined ? await onlyRunning(home) : await findRun(home, files, asked);
  if (run.isAlive && run.reading.pid !== undefined) {
    say(`run ${run.runId}: asking process ${run.reading.pid} to end and restore`);
    process.kill(run.reading.pid, 'SIGTERM');
    await ended(home, run.runId);
  } else if (run.reading.end === undefined) {
    throw new ChaosError({
      code: 'RUN_UNKNOWN',
      what: `run ${run.runId} does not go on: its process is dead`,
      fix: `run "chaos recover ${run.runId}" to restore what it left`,
    });
  }
  const { reading } = await findRun(home, files, run.runId);
  const targets = targetsNow(reading);
  const exitCode = exitCodeOf(targets === 'dirty' ? 'dirty' : 'held');
  return { v: 1, runId: run.runId, outcome: reading.end?.outcome ?? null, targets, exitCode };
}

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

async function ended(home: string, runId: string): Promise<void> {
  for (let waitedMs = 0; waitedMs < WAIT_MS; waitedMs += LOOK_EVERY_MS) {
    await sleep(LOOK_EVERY_MS);
    if (!(await findRun(home, files, runId)).isAlive) return;
  }
}
