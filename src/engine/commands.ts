import type { CommandStep } from '../experiment/experiment.ts';
import type { Call } from '../kernel/call.ts';
import type { Json } from '../kernel/json.ts';

/** The call that runs a program of the author's. */
function commandCall(
  command: readonly string[],
  { cwd, env, timeoutMs }: Pick<CommandStep, 'cwd' | 'env' | 'timeoutMs'>,
): Call {
  return { service: 'command', operation: 'Run', input: { command, cwd, env, timeoutMs } };
}

export const commandCallOf = (step: CommandStep): Call => commandCall(step.command, step);

/** What undoing a command needs, as JSON; null when the author named no undo. */
export function undoOfCommand(step: CommandStep): Json {
  const { undo, cwd, env, timeoutMs } = step;
  return undo ? { command: undo, cwd, env, timeoutMs } : null;
}

/** The call in undo data that `undoOfCommand` made; undefined when there is none. */
export function undoCallOf(undo: Json): Call | undefined {
  if (undo === null || typeof undo !== 'object' || !('command' in undo)) return undefined;
  return { service: 'command', operation: 'Run', input: undo };
}

/** The author's rollbacks as undo data, in the order in which they are to be played. */
export const undoOfRollbacks = (steps: readonly CommandStep[]): Json =>
  steps.map(({ command, cwd, env, timeoutMs }) => ({ command, cwd, env, timeoutMs }));

export const rollbackCallsOf = (undo: Json): readonly Call[] =>
  Array.isArray(undo) ? undo.flatMap((one: Json) => undoCallOf(one) ?? []) : [];
