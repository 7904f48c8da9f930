import fc from 'fast-check';
import { among, type Call, call, elsewhere, some, thing } from '../call.ts';

const group = fc.oneof({ weight: 9, arbitrary: among('fleet') }, { weight: 1, arbitrary: among('none') });
const AutoScalingGroupName = group;
const count = fc.integer({ min: 0, max: 5 });
const processes = fc.subarray(['Launch', 'Terminate', 'HealthCheck', 'ReplaceUnhealthy', 'AZRebalance'], {
  minLength: 1,
});
const members = { AutoScalingGroupName, InstanceIds: some('i') };
const decrement = { ShouldDecrementDesiredCapacity: fc.boolean() };

/** What a user does with a group and its members. */
export const autoScalingCalls: fc.Arbitrary<Call> = fc.oneof(
  {
    weight: 5,
    arbitrary: call('DescribeAutoScalingGroups', {}, { AutoScalingGroupNames: among(['fleet'], ['none']) }),
  },
  { weight: 2, arbitrary: call('DescribeAutoScalingInstances', {}, { InstanceIds: some('i') }) },
  { weight: 3, arbitrary: call('SetDesiredCapacity', { AutoScalingGroupName, DesiredCapacity: count }) },
  {
    weight: 2,
    arbitrary: call(
      'UpdateAutoScalingGroup',
      { AutoScalingGroupName },
      { MinSize: count, MaxSize: count, DesiredCapacity: count, HealthCheckGracePeriod: among(0, 60) },
    ),
  },
  { weight: 2, arbitrary: call('SuspendProcesses', { AutoScalingGroupName }, { ScalingProcesses: processes }) },
  { weight: 2, arbitrary: call('ResumeProcesses', { AutoScalingGroupName }, { ScalingProcesses: processes }) },
  {
    weight: 2,
    arbitrary: call('SetInstanceHealth', { InstanceId: thing('i'), HealthStatus: among('Healthy', 'Unhealthy') }),
  },
  { weight: 2, arbitrary: call('TerminateInstanceInAutoScalingGroup', { InstanceId: thing('i'), ...decrement }) },
  { weight: 2, arbitrary: call('DetachInstances', { ...members, ...decrement }) },
  { weight: 1, arbitrary: call('AttachInstances', members) },
  { weight: 2, arbitrary: call('EnterStandby', { ...members, ...decrement }) },
  { weight: 1, arbitrary: call('ExitStandby', members) },
  { weight: 1, arbitrary: elsewhere('ec2', call('DescribeInstanceStatus', { InstanceIds: some('i') })) },
);
