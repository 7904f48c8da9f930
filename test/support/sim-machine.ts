import { CallError, type Problem } from '../../src/kernel/errors.ts';
import type { ProcessFactsOnHost } from '../../src/kernel/process.ts';
import type { VirtualClock } from './virtual-clock.ts';

/** Whether a signal that does not kill stops a process or lets it go on. Any other is not simulated, and says so. */
export function isStop(signal: string): boolean {
  if (signal === 'SIGSTOP') return true;
  if (signal === 'SIGCONT') return false;
  throw new Error(`${signal} is not simulated: say what it does in sim-machine.ts and sim-plane.ts of test/support`);
}

/** A machine of processes with pid files; a supervisor starts a killed one again after a moment. */
export class SimMachine {
  readonly #clock: VirtualClock;
  readonly #running = new Map<
    string,
    { pid: number; startTime: string; program: string; stopped: boolean; refusal?: Problem }
  >();
  readonly #supervised: boolean;
  #pids = 100;

  constructor(clock: VirtualClock, pidFiles: readonly string[], supervised = true) {
    this.#clock = clock;
    this.#supervised = supervised;
    for (const file of pidFiles) this.#start(file);
  }

  /** From now on the process that the file names belongs to somebody else. */
  disown(pidFile: string): void {
    const process = this.#running.get(pidFile);
    if (!process) throw new Error(`"${pidFile}" names no process`);
    const what = `process ${process.pid} belongs to another user (uid 0)`;
    process.refusal = { code: 'SAFETY_OWNERSHIP', what, fix: 'name a process of your own' };
  }

  describePidFile(pidFile: string): { process?: ProcessFactsOnHost } {
    const process = this.#running.get(pidFile);
    return process ? { process: { ...process } } : {};
  }

  describe({ pid, startTime }: { pid: number; startTime: string }): { process?: ProcessFactsOnHost } {
    const process = [...this.#running.values()].find((one) => one.pid === pid && one.startTime === startTime);
    return process ? { process: { ...process } } : {};
  }

  signal({ pid, startTime, signal }: { pid: number; startTime: string; signal: string }): void {
    const found = [...this.#running].find(([, one]) => one.pid === pid && one.startTime === startTime);
    if (!found) throw new CallError('NoSuchProcess', `process ${pid} has ended`);
    const [file, process] = found;
    if (process.refusal) throw new CallError('SAFETY_OWNERSHIP', process.refusal.what);
    if (signal !== 'SIGKILL') {
      process.stopped = isStop(signal);
      return;
    }
    this.#running.delete(file);
    if (this.#supervised) this.#clock.at(this.#clock.nowMs() + 100, () => this.#start(file));
  }

  /** What a fault could leave harmed: which files name a process, and whether it stands still. */
  state(): unknown {
    return [...this.#running]
      .map(([file, { stopped }]) => ({ file, stopped }))
      .sort((a, b) => (a.file < b.file ? -1 : 1));
  }

  #start(file: string): void {
    const pid = ++this.#pids;
    this.#running.set(file, { pid, startTime: `t${pid}`, program: 'serve', stopped: false });
  }
}
