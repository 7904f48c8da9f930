import { CallError } from '../../src/kernel/errors.ts';
import type { ProcessFactsOnHost } from '../../src/kernel/process.ts';
import type { VirtualClock } from './virtual-clock.ts';

/** A machine of processes with pid files; a supervisor starts a killed one again after a moment. */
export class SimMachine {
  readonly #clock: VirtualClock;
  readonly #running = new Map<string, { pid: number; startTime: string; command: string; stopped: boolean }>();
  readonly #supervised: boolean;
  #pids = 100;

  constructor(clock: VirtualClock, pidFiles: readonly string[], supervised = true) {
    this.#clock = clock;
    this.#supervised = supervised;
    for (const file of pidFiles) this.#start(file);
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
    if (signal !== 'SIGKILL') {
      process.stopped = signal === 'SIGSTOP';
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
    this.#running.set(file, { pid, startTime: `t${pid}`, command: `serve ${file}`, stopped: false });
  }
}
