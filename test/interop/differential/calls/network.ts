import fc from 'fast-check';
import { among, type Call, call, filter, first, some, thing } from '../call.ts';

const ofVpc = filter('vpc-id', fc.tuple(first('vpc')));
const cidr = among('0.0.0.0/0', '10.0.16.0/20', '192.0.2.0/24', '203.0.113.7/32');
const port = among(22, 80, 443, 8080);

const permission = fc.oneof(
  fc
    .record({ port, ranges: fc.uniqueArray(cidr, { minLength: 1, maxLength: 2 }), protocol: among('tcp', 'udp') })
    .map(({ port, ranges, protocol }) => ({
      ...{ IpProtocol: protocol, FromPort: port, ToPort: port },
      IpRanges: ranges.map((CidrIp) => ({ CidrIp })),
    })),
  thing('sg').map((GroupId) => ({ IpProtocol: '-1', UserIdGroupPairs: [{ GroupId }] })),
  cidr.map((CidrIp) => ({ IpProtocol: 'icmp', FromPort: -1, ToPort: -1, IpRanges: [{ CidrIp, Description: 'ping' }] })),
);
const rules = { GroupId: thing('sg'), IpPermissions: fc.tuple(permission) };

const groups: fc.Arbitrary<Call> = fc.oneof(
  {
    weight: 3,
    arbitrary: call('CreateSecurityGroup', {
      GroupName: among('one', 'two', 'web', 'default'),
      Description: among('a group', 'another'),
      VpcId: thing('vpc'),
    }),
  },
  { weight: 3, arbitrary: call('AuthorizeSecurityGroupIngress', rules) },
  { weight: 2, arbitrary: call('AuthorizeSecurityGroupEgress', rules) },
  { weight: 2, arbitrary: call('RevokeSecurityGroupIngress', rules) },
  { weight: 1, arbitrary: call('RevokeSecurityGroupEgress', rules) },
  { weight: 2, arbitrary: call('DeleteSecurityGroup', { GroupId: thing('sg') }) },
  { weight: 3, arbitrary: call('DescribeSecurityGroups', { Filters: ofVpc }) },
  { weight: 1, arbitrary: call('DescribeSecurityGroups', { GroupIds: some('sg') }) },
  { weight: 2, arbitrary: call('DescribeSecurityGroupRules', { Filters: filter('group-id', some('sg')) }) },
);

const place = { NetworkAclId: thing('acl'), RuleNumber: among(90, 100, 110), Egress: fc.boolean() };
const entry = {
  ...place,
  ...{ Protocol: among('-1', '6'), RuleAction: among('allow', 'deny'), CidrBlock: cidr },
  PortRange: among({ From: 80, To: 80 }, { From: 1024, To: 65_535 }),
};

const acls: fc.Arbitrary<Call> = fc.oneof(
  { weight: 2, arbitrary: call('CreateNetworkAcl', { VpcId: thing('vpc') }) },
  { weight: 3, arbitrary: call('CreateNetworkAclEntry', entry) },
  { weight: 2, arbitrary: call('ReplaceNetworkAclEntry', entry) },
  { weight: 2, arbitrary: call('DeleteNetworkAclEntry', place) },
  { weight: 1, arbitrary: call('DeleteNetworkAcl', { NetworkAclId: thing('acl') }) },
  {
    weight: 2,
    arbitrary: call('ReplaceNetworkAclAssociation', { AssociationId: thing('aclassoc'), NetworkAclId: thing('acl') }),
  },
  { weight: 3, arbitrary: call('DescribeNetworkAcls', { Filters: ofVpc }) },
);

const route = {
  RouteTableId: thing('rtb'),
  DestinationCidrBlock: among('0.0.0.0/0', '192.0.2.0/24', '203.0.113.0/24'),
};

const places: fc.Arbitrary<Call> = fc.oneof(
  { weight: 2, arbitrary: call('CreateRoute', { ...route, GatewayId: thing('igw') }) },
  { weight: 1, arbitrary: call('ReplaceRoute', { ...route, GatewayId: first('igw') }) },
  { weight: 2, arbitrary: call('DeleteRoute', route) },
  { weight: 2, arbitrary: call('DescribeRouteTables', { Filters: ofVpc }) },
  { weight: 1, arbitrary: call('DescribeSubnets', { Filters: ofVpc }) },
  { weight: 1, arbitrary: call('DescribeSubnets', { SubnetIds: some('subnet') }) },
  { weight: 1, arbitrary: call('DescribeVpcs', { VpcIds: some('vpc') }) },
  {
    weight: 1,
    arbitrary: call('DescribeAvailabilityZones', { ZoneNames: among(['us-east-1a', 'us-east-1c'], ['us-east-1x']) }),
  },
);

/** What a user does with the network of a VPC. */
export const networkCalls: fc.Arbitrary<Call> = fc.oneof(groups, acls, places);
