import { catalog } from '../catalog/index.ts';
import type { RecoverContext, Recovery } from '../engine/api.ts';
import { recoverRun } from '../engine/recover.ts';
import { realClock } from '../host/clock.ts';
import { openCommandPort } from '../host/command-port.ts';
import { findKey, runKey, sealWith } from '../host/key.ts';
import { releaseLease, takeLease } from '../host/lease.ts';
import { reconnect } from '../host/reconnect.ts';
import { userName } from '../host/user-name.ts';
import { CallError, ChaosError, outcomeOfProblems, type Problem } from '../kernel/errors.ts';
import { exitCodeOf, type Outcome } from '../kernel/outcome.ts';
import type { Seal } from '../kernel/ports.ts';
import { oneLine } from '../kernel/visible.ts';
import { lineRenderer } from '../report/lines.ts';
import { type Paint, toPaste, wrap } from '../report/text.ts';
import { allowedHostsOf } from './config.ts';
import { files } from './machine.ts';
import { findRun, listRuns, needsRecovery, problemsOf, type RecordedRun } from './runs.ts';

/** What `chaos recover --json` prints. */
export interface RecoveryReport {
  readonly v: 1;
  readonly outcome: Outcome;
  readonly exitCode: number;
  readonly runs: readonly Recovery[];
  readonly problems: readonly Problem[];
}

export interface RecoveryRequest {
  readonly home: string;
  /** Its id, the beginning of one, or "last". Undefined: every run that left something harmed. */
  readonly run: string | undefined;
  /** Plays also what is not known to be this user's. Only together with the run that he has read. */
  readonly trustCommands: boolean;
  /** The user says that he has restored by hand what cannot be restored. Only together with the run of which he says it. */
  readonly restoredByHand?: boolean;
  readonly say: (text: string) => void;
}

/**
 * Restores one run, or every run that left something harmed; one that cannot be looked after, whatever the reason, keeps
 * none of the others from it. @throws ChaosError when the run that is named cannot be looked after.
 */
export async function recoverRuns(request: RecoveryRequest): Promise<RecoveryReport> {
  const { home, run: asked, trustCommands, restoredByHand } = request;
  if (asked === undefined || asked === 'last') {
    if (trustCommands) throw new ChaosError(TRUST_WHICH);
    if (restoredByHand) throw new ChaosError(BY_HAND_WHICH);
  }
  const { runs, unreadable } =
    asked === undefined ? await listRuns(home, files) : { runs: [await findRun(home, files, asked)], unreadable: [] };
  const recoveries: Recovery[] = [];
  const problems = unreadable.flatMap((run) => run.problems);
  for (const run of runs.filter((one) => asked !== undefined || needsRecovery(one))) {
    try {
      recoveries.push(await recover(run, request));
    } catch (error) {
      if (asked !== undefined) throw error;
      problems.push(...problemsOf(error, run.runId));
    }
  }
  const report = recoveryReport(recoveries, problems);
  if (!report.problems.some(({ code }) => code === 'SAFETY_SEAL')) return report;
  return { ...report, problems: [...report.problems, ...(await problemOfKey())] };
}

const TRUST_WHICH: Problem = {
  code: 'CLI_USAGE',
  what: '--trust-commands takes the commands of one run for your own, and no run is named by its id',
  fix: 'read what "chaos recover" shows without it, then name the run: "chaos recover RUN --trust-commands"',
};

const BY_HAND_WHICH: Problem = {
  code: 'CLI_USAGE',
  what: '--restored-by-hand says of one run that you have restored what it left, and no run is named by its id',
  fix: 'name the run: "chaos recover RUN --restored-by-hand"; "chaos status" shows which there are',
};

/** What is wrong with the key of this user, by which nothing could be recognised. */
async function problemOfKey(): Promise<readonly Problem[]> {
  try {
    await findKey();
    return [];
  } catch (error) {
    if (error instanceof ChaosError) return error.problems;
    throw error;
  }
}

/** What several recoveries come to: `dirty` when one of them left something harmed, else what kept one from being tried. */
export function recoveryReport(runs: readonly Recovery[], untried: readonly Problem[] = []): RecoveryReport {
  const left = runs.flatMap(problemsLeft);
  const others = [...runs.flatMap(problemOfRecord), ...untried];
  const problems = [...left, ...others];
  const outcome = left.length > 0 ? 'dirty' : outcomeOfProblems(others);
  return { v: 1, outcome, exitCode: exitCodeOf(outcome), runs, problems };
}

/** What could not be restored, and apart from it what was not tried because nobody knows whose it is. */
function problemsLeft({ runId, failed }: Recovery): Problem[] {
  const foreign = failed.filter(({ code }) => code === 'SAFETY_SEAL');
  const left = failed.filter((one) => !foreign.includes(one));
  const named = (these: Recovery['failed']) => these.map(({ target }) => target).join(', ');
  const [first] = foreign;
  return [
    ...(left.length === 0
      ? []
      : [
          {
            code: 'REVERT_INCOMPLETE',
            what: `run ${runId} left ${named(left)} harmed, and it cannot be restored now`,
            fix:
              `run "chaos recover ${runId}" again once the cause is gone, or restore it by hand as shown above, ` +
              `and then say so with "chaos recover ${runId} --restored-by-hand"`,
          } as const,
        ]),
    ...(first
      ? [
          {
            code: 'SAFETY_SEAL',
            what: `nothing proves that you recorded run ${runId} in this folder; not played: ${named(foreign)}`,
            fix: first.manualRecovery,
          } as const,
        ]
      : []),
  ];
}

function problemOfRecord({ runId, byHand, unrecorded }: Recovery): Problem[] {
  if (!unrecorded) return [];
  const what = `what was done for run ${runId} is not recorded, and so it still counts as harmed: ${unrecorded.what}`;
  const again =
    byHand.length > 0
      ? `say so again with "chaos recover ${runId} --restored-by-hand"`
      : `run "chaos recover ${runId}" once more; it plays undo commands and rollbacks again`;
  return [{ code: 'JOURNAL_WRITE', what, fix: `free some space or mend the permissions there, then ${again}` }];
}

async function recover(
  run: RecordedRun,
  { home, trustCommands, restoredByHand, say }: RecoveryRequest,
): Promise<Recovery> {
  const lineOf = lineRenderer();
  for (const entry of run.entries) lineOf(entry);
  const context: RecoverContext = {
    catalog,
    files,
    clock: realClock,
    by: 'recover',
    connect: async (started) => reconnect(started, home, await allowedHostsOf(started.reach.name)),
    openCommandPort,
    take: (port, runId) => takeLease(port, { runId, home }),
    release: releaseLease,
    seal: await sealOf(home, run.runId),
    trustCommands,
    ...(restoredByHand && { restoredByHand: userName() }),
    listen: (event) => {
      const line = event.type === 'entry' ? lineOf(event.entry) : undefined;
      if (line !== undefined) say(line);
    },
  };
  try {
    return await recoverRun(run.folder, context);
  } catch (error) {
    if (!(error instanceof CallError)) throw error;
    const { kind, name } = run.reading.account;
    const says = error.code === 'AnotherAccount' ? 'is not to be found' : 'does not answer';
    const what = `the account of run ${run.runId} ${says}: ${error.message}`;
    const ending = `, or once the region and all in it is ended with "chaos region down ${name} --force"`;
    const isElsewhere = kind === 'endpoint' || error.code === 'RegionDown';
    const byHand = `, or, once you have restored it by hand or it is gone for good, "chaos recover ${run.runId} --restored-by-hand"`;
    const fix = `run "chaos recover ${run.runId}" again when it does${isElsewhere ? byHand : kind === 'embedded' ? ending : ''}`;
    throw new ChaosError({ code: 'ACCOUNT_UNAVAILABLE', what, fix }, error);
  }
}

/** Undefined without a key that can be relied on: what the account alone restores needs none. */
async function sealOf(home: string, runId: string): Promise<Seal | undefined> {
  const found = await findKey().catch((error: unknown) => {
    if (error instanceof ChaosError) return undefined;
    throw error;
  });
  return found?.key && sealWith(await runKey(found.key, home, runId));
}

export function renderRecovery({ runs, problems }: RecoveryReport, width: number, paint: Paint): string {
  if (runs.length === 0) return problems.length > 0 ? 'Nothing was restored.' : 'Nothing is left to restore.';
  return runs.flatMap((run) => renderOne(run, width, paint)).join('\n');
}

function renderOne({ runId, restored, vanished, byHand, failed }: Recovery, width: number, paint: Paint): string[] {
  const nothing = restored.length + vanished.length + byHand.length + failed.length === 0;
  return [
    paint.bold(`run ${runId}`),
    ...(nothing ? ['  nothing was left to restore'] : []),
    ...restored.map((target) => `  ${paint.good('restored')} ${oneLine(target)}`),
    ...vanished.map((target) => `  gone with its account: ${oneLine(target)}`),
    ...byHand.map(({ target, saidBy }) =>
      paint.warn(`  restored by hand, as ${oneLine(saidBy)} says: ${oneLine(target)}`),
    ),
    ...failed.flatMap((one) => renderFailed(one, width, paint)),
  ];
}

/** What is there to be pasted is not wrapped, nor what is there to be read to the letter. */
function renderFailed({ target, why, manualRecovery, code }: Recovery['failed'][number], width: number, paint: Paint) {
  const text = `NOT RESTORED ${target}: ${why}`;
  if (code === 'SAFETY_SEAL') return [paint.bad(`  ${oneLine(text)}`), `    then: ${oneLine(manualRecovery)}`];
  return [...wrap(text, width, '  ').map(paint.bad), `    by hand: ${toPaste(manualRecovery)}`];
}
