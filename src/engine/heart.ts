import { CallError } from '../kernel/errors.ts';
import { silenceMs } from './inject.ts';
import { MethodEnd, type Run } from './run-state.ts';
import { TakenOver } from './taken-over.ts';
import { within } from './time.ts';

const BEAT_MS = 250;
const TELL_EVERY = 2;
const ASK_EVERY = 4;
const RENEW_EVERY = 20;
const RENEW_MS = 10_000;

/**
 * What goes on beside the phases: tells the watchdog that the run lives, renews its lease, writes the samples, tells the
 * progress, and ends the method when the watchdog has taken over or the lease is lost.
 */
export async function beat(run: Run, until: AbortSignal): Promise<void> {
  const { clock, context, sampler } = run;
  let last = clock.nowMs();
  for (let count = 1; !until.aborted; count++) {
    await clock.sleep(BEAT_MS, until).catch(() => {});
    if (until.aborted) break;
    const stopped = clock.nowMs() - last > 4 * BEAT_MS;
    last = clock.nowMs();
    if (stopped || count % ASK_EVERY === 0) await notice(run);
    if (run.watched) context.watchdog.beat(silenceMs(run));
    if (count % TELL_EVERY === 0) tell(run);
    if (count % RENEW_EVERY === 0) await renew(run, until);
    await sampler.flush();
  }
}

/** A process that was stopped may have been taken over meanwhile. */
async function notice({ guard, method }: Run): Promise<void> {
  await guard().catch((error: unknown) => {
    if (error instanceof TakenOver) method.abort(error);
  });
}

/** A lease that cannot be renewed just now is tried again; one that another run holds ends the method. */
async function renew({ context, clock, journal, method, leased }: Run, until: AbortSignal): Promise<void> {
  if (!leased) return;
  try {
    await within(clock, RENEW_MS, until, () => context.lease.renew());
  } catch (error) {
    if (!(error instanceof CallError) || error.retryable || method.signal.aborted) return;
    const fix = 'see what holds the account with "chaos status", and run it again when it is free';
    const problem = { code: 'CALL_FAILED', what: `the lease of the account is lost: ${error.message}`, fix } as const;
    await journal.record({ type: 'problem', problem });
    method.abort(new MethodEnd('the lease of the account is lost'));
  }
}

function tell({ clock, context, inPlace, sampler, phase, startedMs, endsAtMs }: Run): void {
  const now = clock.nowMs();
  const faults = [...inPlace].map(([injection, { fault, target, endsAtMs: end }]) => ({
    injection,
    fault,
    target,
    remainingMs: end === null ? null : Math.max(0, end - now),
  }));
  const [elapsedMs, remainingMs] = [now - startedMs, Math.max(0, endsAtMs - now)];
  context.listen({ type: 'progress', progress: { phase, elapsedMs, remainingMs, probes: sampler.progress(), faults } });
}
