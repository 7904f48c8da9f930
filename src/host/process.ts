import path from 'node:path';
import { CallError, type Problem } from '../kernel/errors.ts';
import type { ProcessFactsOnHost, ProcessOperations } from '../kernel/process.ts';
import { checkOwnership } from '../safety/ownership.ts';
import { readBounded } from './bounded-file.ts';
import { type ProcessRow, readProcessRow } from './process-table.ts';

type Reads = Exclude<keyof ProcessOperations, 'Signal'>;

/** Answers the operations on processes of this machine that only read. */
export async function readProcesses<N extends Reads>(
  operation: N,
  input: ProcessOperations[N][0],
): Promise<ProcessOperations[N][1]>;
export async function readProcesses(operation: Reads, input: { pidFile?: string; pid?: number; startTime?: string }) {
  const pid = operation === 'DescribePidFile' ? await pidIn(input.pidFile ?? '') : input.pid;
  const row = pid === undefined ? undefined : await readProcessRow(pid);
  if (!row || (input.startTime !== undefined && row.startTime !== input.startTime)) return {};
  if (operation !== 'DescribePidFile') return { process: factsOf(row) };
  const [refusal] = await problemsWith(row.pid, row, row.startTime);
  return { process: { ...factsOf(row), ...(refusal && { refusal }) } };
}

/**
 * Signals a process of the caller's own. Refused with `SAFETY_OWNERSHIP` when it is not the run's to touch, see
 * `checkOwnership`; `NoSuchProcess` when it is no longer that very one.
 */
export async function signalProcess({ pid, startTime, signal }: ProcessOperations['Signal'][0]): Promise<void> {
  const row = await readProcessRow(pid);
  const isPossible = Number.isSafeInteger(pid) && pid > 1;
  if (isPossible && row?.startTime !== startTime) throw gone(pid, 'is no longer the one that was meant');
  const [problem] = await problemsWith(pid, row, startTime);
  if (problem) throw new CallError(problem.code, `${problem.what}; ${problem.fix}`);
  try {
    process.kill(pid, signal);
  } catch (error) {
    const { code = 'no reason' } = error as NodeJS.ErrnoException;
    if (code === 'ESRCH') throw gone(pid, 'has ended');
    throw new CallError('SAFETY_OWNERSHIP', `process ${pid} may not be signalled: the system says ${code}`);
  }
}

/** Why the run may not touch that process. */
async function problemsWith(pid: number, row: ProcessRow | undefined, startTime: string): Promise<readonly Problem[]> {
  return checkOwnership({
    pid,
    ...(row && { uid: row.user, startTime: row.startTime }),
    expectedStartTime: startTime,
    self: { pid: process.pid, ...ownUser(), ancestors: await ancestors() },
  });
}

const gone = (pid: number, why: string) => new CallError('NoSuchProcess', `process ${pid} ${why}`);

const ownUser = () => {
  const uid = process.getuid?.();
  return uid === undefined ? {} : { uid };
};

/** The parent of this program, its parent, and so on. */
async function ancestors(): Promise<readonly number[]> {
  const line: number[] = [];
  for (let pid = process.ppid; pid > 0 && !line.includes(pid); ) {
    line.push(pid);
    pid = (await readProcessRow(pid))?.parent ?? 0;
  }
  return line;
}

/** A number of ten digits and the space around it. */
const PID_FILE_MAX = 100;

async function pidIn(file: string): Promise<number | undefined> {
  const bytes = await readBounded(path.resolve(file), PID_FILE_MAX).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return new Uint8Array();
    throw new CallError('HOST_TOOL', `the pid file "${file}" cannot be read (${error.code})`);
  });
  const text = Buffer.from(bytes).toString('utf8');
  return /^\s*\d{1,10}\s*$/.test(text) ? Number(text) : undefined;
}

const factsOf = ({ pid, startTime, program, stopped }: ProcessRow): ProcessFactsOnHost => ({
  pid,
  startTime,
  program,
  stopped,
});
