import type {
  ActivityType,
  SetInstanceHealthQuery,
  TerminateInstanceInAutoScalingGroupType,
} from '@aws-sdk/client-auto-scaling';
import type { Step } from '../step.ts';
import { invalid, requireFlag, requireManaged } from './find.ts';
import { stamp } from './group.ts';
import { beginTermination, checkDesired, setDesired } from './members.ts';
import { activityView } from './views.ts';

/** Without a lower desired capacity, the loop launches another in its place. */
export const terminateInstance: Step<TerminateInstanceInAutoScalingGroupType, ActivityType> = (state, input, ctx) => {
  const { group, member } = requireManaged(state, input.InstanceId);
  const decrements = requireFlag('ShouldDecrementDesiredCapacity', input.ShouldDecrementDesiredCapacity);
  if (member.lifecycle === 'Terminating') throw invalid(`The instance ${member.instanceId} is terminating already.`);
  const counts = member.lifecycle !== 'Standby';
  const how = 'was taken out of service in response to a user request';
  const before = group.desired;
  if (decrements && counts) {
    setDesired(group, checkDesired(group, group.desired - 1), { how: `an instance ${how}`, nowMs: ctx.nowMs });
  }
  const capacity = group.desired < before ? `, shrinking the capacity from ${before} to ${group.desired}` : '';
  const cause = `At ${stamp(ctx.nowMs)} instance ${member.instanceId} ${how}${capacity}.`;
  const activity = beginTermination(state, group, member, { ...ctx, cause });
  return { Activity: { ...activityView(state, group, activity), Progress: 0 } };
};

export const setInstanceHealth: Step<SetInstanceHealthQuery, void> = (state, input, { nowMs }) => {
  const { group, member } = requireManaged(state, input.InstanceId);
  const { HealthStatus: health, ShouldRespectGracePeriod: respects = true } = input;
  if (health !== 'Healthy' && health !== 'Unhealthy') {
    throw invalid(`HealthStatus must be Healthy or Unhealthy, not ${health}.`);
  }
  if (health === 'Unhealthy' && respects && nowMs - member.sinceMs < group.graceMs) return;
  member.health = health;
  member.sickness = health === 'Unhealthy' ? 'a user health-check' : '';
  member.failedLooks = 0;
};
