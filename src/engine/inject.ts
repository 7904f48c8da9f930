import type { Journal } from '../journal/journal.ts';
import type { Call } from '../kernel/call.ts';
import type { Attestation } from '../kernel/define.ts';
import { CallError, ChaosError, refusalCode } from '../kernel/errors.ts';
import { LEASE_LOST } from '../kernel/facility.ts';
import type { Json } from '../kernel/json.ts';
import type { Injection } from './injection.ts';
import { harmLimitMs, STEADY_WITHIN_MS, seenLimitMs } from './length.ts';
import { WIDTH } from './restore-limit.ts';
import { keepUndo, MethodEnd, type Run, undisturbed } from './run-state.ts';
import { send } from './send.ts';
import { answering } from './silence.ts';
import { TakenOver } from './taken-over.ts';
import { eachOf, within } from './time.ts';

/**
 * Harms the targets of a step, within `harmLimitMs` for all of them: each one's undo is on disk before its first call is
 * sent. Then observes that every fault bites.
 * @throws MethodEnd when one could not be injected or did not land; what was injected until then is still in place.
 */
export async function injectAll(run: Run, injections: readonly Injection[]): Promise<void> {
  const landed: { injection: Injection; undo: Json; atMs: number }[] = [];
  const [first] = injections;
  const overMs = run.clock.nowMs() + (first ? harmLimitMs(first, injections.length) : 0);
  for (const injection of injections) {
    const undo = await prepare(run, injection, overMs);
    landed.push({ injection, undo, atMs: run.clock.nowMs() });
    await harm(run, injection, { undo, overMs });
  }
  const seen = await eachOf(landed, WIDTH, async ({ injection, undo, atMs }) => {
    if (!injection.observe) return true;
    const attestation = await attestUntilItBites(run, injection, undo);
    const afterMs = Math.round(run.clock.nowMs() - atMs);
    await run.journal.record({ type: 'attested', injection: injection.id, attestation, afterMs });
    return attestation.bites;
  });
  if (seen.includes(false)) throw new MethodEnd('a fault did not land');
}

/** Captures, checks the target once more, and puts the undo on disk. Nothing is harmed yet. */
async function prepare(run: Run, injection: Injection, overMs: number): Promise<Json> {
  const { id, fault, means, target, reversal, restoresWithinMs } = injection;
  run.method.signal.throwIfAborted();
  await run.guard();
  // An endpoint has no fence: whoever stood still for long may have lost it to another run.
  if (run.context.port.account.kind === 'endpoint') await run.context.lease.renew();
  const undo = await orGiveUp(run, injection, () =>
    within(run.clock, overMs - run.clock.nowMs(), run.method.signal, (inner) => captureSteady(run, injection, inner)),
  );
  const kept = await keepUndo(run, { injection: id, fault, means, undo });
  const facts = { injection: id, target, fault, means, reversal, ...kept, restoresWithinMs };
  await run.journal.append({ type: 'captured', ...facts });
  return undo;
}

async function harm(
  run: Run,
  injection: Injection,
  { undo, overMs }: { readonly undo: Json; readonly overMs: number },
): Promise<void> {
  const { id, fault, target, forMs, landsWithinMs } = injection;
  const { journal, clock, context, method } = run;
  const calls = injection.calls(undo);
  method.signal.throwIfAborted();
  await announce(run, injection, calls);
  if (undisturbed(run).length === 0) run.sampler.mark('during');
  const endsAtMs = forMs === undefined ? null : clock.nowMs() + forMs;
  run.inPlace.set(id, { fault, target, endsAtMs, state: 'in place' });
  const port = answering(context.port, run.silence);
  context.watchdog.beat(silenceMs(run) + landsWithinMs);
  await orGiveUp(run, injection, async () => {
    let [ambiguous, sent] = [false, false];
    try {
      for (const call of calls) {
        const signal = writeSignal(run, call);
        const guard = async () => {
          await run.guard();
          sent ||= !signal.aborted;
        };
        const leftMs = overMs - clock.nowMs();
        ambiguous = (await within(clock, leftMs, signal, (inner) => send(port, call, inner, guard))) || ambiguous;
      }
    } catch (error) {
      if (!sent) await unsent(run, injection, error);
      // Refused by the account: nothing slipped out.
      if (error instanceof CallError && error.code === LEASE_LOST) await run.guard();
      await stillOurs(run, id);
      if (!(error instanceof CallError && error.ambiguous && (await landedAfterAll(run, injection, { undo, overMs }))))
        throw error;
      ambiguous = true;
    }
    await stillOurs(run, id);
    // From here on the undo is on disk and what is in place is known: a disk that fills up ends nothing.
    await journal.record({ type: 'injected', injection: id, ...(ambiguous && { ambiguous }) });
  });
}

/** What is not on disk is not sent: then there is nothing to undo. */
async function announce({ journal }: Run, { id: injection }: Injection, calls: readonly Call[]): Promise<void> {
  try {
    await journal.append({ type: 'injecting', injection, calls });
  } catch (error) {
    await closeUnsent(journal, injection);
    throw error;
  }
}

/**
 * Nothing was sent of what was announced. A command that never ran is not undone: its undo is a stranger's program, and
 * nobody promised that it does nothing then. Everything else is compared with reality anyway.
 */
async function unsent({ journal, inPlace }: Run, { id, means }: Injection, error: unknown): Promise<never> {
  if (means === 'command' && !(error instanceof TakenOver)) {
    inPlace.delete(id);
    await closeUnsent(journal, id);
  }
  throw error;
}

async function closeUnsent(journal: Journal, injection: string): Promise<void> {
  await journal.record({ type: 'reverting', injection, by: 'run' });
  await journal.record({ type: 'reverted', injection, how: 'already', verified: null, afterMs: 0 });
}

/** This process may have been stopped, and taken over, between its last look and its call. */
async function stillOurs(run: Run, injection: string): Promise<void> {
  try {
    await run.guard();
  } catch (error) {
    run.late.add(injection);
    throw error;
  }
}

/** How long this process may be silent before the watchdog has reason to act: until the faults in place should be over. */
export function silenceMs(run: Run): number {
  const now = run.clock.nowMs();
  const ends = undisturbed(run).map(({ endsAtMs }) => endsAtMs ?? run.expectedEndMs);
  return Math.max(0, ...ends.map((end) => end - now)) + MARGIN_MS;
}

const MARGIN_MS = 5_000;

/**
 * A call in flight is not dropped when the run is aborted: its answer tells what there is to restore. A command of the
 * author's may run for minutes and is ended.
 */
const writeSignal = ({ method, control }: Run, { service }: { service: string }): AbortSignal =>
  service === 'command' ? method.signal : control.leave;

/** A call that got no answer may have landed, and its repetition may have failed for that very reason. */
async function landedAfterAll(
  run: Run,
  injection: Injection,
  { undo, overMs }: { readonly undo: Json; readonly overMs: number },
): Promise<boolean> {
  return injection.observe !== undefined && (await attestUntilItBites(run, injection, undo, overMs)).bites;
}

/** The pre-image of a target that stands still, is not harmed already, and can be harmed. */
async function captureSteady({ clock, host }: Run, injection: Injection, signal: AbortSignal): Promise<Json> {
  const { observe } = injection;
  const deadline = clock.nowMs() + Math.min(STEADY_WITHIN_MS, injection.landsWithinMs);
  for (;;) {
    const captured = await injection.capture(host, signal);
    if (!captured) throw new CallError('TARGET_NONE', 'the target that was planned is no longer there');
    const undo = JSON.parse(JSON.stringify(captured.undo)) as Json;
    if (injection.calls(undo).length === 0) throw new CallError('NOTHING_TO_HARM', 'the target is already as harmed');
    if (!observe) return undo;
    const standing = await observe.compare(undo, host, signal);
    if (standing.is === 'restored') {
      const before = await observe.attest(undo, host, signal);
      if (!before.bites) return undo;
      throw new CallError('NOTHING_TO_HARM', `before anything was done: ${before.evidence}`);
    }
    if (clock.nowMs() >= deadline) throw new CallError('NOT_STEADY', `the target does not stand still: ${standing.is}`);
    await clock.sleep(500, signal);
  }
}

async function attestUntilItBites(
  run: Run,
  { observe, landsWithinMs }: Injection,
  undo: Json,
  overMs = Infinity,
): Promise<Attestation> {
  const { clock, host, method } = run;
  const begunMs = clock.nowMs();
  const deadline = Math.min(overMs, begunMs + landsWithinMs);
  const untilMs = Math.min(overMs, begunMs + seenLimitMs(landsWithinMs));
  let last: Attestation = { bites: false, level: host.account.attestation, evidence: 'nothing could be observed' };
  for (let wait = 50; ; wait = Math.min(1_000, wait * 1.5)) {
    const work = (inner: AbortSignal) => observe?.attest(undo, host, inner) ?? Promise.resolve(undefined);
    last = (await look(run, () => within(clock, untilMs - clock.nowMs(), method.signal, work))) ?? last;
    if (last.bites || clock.nowMs() >= deadline) return last;
    await clock.sleep(wait, method.signal);
  }
}

/** An observation that fails because the account does not answer is none; the next one may succeed. */
async function look<T>({ method }: Run, work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (method.signal.aborted || !(error instanceof CallError)) throw error;
    return undefined;
  }
}

/** Writes down why an injection failed, and ends the method. */
async function orGiveUp<T>({ method, journal }: Run, { id }: Injection, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const failure = error instanceof ChaosError ? refusalOf(error) : error;
    if (method.signal.aborted || !(failure instanceof CallError)) throw error;
    const { code, message, ambiguous } = failure;
    await journal.append({ type: 'inject-failed', injection: id, code, message, ambiguous });
    throw new MethodEnd('a fault could not be injected');
  }
}

/** A safety check that refuses just before the harm is a failed injection, like an account that refuses. */
function refusalOf({ problems }: ChaosError): CallError | undefined {
  const problem = problems.find(({ code }) => refusalCode(code) !== undefined);
  return problem && new CallError(problem.code, `${problem.what}; ${problem.fix}`);
}
