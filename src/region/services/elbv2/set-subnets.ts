import type { SetSubnetsInput, SetSubnetsOutput, SubnetMapping } from '@aws-sdk/client-elastic-load-balancing-v2';
import { freeAddresses, noAddress } from '../ec2/add-instance.ts';
import { Fault } from '../fault.ts';
import type { LoadBalancer, RegionState, Zone } from '../state.ts';
import type { Step } from '../step.ts';
import { enabledZones } from './describe.ts';
import { noLoadBalancer } from './find.ts';

/** Enables the zones of these subnets for an application load balancer, and no other. A zone that stays keeps its node. */
export const setSubnets: Step<SetSubnetsInput, SetSubnetsOutput> = (state, input) => {
  const balancer = state.loadBalancers.find(({ arn }) => arn === input.LoadBalancerArn);
  if (!balancer) throw noLoadBalancer(input.LoadBalancerArn ?? '');
  refuseMembers(input);
  const zones = wantedZones(state, input);
  const nodes = zones.map(({ zoneId }) => nodeIn(state, balancer, zoneId));
  const isNew = (zoneId: string) => !balancer.nodes.some((node) => node.zoneId === zoneId);
  for (const target of balancer.targetGroup.targets) {
    const zoneId = state.instances.find(({ instanceId }) => instanceId === target.instanceId)?.zoneId;
    if (zoneId === undefined || !isNew(zoneId) || target.draining) continue;
    Object.assign(target, { health: 'initial', reason: '' });
  }
  balancer.nodes = nodes;
  return { AvailabilityZones: enabledZones(state, balancer), IpAddressType: 'ipv4' };
};

/** The zones of the subnets, in the order of the region. */
function wantedZones(
  state: RegionState,
  { Subnets: ids = [], SubnetMappings: mappings = [] }: SetSubnetsInput,
): Zone[] {
  if (ids.length > 0 === mappings.length > 0) {
    throw new Fault('ValidationError', 'You must specify either subnets or subnet mappings, and not both', 400);
  }
  const wanted = [...ids, ...mappings.map(({ SubnetId = '' }) => SubnetId)];
  for (const id of wanted) {
    if (state.zones.some(({ subnetId }) => subnetId === id)) continue;
    throw new Fault('SubnetNotFound', `The subnet ID '${id}' does not exist`, 400);
  }
  if (new Set(wanted).size < wanted.length) {
    const why = 'A load balancer cannot be attached to multiple subnets in the same Availability Zone';
    throw new Fault('InvalidConfigurationRequest', why, 400);
  }
  if (wanted.length < 2) {
    const why = 'At least two subnets in two different Availability Zones must be specified';
    throw new Fault('ValidationError', why, 400);
  }
  return state.zones.filter(({ subnetId }) => wanted.includes(subnetId));
}

function nodeIn(state: RegionState, { nodes }: LoadBalancer, zoneId: string): LoadBalancer['nodes'][number] {
  const present = nodes.find((node) => node.zoneId === zoneId);
  const [address] = present ? [present.address] : freeAddresses(state, zoneId, 1, 4);
  if (address === undefined) throw noAddress(zoneId);
  return { zoneId, address };
}

const OF_NETWORK = [
  'AllocationId',
  'PrivateIPv4Address',
  'IPv6Address',
  'SourceNatIpv6Prefix',
] as const satisfies readonly (keyof SubnetMapping)[];

/** What would change the meaning and is for other kinds of load balancers. */
function refuseMembers({ IpAddressType: type, EnablePrefixForIpv6SourceNat: prefix, ...input }: SetSubnetsInput): void {
  const mapped = (input.SubnetMappings ?? []).flatMap((mapping) => OF_NETWORK.filter((member) => mapping[member]));
  const members = [
    ...(type !== undefined && type !== 'ipv4' ? ['IpAddressType'] : []),
    ...(prefix === 'on' ? ['EnablePrefixForIpv6SourceNat'] : []),
    ...mapped,
  ];
  const [first] = members;
  if (first === undefined) return;
  throw new Fault('UnsupportedOperation', `The region does not honour "${first}" of a load balancer.`, 501);
}
