import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { OUTSIDE_ADDRESS, verdictOn } from '../../../src/region/network.ts';
import { type SmallRegion, smallRegion } from '../small-region.ts';

let region: SmallRegion;
const ec2 = (operation: string, input: Record<string, unknown> = {}) => region.call('ec2', operation, input);
const refusal = (operation: string, input: Record<string, unknown>) => {
  const before = region.world.snapshot();
  const code = region.refusal('ec2', operation, input);
  expect(region.world.snapshot(), 'a refusal changes nothing').toEqual(before);
  return code;
};
const filter = (Name: string, ...Values: string[]) => ({ Filters: [{ Name, Values }] });
const addressOf = (name: string): string =>
  ec2('DescribeInstances', { InstanceIds: [region.id(name)] }).Reservations[0].Instances[0].PrivateIpAddress;
const reaches = (from: string, to: string, port = 8_080) =>
  verdictOn(
    region.world.desired().network,
    from === 'outside' ? OUTSIDE_ADDRESS : addressOf(from),
    addressOf(to),
    port,
  );
const VpcId = () => ec2('DescribeVpcs').Vpcs[0].VpcId;
const groupId = (name: string) => ec2('DescribeSecurityGroups', { GroupNames: [name] }).SecurityGroups[0].GroupId;
const anywhere = (port: number) => [
  { IpProtocol: 'tcp', FromPort: port, ToPort: port, IpRanges: [{ CidrIp: '0.0.0.0/0' }] },
];

beforeEach(() => {
  region = smallRegion();
  region.settle();
});

test('a new region lets everybody reach every port that something listens on, and no other', () => {
  const names = ['outside', 'web-a1', 'web-b1', 'db-a1'];
  for (const from of names) {
    for (const to of names.slice(1)) {
      if (from === to) continue;
      expect(reaches(from, to, to.startsWith('db') ? 5_432 : 8_080), `${from} to ${to}`).toBe('open');
      expect(reaches(from, to, 22), `${from} to ${to}:22`).toBe('closed');
    }
  }
});

describe('network ACLs', () => {
  const aclOf = (zone: string) => {
    const { SubnetId } = ec2('DescribeSubnets', filter('availability-zone-id', zone)).Subnets[0];
    const [acl] = ec2('DescribeNetworkAcls', filter('association.subnet-id', SubnetId)).NetworkAcls;
    const association = acl.Associations.find((one: { SubnetId: string }) => one.SubnetId === SubnetId);
    return { SubnetId, NetworkAclId: acl.NetworkAclId, AssociationId: association.NetworkAclAssociationId };
  };
  const create = (input = {}) => ec2('CreateNetworkAcl', { VpcId: VpcId(), ...input }).NetworkAcl.NetworkAclId;
  const swap = (zone: string, NetworkAclId: string) =>
    ec2('ReplaceNetworkAclAssociation', { AssociationId: aclOf(zone).AssociationId, NetworkAclId }).NewAssociationId;
  const entry = (NetworkAclId: string, RuleNumber = 100, more = {}) => ({
    NetworkAclId,
    RuleNumber,
    Egress: false,
    RuleAction: 'allow',
    Protocol: '6',
    CidrBlock: '10.0.0.0/16',
    PortRange: { From: 8_080, To: 8_080 },
    ...more,
  });

  test('the default one has every subnet and, last in each direction, the rule that denies', () => {
    const [acl, ...others] = ec2('DescribeNetworkAcls').NetworkAcls;
    expect(others).toEqual([]);
    expect(acl).toMatchObject({ IsDefault: true, VpcId: VpcId() });
    expect(acl.Associations).toHaveLength(3);
    const shown = acl.Entries.map((one: { Egress: boolean; RuleNumber: number; RuleAction: string }) => [
      one.Egress,
      one.RuleNumber,
      one.RuleAction,
    ]);
    expect(shown).toEqual([
      [true, 100, 'allow'],
      [true, 32_767, 'deny'],
      [false, 100, 'allow'],
      [false, 32_767, 'deny'],
    ]);
  });

  test('a subnet under an empty ACL is cut off from all but itself; put back, it is as before', () => {
    const before = aclOf('use1-az1');
    const fresh = swap('use1-az1', create());
    expect(fresh).not.toBe(before.AssociationId);
    expect([reaches('outside', 'web-a1'), reaches('web-b1', 'web-a1'), reaches('web-a1', 'web-b1')]).toEqual([
      'dropped',
      'dropped',
      'dropped',
    ]);
    expect([reaches('web-a1', 'db-a1', 5_432), reaches('outside', 'web-b1')]).toEqual(['open', 'open']);
    swap('use1-az1', before.NetworkAclId);
    expect(reaches('web-b1', 'web-a1')).toBe('open');
  });

  test('answers need a rule of their own: an ACL knows no connections', () => {
    const acl = create();
    swap('use1-az1', acl);
    ec2('CreateNetworkAclEntry', entry(acl));
    expect(reaches('web-b1', 'web-a1')).toBe('dropped');
    ec2('CreateNetworkAclEntry', entry(acl, 100, { Egress: true, PortRange: { From: 1_024, To: 65_535 } }));
    expect(reaches('web-b1', 'web-a1')).toBe('open');
    expect(reaches('web-a1', 'web-b1'), 'the other way its answers do not get in').toBe('dropped');
    ec2('CreateNetworkAclEntry', entry(acl, 50, { RuleAction: 'deny', CidrBlock: '10.0.32.0/20' }));
    expect(reaches('web-b1', 'web-a1'), 'a lower number is asked first').toBe('dropped');
    ec2('ReplaceNetworkAclEntry', entry(acl, 50, { RuleAction: 'deny', CidrBlock: '10.0.48.0/20' }));
    expect(reaches('web-b1', 'web-a1')).toBe('open');
    ec2('DeleteNetworkAclEntry', { NetworkAclId: acl, RuleNumber: 100, Egress: true });
    expect(reaches('web-b1', 'web-a1')).toBe('dropped');
  });

  test('refusals have the codes of EC2', () => {
    const acl = create();
    ec2('CreateNetworkAclEntry', entry(acl));
    const used = aclOf('use1-az1');
    expect(refusal('CreateNetworkAclEntry', entry(acl))).toBe('NetworkAclEntryAlreadyExists');
    expect(refusal('CreateNetworkAclEntry', entry(acl, 0))).toBe('InvalidParameterValue');
    expect(refusal('CreateNetworkAclEntry', entry(acl, 32_767))).toBe('InvalidParameterValue');
    expect(refusal('CreateNetworkAclEntry', entry(acl, 7, { CidrBlock: '10.0.0/16' }))).toBe('InvalidParameterValue');
    expect(refusal('CreateNetworkAclEntry', entry(acl, 7, { PortRange: undefined }))).toBe('MissingParameter');
    expect(refusal('CreateNetworkAclEntry', entry(acl, 7, { Ipv6CidrBlock: '::/0' }))).toBe('UnsupportedOperation');
    expect(refusal('ReplaceNetworkAclEntry', entry(acl, 7))).toBe('InvalidNetworkAclEntry.NotFound');
    expect(refusal('DeleteNetworkAclEntry', { ...entry(acl), Egress: true })).toBe('InvalidNetworkAclEntry.NotFound');
    expect(refusal('CreateNetworkAclEntry', entry('acl-0'))).toBe('InvalidNetworkAclID.NotFound');
    expect(refusal('DescribeNetworkAcls', { NetworkAclIds: ['acl-0'] })).toBe('InvalidNetworkAclID.NotFound');
    expect(refusal('DeleteNetworkAcl', { NetworkAclId: used.NetworkAclId })).toBe('InvalidParameterValue');
    swap('use1-az2', acl);
    expect(refusal('DeleteNetworkAcl', { NetworkAclId: acl })).toBe('DependencyViolation');
    const gone = { AssociationId: 'aclassoc-0', NetworkAclId: acl };
    expect(refusal('ReplaceNetworkAclAssociation', gone)).toBe('InvalidAssociationID.NotFound');
    expect(refusal('CreateNetworkAcl', { VpcId: 'vpc-0' })).toBe('InvalidVpcID.NotFound');
    expect(refusal('CreateNetworkAcl', { VpcId: VpcId(), DryRun: true })).toBe('DryRunOperation');
  });

  test('a client token makes one ACL however often it is asked; it carries its tags', () => {
    const Tags = [{ Key: 'by', Value: 'test' }];
    const asked = { ClientToken: 'once', TagSpecifications: [{ ResourceType: 'network-acl', Tags }] };
    const acl = create(asked);
    expect(create(asked)).toBe(acl);
    expect(ec2('DescribeNetworkAcls', filter('tag:by', 'test')).NetworkAcls).toHaveLength(1);
    expect(ec2('DescribeTags', filter('resource-type', 'network-acl')).Tags).toHaveLength(1);
    ec2('DeleteNetworkAcl', { NetworkAclId: acl });
    expect(ec2('DescribeNetworkAcls').NetworkAcls).toHaveLength(1);
  });

  test('pages come in the order in which ACLs were made', () => {
    const made = Array.from({ length: 7 }, () => create());
    const first = ec2('DescribeNetworkAcls', { MaxResults: 5 });
    const rest = ec2('DescribeNetworkAcls', { MaxResults: 5, NextToken: first.NextToken });
    const ids = [...first.NetworkAcls, ...rest.NetworkAcls].map((acl: { NetworkAclId: string }) => acl.NetworkAclId);
    expect(ids.slice(1)).toEqual(made);
    expect(rest.NextToken).toBeUndefined();
  });
});

describe('security groups', () => {
  const create = (GroupName: string) =>
    ec2('CreateSecurityGroup', { GroupName, Description: 'a test', VpcId: VpcId() }).GroupId;
  const move = (name: string, ...Groups: string[]) =>
    ec2('ModifyInstanceAttribute', { InstanceId: region.id(name), Groups });

  test('every instance is in the group of its tier, its interface too', () => {
    const [instance] = ec2('DescribeInstances', filter('tag:Name', 'web-a1')).Reservations[0].Instances;
    const expected = [{ GroupId: groupId('web'), GroupName: 'web' }];
    expect(instance.SecurityGroups).toEqual(expected);
    const [shown] = ec2(
      'DescribeNetworkInterfaces',
      filter('attachment.instance-id', instance.InstanceId),
    ).NetworkInterfaces;
    expect(shown).toMatchObject({ Groups: expected, PrivateIpAddress: instance.PrivateIpAddress, Status: 'in-use' });
    expect(ec2('DescribeNetworkInterfaces', filter('group-id', groupId('web'))).NetworkInterfaces).toHaveLength(6);
  });

  test('an instance in an empty group is closed to everybody; who is in no other may still call', () => {
    move('web-a1', create('nothing in'));
    expect([reaches('outside', 'web-a1'), reaches('web-b1', 'web-a1'), reaches('web-a2', 'web-a1')]).toEqual([
      'closed',
      'closed',
      'closed',
    ]);
    expect(reaches('web-a1', 'web-b1')).toBe('open');
    move('web-a1', groupId('web'));
    expect(reaches('outside', 'web-a1')).toBe('open');
  });

  test('a rule may name a group: whoever is in it is let in', () => {
    const tier = create('tier');
    ec2('RevokeSecurityGroupIngress', { GroupId: groupId('db'), IpPermissions: anywhere(5_432) });
    expect(reaches('web-a1', 'db-a1', 5_432)).toBe('closed');
    const IpPermissions = [
      { IpProtocol: 'tcp', FromPort: 5_432, ToPort: 5_432, UserIdGroupPairs: [{ GroupId: tier }] },
    ];
    ec2('AuthorizeSecurityGroupIngress', { GroupId: groupId('db'), IpPermissions });
    expect(reaches('web-a1', 'db-a1', 5_432)).toBe('closed');
    move('web-a1', groupId('web'), tier);
    expect([reaches('web-a1', 'db-a1', 5_432), reaches('web-b1', 'db-a1', 5_432)]).toEqual(['open', 'closed']);
  });

  test('an instance without a rule for calling calls nobody', () => {
    const mute = create('mute');
    ec2('RevokeSecurityGroupEgress', {
      GroupId: mute,
      IpPermissions: [{ IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] }],
    });
    move('web-a1', mute);
    expect(reaches('web-a1', 'web-b1')).toBe('closed');
  });

  test('rules are shown one by one, and together as permissions', () => {
    const id = create('shown');
    const answer = ec2('AuthorizeSecurityGroupIngress', {
      GroupId: id,
      IpPermissions: [
        { ...anywhere(80)[0], IpRanges: [{ CidrIp: '10.0.0.0/16' }, { CidrIp: '10.1.2.3/16', Description: 'b' }] },
      ],
    });
    expect(answer.SecurityGroupRules).toHaveLength(2);
    const [group] = ec2('DescribeSecurityGroups', { GroupIds: [id] }).SecurityGroups;
    expect(group.IpPermissions).toEqual([
      {
        IpProtocol: 'tcp',
        FromPort: 80,
        ToPort: 80,
        IpRanges: [{ CidrIp: '10.0.0.0/16' }, { CidrIp: '10.1.0.0/16', Description: 'b' }],
        UserIdGroupPairs: [],
        Ipv6Ranges: [],
        PrefixListIds: [],
      },
    ]);
    const rules = ec2('DescribeSecurityGroupRules', filter('group-id', id)).SecurityGroupRules;
    expect(rules.map((rule: { IsEgress: boolean }) => rule.IsEgress)).toEqual([true, false, false]);
    ec2('RevokeSecurityGroupIngress', { GroupId: id, SecurityGroupRuleIds: [rules[1].SecurityGroupRuleId] });
    expect(ec2('DescribeSecurityGroupRules', filter('group-id', id)).SecurityGroupRules).toHaveLength(2);
  });

  test('refusals have the codes of EC2', () => {
    const id = create('mine');
    const permissions = (port: number) => ({ GroupId: id, IpPermissions: anywhere(port) });
    ec2('AuthorizeSecurityGroupIngress', permissions(80));
    expect(refusal('AuthorizeSecurityGroupIngress', permissions(80))).toBe('InvalidPermission.Duplicate');
    expect(refusal('RevokeSecurityGroupIngress', permissions(81))).toBe('InvalidPermission.NotFound');
    expect(refusal('RevokeSecurityGroupEgress', permissions(80))).toBe('InvalidPermission.NotFound');
    expect(refusal('AuthorizeSecurityGroupIngress', { ...permissions(80), GroupId: 'sg-0' })).toBe(
      'InvalidGroup.NotFound',
    );
    expect(refusal('AuthorizeSecurityGroupIngress', permissions(70_000))).toBe('InvalidParameterValue');
    const again = { GroupName: 'mine', Description: 'again', VpcId: VpcId() };
    expect(refusal('CreateSecurityGroup', again)).toBe('InvalidGroup.Duplicate');
    expect(refusal('CreateSecurityGroup', { ...again, GroupName: 'sg-x' })).toBe('InvalidParameterValue');
    expect(refusal('DeleteSecurityGroup', { GroupId: groupId('default') })).toBe('CannotDelete');
    expect(refusal('DeleteSecurityGroup', { GroupId: groupId('web') })).toBe('DependencyViolation');
    const InstanceId = region.id('web-a1');
    expect(refusal('ModifyInstanceAttribute', { InstanceId, Groups: ['sg-0'] })).toBe('InvalidGroup.NotFound');
    expect(refusal('ModifyInstanceAttribute', { InstanceId })).toBe('InvalidParameterCombination');
    const other = { InstanceId, InstanceType: { Value: 't3.large' } };
    expect(refusal('ModifyInstanceAttribute', other)).toBe('UnsupportedOperation');
    ec2('DeleteSecurityGroup', { GroupId: id });
    expect(refusal('DescribeSecurityGroups', { GroupIds: [id] })).toBe('InvalidGroup.NotFound');
  });

  test('a launch may choose its groups', () => {
    const id = create('launched');
    const launch = (SecurityGroupIds: string[]) => ({
      MinCount: 1,
      MaxCount: 1,
      LaunchTemplate: { LaunchTemplateName: 'web' },
      SecurityGroupIds,
    });
    const [instance] = ec2('RunInstances', launch([id])).Instances;
    expect(instance.SecurityGroups).toEqual([{ GroupId: id, GroupName: 'launched' }]);
    expect(refusal('RunInstances', launch(['sg-0']))).toBe('InvalidGroup.NotFound');
  });
});

describe('routes', () => {
  const table = () => ec2('DescribeRouteTables').RouteTables[0];
  const DestinationCidrBlock = '0.0.0.0/0';

  test('without a route out, nobody outside is answered; within the VPC nothing changes', () => {
    const { RouteTableId, Routes } = table();
    const { GatewayId } = Routes[1];
    expect(reaches('outside', 'web-a1')).toBe('open');
    ec2('DeleteRoute', { RouteTableId, DestinationCidrBlock });
    expect([reaches('outside', 'web-a1'), reaches('web-b1', 'web-a1')]).toEqual(['dropped', 'open']);
    expect(refusal('DeleteRoute', { RouteTableId, DestinationCidrBlock })).toBe('InvalidRoute.NotFound');
    const route = { RouteTableId, DestinationCidrBlock, GatewayId };
    expect(refusal('ReplaceRoute', route)).toBe('InvalidParameterValue');
    ec2('CreateRoute', route);
    expect(reaches('outside', 'web-a1')).toBe('open');
    expect(refusal('CreateRoute', route)).toBe('RouteAlreadyExists');
    expect(refusal('CreateRoute', { ...route, GatewayId: 'igw-0' })).toBe('InvalidGatewayID.NotFound');
    expect(refusal('CreateRoute', { ...route, NatGatewayId: 'nat-0' })).toBe('UnsupportedOperation');
    const local = { ...route, DestinationCidrBlock: '10.0.1.0/24' };
    expect(refusal('CreateRoute', local)).toBe('InvalidParameterValue');
    expect(refusal('DeleteRoute', { RouteTableId: 'rtb-0', DestinationCidrBlock })).toBe(
      'InvalidRouteTableID.NotFound',
    );
  });
});

test('a range of addresses is kept without the bits behind its prefix', () => {
  const number = (parts: readonly number[]) => parts.reduce((sum, part) => sum * 256 + part, 0);
  const part = fc.nat(255);
  fc.assert(
    fc.property(fc.tuple(part, part, part, part), fc.nat(32), (parts, prefix) => {
      const { RouteTableId, Routes } = ec2('DescribeRouteTables').RouteTables[0];
      const asked = `${parts.join('.')}/${prefix}`;
      const input = { RouteTableId, DestinationCidrBlock: asked, GatewayId: Routes[1].GatewayId };
      if (region.refusal('ec2', 'CreateRoute', input) !== undefined) return;
      const kept = ec2('DescribeRouteTables').RouteTables[0].Routes.at(-1).DestinationCidrBlock;
      const size = 2 ** (32 - prefix);
      const [base = '', bits] = kept.split('/');
      expect(Number(bits)).toBe(prefix);
      expect(number(base.split('.').map(Number))).toBe(Math.floor(number(parts) / size) * size);
    }),
    { seed: 1_122, numRuns: 200 },
  );
});
