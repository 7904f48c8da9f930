import type { ProbeVerdict } from '../journal/entries.ts';
import { CallError, type Problem } from '../kernel/errors.ts';
import type { Outcome } from '../kernel/outcome.ts';
import type { RunExperiment, RunResult } from './api.ts';
import { beat, noticeGone } from './heart.ts';
import { judge, leftHarmed } from './judge.ts';
import { RELEASE_MS } from './length.ts';
import { judgeDuring, measureBaseline, measureRecovery } from './measure.ts';
import { playMethod } from './method.ts';
import { open } from './open.ts';
import { resolvePlan } from './plan.ts';
import { problemsOf, type Resolved } from './resolve.ts';
import { MethodEnd, type Run } from './run-state.ts';
import { takeAllDown } from './take-down.ts';
import { TakenOver } from './taken-over.ts';
import { within } from './time.ts';
import { yieldTo } from './yield-to.ts';

/**
 * Runs one experiment: refuse, baseline, method, restore, recovery, verdict. What goes wrong in the world is an outcome;
 * whatever happens, everything that was harmed is restored first, or listed as dirty.
 */
export const runExperiment: RunExperiment = async (experiment, context, control) => {
  const { run, close } = await open(experiment, context, control);
  const over = new AbortController();
  const heart = beat(run, over.signal);
  try {
    return await live(run);
  } catch (error) {
    if (error instanceof TakenOver || run.method.signal.reason instanceof TakenOver) return await yieldTo(run);
    throw error;
  } finally {
    over.abort();
    run.sampling.abort();
    await heart;
    await close();
  }
};

async function live(run: Run): Promise<RunResult> {
  const verdicts: ProbeVerdict[] = [];
  const wholeWay = await attempt(run, () => untilMethodEnds(run, verdicts));
  await attempt(run, () => restoreAll(run));
  await noticeGone(run);
  await attempt(run, async () => {
    if (run.control.abort.aborted || !run.journal.entries.some(({ type }) => type === 'injecting')) return;
    verdicts.push(...(await judgeDuring(run)));
    if (wholeWay && !run.gone.signal.aborted && leftHarmed(run.journal.entries).length === 0)
      verdicts.push(...(await measureRecovery(run)));
  });
  run.sampling.abort();
  return conclude(run, verdicts);
}

/** @returns whether the method was played to its end. */
async function untilMethodEnds(run: Run, verdicts: ProbeVerdict[]): Promise<boolean> {
  const resolved = await begin(run);
  if (!resolved) return false;
  verdicts.push(...(await measureBaseline(run)));
  if (verdicts.some(({ verdict }) => verdict !== 'held')) return false;
  await playMethod(run, resolved);
  return true;
}

/** Everything that may refuse, before anything is touched. @returns what to do; undefined when it is refused. */
async function begin(run: Run): Promise<readonly Resolved[] | undefined> {
  const { experiment, context, host, journal, method, clock } = run;
  const { account } = context.port;
  await journal.append({
    type: 'run-started',
    runId: context.runId,
    tool: context.tool,
    experiment: { file: experiment.file, digest: experiment.digest, title: experiment.title },
    account: { kind: account.kind, name: account.name, instance: account.instance },
    reach: context.reach,
    parameters: experiment.parameters,
    pid: context.pid,
  });
  const refuse = async (problems: readonly Problem[]) => {
    await journal.append({ type: 'refused', problems });
    return undefined;
  };
  if (!run.alone) return refuse([TWICE]);
  run.leased = true;
  const held = await context.lease.acquire(experiment.title);
  if (held.length > 0) {
    run.leased = false;
    return refuse(held);
  }
  await context.watchdog.start(journal.folder);
  run.watched = true;
  await journal.keepRoom();
  const { catalog, seed } = context;
  const { plan, resolved } = await resolvePlan(experiment, { catalog, host, seed, signal: method.signal });
  if (plan.problems.length > 0) return refuse(plan.problems);
  const { injections, expectedMs, atMostMs } = plan;
  run.expectedEndMs = clock.nowMs() + expectedMs;
  run.endsAtMs = clock.nowMs() + atMostMs;
  const chosen = plan.seed !== undefined && { seed: plan.seed };
  await journal.append({ type: 'planned', injections, expectedMs, atMostMs, ...chosen });
  return resolved;
}

const TWICE: Problem = {
  code: 'SAFETY_LEASE',
  what: 'another process runs under the id of this run',
  fix: 'run it again; it gets another id',
};

/** Restores whatever is open, and plays the author's rollbacks, if the method was begun at all. */
async function restoreAll(run: Run): Promise<boolean> {
  const { entries } = run.journal;
  if (!entries.some((entry) => entry.type === 'phase' && entry.phase === 'method')) return true;
  await run.guard();
  await takeAllDown(run);
  return true;
}

/**
 * Does a part of the run, and writes down what keeps it from being done: an expected failure as its problems, anything
 * else as a bug of this program.
 * @returns what the work returned; undefined when it failed. @throws TakenOver
 */
async function attempt<T>(run: Run, work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof TakenOver || run.method.signal.reason instanceof TakenOver) throw error;
    if (isExplained(run, error)) return undefined;
    for (const problem of explained(error)) await run.journal.record({ type: 'problem', problem });
    return undefined;
  }
}

/** Whether the journal says already why the method ended: then the error is but the way out of it. */
function isExplained({ method, control }: Run, error: unknown): boolean {
  const { reason } = method.signal;
  if (error instanceof MethodEnd || (error instanceof CallError && reason instanceof MethodEnd)) return true;
  return [control.abort, control.leave].some((signal) => signal.aborted && signal.reason === error);
}

function explained(error: unknown): readonly Problem[] {
  try {
    return problemsOf(error);
  } catch {
    const what = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return [{ code: 'BUG', what, fix: 'report it together with the journal of this run' }];
  }
}

/** The verdict, and the end of everything that the run holds in the account and on this machine. */
async function conclude(run: Run, verdicts: readonly ProbeVerdict[]): Promise<RunResult> {
  const { journal, context, control, guard, sampler, clock } = run;
  run.endsAtMs = clock.nowMs() + RELEASE_MS;
  await sampler.flush();
  await guard();
  if (verdicts.length > 0) await journal.record({ type: 'judged', verdicts });
  await tellFailures(run);
  const judgement = judge(journal.entries);
  // Whoever reads a record that lacks the restoring recovers the run: then nobody else may be at work in the account.
  const isBehind = journal.failure !== undefined && journal.entries.some(({ type }) => type === 'injecting');
  if (!isBehind) await release(run, judgement.outcome);
  await journal.record({ type: 'run-ended', ...judgement });
  if (journal.entries.at(-1)?.type !== 'run-ended') {
    await tellFailures(run);
    await journal.record({ type: 'run-ended', ...judgement });
  }
  if (isBehind && !journal.failure) await release(run, judgement.outcome);
  if (judgement.outcome !== 'dirty' && !journal.failure) await journal.giveRoomBack();
  // Left on purpose while the restore was going on: then the watchdog goes on with it.
  const abandoned = control.leave.aborted && judgement.outcome === 'dirty';
  const dismissed = run.watched && !abandoned;
  // Said first: a watchdog that ends because it was dismissed has not died.
  run.watched = false;
  if (dismissed) await context.watchdog.dismiss();
  return resultOf(run, judgement.outcome);
}

/** Gives the account back to others, unless something is left harmed there. */
async function release({ leased, clock, context }: Run, outcome: Outcome): Promise<void> {
  if (leased && outcome !== 'dirty')
    await within(clock, RELEASE_MS, undefined, () => context.lease.release()).catch(() => {});
}

/** A journal that cannot be written is a problem until something is harmed. After that, the verdict stands without it. */
async function tellFailures({ journal, sampler }: Run): Promise<void> {
  const { entries, failure } = journal;
  const note = async (text: string) => {
    if (!entries.some((entry) => entry.type === 'note' && entry.text === text))
      await journal.record({ type: 'note', text });
  };
  if (sampler.failure !== undefined)
    await note(`not every sample is on disk: ${sampler.failure}; all of them were counted`);
  if (!failure || entries.some((entry) => entry.type === 'problem' && entry.problem.code === failure.code)) return;
  if (!entries.some(({ type }) => type === 'injecting')) await journal.record({ type: 'problem', problem: failure });
  else await note(`${failure.what}; the verdict is made from what this process remembers; ${RECORD_ANEW}`);
}

const RECORD_ANEW = 'while its record lacks that, the run counts as harmed: free some space, then run "chaos recover"';

const resultOf = ({ context, journal }: Run, outcome: Outcome): RunResult => ({
  runId: context.runId,
  outcome,
  journal: journal.path,
  entries: journal.shown,
});
