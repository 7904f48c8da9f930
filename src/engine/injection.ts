import type { PlannedInjection } from '../journal/entries.ts';
import type { Call } from '../kernel/call.ts';
import type { Attestation, Standing } from '../kernel/define.ts';
import type { Json } from '../kernel/json.ts';
import type { ReadPort } from '../kernel/ports.ts';
import { commandCallOf, undoOfCommand } from './commands.ts';
import { injectionId } from './plan.ts';
import { find, type ResolvedCommand, type ResolvedFault } from './resolve.ts';

/** One target about to be harmed. */
export interface Injection {
  readonly id: string;
  readonly fault: string;
  readonly means: PlannedInjection['means'];
  readonly reversal: PlannedInjection['reversal'];
  readonly target: string;
  readonly forMs: number | undefined;
  readonly landsWithinMs: number;
  readonly restoresWithinMs: number;
  /** Reads the pre-image. Undefined when the target that was planned is no longer there. */
  capture(host: ReadPort, signal: AbortSignal): Promise<{ readonly undo: Json } | undefined>;
  calls(undo: Json): readonly Call[];
  /** Absent for a command, which nobody but its author can observe. */
  readonly observe?: {
    compare(undo: Json, host: ReadPort, signal: AbortSignal): Promise<Standing>;
    attest(undo: Json, host: ReadPort, signal: AbortSignal): Promise<Attestation>;
  };
}

/** The injections of a step, one for each target of the plan. */
export function injectionsOf(step: ResolvedFault | ResolvedCommand): readonly Injection[] {
  return step.kind === 'command' ? [commandInjection(step)] : faultInjections(step);
}

function faultInjections({ leaf, step, fault, via, means, matches }: ResolvedFault): readonly Injection[] {
  return matches.map(({ name, zone }) => ({
    id: injectionId(leaf, name),
    fault: fault.id,
    means: via,
    reversal: fault.reversal,
    target: name,
    forMs: step.forMs,
    landsWithinMs: means.landsWithinMs,
    restoresWithinMs: means.restoresWithinMs,
    // The plan is minutes old: only a target that the selector still finds, in the same zone, may be touched. What it
    // takes was chosen when it was made: a newcomer that sorts first pushes nobody out.
    capture: async (host, signal) => {
      const still = (await find(step, means, host, signal)).find((match) => match.name === name && match.zone === zone);
      return still && { undo: await means.capture(still.target, step.with, host, signal) };
    },
    calls: (undo) => means.steps(matches.find((match) => match.name === name)?.target ?? null, step.with, undo),
    observe: {
      compare: (undo, host, signal) => means.compare(undo, host, signal),
      attest: (undo, host, signal) => means.attest(undo, host, signal),
    },
  }));
}

/** Restoring a command takes as long as its undo may run. */
function commandInjection({ leaf, step }: ResolvedCommand): Injection {
  return {
    id: injectionId(leaf, step.name),
    fault: 'command',
    means: 'command',
    reversal: step.permanent ? 'permanent' : 'reverts',
    target: step.name,
    forMs: step.forMs,
    landsWithinMs: step.timeoutMs,
    restoresWithinMs: step.undo ? step.timeoutMs : 0,
    capture: async () => ({ undo: undoOfCommand(step) }),
    calls: () => [commandCallOf(step)],
  };
}
