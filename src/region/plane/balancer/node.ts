import type { Address } from '../../../kernel/ports.ts';
import type { DesiredLoadBalancer } from '../../contract.ts';
import type { Caller } from '../links/effect.ts';
import type { Fabric } from '../links/fabric.ts';
import { checkHealth } from './check.ts';
import { afterCheck, type TargetHealth, UNCHECKED } from './health.ts';
import { startProxy } from './proxy.ts';

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

/** The part of a load balancer that stands in one zone: it has its own view of the targets' health. */
export interface BalancerNode {
  readonly zoneId: string;
  /** Where its process listens; reached over links only. */
  readonly at: Address;
  set(settings: NodeSettings): void;
  /** What it thinks of each target that it serves. Empty without power. */
  views(): ReadonlyMap<string, TargetHealth>;
  /** Whether it has a target to send a request to, without having to fail open. */
  serves(): boolean;
  close(): void;
}

export interface NodeOptions {
  readonly zoneId: string;
  readonly fabric: Fabric;
  readonly settings: NodeSettings;
  /** A target's health has changed. */
  readonly changed: () => void;
}

export async function startNode({ zoneId, fabric, settings: first, changed }: NodeOptions): Promise<BalancerNode> {
  const caller: Caller = { kind: 'inside', zoneId };
  let settings = first;
  let views = new Map<string, TargetHealth>();
  let turn = 0;
  const timers = new Map<string, NodeJS.Timeout>();

  const mine = () => settings.targets.filter((target) => settings.crossZone || target.zoneId === zoneId);
  const linkTo = (target: NodeTarget) => fabric.listener(caller, target.address, target.port);

  const check = async (instanceId: string): Promise<void> => {
    const target = settings.targets.find((one) => one.instanceId === instanceId);
    const at = target && (await linkTo(target));
    const { path, timeoutMs } = settings.healthCheck;
    const failure = at ? await checkHealth(at, path, timeoutMs) : 'Target.Timeout';
    const before = views.get(instanceId);
    if (!before || !timers.has(instanceId)) return;
    const after = afterCheck(before, failure, settings.healthCheck);
    views.set(instanceId, after);
    if (after.state !== before.state || after.reason !== before.reason) changed();
  };
  const schedule = (instanceId: string, delayMs: number) => {
    timers.set(
      instanceId,
      setTimeout(() => {
        void check(instanceId);
        schedule(instanceId, settings.healthCheck.intervalMs);
      }, delayMs),
    );
  };
  const watch = () => {
    const wanted = new Set(settings.powered ? mine().map(({ instanceId }) => instanceId) : []);
    views = new Map([...wanted].map((id) => [id, views.get(id) ?? UNCHECKED]));
    for (const [id, timer] of [...timers]) {
      if (wanted.has(id)) continue;
      clearTimeout(timer);
      timers.delete(id);
    }
    for (const id of wanted) if (!timers.has(id)) schedule(id, 0);
  };

  /** The next healthy target in turn; when none is healthy, any (as ALB fails open). */
  const pick = () => {
    const open = mine().filter((target) => !target.draining);
    const healthy = open.filter((target) => views.get(target.instanceId)?.state === 'healthy');
    const pool = healthy.length > 0 ? healthy : open;
    return pool[turn++ % Math.max(1, pool.length)];
  };
  const proxy = await startProxy(async () => {
    const target = pick();
    return target && (await linkTo(target));
  });
  watch();

  return {
    zoneId,
    at: proxy.at,
    set(next) {
      settings = next;
      watch();
    },
    views: () => views,
    serves: () => mine().some((target) => !target.draining && views.get(target.instanceId)?.state === 'healthy'),
    close() {
      for (const timer of timers.values()) clearTimeout(timer);
      timers.clear();
      proxy.close();
    },
  };
}
