import type { Json } from '../../kernel/json.ts';
import type { AutoScalingGroup } from './auto-scaling/group.ts';
import { isMeasured, REPEATED } from './kept-state.ts';
import type { HealthCheck, Instance, LoadBalancer, PlacedTrouble, RegionState, TargetGroup } from './state.ts';
import type { Timer } from './timer.ts';

interface When {
  readonly takenMs: number;
  readonly nowMs: number;
}

/**
 * The state that a running region goes on from when it is put back to what was kept of it at `takenMs`: what was still to
 * come then is as far ahead of `nowMs`. Who holds the account, the counter behind its tokens, where the data plane listens
 * and what it has measured and seen of what stays are facts of the present, and stay. A process that serves an instance
 * which is to run goes on; every other instance that is to run gets a new one.
 */
export function restoredState(now: RegionState, kept: Json, when: When): RegionState {
  const then = structuredClone(kept) as unknown as RegionState;
  const { lease, ...rest } = then;
  return {
    ...rest,
    ...(now.lease && { lease: now.lease }),
    counter: Math.max(now.counter, then.counter),
    plane: now.plane,
    instances: then.instances.map((instance) => withProcess(instance, now)),
    loadBalancers: then.loadBalancers.map((balancer) => asSeen(balancer, now)),
    healthChecks: then.healthChecks.map((check) => asProbed(check, now)),
    cloudWatch: { ...then.cloudWatch, metrics: { ...then.cloudWatch.metrics, ...measuredOf(now) } },
    autoScalingGroups: then.autoScalingGroups.map((group) => movedGroup(group, when)),
    troubles: Object.fromEntries(Object.entries(then.troubles).map(([name, one]) => [name, movedTrouble(one, when)])),
    timers: then.timers.map((timer) => movedTimer(timer, when)),
  };
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

const measuredOf = ({ cloudWatch }: RegionState) =>
  Object.fromEntries(Object.entries(cloudWatch.metrics).filter(([, { namespace }]) => isMeasured(namespace)));

/** Deadlines, and what a pause is counted from, keep their distance; what merely tells when something was stays. */
function movedGroup(group: AutoScalingGroup, when: When): AutoScalingGroup {
  const refusals = Object.entries(group.refusals).map(([zoneId, refusal]) => {
    return [zoneId, { ...refusal, untilMs: moved(refusal.untilMs, when) }] as const;
  });
  return {
    ...group,
    members: group.members.map((member) => ({ ...member, sinceMs: moved(member.sinceMs, when) })),
    refusals: Object.fromEntries(refusals),
    ...(group.scaledMs !== undefined && { scaledMs: moved(group.scaledMs, when) }),
  };
}

const movedTrouble = (trouble: PlacedTrouble, when: When): PlacedTrouble => ({
  ...trouble,
  expiresMs: moved(trouble.expiresMs, when),
});

function movedTimer(timer: Timer, when: When): Timer {
  if (REPEATED.has(timer.do)) return { ...timer, atMs: Math.max(timer.atMs, when.nowMs) };
  const atMs = moved(timer.atMs, when);
  return timer.do === 'end-trouble' ? { ...timer, atMs, expiresMs: moved(timer.expiresMs, when) } : { ...timer, atMs };
}

const moved = (ms: number, { takenMs, nowMs }: When): number => ms + nowMs - takenMs;
