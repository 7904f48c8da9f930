import { type ChildProcess, spawn } from 'node:child_process';
import type { Launch } from '../../contract.ts';
import { startTimeOf } from './identity.ts';
import { type InstanceLogs, withOpenLogs } from './logs.ts';
import { untilReady } from './readiness.ts';
import type { Reaper } from './reaper.ts';
import { signalOne } from './strays.ts';
import { straysFrom } from './strays-of-one.ts';

/** One process of an instance, from its start to its end. */
export interface InstanceProcess {
  readonly pid: number;
  readonly startTime: string;
  readonly port: number;
  /** Resolves when it has ended, with how. */
  readonly ended: Promise<string>;
  /** Resolves true when it is ready; false when it ended before. */
  readonly ready: Promise<boolean>;
  /** Asks it to end, and kills it if it has not within that time. Resolves when it has ended. */
  stop(graceMs: number): Promise<void>;
  /** Kills it and all that it started, at once. */
  kill(): void;
  signal(signal: NodeJS.Signals): void;
}

export interface StartOptions {
  readonly launch: Launch;
  readonly env: Record<string, string>;
  readonly port: number;
  readonly logs: InstanceLogs;
  readonly reaper: Reaper;
}

/** Starts the process in a group of its own. Throws an error that says why when it cannot be started. */
export async function startProcess({ launch, env, port, logs, reaper }: StartOptions): Promise<InstanceProcess> {
  const child = withOpenLogs(logs, (out, err) => spawnCommand(launch, env, out, err));
  const { pid } = child;
  if (pid !== undefined) reaper.add(pid);
  const ending = new AbortController();
  const strayed = straysFrom(env.CHAOS_INSTANCE);
  let [killed, gone] = [false, false];
  const ended = new Promise<string>((resolve) => {
    child.once('exit', (code, signal) => {
      // What it started ends with it: nothing of an instance outlives the instance.
      if (pid !== undefined) {
        if (!killed) signalGroup(pid, 'SIGKILL');
        reaper.remove(pid);
      }
      gone = true;
      ending.abort();
      void strayed.end().then(() => resolve(signal ?? `exit code ${code}`));
    });
  });
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', reject);
  });
  if (pid === undefined) throw new Error('it has no process id');
  // The number of a group that has ended may be another's by now.
  const signal = (name: NodeJS.Signals) => gone || signalGroup(pid, name);
  const kill = () => {
    strayed.hurry();
    // Nobody leaves a group that is being killed, and nobody is born in it: once is enough.
    killed = true;
    signal('SIGKILL');
  };
  return {
    pid,
    startTime: await startTimeOf(pid),
    port,
    ended,
    ready: untilReady({ port, path: launch.readyPath }, ending.signal),
    kill,
    signal: (name) => {
      signal(name);
      strayed.signal(name);
    },
    async stop(graceMs) {
      signal('SIGTERM');
      // A process that was stopped by a signal hears nothing until it goes on.
      signal('SIGCONT');
      strayed.ask();
      const timer = setTimeout(kill, graceMs);
      await ended;
      clearTimeout(timer);
    },
  };
}

/** `node` is the one that runs this program, so that a region needs no search path for it. */
function spawnCommand(launch: Launch, env: Record<string, string>, out: number, err: number): ChildProcess {
  const [command = '', ...args] = launch.command;
  const program = command === 'node' ? process.execPath : command;
  return spawn(program, args, { cwd: launch.cwd, env, detached: true, stdio: ['ignore', out, err] });
}

/** Signals a whole process group. That it has already gone is no error: the others must still be signalled. */
export const signalGroup = (group: number, signal: NodeJS.Signals): void => signalOne(-group, signal);
