import { describe, expect, test } from 'vitest';
import { EC2 } from '../../../src/region/services/ec2/ec2.ts';
import { matchesPattern } from '../../../src/region/services/ec2/filter.ts';
import { page } from '../../../src/region/services/ec2/page.ts';
import { type SmallRegion, smallRegion } from '../small-region.ts';

const names = (region: SmallRegion, input: Record<string, unknown> = {}): string[] =>
  region
    .call('ec2', 'DescribeInstances', input)
    .Reservations.flatMap(({ Instances }: { Instances: { Tags: { Key: string; Value: string }[] }[] }) => Instances)
    .map(({ Tags }: { Tags: { Key: string; Value: string }[] }) => Tags.find(({ Key }) => Key === 'Name')?.Value);
const filtered = (region: SmallRegion, Name: string, ...Values: string[]) =>
  names(region, { Filters: [{ Name, Values }] });

const groupTag = (group: string) => ({ Key: 'group', Value: group });

describe('describing', () => {
  test('a blueprint becomes instances named by group, zone and number, with addresses of their zone', () => {
    const region = smallRegion();
    expect(names(region)).toEqual(['web-a1', 'web-a2', 'web-b1', 'web-b2', 'web-c1', 'web-c2', 'db-a1']);
    expect(region.world.desired().instances.map(({ address }) => address)).toEqual([
      ...['10.0.16.11', '10.0.16.12', '10.0.32.11', '10.0.32.12', '10.0.48.11', '10.0.48.12', '10.0.16.13'],
    ]);
  });

  test.each([
    ['tag:app', ['shop'], 6],
    ['tag:app', ['SHOP'], 0],
    ['tag:Name', ['web-?1'], 3],
    ['tag:Name', ['*-a*', 'web-c2'], 4],
    ['tag-key', ['app'], 6],
    ['availability-zone', ['us-east-1a'], 3],
    ['availability-zone-id', ['use1-az2', 'use1-az3'], 4],
    ['instance-state-name', ['running'], 7],
    ['instance-state-name', ['stopped'], 0],
    ['private-ip-address', ['10.0.16.*'], 3],
    ['tag:absent', ['*'], 0],
  ])('the filter %s %j matches %i instances', (name, values, count) => {
    expect(filtered(smallRegion(), name, ...values)).toHaveLength(count);
  });

  test('filters are joined by and, their values by or', () => {
    const region = smallRegion();
    const Filters = [
      { Name: 'tag:app', Values: ['shop', 'other'] },
      { Name: 'availability-zone', Values: ['us-east-1a'] },
    ];
    expect(names(region, { Filters })).toEqual(['web-a1', 'web-a2']);
  });

  test('pages follow one another without gap or repeat while instances come and go', () => {
    const region = smallRegion();
    const first = region.call('ec2', 'DescribeInstances', { MaxResults: 5 });
    region.call('ec2', 'TerminateInstances', { InstanceIds: [region.id('web-a1')] });
    region.settle();
    region.pass(4_000_000);
    const second = region.call('ec2', 'DescribeInstances', { MaxResults: 5, NextToken: first.NextToken });
    expect(first.Reservations).toHaveLength(5);
    expect(second.Reservations).toHaveLength(2);
    expect(second.NextToken).toBeUndefined();
  });

  test('a page has at most a thousand things, and a token that was not given is refused', () => {
    const many = Array.from({ length: 1_500 }, (_, k) => k);
    const first = page(many, { MaxResults: 2_000 }, (k) => k);
    const second = page(many, { NextToken: first.next }, (k) => k);
    expect([...first.items, ...second.items]).toEqual(many);
    expect([first.items.length, second.next]).toEqual([1_000, undefined]);
    const region = smallRegion();
    expect(region.refusal('ec2', 'DescribeInstances', { NextToken: 'bogus' })).toBe('InvalidNextToken');
    expect(region.refusal('ec2', 'DescribeInstances', { MaxResults: 4 })).toBe('InvalidParameterValue');
    expect(region.refusal('ec2', 'DescribeInstances', { MaxResults: 5, InstanceIds: [region.id('db-a1')] })).toBe(
      'InvalidParameterCombination',
    );
  });

  test('status tells a dark host, a starting instance and a stopped one apart', () => {
    const region = smallRegion();
    region.settle();
    region.call('ec2', 'StopInstances', { InstanceIds: [region.id('web-b1')] });
    region.world.facility('CutPower', { zoneId: 'use1-az1' });
    const shown = (name: string, all: boolean) => {
      const input = { InstanceIds: [region.id(name)], IncludeAllInstances: all };
      const [status] = region.call('ec2', 'DescribeInstanceStatus', input).InstanceStatuses;
      return status && [status.SystemStatus.Status, status.InstanceStatus.Status];
    };
    expect(shown('web-a1', false)).toEqual(['impaired', 'impaired']);
    expect(shown('web-c1', false)).toEqual(['ok', 'ok']);
    expect(shown('web-b1', false)).toBeUndefined();
    expect(shown('web-b1', true)).toEqual(['not-applicable', 'not-applicable']);
  });

  test('there is one region', () => {
    const region = smallRegion();
    const { Regions } = region.call('ec2', 'DescribeRegions');
    expect(Regions).toMatchObject([{ RegionName: 'us-east-1', Endpoint: 'ec2.us-east-1.amazonaws.com' }]);
    expect(
      region.call('ec2', 'DescribeRegions', { Filters: [{ Name: 'region-name', Values: ['x'] }] }).Regions,
    ).toEqual([]);
    expect(region.refusal('ec2', 'DescribeRegions', { RegionNames: ['eu-west-1'] })).toBe('InvalidParameterValue');
  });

  test('zones, subnets and the network are described, by id and by filter', () => {
    const region = smallRegion();
    const zones = region.call('ec2', 'DescribeAvailabilityZones', { ZoneIds: ['use1-az2'] }).AvailabilityZones;
    expect(zones).toMatchObject([{ ZoneName: 'us-east-1b', ZoneId: 'use1-az2', State: 'available' }]);
    const { Subnets } = region.call('ec2', 'DescribeSubnets', {
      Filters: [{ Name: 'availability-zone-id', Values: ['use1-az3'] }],
    });
    expect(Subnets).toMatchObject([{ CidrBlock: '10.0.48.0/20', AvailableIpAddressCount: 4088 }]);
    expect(region.call('ec2', 'DescribeVpcs').Vpcs).toMatchObject([{ CidrBlock: '10.0.0.0/16' }]);
    expect(region.refusal('ec2', 'DescribeSubnets', { SubnetIds: ['subnet-1'] })).toBe('InvalidSubnetID.NotFound');
    expect(region.refusal('ec2', 'DescribeVpcs', { VpcIds: ['vpc-1'] })).toBe('InvalidVpcID.NotFound');
  });
});

test('a pattern is matched in bounded time, with escapes', () => {
  expect(matchesPattern('a\\*b', 'a*b')).toBe(true);
  expect(matchesPattern('a\\*b', 'axb')).toBe(false);
  expect(matchesPattern('*', '')).toBe(true);
  expect(matchesPattern('', 'a')).toBe(false);
  const started = performance.now();
  expect(matchesPattern(`${'*a'.repeat(100)}*b`, 'a'.repeat(255))).toBe(false);
  expect(performance.now() - started).toBeLessThan(500);
});

describe('stopping and starting', () => {
  test('an instance is stopping until its process has ended, pending until the next is ready', () => {
    const region = smallRegion();
    region.settle();
    const InstanceIds = [region.id('web-a1')];
    const [stopped] = region.call('ec2', 'StopInstances', { InstanceIds }).StoppingInstances;
    expect(stopped).toMatchObject({ CurrentState: { Name: 'stopping' }, PreviousState: { Name: 'running' } });
    region.pass(5_000);
    expect(region.state('web-a1')).toBe('stopping');
    region.settle();
    expect(region.state('web-a1')).toBe('stopped');
    region.call('ec2', 'StartInstances', { InstanceIds });
    expect(region.state('web-a1')).toBe('pending');
    region.settle();
    expect(region.state('web-a1')).toBe('running');
  });

  test('intermediate states end by themselves when the data plane says nothing', () => {
    const region = smallRegion();
    region.settle();
    const InstanceIds = [region.id('web-a1')];
    region.call('ec2', 'StopInstances', { InstanceIds });
    region.pass(60_000);
    expect(region.state('web-a1')).toBe('stopped');
    region.call('ec2', 'StartInstances', { InstanceIds });
    region.pass(60_000);
    expect(region.state('web-a1')).toBe('running');
  });

  test('the bound of an earlier stop does not end a later one', () => {
    const region = smallRegion();
    region.settle();
    const InstanceIds = [region.id('web-a1')];
    region.call('ec2', 'StopInstances', { InstanceIds });
    region.settle();
    region.call('ec2', 'StartInstances', { InstanceIds });
    region.settle();
    region.pass(29_000);
    region.call('ec2', 'StopInstances', { InstanceIds });
    region.pass(2_000);
    expect(region.state('web-a1')).toBe('stopping');
  });

  test('facts about an earlier process of the instance are dropped', () => {
    const region = smallRegion();
    region.settle();
    const instanceId = region.id('web-a1');
    region.call('ec2', 'StopInstances', { InstanceIds: [instanceId] });
    region.settle();
    region.call('ec2', 'StartInstances', { InstanceIds: [instanceId] });
    region.world.observe({ type: 'process', instanceId, generation: 1, state: 'ready' });
    expect(region.state('web-a1')).toBe('pending');
  });

  test('what may be asked of an instance depends on its state', () => {
    const region = smallRegion();
    region.settle();
    const InstanceIds = [region.id('web-a1')];
    const outcomes = () =>
      ['StartInstances', 'StopInstances', 'RebootInstances'].map((operation) => {
        const code = region.refusal('ec2', operation, { InstanceIds, DryRun: true });
        return code === 'DryRunOperation' ? 'may' : code;
      });
    const refused = 'IncorrectInstanceState';
    expect(outcomes()).toEqual(['may', 'may', 'may']);
    region.call('ec2', 'StopInstances', { InstanceIds });
    expect(outcomes()).toEqual([refused, 'may', refused]);
    region.settle();
    expect(outcomes()).toEqual(['may', 'may', refused]);
    region.call('ec2', 'StartInstances', { InstanceIds });
    expect(outcomes()).toEqual(['may', refused, refused]);
    region.call('ec2', 'TerminateInstances', { InstanceIds });
    expect(outcomes()).toEqual([refused, refused, refused]);
    region.settle();
    expect(outcomes()).toEqual([refused, refused, refused]);
  });

  test('all instances of a request change, or none', () => {
    const region = smallRegion();
    const [a, b] = [region.id('web-a1'), region.id('web-b1')];
    region.call('ec2', 'StopInstances', { InstanceIds: [a] });
    expect(region.refusal('ec2', 'StartInstances', { InstanceIds: [b, a] })).toBe('IncorrectInstanceState');
    expect(region.refusal('ec2', 'StopInstances', { InstanceIds: [b, 'i-0123456789abcdef0'] })).toBe(
      'InvalidInstanceID.NotFound',
    );
    expect(region.state('web-b1')).toBe('running');
  });

  test('a reboot replaces the process and keeps the state', () => {
    const region = smallRegion();
    region.settle();
    const instanceId = region.id('web-a1');
    const generation = () => region.world.desired().instances.find((one) => one.instanceId === instanceId)?.generation;
    const before = generation();
    region.call('ec2', 'RebootInstances', { InstanceIds: [instanceId] });
    expect(generation()).toBe((before ?? 0) + 1);
    expect(region.state('web-a1')).toBe('running');
  });

  test('a terminated instance leaves its target group at once and is forgotten after an hour', () => {
    const region = smallRegion();
    region.settle();
    const instanceId = region.id('web-a1');
    region.call('ec2', 'TerminateInstances', { InstanceIds: [instanceId] });
    expect(region.world.desired().instances.find((one) => one.instanceId === instanceId)?.run).toBe('terminated');
    region.settle();
    expect(region.state('web-a1')).toBe('terminated');
    expect(region.world.desired().loadBalancers[0]?.targets.map((target) => target.instanceId)).not.toContain(
      instanceId,
    );
    expect(region.refusal('ec2', 'StartInstances', { InstanceIds: [instanceId] })).toBe('IncorrectInstanceState');
    region.pass(3_600_001);
    expect(region.refusal('ec2', 'DescribeInstances', { InstanceIds: [instanceId] })).toBe(
      'InvalidInstanceID.NotFound',
    );
  });
});

describe('a dry run', () => {
  const Tags = [{ Key: 'colour', Value: 'blue' }];
  const launch = {
    MinCount: 1,
    MaxCount: 1,
    TagSpecifications: [{ ResourceType: 'instance', Tags: [groupTag('web')] }],
  };
  /** What each operation needs to succeed, on an instance. */
  const inputOf = (region: SmallRegion, operation: string): Record<string, unknown> => {
    const id = region.id('web-a1');
    const ofNetwork = networkInputs(region)[operation];
    if (ofNetwork) return ofNetwork();
    if (operation === 'RunInstances') return launch;
    if (operation.endsWith('Tags')) return operation === 'DescribeTags' ? {} : { Resources: [id], Tags };
    return operation.endsWith('Instances') ? { InstanceIds: [id] } : {};
  };

  const networkInputs = ({ call, id }: SmallRegion): Record<string, () => Record<string, unknown>> => {
    const [acl] = call('ec2', 'DescribeNetworkAcls').NetworkAcls;
    const { NetworkAclId, VpcId } = acl;
    const { GroupId } = call('ec2', 'DescribeSecurityGroups').SecurityGroups[0];
    const [{ RouteTableId, Routes }] = call('ec2', 'DescribeRouteTables').RouteTables;
    const entry = { NetworkAclId, RuleNumber: 100, Egress: false, RuleAction: 'deny', Protocol: '-1' };
    const range = { CidrBlock: '192.0.2.0/24' };
    const route = { RouteTableId, GatewayId: Routes[1].GatewayId };
    const permission = (port: number) => ({
      GroupId,
      IpPermissions: [{ IpProtocol: 'tcp', FromPort: port, ToPort: port, IpRanges: [{ CidrIp: '192.0.2.0/24' }] }],
    });
    const authorized = (operation: string) => {
      call('ec2', operation, permission(7));
      return permission(7);
    };
    return {
      CreateNetworkAcl: () => ({ VpcId }),
      DeleteNetworkAcl: () => ({ NetworkAclId: call('ec2', 'CreateNetworkAcl', { VpcId }).NetworkAcl.NetworkAclId }),
      CreateNetworkAclEntry: () => ({ ...entry, ...range, RuleNumber: 7 }),
      ReplaceNetworkAclEntry: () => ({ ...entry, ...range }),
      DeleteNetworkAclEntry: () => ({ NetworkAclId, RuleNumber: 100, Egress: false }),
      ReplaceNetworkAclAssociation: () => {
        const AssociationId = acl.Associations[0].NetworkAclAssociationId;
        return { AssociationId, NetworkAclId: call('ec2', 'CreateNetworkAcl', { VpcId }).NetworkAcl.NetworkAclId };
      },
      CreateSecurityGroup: () => ({ GroupName: 'new', Description: 'new', VpcId }),
      DeleteSecurityGroup: () => call('ec2', 'CreateSecurityGroup', { GroupName: 'new', Description: 'new', VpcId }),
      AuthorizeSecurityGroupIngress: () => permission(7),
      AuthorizeSecurityGroupEgress: () => permission(7),
      RevokeSecurityGroupIngress: () => authorized('AuthorizeSecurityGroupIngress'),
      RevokeSecurityGroupEgress: () => authorized('AuthorizeSecurityGroupEgress'),
      CreateRoute: () => ({ ...route, DestinationCidrBlock: '192.0.2.0/24' }),
      ReplaceRoute: () => ({ ...route, DestinationCidrBlock: '0.0.0.0/0' }),
      DeleteRoute: () => ({ RouteTableId, DestinationCidrBlock: '0.0.0.0/0' }),
      ModifyInstanceAttribute: () => ({ InstanceId: id('web-a1'), Groups: [GroupId] }),
    };
  };

  test.each(Object.keys(EC2))(
    'of %s changes nothing and says that it would have succeeded, which it does',
    (operation) => {
      const region = smallRegion();
      const input = inputOf(region, operation);
      const [before, desired] = [region.world.snapshot(), region.world.desired()];
      expect(region.refusal('ec2', operation, { ...input, DryRun: true })).toBe('DryRunOperation');
      expect(region.world.snapshot()).toEqual(before);
      expect(region.world.desired()).toEqual(desired);
      expect(region.refusal('ec2', operation, input)).toBeUndefined();
    },
  );

  test('of a launch spends no client token', () => {
    const region = smallRegion();
    const tokened = { ...launch, ClientToken: 'once' };
    expect(region.refusal('ec2', 'RunInstances', { ...tokened, DryRun: true })).toBe('DryRunOperation');
    expect(region.call('ec2', 'RunInstances', tokened).Instances).toHaveLength(1);
  });
});

describe('launching', () => {
  const tagged = (group: string) => [{ ResourceType: 'instance', Tags: [{ Key: 'group', Value: group }] }];

  test('the tag "group" or a launch template names what runs', () => {
    const region = smallRegion();
    region.call('ec2', 'RunInstances', {
      MinCount: 1,
      MaxCount: 1,
      TagSpecifications: tagged('web'),
      Placement: { AvailabilityZone: 'us-east-1b' },
    });
    region.call('ec2', 'RunInstances', { MinCount: 1, MaxCount: 1, LaunchTemplate: { LaunchTemplateName: 'db' } });
    const launched = region.world.desired().instances.slice(-2);
    expect(launched).toMatchObject([
      { name: 'web-b3', zoneId: 'use1-az2', address: '10.0.32.13', launch: { command: ['node', 'web.js'] } },
      { name: 'db-a2', zoneId: 'use1-az1', address: '10.0.16.14', launch: { command: ['node', 'db.js'] } },
    ]);
  });

  test('the same client token makes the same launch once, and another request with it is refused', () => {
    const region = smallRegion();
    const input = { MinCount: 2, MaxCount: 2, ClientToken: 'once', TagSpecifications: tagged('web') };
    const first = region.call('ec2', 'RunInstances', input);
    const second = region.call('ec2', 'RunInstances', input);
    expect(second.ReservationId).toBe(first.ReservationId);
    expect(names(region)).toHaveLength(9);
    expect(region.refusal('ec2', 'RunInstances', { ...input, MaxCount: 3 })).toBe('IdempotentParameterMismatch');
  });

  test('a dark zone has no capacity; a launch that names no zone goes to one with power', () => {
    const region = smallRegion();
    region.world.facility('CutPower', { zoneId: 'use1-az1' });
    const input = { MinCount: 1, MaxCount: 1, TagSpecifications: tagged('web') };
    const dark = { ...input, Placement: { AvailabilityZoneId: 'use1-az1' } };
    expect(region.refusal('ec2', 'RunInstances', dark)).toBe('InsufficientInstanceCapacity');
    region.call('ec2', 'RunInstances', input);
    expect(region.world.desired().instances.at(-1)?.zoneId).toBe('use1-az2');
  });

  test.each([
    ['no group', {}, 'InvalidParameterValue'],
    ['an unknown group', { TagSpecifications: tagged('x') }, 'InvalidParameterValue'],
    [
      'an unknown template',
      { LaunchTemplate: { LaunchTemplateName: 'x' } },
      'InvalidLaunchTemplateName.NotFoundException',
    ],
    ['too many', { MinCount: 101, MaxCount: 101, TagSpecifications: tagged('web') }, 'InstanceLimitExceeded'],
    ['none', { MinCount: 0, MaxCount: 0, TagSpecifications: tagged('web') }, 'InvalidParameterValue'],
    ['an unknown subnet', { SubnetId: 'subnet-x', TagSpecifications: tagged('web') }, 'InvalidSubnetID.NotFound'],
  ])('a launch of %s is refused and launches nothing', (_what, input, code) => {
    const region = smallRegion();
    const before = region.world.snapshot();
    expect(region.refusal('ec2', 'RunInstances', { MinCount: 1, MaxCount: 1, ...input })).toBe(code);
    expect(region.world.snapshot()).toEqual(before);
  });
});

describe('tags', () => {
  test('tags are added, found by filter, and removed', () => {
    const region = smallRegion();
    const Resources = [region.id('web-a1'), region.call('ec2', 'DescribeVpcs').Vpcs[0].VpcId];
    region.call('ec2', 'CreateTags', { Resources, Tags: [{ Key: 'drill', Value: 'yes' }] });
    expect(filtered(region, 'tag:drill', 'y*')).toEqual(['web-a1']);
    const { Tags } = region.call('ec2', 'DescribeTags', { Filters: [{ Name: 'key', Values: ['drill'] }] });
    expect(Tags.map(({ ResourceType }: { ResourceType: string }) => ResourceType)).toEqual(['instance', 'vpc']);
    region.call('ec2', 'DeleteTags', { Resources, Tags: [{ Key: 'drill', Value: 'no' }] });
    expect(filtered(region, 'tag-key', 'drill')).toHaveLength(1);
    region.call('ec2', 'DeleteTags', { Resources, Tags: [{ Key: 'drill' }] });
    expect(filtered(region, 'tag-key', 'drill')).toHaveLength(0);
  });

  test('a tag may be called like a built-in property of objects', () => {
    const region = smallRegion();
    const Tags = ['__proto__', 'constructor', 'toString'].map((Key) => ({ Key, Value: 'x' }));
    region.call('ec2', 'CreateTags', { Resources: [region.id('web-a1')], Tags });
    for (const { Key } of Tags) expect(filtered(region, `tag:${Key}`, 'x')).toEqual(['web-a1']);
  });

  test('reserved, doubled and too many tags are refused', () => {
    const region = smallRegion();
    const Resources = [region.id('web-a1')];
    const refused = (Tags: unknown[]) => region.refusal('ec2', 'CreateTags', { Resources, Tags });
    expect(refused([{ Key: 'aws:x', Value: '' }])).toBe('InvalidParameterValue');
    expect(refused([{ Key: 'a' }, { Key: 'a' }])).toBe('InvalidParameterValue');
    expect(refused(Array.from({ length: 50 }, (_, k) => ({ Key: `k${k}` })))).toBe('TagLimitExceeded');
    expect(region.refusal('ec2', 'CreateTags', { Resources: ['sg-1'], Tags: [{ Key: 'a' }] })).toBe('InvalidID');
  });
});
