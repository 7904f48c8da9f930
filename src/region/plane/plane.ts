import type { Desired, DesiredInstance, Observed, PlaneRequests } from '../contract.ts';
import { NO_NETWORK } from '../network.ts';
import type { PlaneConfig, PlaneRequestName } from '../plane-link.ts';
import { Balancers } from './balancer/balancers.ts';
import { HealthChecks } from './dns/health-checks.ts';
import { type Names, startNames } from './dns/names.ts';
import type { Caller } from './links/effect.ts';
import { Fabric } from './links/fabric.ts';
import { type Gateway, startGateway } from './links/gateway.ts';
import { startMeter } from './meter.ts';
import { createCpuMeter } from './supervisor/cpu.ts';
import { type Disks, disksIn } from './supervisor/disks.ts';
import { environmentOf } from './supervisor/environment.ts';
import { createPortFinder } from './supervisor/ports.ts';
import { Scripts } from './supervisor/scripts.ts';
import { Supervisor } from './supervisor/supervisor.ts';
import type { StartFailure } from './supervisor/unit.ts';

/** The data plane of a region: names, links, load balancers and processes, kept as the control plane desires them. */
export interface Plane {
  request<N extends PlaneRequestName>(name: N, input: PlaneRequests[N][0]): Promise<PlaneRequests[N][1]>;
}

export interface PlaneListeners {
  readonly report: (fact: Observed) => void;
  readonly failed: (failure: StartFailure) => void;
}

/** Starts listening for names; instances come with the first desired state. */
export async function startPlane(config: PlaneConfig, listeners: PlaneListeners): Promise<Plane> {
  const plane = new RunningPlane(config, listeners);
  await plane.start();
  return { request: (name, input) => plane.request(name, input) };
}

const OUTSIDE: Caller = { kind: 'outside' };
const NOTHING: Desired = {
  instances: [],
  zones: [],
  loadBalancers: [],
  hostedZones: [],
  network: NO_NETWORK,
  toxics: [],
};

class RunningPlane {
  readonly #config: PlaneConfig;
  readonly #listeners: PlaneListeners;
  readonly #fabric = new Fabric(Math.random);
  readonly #gateways = new Map<string, Promise<Gateway>>();
  readonly #findPort = createPortFinder(Math.random);
  readonly #disks: Disks;
  readonly #supervisor: Supervisor;
  readonly #scripts: Scripts;
  readonly #balancers: Balancers;
  readonly #checks: HealthChecks;
  readonly #cpu = createCpuMeter(() => performance.now());
  #meter: { close(): void } | undefined;
  #names: Names | undefined;
  #desired: Desired = NOTHING;
  /** Desired states are applied one after another. */
  #applying: Promise<unknown> = Promise.resolve();

  constructor(config: PlaneConfig, listeners: PlaneListeners) {
    this.#config = config;
    this.#listeners = listeners;
    this.#balancers = new Balancers(this.#fabric, listeners.report, config.ports?.balancers);
    this.#checks = new HealthChecks({
      // A link accepts also for what is dark: it is no way there unless somebody hears.
      reach: async (address, port) =>
        this.#fabric.hears(OUTSIDE, address, port) ? this.#fabric.listener(OUTSIDE, address, port) : undefined,
      addresses: async (name) => (await this.#names?.addresses(name)) ?? [],
      report: listeners.report,
    });
    this.#disks = disksIn(config.disks);
    this.#supervisor = new Supervisor({
      folder: config.environment.folder,
      disks: config.disks,
      environment: (instance, hiddenPort) => this.#environment(instance, hiddenPort),
      findPort: this.#findPort,
      report: listeners.report,
      failed: listeners.failed,
      forget: (instanceId) => void this.#disks.remove(instanceId),
    });
    this.#scripts = new Scripts({
      folder: config.environment.folder,
      environment: (instance) => this.#environment(instance, this.#portOf(instance)),
      report: listeners.report,
    });
  }

  async start(): Promise<void> {
    const names = await startNames({
      count: this.#config.nameServers,
      ports: this.#config.ports,
      addressesOf: (dnsName) => this.#balancers.addressesOf(dnsName),
      isServing: (dnsName) => this.#balancers.isServing(dnsName),
      isPassing: (id) => this.#checks.isPassing(id),
      random: Math.random,
      nowMs: () => performance.now(),
    });
    this.#names = names;
    this.#meter = startMeter({
      traffic: () => this.#balancers.takeTraffic(),
      cpu: () => this.#cpu.take(this.#supervisor.processes()),
      report: this.#listeners.report,
    });
    this.#listeners.report({ type: 'listening', resolver: names.resolverAt, nameServers: names.nameServers });
  }

  async request<N extends PlaneRequestName>(name: N, input: PlaneRequests[N][0]): Promise<PlaneRequests[N][1]> {
    return this.#handlers[name](input);
  }

  readonly #handlers: { [N in PlaneRequestName]: (input: PlaneRequests[N][0]) => Promise<PlaneRequests[N][1]> } = {
    apply: (desired) => this.#apply(desired),
    route: async ({ address, port }) => {
      const route = await this.#fabric.listener({ kind: 'outside' }, address, port);
      return route ? { route } : {};
    },
    signal: (input) => this.#supervisor.signal(input),
    forget: async () => {
      this.#names?.forget();
      return {};
    },
    shutdown: () => this.#shutdown(),
  };

  /** Links first: what loses power must fall silent before anything of it ends. */
  async #apply(desired: Desired): Promise<Record<string, never>> {
    this.#desired = desired;
    this.#fabric.setRules(desired);
    const settled = this.#applying.then(async () => {
      this.#place(desired);
      const gone = Promise.all([this.#supervisor.apply(desired), this.#scripts.apply(desired)]);
      await this.#balancers.apply(desired);
      this.#place(desired);
      this.#names?.publish(desired);
      this.#checks.apply(desired.healthChecks ?? []);
      this.#closeGateways(desired);
      await gone;
    });
    this.#applying = settled.catch(() => {});
    await settled;
    return {};
  }

  #place(desired: Desired): void {
    this.#fabric.setEndpoints([...this.#instanceEndpoints(desired), ...this.#balancers.endpoints()]);
  }

  #instanceEndpoints(desired: Desired) {
    return desired.instances.map(({ instanceId, zoneId, address, launch }) => ({
      instanceId,
      zoneId,
      address,
      port: launch.port,
      reach: () => this.#supervisor.reach(instanceId),
    }));
  }

  /** Where the process of an instance listens itself; 0 while there is none. */
  #portOf({ instanceId }: DesiredInstance): number {
    const reach = this.#supervisor.reach(instanceId);
    return typeof reach === 'object' ? reach.port : 0;
  }

  async #environment(instance: DesiredInstance, hiddenPort: number): Promise<Record<string, string>> {
    const { instanceId, zoneId, address: ownAddress, launch } = instance;
    const caller: Caller = { kind: 'inside', zoneId, instanceId, address: ownAddress };
    const gateway = await this.#gatewayOf(caller, instanceId);
    const endpoints: Record<string, string[]> = {};
    for (const group of launch.calls) {
      const members = this.#desired.instances.filter((other) => other.launch.group === group);
      const links = members.map((member) => this.#fabric.listener(caller, member.address, member.launch.port));
      endpoints[group] = (await Promise.all(links)).flatMap((at) => (at ? `${at.address}:${at.port}` : []));
    }
    const { address = '127.0.0.1', port = 0 } = this.#names?.resolverAt ?? {};
    const region = { ...this.#config.environment, resolver: `${address}:${port}` };
    return environmentOf(instance, region, {
      hiddenPort,
      disk: await this.#disks.of(instanceId),
      gateway: `${gateway.at.address}:${gateway.at.port}`,
      endpoints,
    });
  }

  /** Each instance has a gateway of its own, so that a link knows who calls. */
  #gatewayOf(caller: Caller, instanceId: string): Promise<Gateway> {
    const known = this.#gateways.get(instanceId);
    if (known) return known;
    const addresses = (name: string) => this.#names?.addresses(name) ?? Promise.resolve([]);
    const gateway = startGateway({ caller, fabric: this.#fabric, addresses });
    this.#gateways.set(instanceId, gateway);
    return gateway;
  }

  #closeGateways(desired: Desired): void {
    const listed = new Set(desired.instances.map(({ instanceId }) => instanceId));
    for (const [instanceId, gateway] of [...this.#gateways]) {
      if (listed.has(instanceId)) continue;
      this.#gateways.delete(instanceId);
      void gateway.then((one) => one.close());
    }
  }

  async #shutdown(): Promise<Record<string, never>> {
    this.#meter?.close();
    await Promise.all([this.#supervisor.shutdown(), this.#scripts.shutdown()]);
    this.#checks.close();
    this.#balancers.close();
    this.#fabric.close();
    for (const gateway of this.#gateways.values()) void gateway.then((one) => one.close());
    await this.#names?.close();
    return {};
  }
}
