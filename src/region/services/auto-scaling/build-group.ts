import type { BlueprintInstances } from '../../../kernel/blueprint.ts';
import { addInstance } from '../ec2/add-instance.ts';
import type { RegionState } from '../state.ts';
import { type Ctx, randomDigits } from '../step.ts';
import { schedule } from '../timer.ts';
import { recordActivity } from './activity.ts';
import { type AutoScalingGroup, type Member, stamp } from './group.ts';
import { LOOK_MS } from './look-interval.ts';
import { groupTag } from './tag.ts';

/** Adds the Auto Scaling group that a group of the blueprint asks for, with its first instances in service. */
export function buildAutoScalingGroup(
  state: RegionState,
  { name, autoScaling }: BlueprintInstances,
  ctx: Pick<Ctx, 'nowMs' | 'random'>,
): void {
  if (!autoScaling) return;
  const zoneIds = state.groups[name]?.zoneIds ?? [];
  const id = [8, 4, 4, 4, 12].map((length) => randomDigits(ctx.random, length)).join('-');
  const arn = `arn:aws:autoscaling:${state.region}:${state.accountId}:autoScalingGroup:${id}:autoScalingGroupName/${name}`;
  const group: AutoScalingGroup = {
    name,
    arn,
    createdMs: ctx.nowMs,
    min: autoScaling.min,
    max: autoScaling.max,
    desired: autoScaling.desired,
    zoneIds,
    healthCheckType: autoScaling.healthCheck,
    graceMs: autoScaling.gracePeriodMs,
    cooldownMs: DEFAULT_COOLDOWN_MS,
    protectsNew: false,
    suspended: {},
    members: [],
    activities: [],
    refusals: {},
    request: '',
    toReplace: 0,
  };
  for (let k = 0; k < autoScaling.desired; k++) {
    const zoneId = zoneIds[k % zoneIds.length] ?? '';
    group.members.push(firstMember(state, group, zoneId, ctx));
  }
  state.autoScalingGroups.push(group);
  schedule(state, ctx.nowMs + LOOK_MS, { do: 'look-at-group', group: name });
}

const DEFAULT_COOLDOWN_MS = 300_000;

function firstMember(
  state: RegionState,
  group: AutoScalingGroup,
  zoneId: string,
  ctx: Pick<Ctx, 'nowMs' | 'random'>,
): Member {
  const { name, desired } = group;
  const instance = addInstance(state, { group: name, zoneId, tags: groupTag(name) }, ctx);
  const at = stamp(ctx.nowMs);
  recordActivity(group, {
    description: `Launching a new EC2 instance: ${instance.instanceId}`,
    cause: `At ${at} a user request created an AutoScalingGroup changing the desired capacity from 0 to ${desired}.`,
    startMs: ctx.nowMs,
    endMs: ctx.nowMs,
    status: 'Successful',
    zoneId,
    random: ctx.random,
  });
  return {
    instanceId: instance.instanceId,
    zoneId,
    lifecycle: 'InService',
    health: 'Healthy',
    sickness: '',
    isProtected: false,
    sinceMs: ctx.nowMs,
    failedLooks: 0,
  };
}
