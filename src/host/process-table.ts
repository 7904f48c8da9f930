import { execFile } from 'node:child_process';
import { readFile, readlink, stat } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import type { ProcessFactsOnHost } from '../kernel/process.ts';

/** What the system says of a process. */
export interface ProcessRow extends ProcessFactsOnHost {
  readonly parent: number;
  readonly user: number;
}

/** The process of that number; undefined when there is none, or only what is left of it until its parent looks. */
export async function readProcessRow(pid: number): Promise<ProcessRow | undefined> {
  if (!Number.isSafeInteger(pid) || pid < 1) return undefined;
  return process.platform === 'linux' ? fromProc(pid) : fromPs(pid);
}

/** When the process started, as the system tells it; undefined when it does not live. */
export const startTimeOf = async (pid: number): Promise<string | undefined> => (await readProcessRow(pid))?.startTime;

/**
 * Whether that very process lives. Where the system tells nothing, not even of this process, it is taken to live: from
 * "it is gone" follows that nothing is left to restore.
 */
export async function stillRuns({ pid, startTime }: { pid: number; startTime: string }): Promise<boolean> {
  const now = await startTimeOf(pid);
  return now === startTime || (now === undefined && (await startTimeOf(process.pid)) === undefined);
}

/** Identifies this boot of the machine: a process id means nothing in the next one. */
export async function bootId(): Promise<string> {
  boot ??= process.platform === 'linux' ? readFile('/proc/sys/kernel/random/boot_id', 'utf8') : bootTime();
  return (await boot.catch(() => '')).trim();
}
let boot: Promise<string> | undefined;

/**
 * A thread has a folder under /proc as well, which no listing shows, and a signal to it hits its whole process: what leads
 * no group of threads is no process.
 *
 * Field 2, the name, may hold spaces and parentheses: the others are counted from its last parenthesis. The command line
 * is not read at all, since a process may write its arguments into the very first word of it.
 */
async function fromProc(pid: number): Promise<ProcessRow | undefined> {
  try {
    const [line, status, program, { uid }] = await Promise.all([
      readFile(`/proc/${pid}/stat`, 'latin1'),
      readFile(`/proc/${pid}/status`, 'latin1'),
      readlink(`/proc/${pid}/exe`).catch(() => ''),
      stat(`/proc/${pid}`),
    ]);
    if (/^Tgid:\s*(\d+)$/m.exec(status)?.[1] !== String(pid)) return undefined;
    const [state = '', parent = '', ...rest] = line.slice(line.lastIndexOf(')') + 2).split(' ');
    const startTime = rest[17];
    if (state === 'Z' || state === 'X' || startTime === undefined) return undefined;
    const name = line.slice(line.indexOf('(') + 1, line.lastIndexOf(')'));
    return {
      pid,
      startTime,
      program: path.basename(program.replace(/ \(deleted\)$/, '')) || name,
      stopped: state === 'T' || state === 't',
      parent: Number(parent),
      user: uid,
    };
  } catch {
    return undefined;
  }
}

async function fromPs(pid: number): Promise<ProcessRow | undefined> {
  const options = { env: { LC_ALL: 'C', PATH: '/bin:/usr/bin' }, timeout: 5_000 };
  const format = 'ppid=,uid=,state=,lstart=,ucomm=';
  const { stdout } = await run('ps', ['-o', format, '-p', String(pid)], options).catch(() => ({ stdout: '' }));
  const match = /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(\S+\s+\S+\s+\d+\s+[\d:]+\s+\d{4})\s+(.*)$/m.exec(stdout);
  if (!match) return undefined;
  const [, parent, user, state = '', startTime = '', program = ''] = match;
  if (state.startsWith('Z')) return undefined;
  return {
    pid,
    startTime,
    program: program.trim(),
    stopped: state.startsWith('T'),
    parent: Number(parent),
    user: Number(user),
  };
}

const bootTime = async () =>
  (await run('sysctl', ['-n', 'kern.bootsessionuuid'], { env: { PATH: '/usr/sbin:/sbin:/usr/bin' } })).stdout;

const run = promisify(execFile);

/** Which processes are seen from here, where the system tells: the same number means another one elsewhere. */
export const namespaceOfProcesses = (): Promise<string | undefined> =>
  readlink('/proc/self/ns/pid').catch(() => undefined);
