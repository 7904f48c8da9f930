import type {
  Instance as Ec2Instance,
  GroupIdentifier,
  InstanceNetworkInterface,
  InstanceState,
  Tag,
} from '@aws-sdk/client-ec2';
import type { Instance, InstanceStateName, RegionState, Tags } from '../state.ts';
import type { Facets } from './filter.ts';

const CODES: Record<InstanceStateName, number> = {
  pending: 0,
  running: 16,
  'shutting-down': 32,
  terminated: 48,
  stopping: 64,
  stopped: 80,
};

export const stateView = (name: InstanceStateName): InstanceState => ({ Code: CODES[name], Name: name });

/** Tags in the order of their keys. */
export const tagsView = (tags: Tags): Tag[] =>
  Object.entries(tags)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([Key, Value]) => ({ Key, Value }));

/** What a view of an instance was made of. What else it shows of the instance never changes. */
interface Shown extends Pick<Instance, 'groupIds' | 'launchMs' | 'reason' | 'state' | 'tags'> {
  readonly view: Ec2Instance;
}

const shown = new WeakMap<Instance, Shown>();

/** An instance as DescribeInstances shows it: the same, frozen, until it changes, so that it need be written once only. */
export function instanceView(state: RegionState, instance: Instance): Ec2Instance {
  const last = shown.get(instance);
  if (last && isStill(last, instance)) return last.view;
  const { groupIds, launchMs, reason, state: now, tags } = instance;
  const view = Object.freeze(newView(state, instance));
  shown.set(instance, { groupIds, launchMs, reason, state: now, tags, view });
  return view;
}

const isStill = (last: Shown, now: Instance): boolean =>
  last.state === now.state &&
  last.tags === now.tags &&
  last.groupIds === now.groupIds &&
  last.reason === now.reason &&
  last.launchMs === now.launchMs;

function newView(state: RegionState, instance: Instance): Ec2Instance {
  const zone = zoneOf(state, instance);
  const { vpcId } = state.vpc;
  const gone = instance.state === 'terminated';
  return {
    InstanceId: instance.instanceId,
    ImageId: instance.imageId,
    ...(instance.profile && { IamInstanceProfile: { Arn: instance.profile.arn, Id: instance.profile.id } }),
    InstanceType: instance.instanceType as NonNullable<Ec2Instance['InstanceType']>,
    State: stateView(instance.state),
    StateTransitionReason: instance.reason,
    ...(instance.reason !== '' && { StateReason: USER_SHUTDOWN }),
    AmiLaunchIndex: instance.launchIndex ?? 0,
    LaunchTime: new Date(instance.launchMs),
    Placement: {
      AvailabilityZone: zone.zoneName,
      AvailabilityZoneId: zone.zoneId,
      GroupName: '',
      Tenancy: 'default',
    },
    PrivateDnsName: privateDnsName(instance),
    PublicDnsName: '',
    ...(!gone && {
      PrivateIpAddress: instance.address,
      SubnetId: zone.subnetId,
      VpcId: vpcId,
      NetworkInterfaces: [interfaceView(state, instance)],
    }),
    SecurityGroups: gone ? [] : groupsView(state, instance),
    Tags: tagsView(instance.tags),
    ...(instance.clientToken !== '' && { ClientToken: instance.clientToken }),
    ...FIXED,
  };
}

const USER_SHUTDOWN = {
  Code: 'Client.UserInitiatedShutdown',
  Message: 'Client.UserInitiatedShutdown: User initiated shutdown',
};

/** What is the same of every instance here. */
const FIXED: Ec2Instance = {
  Architecture: 'x86_64',
  BlockDeviceMappings: [],
  EbsOptimized: false,
  EnaSupport: true,
  Hypervisor: 'xen',
  Monitoring: { State: 'disabled' },
  ProductCodes: [],
  RootDeviceName: '/dev/xvda',
  RootDeviceType: 'ebs',
  SourceDestCheck: true,
  VirtualizationType: 'hvm',
};

/** The security groups of an instance, by id and name. */
export const groupsView = ({ network }: RegionState, { groupIds }: Pick<Instance, 'groupIds'>): GroupIdentifier[] =>
  groupIds.map((id) => ({
    GroupId: id,
    GroupName: network.securityGroups.find(({ groupId }) => groupId === id)?.name ?? '',
  }));

/** The interface of an instance, as far as it is shown with the instance. */
export function interfaceView(state: RegionState, instance: Instance) {
  const name = privateDnsName(instance);
  const { eniId, zoneId, address, ordinal } = instance;
  const subnetId = state.zones.find((zone) => zone.zoneId === zoneId)?.subnetId ?? '';
  const tail = [24, 16, 8, 0].map((shift) => ((ordinal >> shift) & 255).toString(16).padStart(2, '0'));
  return {
    NetworkInterfaceId: eniId,
    SubnetId: subnetId,
    VpcId: state.vpc.vpcId,
    OwnerId: state.accountId,
    Status: 'in-use' as const,
    Groups: groupsView(state, instance),
    MacAddress: `02:00:${tail.join(':')}`,
    PrivateDnsName: name,
    PrivateIpAddress: address,
    PrivateIpAddresses: [{ Primary: true, PrivateIpAddress: address, PrivateDnsName: name }],
    Attachment: {
      AttachTime: new Date(instance.launchMs),
      AttachmentId: eniId.replace('eni-', 'eni-attach-'),
      DeleteOnTermination: true,
      DeviceIndex: 0,
      NetworkCardIndex: 0,
      Status: 'attached' as const,
    },
    Description: '',
    InterfaceType: 'interface' as const,
    Ipv6Addresses: [],
    SourceDestCheck: true,
  } satisfies InstanceNetworkInterface;
}

const privateDnsName = ({ address }: Instance) => `ip-${address.replaceAll('.', '-')}.ec2.internal`;

export function zoneOf(state: RegionState, { zoneId }: Pick<Instance, 'zoneId'>) {
  const zone = state.zones.find((candidate) => candidate.zoneId === zoneId);
  if (!zone) throw new Error(`an instance stands in zone "${zoneId}", which the region does not have`);
  return zone;
}

/** What DescribeInstances can be filtered by, besides tags. */
export const instanceFacets = (state: RegionState): Facets<Instance> => ({
  'instance-id': (i) => [i.instanceId],
  'instance-state-name': (i) => [i.state],
  'instance-state-code': (i) => [String(CODES[i.state])],
  'instance-type': (i) => [i.instanceType],
  'availability-zone': (i) => [zoneOf(state, i).zoneName],
  'availability-zone-id': (i) => [i.zoneId],
  'subnet-id': (i) => [zoneOf(state, i).subnetId],
  'vpc-id': () => [state.vpc.vpcId],
  'private-ip-address': (i) => [i.address],
  'private-dns-name': (i) => [privateDnsName(i)],
  'network-interface.network-interface-id': (i) => [i.eniId],
  'instance.group-id': (i) => i.groupIds,
  'network-interface.group-id': (i) => i.groupIds,
  'instance.group-name': (i) => groupsView(state, i).map(({ GroupName = '' }) => GroupName),
  'iam-instance-profile.arn': (i) => (i.profile ? [i.profile.arn] : []),
  'iam-instance-profile.id': (i) => (i.profile ? [i.profile.id] : []),
  'image-id': (i) => [i.imageId],
  'client-token': (i) => (i.clientToken === '' ? [] : [i.clientToken]),
  'reservation-id': (i) => [i.reservationId],
  'owner-id': () => [state.accountId],
});
