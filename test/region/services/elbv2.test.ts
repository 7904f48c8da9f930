import { describe, expect, test } from 'vitest';
import { type SmallRegion, smallRegion } from '../small-region.ts';

const ID = 'elastic-load-balancing-v2';
const arn = (region: SmallRegion): string => region.call(ID, 'DescribeTargetGroups').TargetGroups[0].TargetGroupArn;
interface Described {
  Target: { Id: string };
  TargetHealth: { State: string; Reason?: string };
}
function health(region: SmallRegion, name: string): string | undefined {
  const { TargetHealthDescriptions } = region.call(ID, 'DescribeTargetHealth', { TargetGroupArn: arn(region) });
  const found = (TargetHealthDescriptions as Described[]).find(({ Target }) => Target.Id === region.id(name));
  return found && [found.TargetHealth.State, found.TargetHealth.Reason].filter(Boolean).join(' ');
}
const see = (region: SmallRegion, name: string, state: 'healthy' | 'unhealthy', reason = '') =>
  region.world.observe({ type: 'target-health', loadBalancer: 'shop', instanceId: region.id(name), state, reason });

test('a load balancer, its listener and its target group are described together', () => {
  const region = smallRegion();
  const [balancer] = region.call(ID, 'DescribeLoadBalancers', { Names: ['shop'] }).LoadBalancers;
  const [group] = region.call(ID, 'DescribeTargetGroups', { LoadBalancerArn: balancer.LoadBalancerArn }).TargetGroups;
  const [listener] = region.call(ID, 'DescribeListeners', { LoadBalancerArn: balancer.LoadBalancerArn }).Listeners;
  expect(balancer.AvailabilityZones).toHaveLength(3);
  expect(group).toMatchObject({ TargetGroupName: 'shop', Port: 8080, HealthCheckPath: '/healthz' });
  expect(listener.DefaultActions[0].TargetGroupArn).toBe(group.TargetGroupArn);
  expect(region.world.desired().loadBalancers[0]?.nodes).toEqual([
    { zoneId: 'use1-az1', address: '10.0.16.4' },
    { zoneId: 'use1-az2', address: '10.0.32.4' },
    { zoneId: 'use1-az3', address: '10.0.48.4' },
  ]);
});

test('the health of a target is what the data plane saw, in the words of the service', () => {
  const region = smallRegion();
  expect(health(region, 'web-a1')).toBe('initial Elb.InitialHealthChecking');
  see(region, 'web-a1', 'healthy');
  expect(health(region, 'web-a1')).toBe('healthy');
  see(region, 'web-a1', 'unhealthy', 'timed out');
  expect(health(region, 'web-a1')).toBe('unhealthy Target.Timeout');
  see(region, 'web-a1', 'unhealthy', 'HTTP 503');
  expect(health(region, 'web-a1')).toBe('unhealthy Target.ResponseCodeMismatch');
});

test('a stopped instance is unused, whatever was seen of it', () => {
  const region = smallRegion();
  see(region, 'web-a1', 'healthy');
  region.call('ec2', 'StopInstances', { InstanceIds: [region.id('web-a1')] });
  expect(health(region, 'web-a1')).toBe('unused Target.InvalidState');
});

test('a deregistered target drains and then leaves; registered again meanwhile, it stays', () => {
  const region = smallRegion();
  const input = (name: string) => ({ TargetGroupArn: arn(region), Targets: [{ Id: region.id(name) }] });
  region.call(ID, 'DeregisterTargets', input('web-a1'));
  region.call(ID, 'DeregisterTargets', input('web-b1'));
  expect(health(region, 'web-a1')).toBe('draining Target.DeregistrationInProgress');
  expect(region.world.desired().loadBalancers[0]?.targets[0]?.draining).toBe(true);
  region.pass(1_000);
  region.call(ID, 'RegisterTargets', input('web-b1'));
  region.pass(2_000);
  expect(health(region, 'web-a1')).toBeUndefined();
  expect(health(region, 'web-b1')).toBe('initial Elb.InitialHealthChecking');
  region.call(ID, 'RegisterTargets', input('web-a1'));
  expect(region.world.desired().loadBalancers[0]?.targets).toHaveLength(6);
});

test('the end of an earlier draining does not cut a later one short', () => {
  const region = smallRegion();
  const input = { TargetGroupArn: arn(region), Targets: [{ Id: region.id('web-a1') }] };
  region.call(ID, 'DeregisterTargets', input);
  region.pass(1_000);
  region.call(ID, 'RegisterTargets', input);
  region.call(ID, 'DeregisterTargets', input);
  region.pass(2_500);
  expect(health(region, 'web-a1')).toBe('draining Target.DeregistrationInProgress');
  region.pass(500);
  expect(health(region, 'web-a1')).toBeUndefined();
});

test('unknown groups, balancers and targets are refused by the codes of the service', () => {
  const region = smallRegion();
  const TargetGroupArn = arn(region);
  const one = [{ Id: 'i-0123456789abcdef0' }];
  expect(region.refusal(ID, 'DescribeTargetHealth', { TargetGroupArn: 'arn:x' })).toBe('TargetGroupNotFound');
  expect(region.refusal(ID, 'DescribeLoadBalancers', { Names: ['x'] })).toBe('LoadBalancerNotFound');
  expect(region.refusal(ID, 'DescribeListeners', { ListenerArns: ['x'] })).toBe('ListenerNotFound');
  expect(region.refusal(ID, 'RegisterTargets', { TargetGroupArn, Targets: one })).toBe('InvalidTarget');
  expect(region.refusal(ID, 'DeregisterTargets', { TargetGroupArn, Targets: one })).toBeUndefined();
  expect(region.refusal(ID, 'RegisterTargets', { TargetGroupArn, Targets: [] })).toBe('ValidationError');
});

test('a load balancer has a node in the zones of its subnets alone, and targets elsewhere are not in use', () => {
  const region = smallRegion();
  const [{ LoadBalancerArn, AvailabilityZones }] = region.call(ID, 'DescribeLoadBalancers').LoadBalancers;
  const subnets = AvailabilityZones.map(({ SubnetId }: { SubnetId: string }) => SubnetId);
  const set = (...Subnets: string[]) => region.call(ID, 'SetSubnets', { LoadBalancerArn, Subnets });
  const [balancer] = region.world.desired().loadBalancers;
  see(region, 'web-a1', 'healthy');
  expect(set(subnets[2], subnets[1]).AvailabilityZones).toEqual(AvailabilityZones.slice(1));
  expect(region.call(ID, 'DescribeLoadBalancers').LoadBalancers[0].AvailabilityZones).toHaveLength(2);
  expect(health(region, 'web-a1')).toBe('unused Target.NotInUse');
  const [without] = region.world.desired().loadBalancers;
  expect([without?.nodes, without?.targets]).toEqual([balancer?.nodes.slice(1), balancer?.targets.slice(2)]);
  set(...subnets);
  expect(region.world.desired().loadBalancers).toEqual([balancer]);
  expect(health(region, 'web-a1')).toBe('initial Elb.InitialHealthChecking');
});

test('subnets that a load balancer cannot have are refused, and change nothing', () => {
  const region = smallRegion();
  const [{ LoadBalancerArn, AvailabilityZones }] = region.call(ID, 'DescribeLoadBalancers').LoadBalancers;
  const [a, b] = AvailabilityZones.map(({ SubnetId }: { SubnetId: string }) => SubnetId);
  const before = region.world.snapshot();
  const refusal = (input: object) => region.refusal(ID, 'SetSubnets', { LoadBalancerArn, ...input });
  expect(refusal({ LoadBalancerArn: 'arn:x', Subnets: [a, b] })).toBe('LoadBalancerNotFound');
  expect(refusal({})).toBe('ValidationError');
  expect(refusal({ Subnets: [a, b], SubnetMappings: [{ SubnetId: a }] })).toBe('ValidationError');
  expect(refusal({ Subnets: [a] })).toBe('ValidationError');
  expect(refusal({ Subnets: [a, 'subnet-x'] })).toBe('SubnetNotFound');
  expect(refusal({ Subnets: [a, b, b] })).toBe('InvalidConfigurationRequest');
  expect(refusal({ Subnets: [a, b], IpAddressType: 'dualstack' })).toBe('UnsupportedOperation');
  expect(refusal({ SubnetMappings: [{ SubnetId: a }, { SubnetId: b, AllocationId: 'x' }] })).toBe(
    'UnsupportedOperation',
  );
  expect(region.world.snapshot()).toEqual(before);
  expect(refusal({ SubnetMappings: [{ SubnetId: a }, { SubnetId: b }] })).toBeUndefined();
});

describe('what a user changes of a target group', () => {
  const modify = (more: object) => (region: SmallRegion) =>
    region.refusal(ID, 'ModifyTargetGroup', { TargetGroupArn: arn(region), ...more });
  const told = (region: SmallRegion) => region.world.desired().loadBalancers[0];

  test('the way it checks its targets reaches the data plane; what is not given stays', () => {
    const region = smallRegion();
    const change = { HealthCheckPath: '/deep', HealthCheckIntervalSeconds: 10, UnhealthyThresholdCount: 4 };
    const { TargetGroups } = region.call(ID, 'ModifyTargetGroup', { TargetGroupArn: arn(region), ...change });
    expect(TargetGroups[0]).toMatchObject({ ...change, HealthyThresholdCount: 2 });
    expect(told(region)?.healthCheck).toEqual({
      path: '/deep',
      intervalMs: 10_000,
      timeoutMs: 500,
      healthyThreshold: 2,
      unhealthyThreshold: 4,
    });
  });

  test.each([
    [{ HealthCheckIntervalSeconds: 4 }, 'ValidationError'],
    [{ HealthyThresholdCount: 11 }, 'ValidationError'],
    [{ HealthCheckPath: 'healthz' }, 'ValidationError'],
    [{ HealthCheckTimeoutSeconds: 5 }, 'ValidationError'],
    [{ Matcher: { HttpCode: '200-399' } }, 'UnsupportedOperation'],
    [{ HealthCheckProtocol: 'HTTP', HealthCheckPort: 'traffic-port', Matcher: { HttpCode: '200-299' } }, undefined],
    [{ TargetGroupArn: 'arn:aws:elasticloadbalancing:us-east-1:1:targetgroup/x/1' }, 'TargetGroupNotFound'],
  ])('%j is answered with %s, and a refusal changes nothing', (more, code) => {
    const region = smallRegion();
    const before = JSON.stringify(told(region));
    expect(modify(more)(region)).toBe(code);
    expect(JSON.stringify(told(region))).toBe(before);
  });

  test('the deregistration delay and the zones that it sends to are attributes', () => {
    const region = smallRegion();
    const set = (Attributes: { Key: string; Value: string }[]) => ({ TargetGroupArn: arn(region), Attributes });
    const zones = { Key: 'load_balancing.cross_zone.enabled', Value: 'false' };
    const delay = { Key: 'deregistration_delay.timeout_seconds', Value: '7' };
    region.call(ID, 'ModifyTargetGroupAttributes', set([zones, delay]));
    const { Attributes } = region.call(ID, 'DescribeTargetGroupAttributes', { TargetGroupArn: arn(region) });
    expect(Attributes).toEqual(expect.arrayContaining([zones, delay]));
    expect(told(region)?.crossZone).toBe(false);
    const first = region.id('web-a1');
    region.call(ID, 'DeregisterTargets', { TargetGroupArn: arn(region), Targets: [{ Id: first }] });
    region.pass(6_999);
    expect(health(region, 'web-a1')).toContain('draining');
    region.pass(1);
    expect(health(region, 'web-a1')).toBeUndefined();
    const sticky = { Key: 'stickiness.enabled', Value: 'true' };
    expect(region.refusal(ID, 'ModifyTargetGroupAttributes', set([{ ...zones, Value: 'true' }, sticky]))).toBe(
      'UnsupportedOperation',
    );
    expect(told(region)?.crossZone).toBe(false);
  });

  test('load balancers, listeners and target groups have tags of their own', () => {
    const region = smallRegion();
    const [balancer] = region.call(ID, 'DescribeLoadBalancers').LoadBalancers;
    const arns = [balancer.LoadBalancerArn, arn(region)];
    const tagsOf = () =>
      region
        .call(ID, 'DescribeTags', { ResourceArns: arns })
        .TagDescriptions.map(({ Tags }: { Tags: { Key: string; Value: string }[] }) =>
          Object.fromEntries(Tags.map(({ Key, Value }) => [Key, Value])),
        );
    const tag = (Key: string, Value: string) => ({ Key, Value });
    region.call(ID, 'AddTags', { ResourceArns: arns, Tags: [tag('app', 'shop'), tag('tier', 'web')] });
    region.call(ID, 'AddTags', { ResourceArns: [arns[0]], Tags: [tag('tier', 'edge')] });
    region.call(ID, 'RemoveTags', { ResourceArns: [arns[1]], TagKeys: ['app', 'none'] });
    expect(tagsOf()).toEqual([{ app: 'shop', tier: 'edge' }, { tier: 'web' }]);
    const unknown = arns[0].replace('/shop/', '/shopp/');
    expect(region.refusal(ID, 'AddTags', { ResourceArns: [arns[0], unknown], Tags: [tag('a', 'b')] })).toBe(
      'LoadBalancerNotFound',
    );
    expect(tagsOf()[0]).toEqual({ app: 'shop', tier: 'edge' });
  });
});
