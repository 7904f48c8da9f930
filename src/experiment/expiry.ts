import { renderDuration } from '../kernel/units.ts';
import type { Checker } from './checker.ts';
import type { Step } from './experiment.ts';
import { heldMs } from './method-length.ts';

/**
 * Refuses a fault that ends by itself (its `expiresAfter`) before the method would revert it: what is measured from then on
 * is no longer measured while it is in place.
 */
export function checkExpiry(checker: Checker, method: readonly Step[]): void {
  for (const [step, ms] of heldMs(method)) {
    const expiresMs = step.kind === 'fault' ? step.with.expiresAfter : undefined;
    if (typeof expiresMs !== 'number' || ms < expiresMs) continue;
    const what = `"${step.name}" is in place for ${renderDuration(ms)}, and ends by itself after ${renderDuration(expiresMs)}`;
    const fix = `set "expiresAfter" in its "with" to more than ${renderDuration(ms)}`;
    checker.problems.push({ code: 'SPEC_CONFLICT', what, where: step.place, fix });
  }
}
