import type {
  AvailabilityZone,
  DescribeListenersInput,
  DescribeListenersOutput,
  DescribeLoadBalancersInput,
  DescribeLoadBalancersOutput,
  DescribeTargetGroupsInput,
  DescribeTargetGroupsOutput,
  LoadBalancer as LoadBalancerView,
  TargetGroup as TargetGroupView,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { Fault } from '../fault.ts';
import type { LoadBalancer, RegionState } from '../state.ts';
import type { Step } from '../step.ts';
import { noLoadBalancer, pageOf } from './find.ts';

export const describeLoadBalancers: Step<DescribeLoadBalancersInput, DescribeLoadBalancersOutput> = (state, input) => {
  const { LoadBalancerArns: arns, Names: names } = input;
  refuseBoth(arns, names);
  const unknown =
    arns?.find((arn) => !state.loadBalancers.some((balancer) => balancer.arn === arn)) ??
    names?.find((name) => !state.loadBalancers.some((balancer) => balancer.name === name));
  if (unknown !== undefined) throw noLoadBalancer(unknown);
  const matches = state.loadBalancers.filter(({ arn, name }) => asked(arns, arn) && asked(names, name));
  const { items, next } = pageOf(matches, input);
  return {
    LoadBalancers: items.map((balancer) => loadBalancerView(state, balancer)),
    ...(next !== undefined && { NextMarker: next }),
  };
};

export const describeTargetGroups: Step<DescribeTargetGroupsInput, DescribeTargetGroupsOutput> = (state, input) => {
  const { TargetGroupArns: arns, Names: names, LoadBalancerArn: balancer } = input;
  refuseBoth(arns, names);
  const groups = state.loadBalancers.map(({ targetGroup }) => targetGroup);
  const unknown =
    arns?.find((arn) => !groups.some((group) => group.arn === arn)) ??
    names?.find((name) => !groups.some((group) => group.name === name));
  if (unknown !== undefined) {
    throw new Fault('TargetGroupNotFound', `One or more target groups not found: '${unknown}'`, 400);
  }
  if (balancer !== undefined && !state.loadBalancers.some(({ arn }) => arn === balancer))
    throw noLoadBalancer(balancer);
  const matches = state.loadBalancers.filter(
    ({ arn, targetGroup }) =>
      asked(arns, targetGroup.arn) && asked(names, targetGroup.name) && arn === (balancer ?? arn),
  );
  const { items, next } = pageOf(matches, input);
  return {
    TargetGroups: items.map((found) => targetGroupView(state, found)),
    ...(next !== undefined && { NextMarker: next }),
  };
};

export const describeListeners: Step<DescribeListenersInput, DescribeListenersOutput> = (state, input) => {
  const { LoadBalancerArn: balancer, ListenerArns: arns } = input;
  if (balancer === undefined && (!arns || arns.length === 0)) {
    throw new Fault('ValidationError', 'You must specify either listener ARNs or a load balancer ARN', 400);
  }
  if (balancer !== undefined && !state.loadBalancers.some(({ arn }) => arn === balancer))
    throw noLoadBalancer(balancer);
  const unknown = arns?.find((arn) => !state.loadBalancers.some(({ listenerArn }) => listenerArn === arn));
  if (unknown !== undefined) throw new Fault('ListenerNotFound', `One or more listeners not found: '${unknown}'`, 400);
  const matches = state.loadBalancers.filter(
    ({ arn, listenerArn }) => arn === (balancer ?? arn) && asked(arns, listenerArn),
  );
  const { items, next } = pageOf(matches, input);
  return {
    Listeners: items.map(({ arn, listenerArn, listenPort, targetGroup }) => ({
      ListenerArn: listenerArn,
      LoadBalancerArn: arn,
      Port: listenPort,
      Protocol: 'HTTP',
      DefaultActions: [{ Type: 'forward', TargetGroupArn: targetGroup.arn, Order: 1 }],
    })),
    ...(next !== undefined && { NextMarker: next }),
  };
};

const asked = (names: readonly string[] | undefined, name: string) =>
  !names || names.length === 0 || names.includes(name);

function refuseBoth(arns: readonly string[] | undefined, names: readonly string[] | undefined): void {
  if (arns && arns.length > 0 && names && names.length > 0) {
    throw new Fault('ValidationError', 'ARNs and names cannot be specified at the same time', 400);
  }
}

function loadBalancerView(state: RegionState, balancer: LoadBalancer): LoadBalancerView {
  return {
    LoadBalancerArn: balancer.arn,
    LoadBalancerName: balancer.name,
    DNSName: balancer.dnsName,
    CanonicalHostedZoneId: balancer.hostedZoneId,
    CreatedTime: new Date(balancer.createdMs),
    Scheme: 'internet-facing',
    VpcId: state.vpc.vpcId,
    State: { Code: 'active' },
    Type: 'application',
    IpAddressType: 'ipv4',
    AvailabilityZones: enabledZones(state, balancer),
    SecurityGroups: [...balancer.securityGroupIds],
  };
}

/** The zones that a load balancer has a node in. */
export const enabledZones = ({ zones }: RegionState, { nodes }: LoadBalancer): AvailabilityZone[] =>
  zones
    .filter(({ zoneId }) => nodes.some((node) => node.zoneId === zoneId))
    .map(({ zoneName, subnetId }) => ({ ZoneName: zoneName, SubnetId: subnetId, LoadBalancerAddresses: [] }));

export function targetGroupView(state: RegionState, { arn, targetGroup }: LoadBalancer): TargetGroupView {
  const { healthCheck } = targetGroup;
  return {
    TargetGroupArn: targetGroup.arn,
    TargetGroupName: targetGroup.name,
    Protocol: 'HTTP',
    ProtocolVersion: 'HTTP1',
    Port: targetGroup.port,
    VpcId: state.vpc.vpcId,
    TargetType: 'instance',
    LoadBalancerArns: [arn],
    IpAddressType: 'ipv4',
    HealthCheckEnabled: true,
    HealthCheckProtocol: 'HTTP',
    HealthCheckPort: 'traffic-port',
    HealthCheckPath: healthCheck.path,
    HealthCheckIntervalSeconds: Math.ceil(healthCheck.intervalMs / 1_000),
    HealthCheckTimeoutSeconds: Math.ceil(healthCheck.timeoutMs / 1_000),
    HealthyThresholdCount: healthCheck.healthyThreshold,
    UnhealthyThresholdCount: healthCheck.unhealthyThreshold,
    Matcher: { HttpCode: '200-299' },
  };
}
