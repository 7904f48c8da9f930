import '../../src/engine/histogram.ts';
import { catalog as everything } from '../../src/catalog/index.ts';
import type { Recovery, RunContext } from '../../src/engine/api.ts';
import { recoverRun } from '../../src/engine/recover.ts';
import { runExperiment } from '../../src/engine/run.ts';
import type { Experiment } from '../../src/experiment/experiment.ts';
import type { Entry } from '../../src/journal/entries.ts';
import { parseJournal } from '../../src/journal/read.ts';
import { describeCall } from '../../src/kernel/call.ts';
import { type Catalog, defineProbe, type Probe } from '../../src/kernel/define.ts';
import type { CallError } from '../../src/kernel/errors.ts';
import { facility } from '../../src/kernel/facility.ts';
import type { Outcome } from '../../src/kernel/outcome.ts';
import type { Lease, WritePort } from '../../src/kernel/ports.ts';
import { integer, text } from '../../src/kernel/schema.ts';
import { takeOver } from '../../src/watchdog/take-over.ts';
import { watch } from '../../src/watchdog/watch.ts';
import { MemoryDisk } from '../support/memory-files.ts';
import { build, ofProcess, type SimPort } from '../support/sim-port.ts';
import { seeded } from '../support/sim-scene.ts';
import { simulatedSeal } from '../support/simulated-seal.ts';
import type { Case } from './cases.ts';
import { meanPort } from './mean-port.ts';
import { type Death, Mortal } from './mortal.ts';

export const FOLDER = '/home/runs/simulated';

/** Looks at the data plane directly: the calls of a probe are none of the run's effects. */
const storeProbe = defineProbe({
  id: 'sim.store',
  summary: 'Ask a store.',
  details: 'Asks a store.',
  params: { address: text({ doc: 'Where it is.' }), port: integer({ doc: 'Its port.' }) },
  output: {},
  example: '',
  observe: async ({ address, port }, host, signal) => {
    const attempt = { host: address, port, expectBytes: true, timeoutMs: 100 };
    const { connected, bytes, error = 'SILENT' } = await host.tcp(attempt, signal);
    return connected && bytes > 0 ? { ok: true, output: {} } : { ok: false, error, output: {} };
  },
});

/** The whole catalog, loaded: a virtual clock cannot wait for files. */
async function loadCatalog(): Promise<Catalog> {
  const faults = await Promise.all(everything.faults.map(async (entry) => ({ entry, fault: await entry.load() })));
  return {
    faults: faults.map(({ entry, fault }) => ({ ...entry, load: async () => fault })),
    probes: [{ id: storeProbe.id, summary: storeProbe.summary, load: async () => storeProbe as unknown as Probe }],
  };
}
const catalog = await loadCatalog();

export interface Played {
  readonly sim: SimPort;
  readonly disk: MemoryDisk;
  readonly before: string;
  /** Undefined when the run died. */
  readonly outcome: Outcome | undefined;
  /** How the region looked a moment after the run had ended by itself. */
  readonly afterRun: string | undefined;
  readonly entries: readonly Entry[];
  /** How it looked once everybody was done. */
  readonly finalState: string;
  /** What the process of the run did to the account after the watchdog had taken it over. */
  readonly trespasses: readonly string[];
}

/** Plays a case to its end: the run, its death, and everybody who recovers it, the last one without dying. */
export async function play(one: Case): Promise<Played> {
  const sim = build({ seed: one.seed, perZone: 1 });
  const disk = new MemoryDisk();
  const random = seeded(one.seed);
  const mean = meanPort(sim, one.meanness, random);
  const before = sim.state() + reachable(sim);
  meddle(sim, one);
  const trespasses: string[] = [];
  const recover = recovering(disk);
  const outcome = await sim.clock.run(playRun(one, { sim, disk, mean, trespasses, recover }));
  await sim.clock.run(sim.clock.sleep(2_000));
  const afterRun = outcome === undefined ? undefined : sim.state() + reachable(sim);
  for (const [index, death] of one.recoveriesDie.entries()) {
    const mortal = new Mortal(sim.clock, death);
    const who = { mortal, port: mean, by: 'recover', owner: `recover ${index}` } as const;
    await sim.clock.run(Promise.race([mortal.died, recover(who).catch(() => {})]));
    if (!mortal.alive) disk.losePower();
  }
  await sim.clock.run(recover({ mortal: new Mortal(sim.clock), port: sim, by: 'recover', owner: 'the last recover' }));
  await sim.clock.run(sim.clock.sleep(2_000));
  const finalState = sim.state() + reachable(sim);
  return { sim, disk, before, outcome, afterRun, finalState, entries: journalOf(disk), trespasses };
}

const journalOf = (disk: MemoryDisk): readonly Entry[] =>
  parseJournal(disk.texts.get(`${FOLDER}/journal.jsonl`) ?? '', 'journal').entries;

/** Which instances answer, beside what the services say of them. */
function reachable(sim: SimPort): string {
  const { instances } = sim.world.desired();
  return instances.map(({ name, address, launch }) => `${name} ${sim.plane.reach(address, launch.port)}`).join('\n');
}

interface Scenery {
  readonly sim: SimPort;
  readonly disk: MemoryDisk;
  readonly mean: WritePort;
  readonly trespasses: string[];
  readonly recover: Recover;
}

/** The run, with the watchdog beside it. @returns undefined when it died. */
async function playRun(one: Case, { sim, disk, mean, trespasses, recover }: Scenery): Promise<Outcome | undefined> {
  const mortal = new Mortal(sim.clock, one.runDies, one.stop);
  const files = mortal.files(disk.files(() => mortal.alive, sim.clock));
  const [abort, leave] = [new AbortController(), new AbortController()];
  if (one.abortAtMs !== undefined) sim.clock.at(one.abortAtMs, () => abort.abort('SIGINT'));
  if (one.abortAtMs !== undefined && one.leaveAfterMs !== undefined) {
    sim.clock.at(one.abortAtMs + one.leaveAfterMs, () => leave.abort('SIGINT'));
  }
  // Whoever goes on finds what was durable, and nothing else.
  void mortal.died.then(() => disk.losePower());
  const watchdog = new SimWatchdog(sim, disk, one.watchdogDies, (who) => recover({ ...who, port: mean }));
  const port = ofProcess(withCalmLease(mortal.port(watched(mean, sim, trespasses)), sim));
  const context: RunContext = {
    catalog,
    port,
    files,
    home: '/home',
    runId: 'simulated',
    seed: 1,
    tool: '0.0.0',
    pid: 1,
    reach: { kind: 'embedded', name: 'sim' },
    secrets: [],
    seal: simulatedSeal,
    lease: leaseOf(port),
    watchdog,
    listen: () => {},
  };
  const run = runExperiment(aimed(one.experiment, sim), context, { abort: abort.signal, leave: leave.signal });
  const end = await Promise.race([run, mortal.died]);
  // Once the process is gone, its pipe closes; the watchdog goes on until it has done what it can.
  mortal.die();
  watchdog.close();
  await watchdog.over;
  return end === 'died' ? undefined : end.outcome;
}

/** The experiment with its probe pointed at a store of the region. */
function aimed(experiment: Experiment, sim: SimPort): Experiment {
  const store = sim.world.desired().instances.find(({ name }) => name === 'store-a1');
  if (!store) throw new Error('the simulated region has no store-a1');
  const { hypothesis } = experiment;
  const at = { address: store.address, port: store.launch.port };
  return {
    ...experiment,
    hypothesis: { ...hypothesis, probes: hypothesis.probes.map((use) => ({ ...use, with: at })) },
  };
}

/** A port that notes what the account takes of a run after somebody else had taken the lease from it. */
function watched(port: WritePort, sim: SimPort, trespasses: string[]): WritePort {
  const isDeposed = () => sim.world.facility('DescribeLease', {}).lease?.owner !== THE_RUN;
  return {
    ...port,
    write: async (call, signal) => {
      const was = isDeposed();
      const answer = await port.write(call, signal);
      if (was) trespasses.push(describeCall(call));
      return answer;
    },
  };
}

const THE_RUN = 'the run';
const RUN = { runId: 'simulated', ttlMs: 30_000 };
const NEVER = new AbortController().signal;

/** The account answers the run about its lease without delay: what is mean to a lease is tried on those who recover. */
const withCalmLease = (port: WritePort, sim: SimPort): WritePort => ({
  ...port,
  write: (call, signal) => (call.operation.endsWith('Lease') ? sim : port).write(call, signal),
});

const leaseOf = (port: WritePort): Lease => ({
  acquire: async (purpose) => {
    await port.write(facility('AcquireLease', { ...RUN, owner: THE_RUN, purpose }), NEVER);
    return [];
  },
  renew: async () => void (await port.write(facility('RenewLease', RUN), NEVER)),
  release: async () => void (await port.write(facility('ReleaseLease', RUN), NEVER)),
});

interface Recoverer {
  readonly mortal: Mortal;
  readonly port: WritePort;
  readonly by: 'watchdog' | 'recover';
  readonly owner: string;
}
type Recover = (who: Recoverer) => Promise<Recovery | undefined>;

const recovering =
  (disk: MemoryDisk): Recover =>
  ({ mortal, port, by, owner }) =>
    recoverRun(FOLDER, {
      catalog,
      files: mortal.files(disk.files(() => mortal.alive, port.clock)),
      clock: mortal.clock(),
      by,
      connect: async () => ofProcess(mortal.port(port)),
      openCommandPort: () => mortal.port(port),
      take: async (own) => {
        for (let attempt = 1; ; attempt++) {
          const { lease } = await own.read(facility('DescribeLease', {}), NEVER);
          const claim = facility('AcquireLease', { ...RUN, owner, purpose: by, after: lease?.token ?? 0 });
          const failure = await own.write(claim, NEVER).then(
            () => undefined,
            (error: CallError) => error,
          );
          if (!failure) return [];
          // One that was late may have come between the two.
          if (failure.code !== 'LeaseHeld' || attempt === 3) throw failure;
        }
      },
      release: (own) => leaseOf(own).release(),
      seal: simulatedSeal,
      trustCommands: false,
      listen: () => {},
    }).catch((error: Error) => {
      // A run that died before its first entry has nothing to recover.
      if (!disk.texts.has(`${FOLDER}/journal.jsonl`)) return undefined;
      throw error;
    });

/** The watchdog's own code, fed by the run of a simulation instead of by a pipe. */
class SimWatchdog {
  over: Promise<unknown> = Promise.resolve();
  readonly #sim: SimPort;
  readonly #disk: MemoryDisk;
  readonly #recover: (who: Omit<Recoverer, 'port'>) => ReturnType<Recover>;
  readonly #mortal: Mortal;
  #lines: string[] = [];
  #closed = false;
  #wake: () => void = () => {};

  constructor(
    sim: SimPort,
    disk: MemoryDisk,
    death: Death | undefined,
    recover: (who: Omit<Recoverer, 'port'>) => ReturnType<Recover>,
  ) {
    this.#mortal = new Mortal(sim.clock, death);
    this.#sim = sim;
    this.#disk = disk;
    this.#recover = recover;
  }

  async start(): Promise<void> {
    const { clock } = this.#sim;
    const mortal = this.#mortal;
    const watching = watch(clock, { next: () => this.#next() }).then(async (why) => {
      if (why === 'done') return;
      const files = mortal.files(this.#disk.files(() => mortal.alive, clock));
      const options = { clock: mortal.clock(), files, folder: FOLDER, log: async () => {} };
      const run = async () => {
        const recovery = await this.#recover({ mortal, by: 'watchdog', owner: 'the watchdog' });
        return recovery ?? { runId: '', restored: [], vanished: [], byHand: [], failed: [] };
      };
      await takeOver(why, { ...options, recover: run });
    });
    this.over = Promise.race([watching, mortal.died]);
  }

  beat(ms: number): void {
    this.#say(JSON.stringify({ beat: ms }));
  }

  async tookOver(): Promise<boolean> {
    return this.#disk.texts.has(`${FOLDER}/taken-over`);
  }

  async dismiss(): Promise<void> {
    this.#say('{"done":true}');
  }

  close(): void {
    this.#closed = true;
    this.#wake();
  }

  #say(line: string): void {
    if (this.#closed) return;
    this.#lines.push(line);
    this.#wake();
  }

  async #next(): Promise<IteratorResult<string>> {
    for (;;) {
      const line = this.#lines.shift();
      if (line !== undefined) return { done: false, value: line };
      if (this.#closed) return { done: true, value: undefined };
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}

/** Somebody else terminates an instance, or changes a record, that the method may have harmed. */
function meddle(sim: SimPort, { meddling }: Case): void {
  if (!meddling) return;
  const never = new AbortController().signal;
  const { instances, hostedZones } = sim.world.desired();
  const [zone] = hostedZones;
  const store = instances.find(({ name }) => name === 'store-a1');
  const changed = {
    Name: 'store.shop.example.',
    Type: 'A',
    TTL: 5,
    ResourceRecords: [{ Value: '192.0.2.99' }],
  };
  const input =
    meddling.what === 'terminate'
      ? { InstanceIds: [store?.instanceId ?? ''] }
      : { HostedZoneId: zone?.id ?? '', ChangeBatch: { Changes: [{ Action: 'UPSERT', ResourceRecordSet: changed }] } };
  const [service, operation] =
    meddling.what === 'terminate'
      ? (['ec2', 'TerminateInstances'] as const)
      : (['route-53', 'ChangeResourceRecordSets'] as const);
  sim.clock.at(meddling.atMs, () => void sim.write({ service, operation, input }, never).catch(() => {}));
}
