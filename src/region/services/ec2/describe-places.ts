import type {
  AvailabilityZone,
  DescribeAvailabilityZonesRequest,
  DescribeAvailabilityZonesResult,
  DescribeRegionsRequest,
  DescribeRegionsResult,
  DescribeSubnetsRequest,
  DescribeSubnetsResult,
  DescribeVpcsRequest,
  DescribeVpcsResult,
  Subnet,
} from '@aws-sdk/client-ec2';
import { Fault } from '../fault.ts';
import type { RegionState, Vpc, Zone } from '../state.ts';
import type { Step } from '../step.ts';
import { freeAddresses } from './add-instance.ts';
import { applyFilters, type Facets } from './filter.ts';
import { endDryRun } from './find-instances.ts';
import { tagsView } from './instance-view.ts';
import { page } from './page.ts';

export const describeAvailabilityZones: Step<DescribeAvailabilityZonesRequest, DescribeAvailabilityZonesResult> = (
  state,
  input,
) => {
  for (const name of input.ZoneNames ?? []) {
    if (!state.zones.some(({ zoneName }) => zoneName === name)) throw noZone(name);
  }
  for (const id of input.ZoneIds ?? []) {
    if (!state.zones.some(({ zoneId }) => zoneId === id)) throw noZone(id);
  }
  const named = state.zones.filter(
    ({ zoneName, zoneId }) => asked(input.ZoneNames, zoneName) && asked(input.ZoneIds, zoneId),
  );
  const matches = applyFilters(named, input.Filters, {
    'zone-name': ({ zoneName }) => [zoneName],
    'zone-id': ({ zoneId }) => [zoneId],
    'zone-type': () => ['availability-zone'],
    'region-name': () => [state.region],
    'group-name': () => [state.region],
    'opt-in-status': () => ['opt-in-not-required'],
    state: (zone) => [zoneStateOf(zone)],
  });
  endDryRun(input);
  return { AvailabilityZones: matches.map((zone) => zoneView(state, zone)) };
};

/** There is one region: this one. */
export const describeRegions: Step<DescribeRegionsRequest, DescribeRegionsResult> = (state, input) => {
  const { region } = state;
  const unknown = input.RegionNames?.find((name) => name !== region);
  if (unknown !== undefined) throw new Fault('InvalidParameterValue', `Invalid region name: [${unknown}]`);
  const matches = applyFilters([region], input.Filters, {
    'region-name': (name) => [name],
    endpoint: (name) => [endpointOf(name)],
    'opt-in-status': () => ['opt-in-not-required'],
  });
  endDryRun(input);
  const view = (name: string) => ({
    RegionName: name,
    Endpoint: endpointOf(name),
    OptInStatus: 'opt-in-not-required' as const,
  });
  return { Regions: matches.map(view) };
};

const endpointOf = (region: string) => `ec2.${region}.amazonaws.com`;

const noZone = (zone: string) => new Fault('InvalidParameterValue', `Invalid availability zone: [${zone}]`);
const asked = (names: readonly string[] | undefined, name: string) =>
  !names || names.length === 0 || names.includes(name);
const zoneStateOf = ({ power }: Zone) => (power === 'off' ? 'impaired' : 'available');

function zoneView(state: RegionState, zone: Zone): AvailabilityZone {
  return {
    ZoneName: zone.zoneName,
    ZoneId: zone.zoneId,
    RegionName: state.region,
    GroupName: state.region,
    NetworkBorderGroup: state.region,
    ZoneType: 'availability-zone',
    OptInStatus: 'opt-in-not-required',
    State: zoneStateOf(zone),
    Messages: [],
  };
}

export const describeSubnets: Step<DescribeSubnetsRequest, DescribeSubnetsResult> = (state, input) => {
  const missing = input.SubnetIds?.find((id) => !state.zones.some(({ subnetId }) => subnetId === id));
  if (missing !== undefined) throw noSubnet(missing);
  const named = state.zones.filter(({ subnetId }) => asked(input.SubnetIds, subnetId));
  const matches = applyFilters(named, input.Filters, subnetFacets(state), ({ tags }) => tags);
  const { items, next } = page(matches, input, (zone) => state.zones.indexOf(zone), 5);
  endDryRun(input);
  return { Subnets: items.map((zone) => subnetView(state, zone)), ...(next !== undefined && { NextToken: next }) };
};

export const noSubnet = (id: string): Fault =>
  new Fault('InvalidSubnetID.NotFound', `The subnet ID '${id}' does not exist`);

const subnetFacets = ({ vpc, accountId }: RegionState): Facets<Zone> => ({
  'subnet-id': ({ subnetId }) => [subnetId],
  'vpc-id': () => [vpc.vpcId],
  'availability-zone': ({ zoneName }) => [zoneName],
  availabilityZone: ({ zoneName }) => [zoneName],
  'availability-zone-id': ({ zoneId }) => [zoneId],
  availabilityZoneId: ({ zoneId }) => [zoneId],
  'cidr-block': ({ cidr }) => [cidr],
  cidr: ({ cidr }) => [cidr],
  'owner-id': () => [accountId],
  state: () => ['available'],
});

function subnetView(state: RegionState, zone: Zone): Subnet {
  return {
    SubnetId: zone.subnetId,
    SubnetArn: `arn:aws:ec2:${state.region}:${state.accountId}:subnet/${zone.subnetId}`,
    VpcId: state.vpc.vpcId,
    OwnerId: state.accountId,
    AvailabilityZone: zone.zoneName,
    AvailabilityZoneId: zone.zoneId,
    AvailableIpAddressCount: freeAddresses(state, zone.zoneId, Number.POSITIVE_INFINITY, RESERVED).length,
    CidrBlock: zone.cidr,
    AssignIpv6AddressOnCreation: false,
    DefaultForAz: false,
    EnableDns64: false,
    Ipv6Native: false,
    MapCustomerOwnedIpOnLaunch: false,
    MapPublicIpOnLaunch: false,
    PrivateDnsNameOptionsOnLaunch: {
      HostnameType: 'ip-name',
      EnableResourceNameDnsARecord: false,
      EnableResourceNameDnsAAAARecord: false,
    },
    State: 'available',
    Tags: tagsView(zone.tags),
  };
}

/** AWS keeps the first four addresses of a subnet, and the last, for itself. */
const RESERVED = 4;

export const describeVpcs: Step<DescribeVpcsRequest, DescribeVpcsResult> = (state, input) => {
  const missing = input.VpcIds?.find((id) => id !== state.vpc.vpcId);
  if (missing !== undefined) throw new Fault('InvalidVpcID.NotFound', `The vpc ID '${missing}' does not exist`);
  const facets: Facets<Vpc> = {
    'vpc-id': ({ vpcId }) => [vpcId],
    cidr: ({ cidr }) => [cidr],
    'is-default': () => ['false'],
    'owner-id': () => [state.accountId],
    state: () => ['available'],
  };
  const matches = applyFilters([state.vpc], input.Filters, facets, ({ tags }) => tags);
  const { items } = page(matches, input, () => 0, 5);
  endDryRun(input);
  return {
    Vpcs: items.map(({ vpcId, cidr, tags }) => ({
      VpcId: vpcId,
      OwnerId: state.accountId,
      CidrBlock: cidr,
      CidrBlockAssociationSet: [
        {
          AssociationId: vpcId.replace('vpc-', 'vpc-cidr-assoc-'),
          CidrBlock: cidr,
          CidrBlockState: { State: 'associated' },
        },
      ],
      DhcpOptionsId: 'default',
      InstanceTenancy: 'default',
      IsDefault: false,
      State: 'available',
      Tags: tagsView(tags),
    })),
  };
};
