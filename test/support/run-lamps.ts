// Loaded on first use by the engine: a virtual clock cannot wait for that.
import '../../src/engine/histogram.ts';
import type { RecoverContext, RunContext, RunControl, RunEvent, RunResult } from '../../src/engine/api.ts';
import { recoverRun } from '../../src/engine/recover.ts';
import { runExperiment } from '../../src/engine/run.ts';
import type { Experiment, FaultStep, ProbeUse, Step } from '../../src/experiment/experiment.ts';
import type { Entry } from '../../src/journal/entries.ts';
import { parseJournal } from '../../src/journal/read.ts';
import type { Place } from '../../src/kernel/errors.ts';
import type { WritePort } from '../../src/kernel/ports.ts';
import { LampWorld, lampCatalog } from './lamps.ts';
import { MemoryDisk } from './memory-files.ts';
import { simulatedSeal } from './simulated-seal.ts';
import { VirtualClock } from './virtual-clock.ts';

export const PLACE: Place = { file: 'lamps.yaml', line: 1, column: 1, width: 1, text: '' };

export const probeUse = (change: Partial<ProbeUse> = {}): ProbeUse => ({
  name: 'light',
  probe: 'lamp.lit',
  with: {},
  ratePerSecond: 10,
  timeoutMs: 500,
  tolerance: { successAtLeast: 0.9, latency: [], fields: [] },
  place: PLACE,
  ...change,
});

export const faultStep = (change: Partial<FaultStep> = {}): FaultStep => ({
  kind: 'fault',
  name: 'dark',
  place: PLACE,
  afterMs: 0,
  fault: 'lamp.darken',
  select: { zone: 'a' },
  with: {},
  forMs: 5_000,
  ...change,
});

export const waitStep = (waitMs: number): Step => ({ kind: 'wait', name: 'wait', place: PLACE, afterMs: 0, waitMs });

export const commandStep = (
  command: string,
  undo?: string,
  change: Partial<Extract<Step, { kind: 'command' }>> = {},
) => ({
  kind: 'command' as const,
  name: command,
  place: PLACE,
  afterMs: 0,
  command: command.split(' '),
  ...(undo !== undefined && { undo: undo.split(' ') }),
  permanent: undo === undefined,
  cwd: '/',
  env: {},
  timeoutMs: 1_000,
  ...change,
});

/** An experiment on lamps that holds, but for what a test changes. */
export const lampExperiment = (
  change: Partial<Omit<Experiment, 'hypothesis'>> & { hypothesis?: Partial<Experiment['hypothesis']> } = {},
): Experiment => ({
  file: 'lamps.yaml',
  digest: '0'.repeat(64),
  title: 'Light stays',
  account: 'embedded',
  parameters: {},
  blastRadius: { targets: 10, zones: 3 },
  stopConditions: [],
  method: [faultStep()],
  rollbacks: [],
  allowPermanent: false,
  ...change,
  hypothesis: {
    title: 'There is light',
    probes: [probeUse()],
    baselineMs: 4_000,
    recoverWithinMs: 5_000,
    stayMs: 2_000,
    ...change.hypothesis,
  },
});

export interface Scene {
  readonly clock: VirtualClock;
  readonly world: LampWorld;
  readonly disk: MemoryDisk;
  readonly events: RunEvent[];
  readonly leases: string[];
  readonly beats: number[];
  readonly folder: string;
  readonly context: RunContext;
  readonly abort: AbortController;
  readonly leave: AbortController;
  readonly takeOver: () => void;
  run(experiment: Experiment): Promise<RunResult>;
  recover(
    by?: 'watchdog' | 'recover',
    port?: WritePort | null,
    change?: Partial<Pick<RecoverContext, 'connect' | 'files' | 'seal' | 'trustCommands' | 'restoredByHand' | 'take'>>,
  ): ReturnType<typeof recoverRun>;
  entries(): readonly Entry[];
}

export const RUN = '20260101-000000-beef';

/** Everything that a run needs, in memory and in virtual time. */
export function scene(parts: Partial<RunContext> & { world?: LampWorld; clock?: VirtualClock } = {}): Scene {
  const { world = new LampWorld(['a', 'b', 'c'], 1), clock = new VirtualClock(), ...change } = parts;
  const disk = new MemoryDisk();
  const [events, leases, beats]: [RunEvent[], string[], number[]] = [[], [], []];
  const [abort, leave] = [new AbortController(), new AbortController()];
  let takenOver = false;
  const folder = `/home/runs/${RUN}`;
  const context: RunContext = {
    catalog: lampCatalog,
    port: world.port(clock),
    files: disk.files(() => true, clock),
    home: '/home',
    runId: RUN,
    seed: 1,
    tool: '0.0.0',
    pid: 4242,
    reach: { kind: 'embedded', name: 'embedded', endpoint: 'http://127.0.0.1:1' },
    secrets: [],
    seal: simulatedSeal,
    lease: {
      acquire: async () => {
        leases.push('acquired');
        return [];
      },
      renew: async () => {},
      release: async () => void leases.push('released'),
    },
    watchdog: {
      start: async () => {},
      beat: (ms) => beats.push(ms),
      tookOver: async () => takenOver,
      dismiss: async () => void leases.push('dismissed'),
    },
    listen: (event) => events.push(event),
    ...change,
  };
  const control: RunControl = { abort: abort.signal, leave: leave.signal };
  return {
    clock,
    world,
    disk,
    events,
    leases,
    beats,
    folder,
    context,
    abort,
    leave,
    takeOver: () => {
      takenOver = true;
    },
    run: (experiment) => clock.run(runExperiment(experiment, context, control)),
    recover: (by = 'recover', port = world.port(clock), change = {}) =>
      clock.run(
        recoverRun(folder, {
          catalog: lampCatalog,
          files: disk.files(() => true, clock),
          clock,
          by,
          connect: async () => port ?? undefined,
          openCommandPort: () => world.port(clock),
          take: async () => [],
          release: async () => void leases.push('released'),
          seal: simulatedSeal,
          trustCommands: false,
          ...change,
          listen: () => {},
        }),
      ),
    entries: () => parseJournal(disk.texts.get(`${folder}/journal.jsonl`) ?? '', 'journal').entries,
  };
}
