import { isImpaired } from '../ec2/status.ts';
import { terminate } from '../ec2/transition.ts';
import type { RegionState } from '../state.ts';
import { schedule } from '../timer.ts';
import { endActivity } from './activity.ts';
import { type AutoScalingGroup, activeMembers, isSuspended, type Member, stamp } from './group.ts';
import { LOOK_MS } from './look-interval.ts';
import { beginTermination, bringIntoService, instanceOf, removeMember, targetGroupsOf, type When } from './members.ts';
import { reachCapacity } from './reach-capacity.ts';
import { rebalance } from './rebalance.ts';

/** Status checks must fail at so many looks in a row: a process that is started again is not a failed host. */
const FAILED_LOOKS = 3;

/**
 * One look of the control loop at a group: what has begun is gone on with, unhealthy instances are replaced, the desired
 * capacity is approached, zones are balanced. The next look is queued. @returns whether anything was changed.
 */
export function lookAtGroup(state: RegionState, name: string, when: When): boolean {
  const group = state.autoScalingGroups.find((one) => one.name === name);
  if (!group) return false;
  const before = state.counter;
  for (const member of [...group.members]) goOn(state, group, member, when.nowMs);
  if (!isSuspended(group, 'HealthCheck')) {
    for (const member of group.members) checkHealth(state, group, member, when.nowMs);
  }
  replaceUnhealthy(state, group, when);
  reachCapacity(state, group, when);
  rebalance(state, group, when);
  const changed = state.counter !== before;
  schedule(state, when.nowMs + LOOK_MS, { do: 'look-at-group', group: name });
  return changed;
}

/** Goes on with a member that is on its way in or out. */
function goOn(state: RegionState, group: AutoScalingGroup, member: Member, nowMs: number): void {
  const instance = instanceOf(state, member);
  const gone = !instance || instance.state === 'terminated';
  if (member.lifecycle === 'Pending') {
    if (instance?.state === 'running') bringIntoService(state, group, member, nowMs);
    else if (instance?.state !== 'pending') {
      endActivity(group, member.activityId, { atMs: nowMs, status: 'Failed', message: FAILED_TO_START });
      if (gone) removeMember(group, member);
      else member.lifecycle = 'Terminating';
    }
  } else if (member.lifecycle === 'Standby') {
    if (gone) removeMember(group, member);
  } else if (member.lifecycle === 'Terminating') {
    if (gone) {
      endActivity(group, member.activityId, { atMs: nowMs, status: 'Successful' });
      removeMember(group, member);
    } else if (instance.state !== 'shutting-down' && !isRegistered(state, member)) {
      terminate(state, instance, nowMs);
    }
  }
}

const FAILED_TO_START = 'Instance became unhealthy while waiting for instance to be in InService state.';

const isRegistered = (state: RegionState, { instanceId }: Member) =>
  state.loadBalancers.some(({ targetGroup }) => targetGroup.targets.some((one) => one.instanceId === instanceId));

/** A member that was found unhealthy stays so, as Auto Scaling does not wait for it to recover. */
function checkHealth(state: RegionState, group: AutoScalingGroup, member: Member, nowMs: number): void {
  if (member.lifecycle !== 'InService' || member.health === 'Unhealthy') return;
  const instance = instanceOf(state, member);
  if (instance?.state !== 'running') {
    markUnhealthy(member, 'an EC2 health check indicating it has been terminated or stopped');
    return;
  }
  member.failedLooks = isImpaired(instance) ? member.failedLooks + 1 : 0;
  if (nowMs - member.sinceMs < group.graceMs) return;
  if (member.failedLooks >= FAILED_LOOKS) markUnhealthy(member, 'EC2 instance status checks failure');
  else if (group.healthCheckType === 'ELB' && isUnhealthyTarget(state, group, member)) {
    markUnhealthy(member, 'an ELB system health check failure');
  }
}

function markUnhealthy(member: Member, sickness: string): void {
  member.health = 'Unhealthy';
  member.sickness = sickness;
}

const isUnhealthyTarget = (state: RegionState, group: AutoScalingGroup, { instanceId }: Member): boolean =>
  targetGroupsOf(state, group).some(({ targets }) =>
    targets.some((target) => target.instanceId === instanceId && target.health === 'unhealthy'),
  );

function replaceUnhealthy(state: RegionState, group: AutoScalingGroup, when: When): void {
  if (isSuspended(group, 'ReplaceUnhealthy') || isSuspended(group, 'Terminate')) return;
  for (const member of group.members) {
    if (member.lifecycle !== 'InService' || member.health === 'Healthy') continue;
    const cause = `At ${stamp(when.nowMs)} an instance was taken out of service in response to ${member.sickness}.`;
    beginTermination(state, group, member, { ...when, cause });
    group.toReplace = Math.min(group.toReplace + 1, Math.max(0, group.desired - activeMembers(group).length));
  }
}
