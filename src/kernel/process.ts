import type { Call } from './call.ts';
import type { Problem } from './errors.ts';

/** A process, named so that a later process with the same number is not taken for it. */
interface ProcessIdentity {
  readonly pid: number;
  /** When it started, as the system tells it: `/proc/PID/stat` field 22, or `ps -o lstart=`. Compared as text. */
  readonly startTime: string;
}

/** What may be asked of a process of the caller's own machine. Describe only reads. */
export interface ProcessOperations {
  /** The process that a pid file names; `process` is absent when there is none or it is dead. */
  DescribePidFile: [{ pidFile: string }, { process?: ProcessFactsOnHost }];
  DescribeProcess: [{ pid: number; startTime: string }, { process?: ProcessFactsOnHost }];
  /** Refused (`SAFETY_OWNERSHIP`) unless the process is the caller's own, no ancestor, not pid 1, and that very one. */
  Signal: [{ pid: number; startTime: string; signal: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT' }, Record<string, never>];
}

export interface ProcessFactsOnHost extends ProcessIdentity {
  /** The base name of its program. Never the arguments: they may hold secrets, and the journal would keep them. */
  readonly program: string;
  readonly stopped: boolean;
  /** Why `Signal` would refuse to touch it; told for the process of a pid file only. */
  readonly refusal?: Problem;
}

export function processCall<N extends keyof ProcessOperations>(
  operation: N,
  input: ProcessOperations[N][0],
): Call<ProcessOperations[N][1]> {
  return { service: 'process', operation, input };
}
