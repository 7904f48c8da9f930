import { type Context, contextOf } from '../../../aws/policy/pattern.ts';
import type { RegionState, Tags } from '../state.ts';
import { type Principal, principalKeys, tagKeys } from './principal.ts';
import type { Resource } from './resource.ts';

/** Everybody calls over the loopback interface. */
const SOURCE_IP = '127.0.0.1';

/**
 * What conditions may ask of a request.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
 */
export function requestContext(
  state: RegionState,
  request: {
    readonly principal: Principal;
    readonly action: string;
    readonly input: Readonly<Record<string, unknown>>;
    readonly resource: Resource;
    readonly nowMs: number;
    readonly enclosing?: string;
  },
): Context {
  const { principal, action, input, resource, nowMs, enclosing } = request;
  const tags = requestTags(input);
  const mentioned = [...Object.keys(tags), ...mentionedKeys(input)];
  const service = action.slice(0, action.indexOf(':'));
  return contextOf({
    'aws:CurrentTime': new Date(nowMs).toISOString(),
    'aws:EpochTime': String(Math.floor(nowMs / 1_000)),
    'aws:SecureTransport': 'false',
    'aws:RequestedRegion': ['iam', 'route53'].includes(service) ? 'us-east-1' : state.region,
    'aws:ResourceAccount': state.accountId,
    ...sourceKeys(state, principal),
    ...principalKeys(state, principal),
    ...(principal.kind === 'session' && { 'aws:TokenIssueTime': new Date(principal.session.issuedMs).toISOString() }),
    'dynamodb:EnclosingOperation': enclosing,
    ...tagKeys('aws:RequestTag', tags),
    ...(mentioned.length > 0 && { 'aws:TagKeys': [...new Set(mentioned)] }),
    ...tagKeys('aws:ResourceTag', resource.tags ?? {}),
    ...tagKeys(`${service}:ResourceTag`, resource.tags ?? {}),
  });
}

/** An instance calls from its address in the VPC, as through an endpoint there; who is outside has no VPC. */
function sourceKeys(state: RegionState, principal: Principal): Record<string, string> {
  const id = principal.kind === 'session' ? principal.session.instanceId : undefined;
  const instance = state.instances.find(({ instanceId }) => instanceId === id);
  if (!instance) return { 'aws:SourceIp': SOURCE_IP };
  return {
    'aws:SourceVpc': state.vpc.vpcId,
    'aws:VpcSourceIp': instance.address,
    'aws:Ec2InstanceSourceVpc': state.vpc.vpcId,
    'aws:Ec2InstanceSourcePrivateIPv4': instance.address,
    'ec2:SourceInstanceARN': `arn:aws:ec2:${state.region}:${state.accountId}:instance/${instance.instanceId}`,
  };
}

interface GivenTag {
  readonly Key?: unknown;
  readonly Value?: unknown;
}

/** The tags that a request would give, wherever its service has them. */
function requestTags(input: Readonly<Record<string, unknown>>): Tags {
  const specified = listOf(input.TagSpecifications).flatMap((one) => listOf((one as { Tags?: unknown }).Tags));
  const given = [...listOf(input.Tags), ...listOf(input.AddTags), ...specified] as readonly GivenTag[];
  const asMap = typeof input.tags === 'object' && input.tags !== null ? Object.entries(input.tags) : [];
  const pairs = [...given.map(({ Key, Value = '' }) => [Key, Value]), ...asMap];
  return Object.fromEntries(pairs.filter(([key, value]) => typeof key === 'string' && typeof value === 'string'));
}

/** Keys of tags that a request would remove. */
const mentionedKeys = (input: Readonly<Record<string, unknown>>): readonly string[] =>
  [...listOf(input.TagKeys), ...listOf(input.RemoveTagKeys)].filter((key) => typeof key === 'string');

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
