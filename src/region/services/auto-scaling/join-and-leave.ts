import type {
  Activity as ActivityView,
  AttachInstancesQuery,
  DetachInstancesAnswer,
  DetachInstancesQuery,
  EnterStandbyAnswer,
  EnterStandbyQuery,
  ExitStandbyAnswer,
  ExitStandbyQuery,
} from '@aws-sdk/client-auto-scaling';
import { requireInstances } from '../ec2/find-instances.ts';
import { Fault } from '../fault.ts';
import type { RegionState } from '../state.ts';
import type { Step } from '../step.ts';
import { recordActivity } from './activity.ts';
import { invalid, requireFlag, requireGroup, requireMembers } from './find.ts';
import { type Activity, type AutoScalingGroup, activeMembers, type Member, stamp } from './group.ts';
import {
  bringIntoService,
  checkDesired,
  instanceOf,
  leaveTargetGroups,
  newMember,
  removeMember,
  setDesired,
  type When,
} from './members.ts';
import { groupTag, withoutGroupTag } from './tag.ts';
import { activityView } from './views.ts';

/** Takes running instances into a group, whose desired capacity grows by as many. */
export const attachInstances: Step<AttachInstancesQuery, void> = (state, input, { nowMs }) => {
  const group = requireGroup(state, input.AutoScalingGroupName);
  const instances = attachable(state, group, input.InstanceIds);
  const desired = checkDesired(group, group.desired + instances.length);
  setDesired(group, desired, { how: `a user request attached ${instances.length} instances`, nowMs });
  for (const instance of instances) {
    const member = newMember(group, instance.instanceId, { zoneId: instance.zoneId, nowMs });
    instance.tags = { ...instance.tags, ...groupTag(group.name) };
    group.members.push(member);
    bringIntoService(state, group, member, nowMs);
  }
};

function attachable(state: RegionState, group: AutoScalingGroup, ids: readonly string[] | undefined) {
  const instances = foundInstances(state, ids);
  for (const { instanceId, state: now, zoneId } of instances) {
    if (state.autoScalingGroups.some(({ members }) => members.some((one) => one.instanceId === instanceId))) {
      throw invalid(`Instance ${instanceId} is already part of an AutoScalingGroup.`);
    }
    if (now !== 'running') throw invalid(`Instance ${instanceId} is not in correct state: it is ${now}.`);
    if (!group.zoneIds.includes(zoneId)) {
      throw invalid(`The availability zone of instance ${instanceId} is not part of AutoScalingGroup ${group.name}.`);
    }
  }
  return instances;
}

/** Every error of this service is its own: an instance that EC2 does not know is one that cannot be attached. */
function foundInstances(state: RegionState, ids: readonly string[] | undefined) {
  try {
    return requireInstances(state, ids);
  } catch (error) {
    throw error instanceof Fault ? invalid(error.message) : error;
  }
}

/** The instances run on without the group, which replaces them unless its desired capacity is lowered. */
export const detachInstances: Step<DetachInstancesQuery, DetachInstancesAnswer> = (state, input, ctx) => {
  const group = requireGroup(state, input.AutoScalingGroupName);
  const members = requireMembers(group, input.InstanceIds);
  refuseUnless(members, ['InService', 'Standby'], 'detached');
  const capacity = lower(group, members, {
    decrements: input.ShouldDecrementDesiredCapacity,
    how: 'detached',
    nowMs: ctx.nowMs,
  });
  const activities = members.map((member) => {
    removeMember(group, member);
    leaveTargetGroups(state, member, ctx.nowMs);
    const instance = instanceOf(state, member);
    if (instance) instance.tags = withoutGroupTag(instance.tags);
    return done(group, member, { ...ctx, verb: 'Detaching EC2 instance', how: 'was detached', capacity });
  });
  return { Activities: activities.map((activity) => begun(activityView(state, group, activity), IN_PROGRESS)) };
};

export const enterStandby: Step<EnterStandbyQuery, EnterStandbyAnswer> = (state, input, ctx) => {
  const group = requireGroup(state, input.AutoScalingGroupName);
  const members = requireMembers(group, input.InstanceIds);
  refuseUnless(members, ['InService'], 'moved to standby');
  const capacity = lower(group, members, {
    decrements: input.ShouldDecrementDesiredCapacity,
    how: 'moved to standby',
    nowMs: ctx.nowMs,
  });
  const activities = members.map((member) => {
    member.lifecycle = 'Standby';
    leaveTargetGroups(state, member, ctx.nowMs);
    return done(group, member, {
      ...ctx,
      verb: 'Moving EC2 instance to Standby',
      how: 'was moved to standby',
      capacity,
    });
  });
  return { Activities: activities.map((activity) => begun(activityView(state, group, activity), IN_PROGRESS)) };
};

/** They come back into service at the next look; the desired capacity grows by as many. */
export const exitStandby: Step<ExitStandbyQuery, ExitStandbyAnswer> = (state, input, ctx) => {
  const group = requireGroup(state, input.AutoScalingGroupName);
  const members = requireMembers(group, input.InstanceIds);
  refuseUnless(members, ['Standby'], 'moved out of standby');
  const desired = checkDesired(group, group.desired + members.length);
  const capacity = `, increasing the capacity from ${group.desired} to ${desired}`;
  setDesired(group, desired, { how: 'a user request moved instances out of standby', nowMs: ctx.nowMs });
  const activities = members.map((member) => {
    member.lifecycle = 'Pending';
    member.health = 'Healthy';
    return done(group, member, {
      ...ctx,
      verb: 'Moving EC2 instance out of Standby',
      how: 'was moved out of standby',
      capacity,
    });
  });
  return { Activities: activities.map((activity) => begun(activityView(state, group, activity), PRE_IN_SERVICE)) };
};

/** An activity as it is answered, when it has just begun. */
function begun({ EndTime: _, ...view }: ActivityView, now: typeof IN_PROGRESS | typeof PRE_IN_SERVICE): ActivityView {
  return { ...view, ...now };
}

const IN_PROGRESS = { StatusCode: 'InProgress', Progress: 50 } as const;
const PRE_IN_SERVICE = { StatusCode: 'PreInService', Progress: 30 } as const;

function refuseUnless(members: readonly Member[], allowed: readonly Member['lifecycle'][], what: string): void {
  const wrong = members.find(({ lifecycle }) => !allowed.includes(lifecycle));
  if (wrong) throw invalid(`The instance ${wrong.instanceId} is ${wrong.lifecycle} and cannot be ${what}.`);
}

/** Lowers the desired capacity by those that counted as capacity, if that is asked for. @returns what to say of it. */
function lower(
  group: AutoScalingGroup,
  members: readonly Member[],
  {
    decrements,
    how,
    nowMs,
  }: { readonly decrements: boolean | undefined; readonly how: string; readonly nowMs: number },
): string {
  const counted = members.filter((member) => activeMembers(group).includes(member)).length;
  if (!requireFlag('ShouldDecrementDesiredCapacity', decrements)) return '';
  const before = group.desired;
  const desired = checkDesired(group, before - counted);
  setDesired(group, desired, { how: `instances were ${how} in response to a user request,`, nowMs });
  return `, shrinking the capacity from ${before} to ${desired}`;
}

const done = (
  group: AutoScalingGroup,
  { instanceId, zoneId }: Member,
  {
    verb,
    how,
    capacity,
    nowMs,
    random,
  }: When & {
    readonly verb: string;
    readonly how: string;
    readonly capacity: string;
  },
): Activity =>
  recordActivity(group, {
    description: `${verb}: ${instanceId}`,
    cause: `At ${stamp(nowMs)} instance ${instanceId} ${how} in response to a user request${capacity}.`,
    startMs: nowMs,
    endMs: nowMs,
    status: 'Successful',
    zoneId,
    random,
  });
