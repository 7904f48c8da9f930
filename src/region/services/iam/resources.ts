import type { RegionState, Tags } from '../state.ts';
import { iamArn } from './names.ts';
import { type Input, isListing, type Resource, type ResourcesOf, text, texts } from './resource.ts';
import { ofQueues, ofSecrets, ofSystems, ofTables } from './resources-of-stores.ts';

/** The resources of a call: `*` alone where its service has none for the operation, or they are not known here. */
export function resourcesOf(state: RegionState, service: string, operation: string, input: Input): readonly Resource[] {
  const found = Object.hasOwn(OF_SERVICE, service) ? (OF_SERVICE[service]?.(state, operation, input) ?? []) : [];
  return found.length > 0 ? found : [{ arn: '*' }];
}

/** Every text in an input, however deep. */
const everyText = (value: unknown): readonly string[] =>
  typeof value === 'object' && value !== null ? Object.values(value).flatMap(everyText) : text(value);

/** Ids of EC2 begin with what they are of. */
const EC2_KINDS: Readonly<Record<string, string>> = {
  i: 'instance',
  sg: 'security-group',
  sgr: 'security-group-rule',
  acl: 'network-acl',
  subnet: 'subnet',
  vpc: 'vpc',
  eni: 'network-interface',
  rtb: 'route-table',
};
/** What an operation makes: it has no id yet. */
const EC2_MADE: Readonly<Record<string, readonly string[]>> = {
  RunInstances: ['instance', 'network-interface', 'volume'],
  CreateSecurityGroup: ['security-group'],
  CreateNetworkAcl: ['network-acl'],
};

const ofEc2: ResourcesOf = (state, operation, input) => {
  if (isListing(operation)) return [];
  const arn = (kind: string, id: string) => `arn:aws:ec2:${state.region}:${state.accountId}:${kind}/${id}`;
  const made = (EC2_MADE[operation] ?? []).map((kind) => ({ arn: arn(kind, '*') }));
  const images = text(input.ImageId).map((id) => ({ arn: `arn:aws:ec2:${state.region}::image/${id}` }));
  const found = [...new Set(everyText(input))].flatMap((id) => {
    const [, prefix = ''] = /^([a-z]+)-[0-9a-f]{8,17}$/.exec(id) ?? [];
    const kind = Object.hasOwn(EC2_KINDS, prefix) ? EC2_KINDS[prefix] : undefined;
    return kind === undefined ? [] : [{ arn: arn(kind, id), tags: ec2Tags(state, id) }];
  });
  return [...made, ...images, ...found];
};

function ec2Tags({ instances, zones, vpc, network }: RegionState, id: string): Tags {
  const holder =
    instances.find(({ instanceId }) => instanceId === id) ??
    zones.find(({ subnetId }) => subnetId === id) ??
    network.acls.find(({ networkAclId }) => networkAclId === id) ??
    network.securityGroups.find(({ groupId }) => groupId === id) ??
    (vpc.vpcId === id ? vpc : undefined);
  return holder?.tags ?? {};
}

const ofLoadBalancing: ResourcesOf = ({ loadBalancers }, operation, input) => {
  if (isListing(operation)) return [];
  return arnsIn(input).map((arn) => ({ arn, tags: loadBalancers.find(({ tags }) => tags?.[arn])?.tags?.[arn] ?? {} }));
};

const arnsIn = (input: Input): readonly string[] => everyText(input).filter((one) => one.startsWith('arn:'));

/** Operations on a hosted zone name it `Id`, as GetChange does its change. */
const ofRoute53: ResourcesOf = (state, operation, input) => {
  const byId = operation === 'GetChange' ? 'change' : operation.endsWith('HostedZone') ? 'hostedzone' : undefined;
  const named: readonly (readonly [kind: string | undefined, ids: readonly string[]])[] = [
    [byId, text(input.Id)],
    ['hostedzone', text(input.HostedZoneId)],
    ['healthcheck', text(input.HealthCheckId)],
    [text(input.ResourceType)[0], text(input.ResourceId)],
  ];
  return named.flatMap(([kind, ids]) =>
    ids.flatMap((given) => {
      const id = given.replace(/^.*\//, '');
      const holder =
        state.hostedZones.find((zone) => zone.id === id) ?? state.healthChecks.find((check) => check.id === id);
      const tags = holder?.tags ?? {};
      return kind === undefined ? [] : [{ arn: `arn:aws:route53:::${kind}/${id}`, tags }];
    }),
  );
};

/** A group has the tags that its instances get. Operations on one of its instances are about the group. */
const ofAutoScaling: ResourcesOf = ({ region, accountId, autoScalingGroups, groups }, operation, input) => {
  if (isListing(operation)) return [];
  const prefix = `arn:aws:autoscaling:${region}:${accountId}:autoScalingGroup`;
  const ofInstances = autoScalingGroups.filter(({ members }) =>
    members.some(({ instanceId }) => instanceId === input.InstanceId),
  );
  return [...text(input.AutoScalingGroupName), ...ofInstances.map(({ name }) => name)].map((name) => ({
    arn: autoScalingGroups.find((group) => group.name === name)?.arn ?? `${prefix}:*:autoScalingGroupName/${name}`,
    tags: groups[name]?.tags ?? {},
  }));
};

const ofCloudWatch: ResourcesOf = ({ region, accountId, cloudWatch }, operation, input) => {
  const prefix = `arn:aws:cloudwatch:${region}:${accountId}:alarm:`;
  const names = /Alarm/.test(operation) ? [...texts(input.AlarmName), ...texts(input.AlarmNames)] : [];
  return [...names.map((name) => `${prefix}${name}`), ...text(input.ResourceARN)].map((arn) => ({
    arn,
    tags: cloudWatch.alarms.find((alarm) => alarm.arn === arn)?.tags ?? {},
  }));
};

const ofIam: ResourcesOf = (state, operation, input) => {
  const { users, groups, roles, profiles } = state.iam;
  const arn = (kind: string, name: unknown, things: readonly { name: string; path: string; tags?: Tags }[]) =>
    text(name).map((one): Resource => {
      const found = things.find((thing) => thing.name === one);
      const path = found?.path ?? (typeof input.Path === 'string' ? input.Path : '/');
      return { arn: iamArn(state, kind, path, one), ...(found?.tags && { tags: found.tags }) };
    });
  const held = [
    ...arn('user', input.UserName, users),
    ...arn('group', input.GroupName, groups),
    ...arn('role', input.RoleName, roles),
  ];
  const profile = arn('instance-profile', input.InstanceProfileName, profiles);
  if (profile.length > 0) return profile;
  if (/(User|Group|Role)/.test(operation) && held.length > 0) return held.slice(0, 1);
  if (operation === 'CreatePolicy') return arn('policy', input.PolicyName, []);
  const policy = text(input.PolicyArn ?? input.PolicySourceArn).map((one) => ({ arn: one }));
  return policy.length > 0 ? policy : held;
};

const OF_SERVICE: Readonly<Record<string, ResourcesOf>> = {
  ec2: ofEc2,
  'elastic-load-balancing-v2': ofLoadBalancing,
  'route-53': ofRoute53,
  'auto-scaling': ofAutoScaling,
  cloudwatch: ofCloudWatch,
  iam: ofIam,
  ssm: ofSystems,
  dynamodb: ofTables,
  sqs: ofQueues,
  'secrets-manager': ofSecrets,
};
