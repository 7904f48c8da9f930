import type { Desired, DesiredInstance, Observed, PlaneRequests } from '../../contract.ts';
import type { Reach } from '../links/connection.ts';
import { describeProcesses } from './identity.ts';
import { startProcess } from './instance-process.ts';
import { logsOf, trimLog } from './logs.ts';
import { startReaper } from './reaper.ts';
import { createSlots } from './slots.ts';
import {
  newUnit,
  processFact,
  restartPauseMs,
  type StartFailure,
  spawnProblem,
  startFailure,
  type Unit,
} from './unit.ts';

/** Keeps the process of every instance as desired. */
export interface Supervisor {
  /**
   * Begins whatever is needed. Resolves when the processes that must be gone at once (of a zone without power, or
   * stopped by force) are gone; the graceful ends and the starts go on.
   */
  apply(desired: Desired): Promise<void>;
  /** Where an instance is reached now. */
  reach(instanceId: string): Reach;
  signal(input: PlaneRequests['signal'][0]): Promise<{ refused?: string }>;
  /** Asks every process to end; resolves when all have. */
  shutdown(): Promise<void>;
}

export interface SupervisorOptions {
  readonly folder: string;
  readonly staggerMs: number;
  /** What the process is to be told: asked for just before it starts. */
  readonly environment: (instance: DesiredInstance, hiddenPort: number) => Promise<Record<string, string>>;
  readonly findPort: () => Promise<number>;
  readonly report: (fact: Observed) => void;
  readonly failed: (failure: StartFailure) => void;
}

const STARTS_AT_A_TIME = 8;
const LONGEST_START_MS = 1_500;
const LOOK_EVERY_MS = 250;
const TRIM_EVERY = 40;
/** A process that lived this long is not in a loop of crashes. */
const LIVED_MS = 10_000;
const ENDS_BEFORE_GIVING_UP = 3;

export function createSupervisor(options: SupervisorOptions): Supervisor {
  const units = new Map<string, Unit>();
  const reaper = startReaper();
  const slots = createSlots(STARTS_AT_A_TIME, LONGEST_START_MS);
  let dark = new Set<string>();
  let over = false;

  const wanted = ({ desired }: Unit) => !over && desired.run === 'running' && !dark.has(desired.zoneId);
  const report = (unit: Unit, state: Parameters<typeof processFact>[1], detail?: string) => {
    const fact = processFact(unit, state, detail);
    if (fact) options.report(fact);
  };
  const giveUp = (unit: Unit, what: string) => {
    clearTimeout(unit.deadline);
    options.failed(startFailure(unit, options.folder, what));
  };

  const schedule = (unit: Unit, pauseMs: number) => {
    unit.timer = setTimeout(() => {
      unit.timer = undefined;
      slots.run(() => {
        if (!wanted(unit) || unit.process || unit.starting) return Promise.resolve();
        const starting = start(unit).finally(() => {
          unit.starting = undefined;
          settle(unit);
        });
        unit.starting = starting;
        return starting.then(() => unit.process?.ready);
      });
    }, pauseMs);
  };

  const start = async (unit: Unit): Promise<void> => {
    const { desired } = unit;
    const { readyWithinMs } = desired.launch;
    if (unit.generation !== desired.generation) {
      unit.generation = desired.generation;
      unit.failures = 0;
      clearTimeout(unit.deadline);
      unit.deadline = setTimeout(() => {
        const end = unit.lastEnd === '' ? '' : `; it last ended with ${unit.lastEnd}`;
        giveUp(unit, `it is not ready within ${readyWithinMs / 1000}s${end}`);
      }, readyWithinMs);
    }
    try {
      const port = await options.findPort();
      const env = await options.environment(desired, port);
      if (!wanted(unit)) return;
      const logs = logsOf(options.folder, desired.name);
      unit.process = await startProcess({ launch: desired.launch, env, port, logs, reaper });
    } catch (error) {
      unit.failures++;
      unit.lastEnd = spawnProblem(desired, error);
      report(unit, 'exited', unit.lastEnd);
      giveUp(unit, unit.lastEnd);
      if (wanted(unit)) schedule(unit, restartPauseMs(unit.failures));
      return;
    }
    follow(unit, unit.process);
  };

  const follow = (unit: Unit, process: NonNullable<Unit['process']>) => {
    const startedMs = performance.now();
    unit.ready = false;
    unit.stopped = false;
    report(unit, 'starting');
    void process.ready.then((ready) => {
      if (!ready || unit.process !== process) return;
      unit.ready = true;
      clearTimeout(unit.deadline);
      report(unit, unit.stopped ? 'stopped-by-signal' : 'ready');
    });
    void process.ended.then((how) => {
      delete unit.process;
      unit.lastEnd = how;
      if (!wanted(unit) || unit.generation !== unit.desired.generation) return settle(unit);
      report(unit, 'exited', how);
      unit.failures = performance.now() - startedMs > LIVED_MS ? 0 : unit.failures + 1;
      const hopeless = !unit.desired.launch.restart || unit.failures === ENDS_BEFORE_GIVING_UP;
      if (!unit.ready && hopeless) giveUp(unit, `it ended with ${how} before it was ready`);
      if (unit.desired.launch.restart) schedule(unit, restartPauseMs(unit.failures - 1));
    });
  };

  /** Brings one unit a step nearer to what is wanted. Called whenever something about it has changed. */
  const settle = (unit: Unit): void => {
    const want = wanted(unit);
    const { process } = unit;
    if (process && (!want || unit.generation !== unit.desired.generation)) {
      if (unit.desired.force || dark.has(unit.desired.zoneId)) process.kill();
      else void process.stop();
      return;
    }
    if (!want) {
      clearTimeout(unit.timer);
      clearTimeout(unit.deadline);
      unit.timer = undefined;
      if (!unit.starting && !process) {
        unit.generation = -1;
        report(unit, 'none');
        if (unit.desired.run === 'terminated') units.delete(unit.desired.instanceId);
      }
    } else if (!process && !unit.starting && !unit.timer && unit.generation !== unit.desired.generation) {
      schedule(unit, 0);
    }
  };

  const goneOf = async (unit: Unit): Promise<void> => {
    await unit.starting;
    await unit.process?.ended;
  };

  const look = async (): Promise<void> => {
    const running = [...units.values()].filter(({ process }) => process);
    const facts = await describeProcesses(running.flatMap(({ process }) => process?.pid ?? []));
    for (const unit of running) {
      const fact = unit.process && facts.get(unit.process.pid);
      if (!fact || fact.stopped === unit.stopped) continue;
      unit.stopped = fact.stopped;
      report(unit, fact.stopped ? 'stopped-by-signal' : unit.ready ? 'ready' : 'starting');
    }
  };
  let looks = 0;
  const watch = setInterval(() => {
    void look();
    if (++looks % TRIM_EVERY !== 0) return;
    for (const { desired } of units.values()) {
      for (const file of Object.values(logsOf(options.folder, desired.name))) void trimLog(file).catch(() => {});
    }
  }, LOOK_EVERY_MS);

  return {
    async apply(desired) {
      const before = dark;
      dark = new Set(desired.zones.filter(({ power }) => power === 'off').map(({ zoneId }) => zoneId));
      const returning = new Map([...before].filter((zoneId) => !dark.has(zoneId)).map((zoneId) => [zoneId, 0]));
      const listed = new Set(desired.instances.map(({ instanceId }) => instanceId));
      for (const instance of desired.instances) {
        const unit = units.get(instance.instanceId) ?? newUnit(instance);
        if (instance.run !== 'terminated' || units.has(instance.instanceId)) units.set(instance.instanceId, unit);
        unit.desired = instance;
        const place = returning.get(instance.zoneId);
        if (place !== undefined && wanted(unit) && !unit.process && !unit.timer) {
          returning.set(instance.zoneId, place + 1);
          schedule(unit, place * options.staggerMs);
        } else settle(unit);
      }
      for (const [id, unit] of [...units]) {
        if (listed.has(id)) continue;
        unit.desired = { ...unit.desired, run: 'terminated' };
        settle(unit);
      }
      const gone = [...units.values()].filter(
        (unit) => !wanted(unit) && (unit.desired.force || dark.has(unit.desired.zoneId)),
      );
      await Promise.all(gone.map(goneOf));
    },
    reach(instanceId) {
      const unit = units.get(instanceId);
      if (unit?.process) return { port: unit.process.port };
      return unit?.desired.run === 'running' ? 'refused' : 'silent';
    },
    async signal({ instanceId, pid, startTime, signal }) {
      const process = units.get(instanceId)?.process;
      const fact = (await describeProcesses([pid])).get(pid);
      if (process?.pid !== pid || process.startTime !== startTime || fact?.startTime !== startTime) {
        return { refused: `instance "${instanceId}" has no process ${pid} that started at ${startTime}` };
      }
      process.signal(signal);
      await look();
      return {};
    },
    async shutdown() {
      over = true;
      clearInterval(watch);
      for (const unit of units.values()) settle(unit);
      await Promise.all([...units.values()].map(goneOf));
      reaper.end();
    },
  };
}
