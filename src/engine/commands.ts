import type { CommandStep } from '../experiment/experiment.ts';
import type { Call } from '../kernel/call.ts';
import type { Json } from '../kernel/json.ts';
import type { Redact } from '../kernel/redact.ts';
import { commandLine } from '../kernel/shell-line.ts';

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

/** The call that runs what `undoOfCommand`, or `undoOfRollbacks` for one of them, made; undefined for anything else. */
export function runOf(undo: Json | undefined): Call | undefined {
  if (!isMap(undo)) return undefined;
  const { command, cwd, env = {}, timeoutMs } = undo;
  const isSound =
    Array.isArray(command) &&
    command.length > 0 &&
    command.every(isText) &&
    (cwd === undefined || isText(cwd)) &&
    isMap(env) &&
    Object.values(env).every(isText) &&
    (timeoutMs === undefined || typeof timeoutMs === 'number');
  return isSound ? { service: 'command', operation: 'Run', input: undo } : undefined;
}

const isText = (value: Json | undefined): value is string => typeof value === 'string';

const isMap = (value: Json | undefined): value is { readonly [key: string]: Json } =>
  value !== null && typeof value === 'object' && !Array.isArray(value);

/** What a person pastes to run a program of the author's. Secrets are taken out of its words before they are quoted. */
export const byHandOf = ({ input }: Call, redact: Redact): string =>
  commandLine(redact(input) as unknown as Parameters<typeof commandLine>[0]);

/** One of the author's rollbacks: its place in the experiment, how it is shown, and how it is run. */
export interface Rollback {
  readonly number: number;
  readonly shown: readonly string[];
  readonly call: Call;
}

/** The rollbacks as undo data. `shown` holds each command as the journal may show it. */
export const undoOfRollbacks = (steps: readonly CommandStep[], redact: Redact): Json =>
  steps.map(({ command, cwd, env, timeoutMs }) => ({ command, cwd, env, timeoutMs, shown: redact(command) }));

/** The rollbacks in undo data that `undoOfRollbacks` made; none of anything else. */
export function rollbacksOf(undo: Json): readonly Rollback[] {
  const steps: readonly Json[] = Array.isArray(undo) ? undo : [];
  if (!steps.every((step) => runOf(step))) return [];
  return (steps as unknown as readonly (CommandStep & { shown: readonly string[] })[]).map((step, index) => ({
    number: index + 1,
    shown: step.shown,
    call: commandCall(step.command, step),
  }));
}
