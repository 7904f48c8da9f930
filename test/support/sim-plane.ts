import type { Desired, DesiredInstance } from '../../src/region/contract.ts';
import { OUTSIDE_ADDRESS, verdictOn } from '../../src/region/network.ts';
import type { World } from '../../src/region/world.ts';
import { isStop } from './sim-machine.ts';
import { RESOLVER, SimNames } from './sim-names.ts';
import type { VirtualClock } from './virtual-clock.ts';

interface SimProcess {
  readonly pid: number;
  readonly startTime: string;
  readonly generation: number;
  state: 'starting' | 'ready' | 'stopped-by-signal';
  ending: boolean;
}

const START_MS = 80;
const STOP_MS = 30;
const RESTART_MS = 40;

/** A data plane without processes: does what the world desires, a little later, and reports what it sees. */
export class SimPlane {
  readonly names: SimNames;
  readonly #world: World;
  readonly #clock: VirtualClock;
  readonly #processes = new Map<string, SimProcess>();
  readonly #health = new Map<string, { told: boolean; seen: boolean; since: number }>();
  #desired: Desired;
  #pids = 1_000;
  #timer: { atMs: number; cancel: () => void } | undefined;

  constructor(world: World, clock: VirtualClock, nameServers: number, random: () => number) {
    this.#world = world;
    this.#clock = clock;
    const addressesOf = (dnsName: string) => this.#addressesOf(dnsName);
    const isPassing = (id: string) => this.#isPassing(id);
    this.names = new SimNames(nameServers, clock, random, { addressesOf, isPassing });
    world.observe({ type: 'listening', resolver: RESOLVER, nameServers: this.names.nameServers });
    this.#desired = world.desired();
    for (const instance of this.#desired.instances) this.#start(instance, 'ready');
    for (const { name, targets } of this.#desired.loadBalancers) {
      world.observe({ type: 'load-balancer', name, url: `http://127.0.0.1:8000/${name}` });
      for (const { instanceId } of targets) this.#tellHealth(name, instanceId, true);
    }
    this.settle();
  }

  /** Brings the data plane a step nearer to what is desired; called after everything that may change it. */
  settle(): void {
    const nextMs = this.#world.advance();
    if (nextMs !== undefined) this.#wakeAt(nextMs);
    this.#desired = this.#world.desired();
    if (this.#desired.toxics.length > 0)
      throw new Error('a simulated data plane knows no toxics: teach reach() them first');
    this.names.publish(this.#desired);
    const wanted = new Map(this.#desired.instances.map((instance) => [instance.instanceId, instance]));
    for (const instanceId of this.#processes.keys()) if (!wanted.has(instanceId)) this.#processes.delete(instanceId);
    for (const instance of wanted.values()) this.#settleInstance(instance);
    this.#checkHealth();
  }

  /** How a connection to that place of the VPC goes: an answer, silence, or a refusal. */
  reach(address: string, port: number, from = OUTSIDE_ADDRESS): 'answers' | 'silent' | 'refused' | 'unreachable' {
    const listens = this.#reach(address, port);
    const open = listens === 'unreachable' || verdictOn(this.#desired.network, from, address, port) === 'open';
    return open ? listens : 'silent';
  }

  #reach(address: string, port: number): 'answers' | 'silent' | 'refused' | 'unreachable' {
    const balancer = this.#desired.loadBalancers.find(({ nodes }) => nodes.some((node) => node.address === address));
    if (balancer) {
      const node = balancer.nodes.find((one) => one.address === address);
      if (!node || this.#isDark(node.zoneId)) return 'silent';
      return port === balancer.listenPort ? 'answers' : 'refused';
    }
    const instance = this.#desired.instances.find((one) => one.address === address);
    if (!instance) return 'unreachable';
    if (this.#isDark(instance.zoneId)) return 'silent';
    const process = this.#processes.get(instance.instanceId);
    if (process?.state === 'stopped-by-signal') return 'silent';
    return process?.state === 'ready' && port === instance.launch.port ? 'answers' : 'refused';
  }

  /** The status of a request that enters at a node of a load balancer: it is passed to a target believed healthy. */
  statusAt(address: string): number {
    const balancer = this.#desired.loadBalancers.find(({ nodes }) => nodes.some((node) => node.address === address));
    const targets = balancer?.targets.filter(
      ({ instanceId, draining }) => !draining && this.#health.get(`${balancer.name} ${instanceId}`)?.told,
    );
    if (!targets?.length) return 503;
    const target = targets[this.#turn++ % targets.length];
    const instance = this.#desired.instances.find(({ instanceId }) => instanceId === target?.instanceId);
    const reached = instance ? this.reach(instance.address, instance.launch.port, address) : 'refused';
    return reached === 'answers' ? 200 : reached === 'silent' ? 504 : 502;
  }
  #turn = 0;

  #isPassing(id: string): boolean {
    const check = this.#desired.healthChecks?.find((one) => one.id === id);
    if (!check) return true;
    const passes = check.disabled || this.reach(check.address ?? '', check.port) === 'answers';
    return passes !== check.inverted;
  }

  /** Signals the process of an instance; the reason when it is refused. */
  signal(input: { instanceId: string; pid: number; startTime: string; signal: string }): string | undefined {
    const process = this.#processes.get(input.instanceId);
    if (!process || process.pid !== input.pid || process.startTime !== input.startTime) {
      return `process ${input.pid} no longer is the process of ${input.instanceId}`;
    }
    const instance = this.#desired.instances.find(({ instanceId }) => instanceId === input.instanceId);
    if (input.signal === 'SIGKILL') {
      this.#processes.delete(input.instanceId);
      this.#tell(input.instanceId, process.generation, 'exited');
      if (instance?.launch.restart) this.#clock.at(this.#clock.nowMs() + RESTART_MS, () => this.settle());
    } else {
      process.state = isStop(input.signal) ? 'stopped-by-signal' : 'ready';
      this.#tell(input.instanceId, process.generation, process.state, process);
    }
    this.settle();
    return undefined;
  }

  #settleInstance(instance: DesiredInstance): void {
    const process = this.#processes.get(instance.instanceId);
    const dark = this.#isDark(instance.zoneId);
    if (process && (dark || (instance.run !== 'running' && instance.force))) {
      this.#end(instance, process);
      return;
    }
    if (instance.run !== 'running' || dark) {
      if (process && !process.ending) {
        process.ending = true;
        this.#clock.at(this.#clock.nowMs() + STOP_MS, () => this.#end(instance, process));
      }
      return;
    }
    if (process && process.generation < instance.generation) this.#processes.delete(instance.instanceId);
    if (!this.#processes.has(instance.instanceId) && this.#mayStart(instance)) this.#start(instance, 'starting');
  }

  /** A process that ended by itself comes back only where an init system would bring it back. */
  #mayStart({ instanceId, generation, launch }: DesiredInstance): boolean {
    const lost = this.#lost.get(instanceId);
    if (!lost || lost.generation < generation) return true;
    return launch.restart && this.#clock.nowMs() >= lost.atMs + RESTART_MS;
  }
  readonly #lost = new Map<string, { generation: number; atMs: number }>();

  #start({ instanceId, generation }: DesiredInstance, state: 'starting' | 'ready'): void {
    const pid = ++this.#pids;
    const process: SimProcess = { pid, startTime: `t${pid}`, generation, state, ending: false };
    this.#processes.set(instanceId, process);
    this.#tell(instanceId, generation, state, process);
    if (state === 'ready') return;
    this.#clock.at(this.#clock.nowMs() + START_MS, () => {
      if (this.#processes.get(instanceId) !== process || process.state !== 'starting') return;
      process.state = 'ready';
      this.#tell(instanceId, generation, 'ready', process);
      this.settle();
    });
  }

  #end({ instanceId }: DesiredInstance, process: SimProcess): void {
    if (this.#processes.get(instanceId) !== process) return;
    this.#processes.delete(instanceId);
    this.#tell(instanceId, process.generation, 'none');
    this.settle();
  }

  #tell(instanceId: string, generation: number, state: 'exited' | 'none' | SimProcess['state'], process?: SimProcess) {
    if (state === 'exited') this.#lost.set(instanceId, { generation, atMs: this.#clock.nowMs() });
    const identity = process ? { pid: process.pid, startTime: process.startTime } : {};
    this.#world.observe({ type: 'process', instanceId, generation, state, ...identity });
  }

  /** Health checks need `threshold` looks, an interval apart, to change their mind. */
  #checkHealth(): void {
    const now = this.#clock.nowMs();
    const listed = new Set(
      this.#desired.loadBalancers.flatMap(({ name, targets }) =>
        targets.filter(({ draining }) => !draining).map((target) => `${name} ${target.instanceId}`),
      ),
    );
    // A target that left is looked at afresh when it returns.
    for (const key of [...this.#health.keys()]) if (!listed.has(key)) this.#health.delete(key);
    for (const { name, nodes, targets, healthCheck } of this.#desired.loadBalancers) {
      for (const { instanceId, port, draining } of targets) {
        if (draining) continue;
        const instance = this.#desired.instances.find((one) => one.instanceId === instanceId);
        const seen =
          instance !== undefined &&
          nodes.some((node) => this.reach(instance.address, port, node.address) === 'answers');
        const health = this.#health.get(`${name} ${instanceId}`) ?? { told: false, seen: !seen, since: now };
        this.#health.set(`${name} ${instanceId}`, health);
        if (health.seen !== seen) {
          Object.assign(health, { seen, since: now });
          const afterMs =
            healthCheck.intervalMs * (seen ? healthCheck.healthyThreshold : healthCheck.unhealthyThreshold);
          this.#clock.at(now + afterMs, () => {
            if (this.#health.get(`${name} ${instanceId}`) === health && health.since === now && health.told !== seen)
              this.#tellHealth(name, instanceId, seen);
          });
        }
      }
    }
  }

  #tellHealth(loadBalancer: string, instanceId: string, healthy: boolean): void {
    this.#health.set(`${loadBalancer} ${instanceId}`, { told: healthy, seen: healthy, since: this.#clock.nowMs() });
    const [state, reason] = healthy ? (['healthy', ''] as const) : (['unhealthy', 'Target.Timeout'] as const);
    this.#world.observe({ type: 'target-health', loadBalancer, instanceId, state, reason });
  }

  #addressesOf(dnsName: string): readonly string[] | undefined {
    const balancer = this.#desired.loadBalancers.find((one) => one.dnsName === dnsName);
    if (!balancer) return undefined;
    const lit = balancer.nodes.filter(({ zoneId }) => !this.#isDark(zoneId));
    return (lit.length > 0 ? lit : balancer.nodes).map(({ address }) => address);
  }

  #isDark(zoneId: string): boolean {
    return this.#desired.zones.some((zone) => zone.zoneId === zoneId && zone.power === 'off');
  }

  #wakeAt(wallMs: number): void {
    const atMs = wallMs - (this.#clock.wallMs() - this.#clock.nowMs());
    if (this.#timer && this.#timer.atMs <= atMs) return;
    this.#timer?.cancel();
    const cancel = this.#clock.at(atMs, () => {
      this.#timer = undefined;
      this.settle();
    });
    this.#timer = { atMs, cancel };
  }
}
