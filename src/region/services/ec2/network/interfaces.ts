import type {
  DescribeNetworkInterfacesRequest,
  DescribeNetworkInterfacesResult,
  ModifyInstanceAttributeRequest,
  NetworkInterface,
} from '@aws-sdk/client-ec2';
import { Fault } from '../../fault.ts';
import type { Instance, RegionState } from '../../state.ts';
import type { Step } from '../../step.ts';
import { applyFilters, type Facets } from '../filter.ts';
import { endDryRun, requireInstances } from '../find-instances.ts';
import { groupsView, interfaceView, zoneOf } from '../instance-view.ts';
import { page } from '../page.ts';
import { requireGroups, unsupported } from './find.ts';

/** Each instance has one interface; those of load balancers are not shown. */
export const describeNetworkInterfaces: Step<DescribeNetworkInterfacesRequest, DescribeNetworkInterfacesResult> = (
  state,
  input,
) => {
  const ids = input.NetworkInterfaceIds ?? [];
  const all = state.instances.filter((instance) => instance.state !== 'terminated');
  const unknown = ids.find((id) => !all.some(({ eniId }) => eniId === id));
  if (unknown !== undefined) {
    const why = `The networkInterface ID '${unknown}' does not exist`;
    throw new Fault('InvalidNetworkInterfaceID.NotFound', why);
  }
  const named = all.filter(({ eniId }) => ids.length === 0 || ids.includes(eniId));
  const matches = applyFilters(named, input.Filters, interfaceFacets(state));
  const { items, next } = page(matches, input, ({ ordinal }) => ordinal, 5);
  endDryRun(input);
  return { NetworkInterfaces: items.map((one) => view(state, one)), ...(next !== undefined && { NextToken: next }) };
};

/** Of the attributes of an instance, its security groups can be changed here. */
export const modifyInstanceAttribute: Step<ModifyInstanceAttributeRequest, void> = (state, input) => {
  const { InstanceId: id, Groups: groups, DryRun, ...others } = input;
  const [instance] = requireInstances(state, id === undefined ? [] : [id]);
  const other = Object.entries(others).find(([, value]) => value !== undefined);
  if (other) throw unsupported(other[0]);
  if (!groups || groups.length === 0) {
    throw new Fault('InvalidParameterCombination', 'No attributes specified.');
  }
  const found = securityGroupIds(state, groups);
  if (instance?.state === 'terminated' || instance?.state === 'shutting-down') {
    throw new Fault('IncorrectInstanceState', `The instance '${id}' is not in a state in which it can be modified.`);
  }
  endDryRun({ DryRun });
  if (instance) instance.groupIds = found;
};

/** The groups that an instance may be put in: at most five, all of which exist. */
export function securityGroupIds(state: RegionState, ids: readonly string[]): readonly string[] {
  const found = requireGroups(state, ids).map(({ groupId }) => groupId);
  if (found.length > MAX_GROUPS) {
    const why = `The maximum number of security groups per interface is ${MAX_GROUPS}.`;
    throw new Fault('SecurityGroupsPerInterfaceLimitExceeded', why);
  }
  return found;
}

const MAX_GROUPS = 5;

function view(state: RegionState, instance: Instance): NetworkInterface {
  const shown = interfaceView(state, instance);
  const zone = zoneOf(state, instance);
  return {
    ...shown,
    AvailabilityZone: zone.zoneName,
    AvailabilityZoneId: zone.zoneId,
    Attachment: { ...shown.Attachment, InstanceId: instance.instanceId, InstanceOwnerId: state.accountId },
    RequesterManaged: false,
    TagSet: [],
  };
}

const interfaceFacets = (state: RegionState): Facets<Instance> => ({
  'network-interface-id': ({ eniId }) => [eniId],
  'attachment.instance-id': ({ instanceId }) => [instanceId],
  'attachment.status': () => ['attached'],
  'availability-zone': (instance) => [zoneOf(state, instance).zoneName],
  'group-id': ({ groupIds }) => groupIds,
  'group-name': (instance) => groupsView(state, instance).map(({ GroupName = '' }) => GroupName),
  'private-ip-address': ({ address }) => [address],
  'addresses.private-ip-address': ({ address }) => [address],
  'owner-id': () => [state.accountId],
  'subnet-id': (instance) => [zoneOf(state, instance).subnetId],
  'vpc-id': () => [state.vpc.vpcId],
  status: () => ['in-use'],
});
