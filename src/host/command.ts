import { stat } from 'node:fs/promises';
import type { Call } from '../kernel/call.ts';
import { CallError } from '../kernel/errors.ts';
import type { ExecAnswer, ExecRequest } from '../kernel/ports.ts';
import { shellLine } from '../kernel/shell-line.ts';
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
  const unstarted = answer.error === undefined ? undefined : await whyNotStarted(answer.error, request);
  if (unstarted !== undefined) throw new CallError('HOST_TOOL', unstarted);
  const how =
    answer.exitCode === undefined ? `did not end by itself (${answer.error})` : `exited with ${answer.exitCode}`;
  const said = answer.stderr.trim().split('\n').at(-1) ?? '';
  throw new CallError('CommandFailed', `"${shellLine(command)}" ${how}${said === '' ? '' : `: ${said}`}`, {
    ambiguous: true,
  });
}

/** Why a program was never started, and what helps; undefined when it was. The system says ENOENT of its folder too. */
async function whyNotStarted(error: string, { command, cwd }: ExecRequest): Promise<string | undefined> {
  const [program = ''] = command;
  if (cwd !== undefined && (error === 'ENOENT' || error === 'ENOTDIR')) {
    const isFolder = await stat(cwd).then(
      (facts) => facts.isDirectory(),
      () => false,
    );
    if (!isFolder) return `its folder "${cwd}" was not found; make it, or write another "cwd"`;
  }
  if (error === 'ENOENT') return `program "${program}" was not found; install it, or write its full path`;
  if (error === 'EACCES')
    return `program "${program}" may not be executed; run: ${shellLine(['chmod', '+x', program])}`;
  return undefined;
}
