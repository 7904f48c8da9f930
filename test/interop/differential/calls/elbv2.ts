import fc from 'fast-check';
import { among, type Call, call, elsewhere, some, thing } from '../call.ts';

/** With one port only: Moto knows a target by its id alone. */
const target = fc.record({ Id: thing('i'), Port: among(8080) }, { requiredKeys: ['Id'] });
const targets = { TargetGroupArn: thing('targetgroup'), Targets: fc.array(target, { minLength: 1, maxLength: 2 }) };

/** What a user does with a load balancer and its targets. */
export const elbv2Calls: fc.Arbitrary<Call> = fc.oneof(
  { weight: 3, arbitrary: call('RegisterTargets', targets) },
  { weight: 3, arbitrary: call('DeregisterTargets', targets) },
  { weight: 4, arbitrary: call('DescribeTargetHealth', { TargetGroupArn: thing('targetgroup') }) },
  { weight: 1, arbitrary: call('DescribeTargetHealth', targets) },
  { weight: 2, arbitrary: call('DescribeLoadBalancers', {}, { Names: among(['shop'], ['none']) }) },
  { weight: 1, arbitrary: call('DescribeLoadBalancers', { LoadBalancerArns: some('loadbalancer') }) },
  { weight: 2, arbitrary: call('DescribeTargetGroups', {}, { LoadBalancerArn: thing('loadbalancer') }) },
  { weight: 1, arbitrary: call('DescribeTargetGroups', { Names: among(['shop'], ['none']) }) },
  { weight: 2, arbitrary: call('DescribeListeners', { LoadBalancerArn: thing('loadbalancer') }) },
  { weight: 2, arbitrary: call('SetSubnets', { LoadBalancerArn: thing('loadbalancer'), Subnets: some('subnet', 3) }) },
  { weight: 2, arbitrary: elsewhere('ec2', call('StopInstances', { InstanceIds: some('i') })) },
  { weight: 1, arbitrary: elsewhere('ec2', call('StartInstances', { InstanceIds: some('i') })) },
  { weight: 1, arbitrary: elsewhere('ec2', call('TerminateInstances', { InstanceIds: some('i') })) },
);
