import { existsSync } from 'node:fs';
import type { DesiredInstance, Observed } from '../../contract.ts';
import type { InstanceProcess } from './instance-process.ts';
import { type LogMark, lastLines, logsOf } from './logs.ts';

export type ProcessState = Extract<Observed, { type: 'process' }>['state'];

/** An instance as the supervisor keeps it: what is wanted, and the process that there is. */
export interface Unit {
  desired: DesiredInstance;
  /** Of the process that runs or is being started. */
  generation: number;
  process?: InstanceProcess;
  ready: boolean;
  stopped: boolean;
  /** A start that is under way: waiting in line or between two awaits. */
  starting?: Promise<void> | undefined;
  /** A start that waits for its time. */
  timer?: NodeJS.Timeout | undefined;
  /** Ends in a row without having lived long: what the pause before the next start grows with. */
  failures: number;
  /** Fires when it has not become ready in time. */
  deadline?: NodeJS.Timeout | undefined;
  lastEnd: string;
  /** The logs as they were before the last start: what the starts before it wrote is not mixed with its words. */
  logsBefore: LogMark;
  reported: string;
}

/** An instance that does not come up, told to whoever waits for the region to be ready. */
export interface StartFailure {
  readonly instance: string;
  readonly reason: string;
  readonly log: string;
}

export const newUnit = (desired: DesiredInstance): Unit => ({
  desired,
  generation: -1,
  ready: false,
  stopped: false,
  failures: 0,
  lastEnd: '',
  logsBefore: { out: 0, err: 0 },
  reported: '',
});

/** 200 ms, doubled with every end in a row, at most 5 s. */
export const restartPauseMs = (failures: number): number => Math.min(5_000, 200 * 2 ** Math.min(failures, 10));

/** The fact to report of a unit, or undefined when the same was reported last. */
export function processFact(unit: Unit, state: ProcessState, detail?: string): Observed | undefined {
  const { instanceId, run, generation } = unit.desired;
  const { process } = unit;
  const text = [run, generation, state, process?.pid, process?.startTime, detail].join(' ');
  if (unit.reported === text) return undefined;
  unit.reported = text;
  return {
    type: 'process',
    instanceId,
    generation: process ? unit.generation : generation,
    state,
    ...(process ? { pid: process.pid, startTime: process.startTime } : {}),
    ...(detail === undefined ? {} : { detail }),
  };
}

/** Enough for the message above the stack of an exception. */
const LINES_TOLD = 15;

/** Why a unit did not come up, with the last lines that it wrote since it was last started, in their own order. */
export function startFailure(unit: Unit, folder: string, what: string): StartFailure {
  const { err, out } = logsOf(folder, unit.desired.name);
  const { logsBefore } = unit;
  const said = lastLines(err, LINES_TOLD, logsBefore.err) || lastLines(out, LINES_TOLD, logsBefore.out);
  return { instance: unit.desired.name, reason: said === '' ? what : `${what}; it wrote:\n${said}`, log: err };
}

/** Why a command cannot be started, in words. */
export function spawnProblem({ launch }: DesiredInstance, error: unknown): string {
  const [command] = launch.command;
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT' && !existsSync(launch.cwd)) return `its folder "${launch.cwd}" does not exist`;
  if (code === 'ENOENT') return `its command "${command}" is not found`;
  if (code === 'EACCES') return `its command "${command}" may not be executed`;
  return `its command "${command}" cannot be started: ${message}`;
}
