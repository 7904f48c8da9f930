import { createHmac, randomBytes, randomInt, randomUUID } from 'node:crypto';
import path from 'node:path';
import type { FacilityOperation } from '../kernel/facility.ts';
import { type RegionConfig, type RegionFile, sealedText } from '../kernel/region-file.ts';
import { snapshotAnswer, snapshotsOf } from './answer-snapshots.ts';
import { Boot } from './boot.ts';
import { clearFolder } from './clear-folder.ts';
import type { Door } from './contract.ts';
import { createWorld, hasBehaviour } from './create-world.ts';
import { type SavedRegion, writeHeader } from './data/data-folder.ts';
import { Keeper } from './data/keeper.ts';
import { instanceOf, keptPorts, movedPorts } from './data/kept-ports.ts';
import type { Snapshots } from './data/snapshots.ts';
import { Driver } from './driver.ts';
import { startTimeOf } from './plane/supervisor/identity.ts';
import type { StartFailure } from './plane/supervisor/unit.ts';
import { type PlaneProcess, startPlaneProcess } from './plane-process.ts';
import { idleOperations } from './services/dependencies/stores.ts';
import { startedAgain } from './services/kept-state.ts';
import { createDoor } from './wire/door.ts';
import type { Caller, World } from './world.ts';
import { writeRegionFile } from './write-region-file.ts';

export interface RegionListeners {
  /** Somebody asked for the end over the endpoint. */
  readonly shutdownAsked: () => void;
  /** The data plane has ended by itself: nothing is left that could be kept. */
  readonly planeEnded: (how: string) => void;
}

/** Long enough for every instance to be asked, to be killed half a second later, and to be gone. */
const STOP_WITHIN_MS = 1_500;
/** A process that was killed is gone as soon as the system comes to it. */
const KILLED_WITHIN_MS = 500;
/** The disks of many databases; what is left of them goes when the name is used again. */
const CLEARED_WITHIN_MS = 3_000;

/** A second, and what an alarm waits for the last data of it: by then alarms by the second have judged. */
const ALARMS_WITHIN_MS = 1_500;

/** A region that runs: the control plane in this process and, unless it was asked for alone, the data plane in another. */
export class Region {
  readonly #config: RegionConfig;
  readonly #listeners: RegionListeners;
  readonly #identity: Pick<RegionFile, 'accountId' | 'instance' | 'credentials'>;
  readonly #world: World;
  readonly #driver: Driver;
  readonly #saved: SavedRegion | undefined;
  #keeper: Keeper | undefined;
  readonly #snapshots: Snapshots;
  #door: Door | undefined;
  #plane: PlaneProcess | undefined;
  /** Nothing is answered before it would be kept. */
  readonly #isKept = gate();
  /** Whether the region is up: what is measured before says nothing about it. */
  #up = false;
  #stopping = false;

  /** @param saved what its data hold; absent: it begins with its blueprint. */
  constructor(config: RegionConfig, listeners: RegionListeners, saved?: SavedRegion) {
    this.#config = config;
    this.#listeners = listeners;
    this.#saved = saved;
    this.#identity = saved ? { ...saved.identity, instance: instanceOf(saved) } : newIdentity();
    const { blueprint, name } = config;
    const { accountId, instance } = this.#identity;
    this.#world = createWorld({
      ...{ blueprint, name, wallMs: Date.now, random: unguessable, accountId, instance, pid: process.pid },
      ...(saved && { saved: startedAgain(saved.state, Date.now()) }),
    });
    this.#driver = new Driver(this.#world);
    this.#snapshots = snapshotsOf(config, instance);
  }

  /** Resolves when everything runs and `region.json` says so; or with what does not start. */
  async start(): Promise<StartFailure | undefined> {
    const door = await this.#openDoor();
    this.#door = door;
    await this.#beginToKeep(door.endpoint);
    this.#isKept.open();
    const boot = new Boot(this.#config.parts === 'all' ? this.#world.desired() : undefined);
    if (this.#config.parts === 'all') {
      this.#plane = this.#startPlane(door.endpoint, boot);
      // A data plane that dies tells so by its end.
      await this.#driver.attach(this.#plane).catch(() => {});
    }
    const failure = await boot.outcome();
    if (failure === undefined) {
      await this.#comeUp();
      await this.#writeFile(door.endpoint);
    }
    return failure;
  }

  /** Ends every instance, then the rest. A data plane that does not answer is not waited for. */
  async stop(): Promise<void> {
    this.#stopping = true;
    this.#driver.stop();
    await this.#keeper?.close().catch(() => {});
    await Promise.race([this.#plane?.request('shutdown', {}).catch(() => {}), pause(STOP_WITHIN_MS)]);
    await Promise.race([this.#plane?.kill(), pause(KILLED_WITHIN_MS)]);
    await this.#door?.close();
    await Promise.race([clearFolder(this.#config.folder), pause(CLEARED_WITHIN_MS)]);
  }

  /** Metrics begin with what holds at this moment, so that whoever asks for the last second gets an answer at once. */
  async #comeUp(): Promise<void> {
    this.#up = true;
    if (!this.#plane) return;
    const atMs = (Math.floor(Date.now() / 1_000) - 1) * 1_000;
    this.#driver.observe({ type: 'measured', atMs, traffic: [], cpu: [] });
    if (this.#config.blueprint.alarms !== undefined) await pause(ALARMS_WITHIN_MS);
  }

  /** What is elsewhere than it was when the region ran last, and what of its blueprint comes to nothing, in words. */
  notes(): string[] {
    const { stores = [] } = this.#config.blueprint.dependencies ?? {};
    const idle = idleOperations(stores, hasBehaviour);
    if (!this.#saved || !this.#door) return idle;
    return [...idle, ...movedPorts(this.#saved, portOf(this.#door.endpoint), this.#world.kept())];
  }

  async #beginToKeep(endpoint: string): Promise<void> {
    const { data, name, blueprint } = this.#config;
    if (data === undefined) return;
    const { accountId, credentials, instance } = this.#identity;
    const facts = { n: this.#saved?.n ?? 0, identity: { accountId, credentials }, port: portOf(endpoint) };
    this.#keeper = await Keeper.begin(data, this.#world, facts);
    if (!this.#saved) await writeHeader(data, { v: 1, name, instance, blueprint });
    this.#driver.keep(this.#keeper);
  }

  #openDoor(): Promise<Door> {
    return createDoor({
      region: this.#config.blueprint.region,
      ...(this.#saved && { port: this.#saved.port }),
      credentials: this.#identity.credentials,
      call: async (service, operation, input, caller) => {
        await this.#isKept.opened;
        return this.#driver.call(service, operation, input, caller);
      },
      keyOf: (accessKeyId) => this.#world.keyOf(accessKeyId),
      knows: (service, operation) => this.#world.knows(service, operation),
      facility: (operation, input, caller) => this.#facility(operation, input, caller),
    });
  }

  async #facility(operation: FacilityOperation, input: unknown, caller: Caller): Promise<unknown> {
    if (operation !== 'Shutdown') {
      await this.#isKept.opened;
      const snapshots = this.#snapshots;
      const answer = snapshotAnswer(operation, { world: this.#world, driver: this.#driver, snapshots });
      return answer ? answer(input ?? {}, caller) : this.#driver.facility(operation, input, caller);
    }
    this.#world.admit(operation, caller);
    setImmediate(this.#listeners.shutdownAsked);
    return {};
  }

  #startPlane(endpoint: string, boot: Boot): PlaneProcess {
    const { blueprint, folder, data } = this.#config;
    const environment = {
      region: blueprint.region,
      endpoint,
      credentials: this.#identity.credentials,
      folder,
      path: process.env.PATH ?? '/usr/local/bin:/usr/bin:/bin',
      zoneNames: Object.fromEntries(blueprint.zones.map((zone) => [zone.id, zone.name])),
    };
    return startPlaneProcess(
      {
        nameServers: blueprint.nameServers,
        environment,
        disks: path.join(data ?? folder, 'disks'),
        ...(this.#saved && { ports: keptPorts(this.#saved.state) }),
      },
      {
        observe: (fact) => {
          if (this.#up || fact.type !== 'measured') this.#driver.observe(fact);
          boot.observe(fact);
        },
        startFailed: (failure) => boot.fail(failure),
        ended: (how) => {
          if (!this.#stopping) this.#listeners.planeEnded(how);
        },
      },
    );
  }

  async #writeFile(endpoint: string): Promise<void> {
    const { name, folder, blueprint, sealKey, data } = this.#config;
    const { resolver, loadBalancers } = this.#world.facility('DescribeRegion', {});
    const { pid } = process;
    const facts: RegionFile = {
      name,
      endpoint,
      region: blueprint.region,
      ...this.#identity,
      dns: resolver,
      loadBalancers,
      pid,
      startTime: await startTimeOf(pid),
      folder,
      ...(data !== undefined && { data }),
    };
    await writeRegionFile(sealKey === undefined ? facts : { ...facts, seal: sealOf(facts, sealKey) });
  }
}

const sealOf = (facts: RegionFile, key: string): string =>
  createHmac('sha256', Buffer.from(key, 'hex')).update(sealedText(facts)).digest('hex');

/** Keys that open nothing but this region, and an account that no other region has: new at every boot. */
function newIdentity() {
  return {
    accountId: String(randomInt(1e11, 1e12 - 1)),
    instance: randomUUID(),
    credentials: {
      accessKeyId: `CHAOS${randomBytes(10).toString('hex').toUpperCase().slice(0, 15)}`,
      secretAccessKey: randomBytes(30).toString('base64'),
    },
  };
}

function gate(): { readonly opened: Promise<void>; readonly open: () => void } {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

/** From 0 to 1: access keys are made of it. */
const unguessable = (): number => randomInt(2 ** 47) / 2 ** 47;

const portOf = (endpoint: string): number => Number(new URL(endpoint).port);

const pause = (ms: number): Promise<void> => new Promise((resolve) => void setTimeout(resolve, ms).unref());
