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
  const how = 'instance was taken out of service in response to a user request';
  if (decrements && counts) {
    setDesired(group, checkDesired(group, group.desired - 1), { how: `an ${how}`, nowMs: ctx.nowMs });
  }
  const cause = `At ${stamp(ctx.nowMs)} ${how}.`;
  return { Activity: activityView(state, group, beginTermination(state, group, member, { ...ctx, cause })) };
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
