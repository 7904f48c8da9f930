import type { RegionState, Tags } from '../state.ts';
import { iamArn } from './names.ts';

/** What a call is about, as policies name it. */
export interface Resource {
  /** `*` where the action knows no resources. */
  readonly arn: string;
  readonly tags?: Tags;
}

type Input = Readonly<Record<string, unknown>>;
type ResourcesOf = (state: RegionState, operation: string, input: Input) => readonly Resource[];

/** The resources of a call: `*` alone where its service has none for the operation, or they are not known here. */
export function resourcesOf(state: RegionState, service: string, operation: string, input: Input): readonly Resource[] {
  const found = Object.hasOwn(OF_SERVICE, service) ? (OF_SERVICE[service]?.(state, operation, input) ?? []) : [];
  return found.length > 0 ? found : [{ arn: '*' }];
}

const isListing = (operation: string): boolean => /^(Describe|List)/.test(operation);
const text = (value: unknown): readonly string[] => (typeof value === 'string' ? [value] : []);
const texts = (value: unknown): readonly string[] => (Array.isArray(value) ? value.flatMap(text) : text(value));

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

const ofLoadBalancing: ResourcesOf = (_state, operation, input) =>
  isListing(operation) ? [] : arnsIn(input).map((arn) => ({ arn }));

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

const ofAutoScaling: ResourcesOf = ({ region, accountId, autoScalingGroups }, operation, input) => {
  if (isListing(operation)) return [];
  const prefix = `arn:aws:autoscaling:${region}:${accountId}:autoScalingGroup`;
  return text(input.AutoScalingGroupName).map((name) => ({
    arn: autoScalingGroups.find((group) => group.name === name)?.arn ?? `${prefix}:*:autoScalingGroupName/${name}`,
  }));
};

const ofCloudWatch: ResourcesOf = ({ region, accountId, cloudWatch }, operation, input) => {
  if (!/Alarm/.test(operation)) return [];
  return [...texts(input.AlarmName), ...texts(input.AlarmNames)].map((name) => ({
    arn: `arn:aws:cloudwatch:${region}:${accountId}:alarm:${name}`,
    tags: cloudWatch.alarms.find((alarm) => alarm.name === name)?.tags ?? {},
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

const ofParameters: ResourcesOf = ({ region, accountId }, operation, input) => {
  if (!/Parameter/.test(operation) || operation === 'DescribeParameters') return [];
  const named = [...texts(input.Name), ...texts(input.Names), ...texts(input.Path)];
  return named.map((name) => ({
    arn: `arn:aws:ssm:${region}:${accountId}:parameter/${name.replace(/^\//, '').replace(/\/$/, '')}`,
  }));
};

const ofTables: ResourcesOf = ({ region, accountId, stores }, operation, input) => {
  if (operation === 'ListTables') return [];
  const table = (name: string) => `arn:aws:dynamodb:${region}:${accountId}:table/${name}`;
  const many = Object.keys((input.RequestItems as object | undefined) ?? {});
  const index = typeof input.IndexName === 'string' ? `/index/${input.IndexName}` : '';
  const inSteps = (Array.isArray(input.TransactItems) ? input.TransactItems : []).flatMap((one: object) =>
    Object.values(one).flatMap((step: { TableName?: unknown }) => text(step.TableName)),
  );
  return [...new Set([...texts(input.TableName), ...many, ...inSteps])].map((name) => ({
    arn: `${name.startsWith('arn:') ? name : table(name)}${index}`,
    tags: stores.dynamoDb.tables[name.replace(/^.*\//, '')]?.tags ?? {},
  }));
};

const ofQueues: ResourcesOf = ({ region, accountId, stores }, _operation, input) => {
  const names = [...texts(input.QueueUrl).map((url) => url.replace(/^.*\//, '')), ...texts(input.QueueName)];
  return names.map((name) => ({
    arn: `arn:aws:sqs:${region}:${accountId}:${name}`,
    tags: stores.sqs.queues[name]?.tags ?? {},
  }));
};

/** A secret that is not there yet has six characters more in its ARN than anybody knows. */
const ofSecrets: ResourcesOf = ({ region, accountId, stores }, operation, input) => {
  const ids = [...texts(input.SecretId), ...(operation === 'CreateSecret' ? texts(input.Name) : [])];
  return ids.map((id): Resource => {
    const found = Object.values(stores.secrets.secrets).find(({ name, arn }) => name === id || arn === id);
    if (found) return { arn: found.arn, tags: found.tags };
    return { arn: id.startsWith('arn:') ? id : `arn:aws:secretsmanager:${region}:${accountId}:secret:${id}-??????` };
  });
};

const OF_SERVICE: Readonly<Record<string, ResourcesOf>> = {
  ec2: ofEc2,
  'elastic-load-balancing-v2': ofLoadBalancing,
  'route-53': ofRoute53,
  'auto-scaling': ofAutoScaling,
  cloudwatch: ofCloudWatch,
  iam: ofIam,
  ssm: ofParameters,
  dynamodb: ofTables,
  sqs: ofQueues,
  'secrets-manager': ofSecrets,
};
