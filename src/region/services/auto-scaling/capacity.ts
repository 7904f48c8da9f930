import type { SetDesiredCapacityType, UpdateAutoScalingGroupType } from '@aws-sdk/client-auto-scaling';
import { Fault } from '../fault.ts';
import { honourOnly } from '../honour-only.ts';
import type { RegionState } from '../state.ts';
import type { Step } from '../step.ts';
import { invalid, requireGroup } from './find.ts';
import type { AutoScalingGroup } from './group.ts';
import { checkDesired, setDesired } from './members.ts';

export const setDesiredCapacity: Step<SetDesiredCapacityType, void> = (state, input, { nowMs }) => {
  const group = requireGroup(state, input.AutoScalingGroupName);
  const { DesiredCapacity: wanted, HonorCooldown: honours } = input;
  if (wanted === undefined) throw invalid("A value is required for the parameter 'DesiredCapacity'");
  const desired = checkDesired(group, requireCount('DesiredCapacity', wanted));
  if (honours && group.scaledMs !== undefined && nowMs - group.scaledMs < group.cooldownMs) {
    const why = `You cannot complete this action because a cooldown of ${group.name} is in effect.`;
    throw new Fault('ScalingActivityInProgress', why, 400);
  }
  setDesired(group, desired, { how: 'a user request explicitly set group desired capacity', nowMs });
  group.scaledMs = nowMs;
};

const HONOURED = [
  'AutoScalingGroupName',
  'MinSize',
  'MaxSize',
  'DesiredCapacity',
  'DefaultCooldown',
  'AvailabilityZones',
  'VPCZoneIdentifier',
  'HealthCheckType',
  'HealthCheckGracePeriod',
  'NewInstancesProtectedFromScaleIn',
];

/** A desired capacity that is not given moves into the new bounds; one that is given must lie in them. */
export const updateAutoScalingGroup: Step<UpdateAutoScalingGroupType, void> = (state, input, { nowMs }) => {
  const group = requireGroup(state, input.AutoScalingGroupName);
  honourOnly(input, HONOURED);
  const min = requireCount('MinSize', input.MinSize ?? group.min);
  const max = requireCount('MaxSize', input.MaxSize ?? group.max);
  if (max < min) throw invalid(`Max bound, ${max}, must be greater than or equal to min bound, ${min}`);
  const desired =
    input.DesiredCapacity === undefined
      ? Math.min(max, Math.max(min, group.desired))
      : desiredWithin(requireCount('DesiredCapacity', input.DesiredCapacity), { min, max });
  const zoneIds = zonesOf(state, input) ?? group.zoneIds;
  const type = healthCheckOf(input.HealthCheckType) ?? group.healthCheckType;
  const graceMs = seconds('HealthCheckGracePeriod', input.HealthCheckGracePeriod) ?? group.graceMs;
  const cooldownMs = seconds('DefaultCooldown', input.DefaultCooldown) ?? group.cooldownMs;
  const how = `a user request update of AutoScalingGroup constraints to min: ${min}, max: ${max}, desired: ${desired}`;
  setDesired(group, desired, { how, nowMs });
  Object.assign(group, {
    min,
    max,
    zoneIds,
    graceMs,
    cooldownMs,
    healthCheckType: type,
  } satisfies Partial<AutoScalingGroup>);
  group.protectsNew = input.NewInstancesProtectedFromScaleIn ?? group.protectsNew;
};

function desiredWithin(desired: number, { min, max }: { readonly min: number; readonly max: number }): number {
  if (desired >= min && desired <= max) return desired;
  throw invalid(`Desired capacity:${desired} must be between the specified min size:${min} and max size:${max}`);
}

/** The largest group that makes sense on one machine. */
const COUNT_MAX = 2_000;

function requireCount(name: string, value: number): number {
  if (Number.isInteger(value) && value >= 0 && value <= COUNT_MAX) return value;
  throw invalid(`${name} must be a whole number from 0 to ${COUNT_MAX}, not ${value}.`);
}

function seconds(name: string, value: number | undefined): number | undefined {
  if (value === undefined) return undefined;
  if (Number.isInteger(value) && value >= 0) return value * 1_000;
  throw invalid(`${name} must be a whole number of seconds, not ${value}.`);
}

function healthCheckOf(type: string | undefined): 'EC2' | 'ELB' | undefined {
  if (type === undefined || type === 'EC2' || type === 'ELB') return type;
  throw invalid(`Invalid HealthCheckType: ${type}. Valid types here are EC2 and ELB.`);
}

function zonesOf(
  state: RegionState,
  { AvailabilityZones: names, VPCZoneIdentifier: subnets }: UpdateAutoScalingGroupType,
): readonly string[] | undefined {
  if (names === undefined && subnets === undefined) return undefined;
  const asked = subnets === undefined ? (names ?? []) : subnets.split(',').map((one) => one.trim());
  const zones = asked.map((one) => {
    const zone = state.zones.find(({ zoneName, subnetId }) => (subnets === undefined ? zoneName : subnetId) === one);
    if (!zone)
      throw invalid(`The ${subnets === undefined ? 'Availability Zone' : 'subnet ID'} '${one}' does not exist`);
    return zone;
  });
  const apart = names?.find((name) => !zones.some(({ zoneName }) => zoneName === name));
  if (apart !== undefined) {
    throw invalid('The availability zones of the specified subnets and the Auto Scaling group do not match');
  }
  if (zones.length === 0) throw invalid('At least one Availability Zone or VPC Subnet is required.');
  return [...new Set(zones.map(({ zoneId }) => zoneId))];
}
