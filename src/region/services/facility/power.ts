import type { FacilityOperations, ZoneFacts } from '../../../kernel/facility.ts';
import { chanceOf } from '../../chance.ts';
import { expectNewProcess } from '../ec2/transition.ts';
import { Fault } from '../fault.ts';
import type { Instance, RegionState, Zone } from '../state.ts';
import type { Step } from '../step.ts';
import { schedule } from '../timer.ts';
import { settleZones } from './settle-zones.ts';

type Operation<N extends keyof FacilityOperations> = Step<FacilityOperations[N][0], FacilityOperations[N][1]>;

export const describeZones: Operation<'DescribeZones'> = (state) => ({
  zones: state.zones.map(
    ({ zoneId, zoneName, power }): ZoneFacts => ({
      zoneId,
      zoneName,
      power,
      instanceIds: idsOf(instancesIn(state, zoneId)),
      lost: idsOf(instancesIn(state, zoneId).filter(({ lost }) => lost)),
    }),
  ),
});

const idsOf = (instances: readonly Instance[]): string[] =>
  instances.flatMap(({ instanceId, state }) => (state === 'terminated' ? [] : [instanceId]));

/** Instances keep their state, as the control plane of a dark zone knows no better, and lose their processes. */
export const cutPower: Operation<'CutPower'> = (state, { zoneId }) => {
  const zone = requireZone(state, zoneId);
  if (zone.power === 'off') return {};
  zone.power = 'off';
  const dark = new Set(instancesIn(state, zoneId).map(({ instanceId }) => instanceId));
  for (const instance of instancesIn(state, zoneId)) {
    instance.powered = false;
    delete instance.lost;
  }
  state.timers = state.timers.filter(
    (timer) => (timer.do !== 'power-instance' && timer.do !== 'replace-hardware') || !dark.has(timer.instanceId),
  );
  return {};
};

/**
 * Instances that were to run start one after another, stage by stage; those that were stopped stay stopped. The hardware
 * of some may never recover: they run, as the control plane has it, with a system status that is impaired. An Auto
 * Scaling group replaces its own; whatever is still there after a while gets other hardware, so the zone is whole again.
 */
export const restorePower: Operation<'RestorePower'> = (state, { zoneId }, { nowMs }) => {
  const zone = requireZone(state, zoneId);
  if (zone.power !== 'off') return {};
  zone.power = 'returning';
  const waiting = instancesIn(state, zoneId).filter(isToRun);
  for (const instance of instancesIn(state, zoneId)) if (!isToRun(instance)) instance.powered = true;
  const lost = lostOf(waiting, state.powerReturn);
  const returning = waiting.filter((instance) => !lost.has(instance));
  for (const [turn, instance] of returning.entries()) {
    const afterMs = returnsAfterMs(state, turn, returning.length);
    if (afterMs === 0) powerInstance(instance);
    else schedule(state, nowMs + afterMs, { do: 'power-instance', instanceId: instance.instanceId });
  }
  const { stages = 1, pauseMs = 0, replacedAfterMs = 0 } = state.powerReturn ?? {};
  for (const instance of lost) {
    instance.lost = true;
    const atMs = nowMs + (stages - 1) * pauseMs + replacedAfterMs;
    schedule(state, atMs, { do: 'replace-hardware', instanceId: instance.instanceId });
  }
  settleZones(state);
  return {};
};

const isToRun = ({ state }: Instance): boolean => state === 'running' || state === 'pending';

/** Those whose hardware never recovers: the same ones for the same seed. */
function lostOf(instances: readonly Instance[], staged: RegionState['powerReturn']): ReadonlySet<Instance> {
  if (!staged || staged.neverShare === 0) return new Set();
  const count = Math.max(1, Math.floor(staged.neverShare * instances.length));
  const drawn = instances.toSorted((a, b) => chanceOf(staged.seed, a.ordinal) - chanceOf(staged.seed, b.ordinal));
  return new Set(drawn.slice(0, count));
}

/** When the `turn`-th of so many instances gets its power back: each stage has as many, one after another. */
function returnsAfterMs({ powerReturn, powerReturnStaggerMs }: RegionState, turn: number, count: number): number {
  const { stages = 1, pauseMs = 0 } = powerReturn ?? {};
  const inStage = Math.ceil(count / stages);
  return Math.floor(turn / inStage) * pauseMs + (turn % inStage) * powerReturnStaggerMs;
}

/** An instance whose hardware never recovered runs on other hardware from now on. */
export function replaceHardware(instance: Instance): void {
  if (!instance.lost) return;
  delete instance.lost;
  powerInstance(instance);
}

/** Electricity comes back to one instance; a process is expected if it is to run. */
export function powerInstance(instance: Instance): void {
  if (instance.powered) return;
  instance.powered = true;
  if (isToRun(instance)) expectNewProcess(instance);
}

function requireZone(state: RegionState, zoneId: string): Zone {
  const zone = state.zones.find((candidate) => candidate.zoneId === zoneId);
  if (zone) return zone;
  const known = state.zones.map((candidate) => candidate.zoneId).join(', ');
  throw new Fault('ZoneNotFound', `The region has no zone "${zoneId}"; its zones are ${known}.`, 404);
}

const instancesIn = (state: RegionState, zoneId: string) =>
  state.instances.filter((instance) => instance.zoneId === zoneId);
