import { joinNetwork } from '../dependencies/join-network.ts';
import { throttleOf } from '../dependencies/room.ts';
import { addInstance, freeAddresses, INSTANCE_TYPE, noAddress } from '../ec2/add-instance.ts';
import { hasCapacity, noCapacity } from '../ec2/lifecycle.ts';
import { enter } from '../ec2/transition.ts';
import { drain, register } from '../elbv2/registration.ts';
import { Fault } from '../fault.ts';
import type { RegionState, TargetGroup } from '../state.ts';
import type { Ctx } from '../step.ts';
import { endActivity, recordActivity } from './activity.ts';
import { type Activity, type AutoScalingGroup, isSuspended, type Member, stamp } from './group.ts';
import { groupTag } from './tag.ts';

export type When = Pick<Ctx, 'nowMs' | 'random'>;

/** Launches one instance into a zone. A refusal is recorded as a failed activity, and the zone left alone for a while. */
export function launchInto(
  state: RegionState,
  group: AutoScalingGroup,
  zoneId: string,
  { cause, ...when }: When & { readonly cause: string },
): boolean {
  const refusal = refusalOf(state, group, zoneId);
  if (refusal !== undefined) {
    refuse(group, zoneId, { cause, refusal, ...when });
    return false;
  }
  const { nowMs, random } = when;
  const instance = addInstance(
    state,
    { group: group.name, zoneId, tags: groupTag(group.name), state: 'pending' },
    when,
  );
  enter(state, instance, 'pending', nowMs);
  joinNetwork(state, instance, nowMs);
  const description = `Launching a new EC2 instance: ${instance.instanceId}`;
  const { id } = recordActivity(group, { description, cause, startMs: nowMs, status: 'PreInService', zoneId, random });
  group.members.push(newMember(group, instance.instanceId, { zoneId, nowMs, activityId: id }));
  group.toReplace = Math.max(0, group.toReplace - 1);
  delete group.refusals[zoneId];
  return true;
}

/** A member that is to come into service at the next look at which its instance runs. */
export const newMember = (
  { protectsNew }: AutoScalingGroup,
  instanceId: string,
  { zoneId, nowMs, activityId }: { readonly zoneId: string; readonly nowMs: number; readonly activityId?: string },
): Member => ({
  instanceId,
  zoneId,
  lifecycle: 'Pending',
  health: 'Healthy',
  sickness: '',
  isProtected: protectsNew,
  sinceMs: nowMs,
  failedLooks: 0,
  ...(activityId !== undefined && { activityId }),
});

/** Why a launch into the zone would be refused; undefined when it would not. */
function refusalOf(state: RegionState, group: AutoScalingGroup, zoneId: string): string | undefined {
  const throttle = throttleOf(state);
  if (throttle) return throttle.message;
  const zone = state.zones.find((one) => one.zoneId === zoneId);
  if (zone && !hasCapacity(state, zoneId)) {
    const others = state.zones.filter((one) => group.zoneIds.includes(one.zoneId) && one !== zone);
    return [
      noCapacity(zone.zoneName, `${INSTANCE_TYPE} `),
      'Our system will be working on provisioning additional capacity.',
      `You can currently get ${INSTANCE_TYPE} capacity by not specifying an Availability Zone in your request or`,
      `choosing ${others.map(({ zoneName }) => zoneName).join(', ')}.`,
    ].join(' ');
  }
  return freeAddresses(state, zoneId, 1).length === 0 ? noAddress(zoneId).message : undefined;
}

const FIRST_PAUSE_MS = 4_000;
const LONGEST_PAUSE_MS = 16_000;

function refuse(
  group: AutoScalingGroup,
  zoneId: string,
  { cause, refusal, nowMs, random }: When & { readonly cause: string; readonly refusal: string },
): void {
  const times = (group.refusals[zoneId]?.times ?? 0) + 1;
  const pauseMs = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (times - 1));
  group.refusals[zoneId] = { times, untilMs: nowMs + pauseMs };
  const message = `${refusal} Launching EC2 instance failed.`;
  recordActivity(group, {
    description: `Launching a new EC2 instance.  Status Reason: ${message}`,
    cause,
    startMs: nowMs,
    endMs: nowMs,
    status: 'Failed',
    message,
    zoneId,
    random,
  });
}

/** Begins to take a member out: it leaves its target groups first, and is terminated once they have let it go. */
export function beginTermination(
  state: RegionState,
  group: AutoScalingGroup,
  member: Member,
  { cause, nowMs, random }: When & { readonly cause: string },
): Activity {
  endActivity(group, member.activityId, { atMs: nowMs, status: 'Failed', message: 'The instance was terminated.' });
  const description = `Terminating EC2 instance: ${member.instanceId}`;
  const activity = recordActivity(group, {
    description,
    cause,
    startMs: nowMs,
    status: 'InProgress',
    zoneId: member.zoneId,
    random,
  });
  member.lifecycle = 'Terminating';
  member.activityId = activity.id;
  leaveTargetGroups(state, member, nowMs);
  return activity;
}

/** Begins the deregistration of a member from every target group that has it. */
export function leaveTargetGroups(state: RegionState, { instanceId }: Member, nowMs: number): void {
  for (const { targetGroup } of state.loadBalancers) {
    for (const target of targetGroup.targets) {
      if (target.instanceId === instanceId) drain(state, targetGroup, target, nowMs);
    }
  }
}

/** Brings a pending member whose instance runs into service, and registers it where the group is registered. */
export function bringIntoService(state: RegionState, group: AutoScalingGroup, member: Member, nowMs: number): void {
  member.lifecycle = 'InService';
  member.sinceMs = nowMs;
  endActivity(group, member.activityId, { atMs: nowMs, status: 'Successful' });
  member.activityId = undefined;
  if (isSuspended(group, 'AddToLoadBalancer')) return;
  for (const targetGroup of targetGroupsOf(state, group)) {
    register(state, targetGroup, { instanceId: member.instanceId, port: targetGroup.port });
  }
}

/** The target groups that the members of a group are registered with. */
export const targetGroupsOf = (state: RegionState, { name }: AutoScalingGroup): readonly TargetGroup[] =>
  state.loadBalancers.flatMap(({ targetGroup }) => (targetGroup.group === name ? [targetGroup] : []));

/** Lets a member out of the group; its instance goes on without it. */
export function removeMember(group: AutoScalingGroup, member: Member): void {
  group.members = group.members.filter((one) => one !== member);
}

/** The state of the instance of a member; undefined when EC2 knows it no more. */
export const instanceOf = (state: RegionState, { instanceId }: Member) =>
  state.instances.find((instance) => instance.instanceId === instanceId);

/** The desired capacity that a group would have then, checked against its bounds. */
export function checkDesired({ name, min, max }: AutoScalingGroup, desired: number): number {
  if (desired > max) {
    const why = `New SetDesiredCapacity value ${desired} is above max value ${max} for the AutoScalingGroup ${name}.`;
    throw new Fault('ValidationError', why, 400);
  }
  if (desired < min) {
    const why = `New SetDesiredCapacity value ${desired} is below min value ${min} for the AutoScalingGroup ${name}.`;
    throw new Fault('ValidationError', why, 400);
  }
  return desired;
}

/** Sets the desired capacity, with why, as the next activities will tell it. */
export function setDesired(group: AutoScalingGroup, desired: number, { how, nowMs }: { how: string; nowMs: number }) {
  if (desired !== group.desired) {
    group.request = `At ${stamp(nowMs)} ${how} changing the desired capacity from ${group.desired} to ${desired}. `;
  }
  group.desired = desired;
}
