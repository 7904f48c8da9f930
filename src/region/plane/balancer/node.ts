import type { Address } from '../../../kernel/ports.ts';
import type { DesiredLoadBalancer, Traffic } from '../../contract.ts';
import type { Caller } from '../links/effect.ts';
import type { Fabric } from '../links/fabric.ts';
import { checkHealth } from './check.ts';
import { afterCheck, type TargetHealth, UNCHECKED } from './health.ts';
import { type HttpProxy, startProxy } from './proxy.ts';
import { TrafficCounter } from './traffic.ts';

/** A target as a node sees it. */
export interface NodeTarget {
  readonly instanceId: string;
  readonly zoneId: string;
  readonly address: string;
  readonly port: number;
  readonly draining: boolean;
}

export interface NodeSettings {
  readonly healthCheck: DesiredLoadBalancer['healthCheck'];
  readonly crossZone: boolean;
  readonly targets: readonly NodeTarget[];
  /** Whether the node's zone has power. Without it the node checks nothing and forgets what it knew. */
  readonly powered: boolean;
}

export interface NodeOptions {
  readonly zoneId: string;
  /** Its address in the VPC. */
  readonly address: string;
  readonly fabric: Fabric;
  readonly settings: NodeSettings;
  /** A target's health has changed. */
  readonly changed: () => void;
}

/** The part of a load balancer that stands in one zone: it has its own view of the targets' health. */
export class BalancerNode {
  readonly #options: NodeOptions;
  readonly #caller: Caller;
  readonly #timers = new Map<string, NodeJS.Timeout>();
  readonly #traffic = new TrafficCounter();
  #settings: NodeSettings;
  #views = new Map<string, TargetHealth>();
  #turn = Math.floor(Math.random() * 1_000);
  #proxy: HttpProxy | undefined;

  constructor(options: NodeOptions) {
    this.#options = options;
    this.#settings = options.settings;
    this.#caller = { kind: 'inside', zoneId: options.zoneId, address: options.address };
  }

  async start(): Promise<void> {
    this.#proxy = await startProxy(async () => {
      const target = this.#pick();
      return target && this.#linkTo(target);
    }, this.#traffic);
    this.set(this.#settings);
  }

  /** Where its process listens; reached over links only. */
  port(): number {
    return this.#proxy?.at.port ?? 0;
  }

  set(settings: NodeSettings): void {
    this.#settings = settings;
    const wanted = new Set(settings.powered ? this.#mine().map(({ instanceId }) => instanceId) : []);
    this.#views = new Map([...wanted].map((id) => [id, this.#views.get(id) ?? UNCHECKED]));
    for (const [id, timer] of [...this.#timers]) {
      if (wanted.has(id)) continue;
      clearTimeout(timer);
      this.#timers.delete(id);
    }
    for (const id of wanted) if (!this.#timers.has(id)) this.#schedule(id, 0);
  }

  /** What it thinks of each target that it serves. Empty without power. */
  views(): ReadonlyMap<string, TargetHealth> {
    return this.#views;
  }

  /** Whether it has a target to send a request to, without having to fail open. */
  serves(): boolean {
    return this.#mine().some((target) => !target.draining && this.#isHealthy(target));
  }

  /** What passed through it since it was asked last; undefined for nothing. */
  takeTraffic(): Traffic | undefined {
    return this.#traffic.take();
  }

  close(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
    this.#proxy?.close();
  }

  #mine(): readonly NodeTarget[] {
    const { crossZone, targets } = this.#settings;
    return targets.filter(({ zoneId }) => crossZone || zoneId === this.#options.zoneId);
  }

  #isHealthy({ instanceId }: NodeTarget): boolean {
    return this.#views.get(instanceId)?.state === 'healthy';
  }

  /** The next healthy target in turn; when none is healthy, any: an application load balancer fails open. */
  #pick(): NodeTarget | undefined {
    const open = this.#mine().filter((target) => !target.draining);
    const healthy = open.filter((target) => this.#isHealthy(target));
    const pool = healthy.length > 0 ? healthy : open;
    return pool[this.#turn++ % Math.max(1, pool.length)];
  }

  #linkTo(target: NodeTarget): Promise<Address | undefined> {
    return this.#options.fabric.listener(this.#caller, target.address, target.port);
  }

  #schedule(instanceId: string, delayMs: number): void {
    const check = () => {
      void this.#check(instanceId);
      this.#schedule(instanceId, this.#settings.healthCheck.intervalMs);
    };
    this.#timers.set(instanceId, setTimeout(check, delayMs));
  }

  async #check(instanceId: string): Promise<void> {
    const { healthCheck, targets } = this.#settings;
    const target = targets.find((one) => one.instanceId === instanceId);
    const at = target && (await this.#linkTo(target));
    const failure = at ? await checkHealth(at, healthCheck.path, healthCheck.timeoutMs) : 'Target.Timeout';
    const before = this.#views.get(instanceId);
    if (!before || !this.#timers.has(instanceId)) return;
    const after = afterCheck(before, failure, healthCheck);
    this.#views.set(instanceId, after);
    if (after.state !== before.state || after.reason !== before.reason) this.#options.changed();
  }
}
