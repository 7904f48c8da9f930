import { CallError, type Problem } from '../kernel/errors.ts';
import { isGone, nameOf } from './gone.ts';
import { silenceMs } from './inject.ts';
import { MethodEnd, type Run } from './run-state.ts';
import { TakenOver } from './taken-over.ts';
import { within } from './time.ts';
import { keepWatched } from './watched.ts';

const BEAT_MS = 250;
const TELL_EVERY = 2;
const ASK_EVERY = 4;
const RENEW_EVERY = 20;
const RENEW_MS = 10_000;

/**
 * What goes on beside the phases: tells the watchdog that the run lives, renews its lease, writes the samples, tells the
 * progress, and ends the method when the watchdog has taken over, the lease is lost or the account is gone. The beat
 * waits for nothing: an account, a disk or a watchdog that is silent must not make this process look silent.
 */
export async function beat(run: Run, until: AbortSignal): Promise<void> {
  const { clock, context, sampler } = run;
  const ask = oneAtATime(() => notice(run));
  const look = oneAtATime(() => noticeGone(run));
  const watchdog = oneAtATime(() => keepWatched(run));
  const claim = oneAtATime(() => renew(run, until));
  const flush = oneAtATime(() => sampler.flush());
  let last = clock.nowMs();
  for (let count = 1; !until.aborted; count++) {
    await clock.sleep(BEAT_MS, until).catch(() => {});
    if (until.aborted) break;
    const stopped = clock.nowMs() - last > 4 * BEAT_MS;
    last = clock.nowMs();
    if (run.watched) context.watchdog.beat(silenceMs(run));
    if (stopped || count % ASK_EVERY === 0) ask.begin();
    if (count % ASK_EVERY === 0) look.begin();
    watchdog.begin();
    if (count % TELL_EVERY === 0) tell(run);
    if (count % RENEW_EVERY === 0) claim.begin();
    flush.begin();
  }
  await Promise.all([ask, look, watchdog, claim, flush].map(({ over }) => over()));
}

/** Work that is begun now and then, and skipped while it is still going on. Its failure is the next time's business. */
function oneAtATime(work: () => Promise<void>): { begin(): void; over(): Promise<void> } {
  let current: Promise<void> | undefined;
  return {
    begin: () => {
      current ??= work()
        .catch(() => {})
        .then(() => {
          current = undefined;
        });
    },
    over: async () => current,
  };
}

/** A process that was stopped may have been taken over meanwhile. */
async function notice({ guard, method }: Run): Promise<void> {
  await guard().catch((error: unknown) => {
    if (error instanceof TakenOver) method.abort(error);
  });
}

/** Ends the method, and whatever waits for the account to come back, when the account is known to exist no longer. */
export async function noticeGone({ host, journal, method, gone }: Run): Promise<void> {
  if (gone.signal.aborted || !(await isGone(host))) return;
  const name = nameOf(host);
  const what = `${name} ended while the run was going on, and everything in it ended with it`;
  const fix = 'read its logs to see why, start it anew, and run the experiment again';
  const isTold = journal.entries.some((entry) => entry.type === 'problem' && tellsEnd(entry.problem, name));
  // Told first: whoever is woken by it finds the reason in the journal.
  if (!isTold) await journal.record({ type: 'problem', problem: { code: 'ACCOUNT_UNAVAILABLE', what, fix } });
  const end = new MethodEnd(`${name} has ended`);
  gone.abort(end);
  method.abort(end);
}

/** Who ended the account has said why. */
const tellsEnd = ({ code, what }: Problem, name: string): boolean =>
  code === 'ACCOUNT_UNAVAILABLE' && what.startsWith(name);

/** A lease that cannot be renewed just now is tried again; one that another run holds ends the method. */
async function renew(run: Run, until: AbortSignal): Promise<void> {
  const { context, clock, journal, method, leased } = run;
  if (!leased) return;
  try {
    await within(clock, RENEW_MS, until, () => context.lease.renew());
  } catch (error) {
    await notice(run);
    if (!(error instanceof CallError) || error.retryable || method.signal.aborted) return;
    const fix = 'see what holds the account with "chaos status", and run it again when it is free';
    const problem = { code: 'CALL_FAILED', what: `the lease of the account is lost: ${error.message}`, fix } as const;
    await journal.record({ type: 'problem', problem });
    method.abort(new MethodEnd('the lease of the account is lost'));
  }
}

function tell({ clock, context, inPlace, sampler, phase, startedMs, endsAtMs }: Run): void {
  const now = clock.nowMs();
  const faults = [...inPlace].map(([injection, { fault, target, endsAtMs: end, state }]) => ({
    injection,
    fault,
    target,
    state,
    remainingMs: end === null ? null : Math.max(0, end - now),
  }));
  const [elapsedMs, remainingMs] = [now - startedMs, Math.max(0, endsAtMs - now)];
  context.listen({ type: 'progress', progress: { phase, elapsedMs, remainingMs, probes: sampler.progress(), faults } });
}
