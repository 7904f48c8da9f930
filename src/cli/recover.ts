import { catalog } from '../catalog/index.ts';
import type { RecoverContext, Recovery } from '../engine/api.ts';
import { recoverRun } from '../engine/recover.ts';
import { realClock } from '../host/clock.ts';
import { openCommandPort } from '../host/command-port.ts';
import { releaseLease, takeLease } from '../host/lease.ts';
import { reconnect } from '../host/reconnect.ts';
import { CallError, ChaosError, type Problem } from '../kernel/errors.ts';
import { exitCodeOf, type Outcome } from '../kernel/outcome.ts';
import { oneLine } from '../kernel/visible.ts';
import { lineRenderer } from '../report/lines.ts';
import { type Paint, toPaste, wrap } from '../report/text.ts';
import { files } from './machine.ts';
import { findRun, listRuns, needsRecovery, type RecordedRun } from './runs.ts';

/** What `chaos recover --json` prints. */
export interface RecoveryReport {
  readonly v: 1;
  readonly outcome: Outcome;
  readonly exitCode: number;
  readonly runs: readonly Recovery[];
  readonly problems: readonly Problem[];
}

/** Restores one run, or every run that left something harmed. @throws ChaosError when a run cannot be looked after. */
export async function recoverRuns(
  home: string,
  asked: string | undefined,
  say: (text: string) => void,
): Promise<RecoveryReport> {
  const runs =
    asked === undefined ? (await listRuns(home, files)).filter(needsRecovery) : [await findRun(home, files, asked)];
  const recoveries: Recovery[] = [];
  for (const run of runs) recoveries.push(await recover(run, home, say));
  return recoveryReport(recoveries);
}

/** What several recoveries come to: `dirty` when one of them left something harmed. */
export function recoveryReport(runs: readonly Recovery[]): RecoveryReport {
  const problems = runs
    .filter(({ failed }) => failed.length > 0)
    .map(
      ({ runId, failed }): Problem => ({
        code: 'REVERT_INCOMPLETE',
        what: `run ${runId} left ${failed.map(({ target }) => target).join(', ')} harmed, and it cannot be restored now`,
        fix: `restore it by hand as shown above, or run "chaos recover ${runId}" again once the cause is gone`,
      }),
    );
  const outcome = problems.length > 0 ? 'dirty' : 'held';
  return { v: 1, outcome, exitCode: exitCodeOf(outcome), runs, problems };
}

async function recover(run: RecordedRun, home: string, say: (text: string) => void): Promise<Recovery> {
  const lineOf = lineRenderer();
  for (const entry of run.entries) lineOf(entry);
  const context: RecoverContext = {
    catalog,
    files,
    clock: realClock,
    by: 'recover',
    connect: (started) => reconnect(started, home),
    openCommandPort,
    take: (port, runId) => takeLease(port, { runId, home }),
    release: releaseLease,
    listen: (event) => {
      const line = event.type === 'entry' ? lineOf(event.entry) : undefined;
      if (line !== undefined) say(line);
    },
  };
  try {
    return await recoverRun(run.folder, context);
  } catch (error) {
    if (!(error instanceof CallError)) throw error;
    const what = `the account of run ${run.runId} does not answer: ${error.message}`;
    const { kind, name } = run.reading.account;
    const ending = `, or once the region and all in it is ended with "chaos region down ${name} --force"`;
    const fix = `run "chaos recover ${run.runId}" again when it does${kind === 'embedded' ? ending : ''}`;
    throw new ChaosError({ code: 'ACCOUNT_UNAVAILABLE', what, fix }, error);
  }
}

export function renderRecovery({ runs }: RecoveryReport, width: number, paint: Paint): string {
  if (runs.length === 0) return 'Nothing is left to restore.';
  return runs.flatMap((run) => renderOne(run, width, paint)).join('\n');
}

function renderOne({ runId, restored, vanished, failed }: Recovery, width: number, paint: Paint): string[] {
  const nothing = restored.length + vanished.length + failed.length === 0;
  return [
    paint.bold(`run ${runId}`),
    ...(nothing ? ['  nothing was left to restore'] : []),
    ...restored.map((target) => `  ${paint.good('restored')} ${oneLine(target)}`),
    ...vanished.map((target) => `  gone with its account: ${oneLine(target)}`),
    ...failed.flatMap(({ target, why, manualRecovery }) => [
      ...wrap(`NOT RESTORED ${target}: ${why}`, width, '  ').map(paint.bad),
      // Not wrapped: it is there to be pasted.
      `    by hand: ${toPaste(manualRecovery)}`,
    ]),
  ];
}
