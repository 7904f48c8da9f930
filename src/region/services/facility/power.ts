import type { FacilityOperations, ZoneFacts } from '../../../kernel/facility.ts';
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
      instanceIds: instancesIn(state, zoneId).flatMap(({ instanceId, state: now }) =>
        now === 'terminated' ? [] : [instanceId],
      ),
    }),
  ),
});

/** Instances keep their state, as the control plane of a dark zone knows no better, and lose their processes. */
export const cutPower: Operation<'CutPower'> = (state, { zoneId }) => {
  const zone = requireZone(state, zoneId);
  if (zone.power === 'off') return {};
  zone.power = 'off';
  const dark = new Set(instancesIn(state, zoneId).map(({ instanceId }) => instanceId));
  for (const instance of instancesIn(state, zoneId)) instance.powered = false;
  state.timers = state.timers.filter((timer) => timer.do !== 'power-instance' || !dark.has(timer.instanceId));
  return {};
};

/** Instances that were to run start one after another; those that were stopped stay stopped. */
export const restorePower: Operation<'RestorePower'> = (state, { zoneId }, { nowMs }) => {
  const zone = requireZone(state, zoneId);
  if (zone.power !== 'off') return {};
  zone.power = 'returning';
  let turn = 0;
  for (const instance of instancesIn(state, zoneId)) {
    if (instance.state !== 'running' && instance.state !== 'pending') {
      instance.powered = true;
      continue;
    }
    const { instanceId } = instance;
    if (turn === 0) powerInstance(instance);
    else schedule(state, nowMs + turn * state.powerReturnStaggerMs, { do: 'power-instance', instanceId });
    turn++;
  }
  settleZones(state);
  return {};
};

/** Electricity comes back to one instance; a process is expected if it is to run. */
export function powerInstance(instance: Instance): void {
  if (instance.powered) return;
  instance.powered = true;
  if (instance.state === 'running' || instance.state === 'pending') expectNewProcess(instance);
}

function requireZone(state: RegionState, zoneId: string): Zone {
  const zone = state.zones.find((candidate) => candidate.zoneId === zoneId);
  if (zone) return zone;
  const known = state.zones.map((candidate) => candidate.zoneId).join(', ');
  throw new Fault('ZoneNotFound', `The region has no zone "${zoneId}"; its zones are ${known}.`, 404);
}

const instancesIn = (state: RegionState, zoneId: string) =>
  state.instances.filter((instance) => instance.zoneId === zoneId);
