import type { Call } from '../kernel/call.ts';
import { CallError } from '../kernel/errors.ts';
import type { ExecAnswer, ExecRequest } from '../kernel/ports.ts';
import { exec } from './exec.ts';

const COMMAND_MS = 60_000;

/** Runs a program that the author of the experiment named as a step. Throws a `CallError` unless it exits with 0. */
export async function runCommand(
  { operation, input }: Call,
  handed: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<ExecAnswer> {
  if (operation !== 'Run') throw new CallError('UnknownOperation', `a command cannot "${operation}"`);
  const { command, cwd, env, timeoutMs } = input as unknown as Partial<ExecRequest> & { command: readonly string[] };
  const request = {
    command,
    ...(cwd !== undefined && { cwd }),
    ...(env && { env }),
    timeoutMs: timeoutMs ?? COMMAND_MS,
  };
  const answer = await exec(request, signal, handed);
  signal.throwIfAborted();
  if (answer.exitCode === 0) return answer;
  const how =
    answer.exitCode === undefined ? `did not end by itself (${answer.error})` : `exited with ${answer.exitCode}`;
  const said = answer.stderr.trim().split('\n').at(-1) ?? '';
  const code = answer.error === 'ENOENT' ? 'HOST_TOOL' : 'CommandFailed';
  throw new CallError(code, `"${command.join(' ')}" ${how}${said === '' ? '' : `: ${said}`}`, { ambiguous: true });
}
