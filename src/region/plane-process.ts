import { type ChildProcess, fork } from 'node:child_process';
import path from 'node:path';
import type { Observed, PlaneRequests } from './contract.ts';
import { logsOf, withOpenLogs } from './plane/supervisor/logs.ts';
import { startReaper } from './plane/supervisor/reaper.ts';
import type { StartFailure } from './plane/supervisor/unit.ts';
import type { FromPlane, PlaneConfig, PlaneRequestName, ToPlane } from './plane-link.ts';

/** The data plane, as the control plane reaches it in its own process. */
export interface PlaneProcess {
  request<N extends PlaneRequestName>(name: N, input: PlaneRequests[N][0]): Promise<PlaneRequests[N][1]>;
  /** Kills it, be it stopped or not, and its reaper ends its instances. Resolves when it has ended. */
  kill(): Promise<void>;
}

export interface PlaneProcessListeners {
  readonly observe: (fact: Observed) => void;
  readonly startFailed: (failure: StartFailure) => void;
  /** The process has ended; every request that was under way has failed. */
  readonly ended: (how: string) => void;
}

/** The data plane: it stands beside this program, in a file of the same kind. */
const PROGRAM = path.join(import.meta.dirname, `plane${path.extname(import.meta.filename)}`);

/**
 * Starts the data plane. It ends by itself when this process does, unless it is stopped: a reaper of this process sees
 * to that.
 */
export function startPlaneProcess(config: PlaneConfig, listeners: PlaneProcessListeners): PlaneProcess {
  // Into a file: the starter of a region that is kept reads neither stream any more.
  const child = withOpenLogs(logsOf(config.environment.folder, 'plane'), (out, err) =>
    fork(PROGRAM, [], {
      serialization: 'json',
      detached: true,
      execArgv: [],
      env: { PATH: config.environment.path },
      stdio: ['ignore', out, err, 'ipc'],
    }),
  );
  const reaper = startReaper();
  if (child.pid !== undefined) reaper.add(child.pid);
  const ended = new Promise<void>((resolve) => {
    for (const event of ['error', 'exit']) child.once(event, () => resolve());
  });
  const waiting = new Map<number, { resolve: (output: never) => void; reject: (error: Error) => void }>();
  let lastId = 0;
  child.on('message', (message: FromPlane) => {
    if (message.type === 'facts') for (const fact of message.facts) listeners.observe(fact);
    else if (message.type === 'start-failure') listeners.startFailed(message.failure);
    else {
      const waiter = waiting.get(message.id);
      waiting.delete(message.id);
      if (message.type === 'reply') waiter?.resolve(message.output as never);
      else waiter?.reject(new Error(message.message));
    }
  });
  const end = (how: string) => {
    for (const { reject } of waiting.values()) reject(new Error(`the data plane has ended (${how})`));
    waiting.clear();
    listeners.ended(how);
  };
  child.once('error', (error) => end(error.message));
  child.once('exit', (code, signal) => end(signal ?? `exit code ${code}`));
  send(child, { type: 'start', config });
  return {
    request: (name, input) =>
      new Promise((resolve, reject) => {
        const id = ++lastId;
        waiting.set(id, { resolve, reject });
        send(child, { type: 'request', id, name, input });
      }),
    kill: () => {
      reaper.end();
      return ended;
    },
  };
}

/** A message that cannot be delivered is no error of its own: the end of the process is told by its exit. */
const send = (child: ChildProcess, message: ToPlane): void => void child.send(message, () => {});
