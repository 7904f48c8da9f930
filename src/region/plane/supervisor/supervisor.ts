import type { Desired, DesiredInstance, Observed, PlaneRequests } from '../../contract.ts';
import type { Reach } from '../links/connection.ts';
import { type InstanceProcess, startProcess } from './instance-process.ts';
import { logsOf, markLogs, trimLog } from './logs.ts';
import { type Reaper, startReaper } from './reaper.ts';
import { findStopped, signalUnit } from './signals.ts';
import { createSlots, type Slots } from './slots.ts';
import {
  newUnit,
  type ProcessState,
  processFact,
  restartPauseMs,
  type StartFailure,
  spawnProblem,
  startFailure,
  type Unit,
} from './unit.ts';

export interface SupervisorOptions {
  readonly folder: string;
  readonly disks: string;
  /** What the process is to be told: asked for just before it starts. */
  readonly environment: (instance: DesiredInstance, hiddenPort: number) => Promise<Record<string, string>>;
  readonly findPort: () => Promise<number>;
  readonly report: (fact: Observed) => void;
  /** An instance does not come up. Told at most once for each generation of it that ends before it is ready. */
  readonly failed: (failure: StartFailure) => void;
  /** An instance has been terminated, and its process is gone. */
  readonly forget: (instanceId: string) => void;
}

/** How long a process that is to end may take to finish what it does. */
const GRACE_MS = 2_000;
/** The same when the whole region ends, and nobody is left whom it could serve. */
const LAST_GRACE_MS = 500;
const STARTS_AT_A_TIME = 8;
const LONGEST_START_MS = 1_500;
const LOOK_EVERY_MS = 250;
const LOOKS_PER_TRIM = 40;
/** A process that lived this long is not in a loop of crashes. */
const LIVED_MS = 10_000;
const ENDS_BEFORE_GIVING_UP = 3;

/** Keeps the process of every instance as desired. */
export class Supervisor {
  readonly #options: SupervisorOptions;
  readonly #units = new Map<string, Unit>();
  readonly #reaper: Reaper;
  readonly #slots: Slots = createSlots(STARTS_AT_A_TIME, LONGEST_START_MS);
  readonly #watch: NodeJS.Timeout;
  #dark = new Set<string>();
  #over = false;
  #looks = 0;

  constructor(options: SupervisorOptions) {
    this.#options = options;
    this.#reaper = startReaper(options.disks);
    this.#watch = setInterval(() => void this.#watchOnce(), LOOK_EVERY_MS);
  }

  /**
   * Begins whatever is needed. Resolves when the processes that must be gone at once (of a zone without power, or
   * stopped by force) are gone; the graceful ends and the starts go on.
   */
  async apply(desired: Desired): Promise<void> {
    this.#dark = new Set(desired.zones.filter(({ power }) => power === 'off').map(({ zoneId }) => zoneId));
    const listed = new Set(desired.instances.map(({ instanceId }) => instanceId));
    for (const [id, unit] of this.#units) {
      if (!listed.has(id)) unit.desired = { ...unit.desired, run: 'terminated' };
    }
    for (const instance of desired.instances) {
      const unit = this.#units.get(instance.instanceId) ?? newUnit(instance);
      unit.desired = instance;
      this.#units.set(instance.instanceId, unit);
    }
    const units = [...this.#units.values()];
    for (const unit of units) this.#settle(unit);
    await Promise.all(units.filter((unit) => !this.#isWanted(unit) && this.#isAbrupt(unit)).map(goneOf));
  }

  /** Where an instance is reached now. */
  reach(instanceId: string): Reach {
    const unit = this.#units.get(instanceId);
    if (unit?.process) return { port: unit.process.port };
    return unit?.desired.run === 'running' ? 'refused' : 'silent';
  }

  /** The processes that there are. */
  processes(): readonly { readonly instanceId: string; readonly pid: number }[] {
    return [...this.#units.values()].flatMap(({ desired: { instanceId }, process }) =>
      process ? [{ instanceId, pid: process.pid }] : [],
    );
  }

  /** Signals the process of an instance, if it still is that very process. */
  signal(input: PlaneRequests['signal'][0]): Promise<{ refused?: string }> {
    return signalUnit(this.#units.get(input.instanceId), input, () => this.#look());
  }

  /** Ends every process; resolves when all have. */
  async shutdown(): Promise<void> {
    this.#over = true;
    clearInterval(this.#watch);
    const units = [...this.#units.values()];
    for (const unit of units) this.#settle(unit);
    await Promise.all(units.map(goneOf));
    this.#reaper.end();
  }

  #isWanted({ desired }: Unit): boolean {
    return !this.#over && desired.run === 'running' && !this.#dark.has(desired.zoneId);
  }

  #isAbrupt({ desired }: Unit): boolean {
    return desired.force || this.#dark.has(desired.zoneId);
  }

  /** Brings one unit a step nearer to what is wanted. Called whenever something about it has changed. */
  #settle(unit: Unit): void {
    const wanted = this.#isWanted(unit);
    const { process, desired } = unit;
    const outdated = unit.generation !== desired.generation;
    if (process) {
      if (wanted && !outdated) return;
      if (this.#isAbrupt(unit)) process.kill();
      else void process.stop(this.#over ? LAST_GRACE_MS : GRACE_MS);
    } else if (wanted) {
      if (!unit.starting && !unit.timer && outdated) this.#schedule(unit, 0);
    } else {
      clearTimeout(unit.timer);
      clearTimeout(unit.deadline);
      unit.timer = undefined;
      if (unit.starting) return;
      unit.generation = -1;
      this.#report(unit, 'none');
      if (desired.run !== 'terminated') return;
      this.#units.delete(desired.instanceId);
      this.#options.forget(desired.instanceId);
    }
  }

  #schedule(unit: Unit, pauseMs: number): void {
    unit.timer = setTimeout(() => {
      this.#slots.run(async () => {
        unit.timer = undefined;
        if (!this.#isWanted(unit) || unit.process || unit.starting) return;
        unit.starting = this.#start(unit).finally(() => {
          unit.starting = undefined;
          this.#settle(unit);
        });
        await unit.starting;
        await readyOf(unit);
      });
    }, pauseMs);
  }

  async #start(unit: Unit): Promise<void> {
    const { desired } = unit;
    if (unit.generation !== desired.generation) this.#begin(unit);
    try {
      const port = await this.#options.findPort();
      const env = await this.#options.environment(desired, port);
      if (!this.#isWanted(unit)) return;
      const logs = logsOf(this.#options.folder, desired.name);
      unit.logsBefore = markLogs(logs);
      unit.process = await startProcess({ launch: desired.launch, env, port, logs, reaper: this.#reaper });
    } catch (error) {
      unit.failures++;
      unit.lastEnd = spawnProblem(desired, error);
      this.#report(unit, 'exited', unit.lastEnd);
      this.#giveUp(unit, unit.lastEnd);
      if (this.#isWanted(unit)) this.#schedule(unit, restartPauseMs(unit.failures));
      return;
    }
    this.#follow(unit, unit.process);
  }

  /** The first start of a generation: from now on it has so long to become ready. */
  #begin(unit: Unit): void {
    const { readyWithinMs } = unit.desired.launch;
    unit.generation = unit.desired.generation;
    unit.failures = 0;
    unit.lastEnd = '';
    clearTimeout(unit.deadline);
    unit.deadline = setTimeout(() => {
      const end = unit.lastEnd === '' ? '' : `; it last ended with ${unit.lastEnd}`;
      this.#giveUp(unit, `it is not ready within ${readyWithinMs / 1000}s${end}`);
    }, readyWithinMs);
  }

  #follow(unit: Unit, process: InstanceProcess): void {
    const startedMs = performance.now();
    unit.ready = false;
    unit.stopped = false;
    this.#report(unit, 'starting');
    void process.ready.then((ready) => {
      if (!ready || unit.process !== process) return;
      unit.ready = true;
      clearTimeout(unit.deadline);
      this.#report(unit, unit.stopped ? 'stopped-by-signal' : 'ready');
    });
    void process.ended.then((how) => {
      delete unit.process;
      unit.lastEnd = how;
      if (!this.#isWanted(unit) || unit.generation !== unit.desired.generation) this.#settle(unit);
      else this.#endedByItself(unit, how, performance.now() - startedMs);
    });
  }

  #endedByItself(unit: Unit, how: string, livedMs: number): void {
    const { restart } = unit.desired.launch;
    this.#report(unit, 'exited', how);
    unit.failures = livedMs > LIVED_MS ? 1 : unit.failures + 1;
    const hopeless = !restart || unit.failures === ENDS_BEFORE_GIVING_UP;
    if (!unit.ready && hopeless) this.#giveUp(unit, `it ended with ${how} before it was ready`);
    if (restart) this.#schedule(unit, restartPauseMs(unit.failures - 1));
  }

  #giveUp(unit: Unit, what: string): void {
    clearTimeout(unit.deadline);
    this.#options.failed(startFailure(unit, this.#options.folder, what));
  }

  #report(unit: Unit, state: ProcessState, detail?: string): void {
    const fact = processFact(unit, state, detail);
    if (fact) this.#options.report(fact);
  }

  async #watchOnce(): Promise<void> {
    await this.#look();
    if (++this.#looks % LOOKS_PER_TRIM !== 0) return;
    for (const { desired } of this.#units.values()) {
      const { out, err } = logsOf(this.#options.folder, desired.name);
      for (const file of [out, err]) await trimLog(file).catch(() => {});
    }
  }

  async #look(): Promise<void> {
    for (const unit of await findStopped([...this.#units.values()])) {
      this.#report(unit, unit.stopped ? 'stopped-by-signal' : unit.ready ? 'ready' : 'starting');
    }
  }
}

const readyOf = (unit: Unit): Promise<boolean> | undefined => unit.process?.ready;

const goneOf = async (unit: Unit): Promise<void> => {
  await unit.starting;
  await unit.process?.ended;
};
