import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { CallError } from '../kernel/errors.ts';
import type { ProcessFactsOnHost, ProcessOperations } from '../kernel/process.ts';
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
  return { process: factsOf(row) };
}

/**
 * Signals a process of the caller's own. Refused with `SAFETY_OWNERSHIP` when it belongs to somebody else, is this
 * program or one that it descends from, or is process 1; with `NoSuchProcess` when it is no longer that very one.
 */
export async function signalProcess({ pid, startTime, signal }: ProcessOperations['Signal'][0]): Promise<void> {
  const refuse = (why: string) => new CallError('SAFETY_OWNERSHIP', `process ${pid} is not signalled: ${why}`);
  if (!Number.isSafeInteger(pid) || pid <= 1) throw refuse('it is no process of an experiment');
  const row = await readProcessRow(pid);
  if (row?.startTime !== startTime)
    throw new CallError('NoSuchProcess', `process ${pid} is no longer the one that was meant`);
  if (row.user !== process.getuid?.()) throw refuse('it belongs to another user');
  if ((await ancestors()).has(pid)) throw refuse('this program runs under it');
  try {
    process.kill(pid, signal);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ESRCH') throw new CallError('NoSuchProcess', `process ${pid} has ended`);
    throw refuse(`the system said ${code ?? 'no'}`);
  }
}

/** This process and everything that it descends from. */
async function ancestors(): Promise<ReadonlySet<number>> {
  const line = new Set([process.pid]);
  for (let pid = process.ppid; pid > 0 && !line.has(pid); ) {
    line.add(pid);
    pid = (await readProcessRow(pid))?.parent ?? 0;
  }
  return line;
}

async function pidIn(file: string): Promise<number | undefined> {
  const text = await readFile(path.resolve(file), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw new CallError('HOST_TOOL', `the pid file "${file}" cannot be read (${error.code})`);
  });
  return /^\s*\d{1,10}\s*$/.test(text) ? Number(text) : undefined;
}

const factsOf = ({ pid, startTime, command, stopped }: ProcessRow): ProcessFactsOnHost => ({
  pid,
  startTime,
  command,
  stopped,
});
