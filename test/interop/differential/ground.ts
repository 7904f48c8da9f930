import type { Compared, Ground } from './call.ts';
import type { Answer } from './compare.ts';
import type { Endpoint } from './endpoint.ts';

type Ask = (service: Compared, operation: string, input: object) => Promise<Answer>;
type Zone = 'a' | 'b' | 'c';

const ZONES: readonly Zone[] = ['a', 'b', 'c'];
const IMAGE = 'ami-0c0a05e55a4d10000';

/** Puts on a foreign endpoint what the blueprint puts into the region, as far as calls of a service can see it. */
export async function layGround(endpoint: Endpoint, ground: Ground): Promise<void> {
  const ask: Ask = async (of, operation, input) => {
    const answer = await endpoint.ask(of, operation, input);
    if ('error' in answer) throw new Error(`"${operation}" is refused with ${JSON.stringify(answer)}`);
    return answer;
  };
  if (ground === 'identities') return;
  const vpc = await layVpc(ask);
  if (ground === 'instances') await layInstances(ask, vpc);
  if (ground === 'network') await Promise.all([layInstances(ask, vpc), layGateway(ask, vpc)]);
  if (ground === 'names') await layNames(ask);
  if (ground === 'balancer') await layBalancer(ask, vpc, await layInstances(ask, vpc));
  if (ground === 'group') await layGroup(ask, vpc);
}

interface Vpc {
  readonly id: string;
  readonly subnets: Readonly<Record<Zone, string>>;
}

async function layVpc(ask: Ask): Promise<Vpc> {
  const made = await ask('ec2', 'CreateVpc', { CidrBlock: '10.0.0.0/16', ...named('vpc', { Name: 'differential' }) });
  const id = at(made, 'Vpc', 'VpcId');
  const subnets: Partial<Record<Zone, string>> = {};
  for (const [k, zone] of ZONES.entries()) {
    const subnet = await ask('ec2', 'CreateSubnet', {
      VpcId: id,
      CidrBlock: `10.0.${16 * (k + 1)}.0/20`,
      AvailabilityZone: `us-east-1${zone}`,
      ...named('subnet', { Name: `us-east-1${zone}` }),
    });
    subnets[zone] = at(subnet, 'Subnet', 'SubnetId');
  }
  return { id, subnets: subnets as Record<Zone, string> };
}

/** The security groups of the blueprint's things, and one instance of the web tier in each zone. */
async function layInstances(ask: Ask, vpc: Vpc): Promise<string[]> {
  await openDefaultGroup(ask, vpc);
  const web = await laySecurityGroup(ask, vpc, { name: 'web', port: 8080 });
  const ids: string[] = [];
  for (const zone of ZONES) {
    const launched = await ask('ec2', 'RunInstances', {
      ImageId: IMAGE,
      InstanceType: 't3.micro',
      MinCount: 1,
      MaxCount: 1,
      SubnetId: vpc.subnets[zone],
      SecurityGroupIds: [web],
      ...named('instance', { group: 'web', Name: `web-${zone}1` }),
    });
    ids.push(at(launched, 'Instances', 0, 'InstanceId'));
  }
  return ids;
}

async function layGateway(ask: Ask, vpc: Vpc): Promise<void> {
  const gateway = at(await ask('ec2', 'CreateInternetGateway', {}), 'InternetGateway', 'InternetGatewayId');
  await ask('ec2', 'AttachInternetGateway', { InternetGatewayId: gateway, VpcId: vpc.id });
  const tables = await ask('ec2', 'DescribeRouteTables', { Filters: [{ Name: 'vpc-id', Values: [vpc.id] }] });
  await ask('ec2', 'CreateRoute', {
    RouteTableId: at(tables, 'RouteTables', 0, 'RouteTableId'),
    DestinationCidrBlock: '0.0.0.0/0',
    GatewayId: gateway,
  });
}

/** The group `default` of a VPC lets in its own members; that of Moto does in the default VPC alone. */
async function openDefaultGroup(ask: Ask, vpc: Vpc): Promise<void> {
  const groups = await ask('ec2', 'DescribeSecurityGroups', { Filters: [{ Name: 'vpc-id', Values: [vpc.id] }] });
  const GroupId = at(groups, 'SecurityGroups', 0, 'GroupId');
  await ask('ec2', 'AuthorizeSecurityGroupIngress', {
    GroupId,
    IpPermissions: [{ IpProtocol: '-1', UserIdGroupPairs: [{ GroupId }] }],
  });
}

async function laySecurityGroup(ask: Ask, vpc: Vpc, { name, port }: { name: string; port: number }): Promise<string> {
  const made = await ask('ec2', 'CreateSecurityGroup', {
    GroupName: name,
    Description: `Lets in port ${port}`,
    VpcId: vpc.id,
  });
  const GroupId = at(made, 'GroupId');
  await ask('ec2', 'AuthorizeSecurityGroupIngress', {
    GroupId,
    IpPermissions: [{ IpProtocol: 'tcp', FromPort: port, ToPort: port, IpRanges: [{ CidrIp: '0.0.0.0/0' }] }],
  });
  return GroupId;
}

async function layNames(ask: Ask): Promise<void> {
  const made = await ask('route-53', 'CreateHostedZone', { Name: 'shop.example', CallerReference: 'blueprint' });
  const change = (Name: string, Type: string, TTL: number, values: readonly string[]) => ({
    Action: 'CREATE',
    ResourceRecordSet: { Name, Type, TTL, ResourceRecords: values.map((Value) => ({ Value })) },
  });
  await ask('route-53', 'ChangeResourceRecordSets', {
    HostedZoneId: at(made, 'HostedZone', 'Id'),
    ChangeBatch: {
      Changes: [
        change('web.shop.example', 'A', 10, ['10.0.16.11', '10.0.32.11']),
        change('old.shop.example', 'CNAME', 30, ['web.shop.example']),
      ],
    },
  });
}

async function layBalancer(ask: Ask, vpc: Vpc, targets: readonly string[]): Promise<void> {
  const door = await laySecurityGroup(ask, vpc, { name: 'load-balancer-shop', port: 80 });
  const balancer = await ask('elastic-load-balancing-v2', 'CreateLoadBalancer', {
    Name: 'shop',
    Subnets: ZONES.map((zone) => vpc.subnets[zone]),
    SecurityGroups: [door],
  });
  const group = await ask('elastic-load-balancing-v2', 'CreateTargetGroup', {
    Name: 'shop',
    Protocol: 'HTTP',
    Port: 8080,
    VpcId: vpc.id,
    HealthCheckPath: '/healthz',
    HealthCheckIntervalSeconds: 5,
    HealthCheckTimeoutSeconds: 2,
    HealthyThresholdCount: 2,
    UnhealthyThresholdCount: 2,
    Matcher: { HttpCode: '200-299' },
  });
  const TargetGroupArn = at(group, 'TargetGroups', 0, 'TargetGroupArn');
  await ask('elastic-load-balancing-v2', 'CreateListener', {
    LoadBalancerArn: at(balancer, 'LoadBalancers', 0, 'LoadBalancerArn'),
    Protocol: 'HTTP',
    Port: 80,
    DefaultActions: [{ Type: 'forward', TargetGroupArn, Order: 1 }],
  });
  await ask('elastic-load-balancing-v2', 'RegisterTargets', {
    TargetGroupArn,
    Targets: targets.map((Id) => ({ Id, Port: 8080 })),
  });
}

async function layGroup(ask: Ask, vpc: Vpc): Promise<void> {
  await ask('ec2', 'CreateLaunchTemplate', {
    LaunchTemplateName: 'fleet',
    LaunchTemplateData: { ImageId: IMAGE, InstanceType: 't3.micro' },
  });
  await ask('auto-scaling', 'CreateAutoScalingGroup', {
    AutoScalingGroupName: 'fleet',
    LaunchTemplate: { LaunchTemplateName: 'fleet', Version: '1' },
    MinSize: 1,
    MaxSize: 4,
    DesiredCapacity: 3,
    HealthCheckType: 'EC2',
    HealthCheckGracePeriod: 1,
    VPCZoneIdentifier: ZONES.map((zone) => vpc.subnets[zone]).join(','),
    Tags: [{ Key: 'group', Value: 'fleet', PropagateAtLaunch: true }],
  });
}

const named = (ResourceType: string, tags: Readonly<Record<string, string>>) => ({
  TagSpecifications: [{ ResourceType, Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) }],
});

/** The text at a place of an answer. */
function at(answer: unknown, ...place: readonly (string | number)[]): string {
  const found = place.reduce(
    (value: unknown, key) => (value as Record<string | number, unknown> | undefined)?.[key],
    answer,
  );
  if (typeof found !== 'string') throw new Error(`there is no "${place.join('.')}" in ${JSON.stringify(answer)}`);
  return found;
}
