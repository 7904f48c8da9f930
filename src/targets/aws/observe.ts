import type { Observation } from '../../kernel/define.ts';
import { CallError } from '../../kernel/errors.ts';

/** An observation made of calls: ok when they all answered; a call that fails is an observation too, never an exception. */
export async function observeCalls(
  signal: AbortSignal,
  look: () => Promise<Observation['output']>,
): Promise<Observation> {
  try {
    return { ok: true, output: await look() };
  } catch (error) {
    if (error instanceof CallError) return { ok: false, error: error.code, output: {} };
    if (signal.aborted) return { ok: false, error: 'TIMEOUT', output: {} };
    throw error;
  }
}
