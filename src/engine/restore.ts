import type { Entry } from '../journal/entries.ts';
import type { Journal } from '../journal/journal.ts';
import type { Attestation, Standing } from '../kernel/define.ts';
import { CallError } from '../kernel/errors.ts';
import type { ReadPort, WritePort } from '../kernel/ports.ts';
import { isGone, saysGone } from './gone.ts';
import type { Harm } from './harm.ts';
import { COMMAND_TRIES, MARGIN_MS, restoreLimitMs, VERIFY_MS } from './restore-limit.ts';
import { explain, type Guard, readingPort, send } from './send.ts';
import { hear, isGivenUp, type Silence } from './silence.ts';
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
  readonly ended?: (injection: string, isRestored: boolean) => void;
}

/** How a target was restored, with the observation that the fault is gone; or why it is not. */
export type Ending =
  | { readonly how: 'restored' | 'already' | 'vanished' | 'spent'; readonly verified: Attestation | null }
  | { readonly failed: string; readonly changed: boolean };

/** One look at the target may take so long. */
const LOOK_MS = 90_000;
const SEND_AGAIN_MS = 5_000;

/** Brings a target back to its pre-image: compares with reality first, and again until it stays restored. */
export async function restore(harm: Harm, context: Reverting): Promise<Ending> {
  if (!harm.begun) return { how: 'already', verified: null };
  if (harm.observe) return harm.reversal === 'permanent' ? spend(harm, context) : bringBack(harm, context);
  return harm.reversal === 'permanent' ? { how: 'spent', verified: null } : undoBlindly(harm, context);
}

/** A permanent fault is not undone. What was never harmed is not counted as spent. */
async function spend(harm: Harm, context: Reverting): Promise<Ending> {
  const { port, signal } = context;
  const watch = new Steady(harm, port);
  for (;;) {
    const standing = await look(harm, context).catch((error: unknown) => {
      if (signal.aborted) throw error;
      return undefined;
    });
    if (standing?.is !== 'restored') return { how: 'spent', verified: null };
    if (watch.settled(standing)) return { how: 'already', verified: null };
    await port.clock.sleep(watch.waitMs(), signal);
  }
}

/** The undo of a command: nobody can compare, so it is run until it succeeds, a few times at most. */
async function undoBlindly(harm: Harm, { port, signal, guard }: Reverting): Promise<Ending> {
  for (let attempt = 1; ; attempt++) {
    const failure = await sendAll(harm, { port, signal, guard });
    if (failure === undefined) return { how: 'restored', verified: null };
    if (attempt === COMMAND_TRIES) return { failed: failure, changed: false };
    await port.clock.sleep(1_000 * attempt, signal);
  }
}

async function bringBack(harm: Harm, context: Reverting): Promise<Ending> {
  const { port, signal } = context;
  const { clock, account } = port;
  const deadline = clock.nowMs() + restoreLimitMs(harm, account) - MARGIN_MS;
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
    if (now >= deadline || isGivenUp(context.silence, port))
      return { failed: tooLate(standing, sent?.failure, harm), changed: false };
    if (standing.is === 'harmed' && (!sent || sent.failure !== undefined || now - sent.atMs >= SEND_AGAIN_MS)) {
      const failure = await sendAll(harm, context);
      sent = { atMs: clock.nowMs(), failure };
      watch.quicken();
    }
    await clock.sleep(watch.waitMs(), signal);
  }
}

/** The account is gone, and the target with it. */
const GONE: Ending = { how: 'vanished', verified: null };

/** What healed by itself is not what it was: the observation that proved the harm, another process, stays true. */
const HEALED: Attestation = {
  bites: false,
  level: 'control plane',
  evidence: 'compared with its pre-image: it is back',
};

/** Sends the restoring calls in order. @returns why one failed, if one did. */
async function sendAll(harm: Harm, { port, signal, guard }: Pick<Reverting, 'port' | 'signal' | 'guard'>) {
  try {
    for (const call of harm.restore()) await send(port, call, signal, guard);
    return undefined;
  } catch (error) {
    if (signal.aborted || !(error instanceof CallError)) throw error;
    return explain(error);
  }
}

/** One observation, of an account that is heard. */
const observe = <T>({ port, signal, silence }: Reverting, work: (host: ReadPort, inner: AbortSignal) => Promise<T>) =>
  within(port.clock, LOOK_MS, signal, async (inner) => {
    await hear(port, silence, inner);
    return work(readingPort(port), inner);
  });

const look = (harm: Harm, context: Reverting): Promise<Standing> =>
  observe(context, async (host, inner) => (await harm.observe?.compare(host, inner)) ?? { is: 'restored' });

type Look = Standing | { readonly is: 'gone' } | { readonly is: 'unknown'; readonly why: string };

/** A look that fails because the account does not answer is no answer: the next one may succeed. */
async function tryLook(harm: Harm, context: Reverting): Promise<Look> {
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
async function verify(harm: Harm, how: 'restored' | 'already', deadline: number, context: Reverting): Promise<Ending> {
  const { signal, silence, port } = context;
  const { clock } = port;
  const last = Math.max(deadline, clock.nowMs() + VERIFY_MS);
  for (let wait = 100; ; wait = Math.min(2_000, wait * 1.5)) {
    const seen = await observe(context, async (host, inner) => harm.observe?.attest(host, inner)).catch(
      (error: unknown) => {
        if (signal.aborted || !(error instanceof CallError)) throw error;
        return explain(error);
      },
    );
    if (typeof seen === 'object' && !seen.bites) return { how, verified: seen };
    if (await isGone(port)) return GONE;
    if (clock.nowMs() >= last || isGivenUp(silence, port)) {
      const evidence = typeof seen === 'object' ? seen.evidence : (seen ?? 'nothing was seen');
      return { failed: `it looks as before, but the fault still bites: ${evidence}`, changed: false };
    }
    await clock.sleep(wait, signal);
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
