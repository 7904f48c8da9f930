import type { Entry } from '../journal/entries.ts';
import type { Journal } from '../journal/journal.ts';
import type { Attestation, Standing } from '../kernel/define.ts';
import { CallError } from '../kernel/errors.ts';
import type { ReadPort, WritePort } from '../kernel/ports.ts';
import { isGone, saysGone } from './gone.ts';
import type { Harm } from './harm.ts';
import { COMMAND_PAUSE_MS, LAST_LOOK_MS, MARGIN_MS, restoreLimitMs, triesOf, VERIFY_MS } from './restore-limit.ts';
import { explain, type Guard, readingPort, send } from './send.ts';
import { hear, type Silence } from './silence.ts';
import { within } from './time.ts';

/** What restoring needs. Its signal is never the one that ends a run: only "stop waiting" aborts it. */
export interface Reverting {
  readonly port: WritePort;
  readonly journal: Journal;
  readonly by: Extract<Entry, { type: 'reverting' }>['by'];
  readonly signal: AbortSignal;
  readonly guard: Guard;
  readonly silence: Silence;
  /** Told when the restoring of an injection has come to its end. */
  readonly ended?: (injection: string, isRestored: boolean, tookMs: number) => void;
}

/** How a target was restored, with the observation that the fault is gone; or why it is not. */
export type Ending =
  | { readonly how: 'restored' | 'already' | 'vanished' | 'spent'; readonly verified: Attestation | null }
  | {
      readonly failed: string;
      readonly changed: boolean;
      /** Whether that is because the account was given up: it may answer again. */
      readonly givenUp?: boolean;
    };

/** One look at the target may take so long. */
const LOOK_MS = 90_000;
const SEND_AGAIN_MS = 5_000;
/** All that is waited for is over when the time is: only who does not get to run is later. */
const STANDSTILL_MS = 2_000;

/** The one limit of all looks and calls that restore a target: it is over by then, by the clock. */
interface Limited extends Reverting {
  readonly overMs: number;
}

/**
 * Brings a target back to its pre-image: compares with reality first, and again until it stays restored. It is over by
 * `overMs`, by the clock; a target that is seen to be harmed is sent at least one restoring call.
 */
export async function restore(harm: Harm, overMs: number, reverting: Reverting): Promise<Ending> {
  if (!harm.begun) return { how: 'already', verified: null };
  const context: Limited = { ...reverting, overMs };
  if (harm.observe) return harm.reversal === 'permanent' ? spend(harm, context) : bringBack(harm, context);
  return harm.reversal === 'permanent' ? { how: 'spent', verified: null } : undoBlindly(harm, context);
}

/** A permanent fault is not undone. What was never harmed is not counted as spent. */
async function spend(harm: Harm, context: Limited): Promise<Ending> {
  const { port, signal } = context;
  const watch = new Steady(harm, port);
  for (;;) {
    const standing = await look(harm, context).catch((error: unknown) => {
      if (signal.aborted) throw error;
      return undefined;
    });
    if (standing?.is !== 'restored') return { how: 'spent', verified: null };
    if (watch.settled(standing)) return { how: 'already', verified: null };
    await port.clock.sleep(Math.min(watch.waitMs(), context.overMs - port.clock.nowMs()), signal);
  }
}

/** The undo of a command: nobody can compare, so it is run until it succeeds, a few times at most. */
async function undoBlindly(harm: Harm, context: Limited): Promise<Ending> {
  const { port, signal, overMs } = context;
  for (let attempt = 1; ; attempt++) {
    const failed = await sendAll(harm, context, overMs);
    if (failed === undefined) return { how: 'restored', verified: null };
    if (attempt === triesOf(harm)) return { failed, changed: false };
    await port.clock.sleep(COMMAND_PAUSE_MS * attempt, signal);
  }
}

async function bringBack(harm: Harm, context: Limited): Promise<Ending> {
  const { port, signal, overMs } = context;
  const { clock } = port;
  const deadline = overMs - MARGIN_MS;
  const watch = new Steady(harm, port);
  let sent: { atMs: number; failure: string | undefined } | undefined;
  for (;;) {
    const standing = await tryLook(harm, context);
    if (standing.is === 'gone') return GONE;
    if (watch.settled(standing)) {
      if (standing.is === 'changed') return { failed: `changed meanwhile: ${standing.how}`, changed: true };
      if (standing.is === 'vanished') return { how: 'vanished', verified: null };
      if (harm.reversal === 'self-heals') return { how: 'restored', verified: HEALED };
      return verify(harm, sent ? 'restored' : 'already', deadline, context);
    }
    const now = clock.nowMs();
    // This process stood still, and with it whatever it waited for: nobody has tried to restore the target yet.
    if (!sent && now >= overMs + STANDSTILL_MS)
      return bringBack(harm, { ...context, overMs: now + restoreLimitMs(harm, context.port.account) });
    const isHarmed = standing.is === 'harmed';
    const isLate = now >= deadline;
    // Also who sees late that a target is harmed tries once to restore it.
    if ((isLate && (sent || !isHarmed)) || context.silence.isGivenUp)
      return failure(tooLate(standing, sent?.failure, harm), context);
    if (isHarmed && (!sent || sent.failure !== undefined || now - sent.atMs >= SEND_AGAIN_MS)) {
      const why = await sendAll(harm, context, isLate ? overMs : overMs - LAST_LOOK_MS);
      sent = { atMs: clock.nowMs(), failure: why };
      watch.quicken();
    }
    await clock.sleep(Math.min(watch.waitMs(), overMs - clock.nowMs()), signal);
  }
}

const failure = (failed: string, { silence }: Reverting): Ending => ({
  failed,
  changed: false,
  ...(silence.isGivenUp && { givenUp: true }),
});

/** The account is gone, and the target with it. */
const GONE: Ending = { how: 'vanished', verified: null };

/** What healed by itself is not what it was: the observation that proved the harm, another process, stays true. */
const HEALED: Attestation = {
  bites: false,
  level: 'control plane',
  evidence: 'compared with its pre-image: it is back',
};

/** Sends the restoring calls in order, until that time at most. @returns why one failed, if one did. */
async function sendAll(harm: Harm, { port, signal, guard }: Reverting, untilMs: number) {
  try {
    await within(port.clock, untilMs - port.clock.nowMs(), signal, async (inner) => {
      for (const call of harm.restore()) await send(port, call, inner, guard);
    });
    return undefined;
  } catch (error) {
    if (signal.aborted || !(error instanceof CallError)) throw error;
    return explain(error);
  }
}

/** One observation, of an account that is heard. */
const observe = <T>(
  { port, signal, silence, overMs }: Limited,
  work: (host: ReadPort, inner: AbortSignal) => Promise<T>,
) =>
  within(port.clock, Math.min(LOOK_MS, overMs - port.clock.nowMs()), signal, async (inner) => {
    await hear(port, silence, inner);
    return work(readingPort(port), inner);
  });

const look = (harm: Harm, context: Limited): Promise<Standing> =>
  observe(context, async (host, inner) => (await harm.observe?.compare(host, inner)) ?? { is: 'restored' });

type Look = Standing | { readonly is: 'gone' } | { readonly is: 'unknown'; readonly why: string };

/** A look that fails because the account does not answer is no answer: the next one may succeed. */
async function tryLook(harm: Harm, context: Limited): Promise<Look> {
  const { port, signal } = context;
  try {
    return await look(harm, context);
  } catch (error) {
    if (signal.aborted || !(error instanceof CallError)) throw error;
    if (saysGone(error) || (await isGone(port))) return { is: 'gone' };
    return { is: 'unknown', why: explain(error) };
  }
}

/** Observes, until the time is over, that the fault no longer bites. */
async function verify(harm: Harm, how: 'restored' | 'already', deadline: number, context: Limited): Promise<Ending> {
  const { signal, silence, port, overMs } = context;
  const { clock } = port;
  const last = Math.min(overMs, Math.max(deadline, clock.nowMs() + VERIFY_MS));
  for (let wait = 100; ; wait = Math.min(2_000, wait * 1.5)) {
    const seen = await observe(context, async (host, inner) => harm.observe?.attest(host, inner)).catch(
      (error: unknown) => {
        if (signal.aborted || !(error instanceof CallError)) throw error;
        return explain(error);
      },
    );
    if (typeof seen === 'object' && !seen.bites) return { how, verified: seen };
    if (await isGone(port)) return GONE;
    if (clock.nowMs() >= last || silence.isGivenUp) {
      const evidence = typeof seen === 'object' ? seen.evidence : (seen ?? 'nothing was seen');
      return failure(`it looks as before, but the fault still bites: ${evidence}`, context);
    }
    await clock.sleep(Math.min(wait, overMs - clock.nowMs()), signal);
  }
}

function tooLate(standing: Look, failure: string | undefined, harm: Harm): string {
  const state =
    standing.is === 'unknown' ? `its state could not be read (${standing.why})` : `it is still ${standing.is}`;
  const tried = failure === undefined ? '' : `; the last restoring call failed with ${failure}`;
  const heals = harm.reversal === 'self-heals' ? 'did not heal by itself in time' : 'was not restored in time';
  return `the target ${heals}: ${state}${tried}`;
}

/**
 * Tells when a reading may be believed: where reads may be old, or an injection's end is unknown, a final state must be
 * seen for as long as the account may show an older one.
 */
class Steady {
  readonly #windowMs: number;
  readonly #now: () => number;
  #since: { is: string; atMs: number } | undefined;
  #waitMs = 100;

  constructor(harm: Harm, { clock, account }: ReadPort) {
    this.#windowMs = Math.max(account.consistencyMs, harm.ambiguous ? account.latenessMs : 0);
    this.#now = () => clock.nowMs();
  }

  settled(standing: Look): boolean {
    if (this.#since?.is !== standing.is) this.#since = { is: standing.is, atMs: this.#now() };
    const final = standing.is === 'restored' || standing.is === 'vanished' || standing.is === 'changed';
    return final && this.#now() - this.#since.atMs >= this.#windowMs;
  }

  /** Something was sent: look again soon. */
  quicken(): void {
    this.#waitMs = 100;
  }

  waitMs(): number {
    const wait = this.#waitMs;
    this.#waitMs = Math.min(2_000, wait * 1.5);
    return wait;
  }
}
