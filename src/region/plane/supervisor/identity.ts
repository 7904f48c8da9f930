import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { platform } from 'node:process';

/** What the system says of a process. */
export interface ProcessFact {
  /** When it started, in the system's own words: compared as text, with what the system said before. */
  readonly startTime: string;
  /** By SIGSTOP, or by a debugger. */
  readonly stopped: boolean;
  /** How much of a processor's time it has used, it alone. Absent where the system does not tell it cheaply. */
  readonly cpuMs?: number;
}

/** The facts of those of the processes that exist. */
export async function describeProcesses(pids: readonly number[]): Promise<ReadonlyMap<number, ProcessFact>> {
  if (platform === 'linux') return new Map(pids.flatMap((pid) => entry(pid, readStat(pid))));
  if (pids.length === 0) return new Map();
  const listing = await run('ps', ['-o', 'pid=,state=,lstart=', '-p', pids.join(',')]);
  return new Map(
    listing.split('\n').flatMap((line) => {
      const [, pid, state, startTime] = /^\s*(\d+)\s+(\S+)\s+(.*\S)/.exec(line) ?? [];
      if (pid === undefined || startTime === undefined || state?.startsWith('Z')) return [];
      return entry(Number(pid), { startTime, stopped: state?.startsWith('T') ?? false });
    }),
  );
}

/** The start time of a process that exists; empty when it has already gone. */
export async function startTimeOf(pid: number): Promise<string> {
  return (await describeProcesses([pid])).get(pid)?.startTime ?? '';
}

const entry = (pid: number, fact: ProcessFact | undefined): [number, ProcessFact][] => (fact ? [[pid, fact]] : []);

/** Linux counts the time of processes in hundredths of a second, whatever the machine. */
const TICK_MS = 10;

/**
 * `/proc/PID/stat`: the state is field 3, the time used fields 14 and 15, the start time field 22; the name before them
 * may hold anything.
 */
function readStat(pid: number): ProcessFact | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const [state] = fields;
    if (state === 'Z' || state === 'X') return undefined;
    const cpuMs = (Number(fields[11]) + Number(fields[12])) * TICK_MS;
    return { startTime: fields[19] ?? '', stopped: state === 'T' || state === 't', cpuMs };
  } catch {
    return undefined;
  }
}

/** The output of a program; empty when it fails, as `ps` does when no process matches. */
const run = (command: string, args: readonly string[]): Promise<string> =>
  new Promise((resolve) => {
    execFile(command, [...args], { env: { PATH: '/bin:/usr/bin', LC_ALL: 'C' } }, (_error, stdout) => resolve(stdout));
  });
