import type { Json } from '../../kernel/json.ts';
import { storeChanged } from './dependencies/hosts.ts';
import { completed, isMeasured } from './kept-state.ts';
import { movedTimes } from './moved-times.ts';
import type { HealthCheck, Instance, LoadBalancer, RegionState, TargetGroup } from './state.ts';

/**
 * The state that a running region goes on from when it is put back to what was kept of it at `takenMs`: what was still to
 * come then is as far ahead of `nowMs`. Who holds the account, the counter behind its tokens, where the data plane listens
 * and what it has measured and seen of what stays are facts of the present, and stay. A process that serves an instance
 * which is to run goes on; every other instance that is to run gets a new one.
 */
export function restoredState(
  now: RegionState,
  kept: Json,
  { takenMs, nowMs }: { readonly takenMs: number; readonly nowMs: number },
): RegionState {
  const moved = movedTimes(structuredClone(kept), nowMs - takenMs) as unknown as RegionState;
  const { lease, ...then } = completed(moved);
  const state: RegionState = {
    ...then,
    ...(now.lease && { lease: now.lease }),
    counter: Math.max(now.counter, then.counter),
    plane: now.plane,
    instances: then.instances.map((instance) => withProcess(instance, now)),
    loadBalancers: then.loadBalancers.map((balancer) => asSeen(balancer, now)),
    healthChecks: then.healthChecks.map((check) => asProbed(check, now)),
    cloudWatch: { ...then.cloudWatch, metrics: { ...then.cloudWatch.metrics, ...measuredOf(now) } },
  };
  seeStores(state, now, nowMs);
  return state;
}

/**
 * A process may be told to end, be frozen or gone: then only a newer generation is certain to be started. Facts about
 * older ones that are still under way are not listened to.
 */
function withProcess(then: Instance, { instances }: RegionState): Instance {
  const now = instances.find(({ instanceId }) => instanceId === then.instanceId);
  const generation = Math.max(then.generation, now?.generation ?? 0);
  const isToRun = then.powered && (then.state === 'running' || then.state === 'pending');
  if (!isToRun) return { ...then, generation, process: now?.process ?? { state: 'none' } };
  if (now && then.state === 'running' && isServing(now)) return { ...then, generation, process: now.process };
  return { ...then, generation: generation + 1, process: { state: 'starting' } };
}

const isServing = ({ state, powered, process: seen }: Instance): boolean =>
  powered && state === 'running' && (seen.state === 'ready' || seen.state === 'starting');

/** The data plane tells of a target's health only when it changes. */
function asSeen(then: LoadBalancer, { loadBalancers }: RegionState): LoadBalancer {
  const { targetGroup, url } = loadBalancers.find(({ name }) => name === then.name) ?? {};
  const { url: _old, ...rest } = then;
  return { ...rest, targetGroup: withHealth(then.targetGroup, targetGroup), ...(url !== undefined && { url }) };
}

function withHealth(then: TargetGroup, now: TargetGroup | undefined): TargetGroup {
  const targets = then.targets.map((target) => {
    const seen = now?.targets.find(({ instanceId }) => instanceId === target.instanceId);
    if (!seen || target.draining || seen.draining) return target;
    return { ...target, health: seen.health, reason: seen.reason };
  });
  return { ...then, targets };
}

function asProbed({ seen: _seen, ...then }: HealthCheck, { healthChecks }: RegionState): HealthCheck {
  const now = healthChecks.find(({ id }) => id === then.id);
  const isSame = now !== undefined && JSON.stringify(now.config) === JSON.stringify(then.config);
  return { ...then, ...(isSame && now.seen && { seen: now.seen }) };
}

/** Whether a store is in reach is seen, and its going and coming has consequences. */
function seeStores(state: RegionState, now: RegionState, nowMs: number): void {
  for (const store of state.dependencies?.stores ?? []) {
    const seen = now.dependencies?.stores.find(({ name }) => name === store.name);
    if (!seen || seen.reachable === store.reachable) continue;
    Object.assign(store, { reachable: seen.reachable, reason: seen.reason, sinceMs: nowMs });
    storeChanged(state, store, nowMs);
  }
}

const measuredOf = ({ cloudWatch }: RegionState) =>
  Object.fromEntries(Object.entries(cloudWatch.metrics).filter(([, { namespace }]) => isMeasured(namespace)));
