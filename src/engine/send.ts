import type { Call } from '../kernel/call.ts';
import { CallError } from '../kernel/errors.ts';
import type { ReadPort, WritePort } from '../kernel/ports.ts';
import { unlessGone } from './gone.ts';
import { lookUp } from './look-up.ts';
import { COMMAND_GRACE_MS } from './restore-limit.ts';
import { patiently, within } from './time.ts';

/** The longest that one call to the account may take. A command of the author's has its own limit. */
const CALL_MS = 20_000;
const READ_MS = 30_000;

/** Asked before every write: throws when this process may not touch the account any more. */
export type Guard = () => Promise<void>;

/**
 * Sends a call that changes the account; repeats it while the account says "later", a bounded number of times. An error
 * that means "it is already so" is success.
 * @returns whether any try may have taken effect without saying so: then it may still do so.
 * @throws CallError what the last try failed with; `ambiguous` tells of all tries.
 */
export async function send(port: WritePort, call: Call, signal: AbortSignal, guard: Guard): Promise<boolean> {
  let ambiguous = false;
  const limit = call.service === 'command' ? Number(call.input.timeoutMs ?? CALL_MS) + COMMAND_GRACE_MS : CALL_MS;
  const attempt = async () => {
    await guard();
    try {
      await unlessGone(port, () =>
        within(port.clock, limit, signal, async (inner) => {
          const ready = await lookUp(call, port, inner);
          if (ready) await port.write(ready, inner);
        }),
      );
    } catch (error) {
      if (!(error instanceof CallError)) throw error;
      if (call.already?.includes(error.code)) return;
      ambiguous ||= error.ambiguous;
      throw error;
    }
  };
  try {
    if (call.service === 'command') await attempt();
    else await patiently(port.clock, signal, attempt);
    return ambiguous;
  } catch (error) {
    if (!(error instanceof CallError)) throw error;
    const { code, message, retryable } = error;
    throw new CallError(code, message, { retryable, ambiguous });
  }
}

/** The part of a port that reads, with reads that bear throttling. It has no way to write. */
export function readingPort(port: ReadPort): ReadPort {
  const { clock } = port;
  return {
    clock,
    get account() {
      return port.account;
    },
    read: (call, signal) =>
      patiently(clock, signal, () =>
        unlessGone(port, () => within(clock, READ_MS, signal, (inner) => port.read(call, inner))),
      ),
    http: (request, signal) => port.http(request, signal),
    dns: (query, signal) => port.dns(query, signal),
    tcp: (attempt, signal) => port.tcp(attempt, signal),
    exec: (command, signal) => port.exec(command, signal),
  };
}

/** An error in one line, with its code where it has one. */
export const explain = (error: unknown): string => {
  if (error instanceof CallError) return `${error.code}: ${error.message}`;
  return error instanceof Error ? error.message : String(error);
};
