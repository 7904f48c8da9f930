import { CallError } from '../kernel/errors.ts';
import { facility } from '../kernel/facility.ts';
import type { ReadPort, WritePort } from '../kernel/ports.ts';
import { accountGone, nameOf, saysGone } from './gone.ts';
import { within } from './time.ts';

/** An embedded account that lives answers a question that takes no work within milliseconds, whatever else it does. */
export const ANSWER_MS = 5_000;
/** A silence that has lasted so long is not waited out by who restores. */
const GIVE_UP_MS = 15_000;

/** Whether an account is silent: what all who restore there at the same time know of it. */
export interface Silence {
  /** When the first call was sent that was given up; undefined once the account was heard again. */
  sinceMs?: number;
  /** When it was heard last: every part of it. */
  heardMs?: number;
  /** Whether nobody should ask it, or wait for an answer, any longer. */
  isGivenUp?: boolean;
  /** The end of an account of the run's own: begun once, whoever finds it silent. */
  ending?: Promise<void>;
}

/** Whoever begins to restore asks an account once more that somebody else has given up. */
export function askAnew(silence: Silence): void {
  delete silence.isGivenUp;
}

/**
 * The port, whose calls to an embedded account fail within seconds with a `CallError` (`AccountSilent`, not retryable)
 * when a part of the account answers nothing at all. A call that only takes long is waited for as before. Programs of the author's
 * are not calls to the account. `end` ends an account that is the run's own, at its first silence: then it is gone.
 */
export function answering(port: WritePort, silence: Silence, end?: () => Promise<void>): WritePort {
  if (port.account.kind !== 'embedded') return port;
  const state = { silence, end };
  return {
    clock: port.clock,
    get account() {
      return port.account;
    },
    read: (call, signal) => unlessSilent(port, state, signal, (inner) => port.read(call, inner)),
    write: (call, signal) =>
      call.service === 'command'
        ? port.write(call, signal)
        : unlessSilent(port, state, signal, (inner) => port.write(call, inner)),
    http: (request, signal) => port.http(request, signal),
    dns: (query, signal) => port.dns(query, signal),
    tcp: (attempt, signal) => port.tcp(attempt, signal),
    exec: (command, signal) => port.exec(command, signal),
  };
}

async function unlessSilent<T>(
  port: WritePort,
  { silence, end }: { readonly silence: Silence; readonly end: (() => Promise<void>) | undefined },
  parent: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  parent.throwIfAborted();
  const inner = new AbortController();
  const stop = () => inner.abort(parent.reason);
  parent.addEventListener('abort', stop, { once: true });
  const sentMs = port.clock.nowMs();
  try {
    const answer = await Promise.race([work(inner.signal), untilSilent(port, inner.signal)]);
    if (answer !== SILENT) return answer;
  } finally {
    parent.removeEventListener('abort', stop);
    inner.abort(OVER);
  }
  silence.sinceMs ??= sentMs;
  silence.isGivenUp = port.clock.nowMs() - silence.sinceMs >= GIVE_UP_MS;
  if (!end) throw silent(port, port.clock.nowMs() - silence.sinceMs);
  silence.ending ??= end();
  await silence.ending;
  throw accountGone(port, true);
}

/**
 * Asks an embedded account, every few seconds at most, what each part of it has to answer: one whose data plane hangs
 * answers what its control plane knows, and restores nothing. One that was given up is not asked.
 * @throws CallError `AccountSilent`, or one that `saysGone` knows.
 */
export async function hear(port: ReadPort, silence: Silence, signal: AbortSignal): Promise<void> {
  const { clock, account } = port;
  if (silence.isGivenUp) throw silent(port, clock.nowMs() - (silence.sinceMs ?? 0));
  if (account.kind !== 'embedded' || clock.nowMs() - (silence.heardMs ?? -Infinity) < ANSWER_MS) return;
  // A refusal is an answer.
  await port.read(QUESTION, signal).catch((error: unknown) => {
    if (signal.aborted || !(error instanceof CallError) || error.code === SILENT_CODE || saysGone(error)) throw error;
  });
  silence.heardMs = clock.nowMs();
  delete silence.sinceMs;
  delete silence.isGivenUp;
}

/** Whether an account that was given up answers again: it has meanwhile, or it does when it is asked once more. */
export async function isHeardAgain(port: ReadPort, silence: Silence, signal: AbortSignal): Promise<boolean> {
  if (silence.isGivenUp && !(await answers(port, signal))) return false;
  delete silence.sinceMs;
  delete silence.isGivenUp;
  return true;
}

/** It takes no work, and both planes of a region to answer. */
const QUESTION = facility('DescribeRoute', { address: '', port: 0 });

const SILENT = Symbol('silent');
const OVER = new Error('no longer awaited');

/** Resolves once a question that takes no work has got no answer either. */
async function untilSilent(port: WritePort, signal: AbortSignal): Promise<typeof SILENT> {
  for (;;) {
    await port.clock.sleep(ANSWER_MS, signal);
    const askedMs = port.clock.nowMs();
    // Much later than that, it was this process that stood still: the answer may lie there unread.
    if (!(await answers(port, signal)) && port.clock.nowMs() - askedMs < 2 * ANSWER_MS) return SILENT;
  }
}

const answers = (port: ReadPort, signal: AbortSignal): Promise<boolean> =>
  within(port.clock, ANSWER_MS, signal, (inner) => port.read(QUESTION, inner)).then(
    () => true,
    // A refusal is an answer.
    (error: unknown) => !(error instanceof CallError && error.code === 'TIMEOUT'),
  );

const SILENT_CODE = 'AccountSilent';

const silent = (port: Pick<ReadPort, 'account'>, forMs: number): CallError =>
  new CallError(SILENT_CODE, `${nameOf(port)} or its data plane has not answered for ${Math.round(forMs / 1_000)} s`, {
    ambiguous: true,
  });
