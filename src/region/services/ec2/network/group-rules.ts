import type {
  AuthorizeSecurityGroupEgressResult,
  AuthorizeSecurityGroupIngressRequest,
  AuthorizeSecurityGroupIngressResult,
  IpPermission,
  RevokeSecurityGroupEgressResult,
  RevokeSecurityGroupIngressRequest,
  RevokeSecurityGroupIngressResult,
} from '@aws-sdk/client-ec2';
import { Fault } from '../../fault.ts';
import type { RegionState } from '../../state.ts';
import type { Ctx, Step } from '../../step.ts';
import { endDryRun } from '../find-instances.ts';
import { specifiedTags } from '../tags.ts';
import { ruleBase } from './build-network.ts';
import { missing, readCidr, refuseMembers, requireGroups, unsupported } from './find.ts';
import { ruleView } from './group-view.ts';
import type { SecurityGroup, SecurityGroupRule } from './network-state.ts';
import { groupOf } from './security-groups.ts';

type Authorize = AuthorizeSecurityGroupIngressRequest;
type Revoke = RevokeSecurityGroupIngressRequest;
type Wanted = Omit<SecurityGroupRule, 'ruleId' | 'ordinal' | 'tags' | 'egress'>;

export const authorizeSecurityGroupIngress: Step<Authorize, AuthorizeSecurityGroupIngressResult> = (
  state,
  input,
  ctx,
) => authorize(state, input, { ctx, egress: false });

export const authorizeSecurityGroupEgress: Step<Authorize, AuthorizeSecurityGroupEgressResult> = (state, input, ctx) =>
  authorize(state, input, { ctx, egress: true });

export const revokeSecurityGroupIngress: Step<Revoke, RevokeSecurityGroupIngressResult> = (state, input) =>
  revoke(state, input, false);

export const revokeSecurityGroupEgress: Step<Revoke, RevokeSecurityGroupEgressResult> = (state, input) =>
  revoke(state, input, true);

function authorize(state: RegionState, input: Authorize, { ctx, egress }: { ctx: Ctx; egress: boolean }) {
  const group = groupOf(state, input);
  const wanted = readRules(state, input);
  const mine = group.rules.filter((rule) => rule.egress === egress);
  wanted.forEach((rule, k) => {
    if (![...mine, ...wanted.slice(0, k)].some((other) => isSame(other, rule))) return;
    throw new Fault('InvalidPermission.Duplicate', `the specified rule "${describe(rule)}" already exists`);
  });
  if (mine.length + wanted.length > MAX_RULES) {
    const why = `The maximum number of rules per security group has been reached: ${MAX_RULES}.`;
    throw new Fault('RulesPerSecurityGroupLimitExceeded', why);
  }
  const tags = specifiedTags(input.TagSpecifications, 'security-group-rule');
  endDryRun(input);
  const fresh = wanted.map((rule) => ({
    ...ruleBase({ random: ctx.random, counter: state }),
    egress,
    ...rule,
    tags,
  }));
  group.rules = [...group.rules, ...fresh];
  return { Return: true, SecurityGroupRules: fresh.map((rule) => ruleView(state, group, rule)) };
}

const MAX_RULES = 60;

function revoke(state: RegionState, input: Revoke, egress: boolean) {
  const group = groupOf(state, input);
  const mine = group.rules.filter((rule) => rule.egress === egress);
  const ids = input.SecurityGroupRuleIds ?? [];
  const byId = ids.map((id) => mine.find(({ ruleId }) => ruleId === id) ?? noRule(id));
  const byContent =
    ids.length > 0
      ? []
      : readRules(state, input).map((rule) => mine.find((other) => isSame(other, rule)) ?? notThere());
  endDryRun(input);
  const gone = new Set([...byId, ...byContent]);
  group.rules = group.rules.filter((rule) => !gone.has(rule));
  return { Return: true };
}

const noRule = (id: string): never => {
  throw new Fault('InvalidSecurityGroupRuleId.NotFound', `The security group rule ID '${id}' does not exist`);
};
const notThere = (): never => {
  throw new Fault('InvalidPermission.NotFound', 'The specified rule does not exist in this security group.');
};

/** One rule for each peer of each permission, or the one that the older, flat parameters describe. */
function readRules(state: RegionState, input: Authorize | Revoke): Wanted[] {
  refuseMembers(input, ['SourceSecurityGroupName', 'SourceSecurityGroupOwnerId']);
  const { IpPermissions: permissions, IpProtocol, FromPort, ToPort, CidrIp } = input;
  const flat: IpPermission = { IpProtocol, FromPort, ToPort, ...(CidrIp !== undefined && { IpRanges: [{ CidrIp }] }) };
  const read = permissions && permissions.length > 0 ? permissions : [flat];
  return read.flatMap((permission) => readPermission(state, permission));
}

function readPermission(state: RegionState, permission: IpPermission): Wanted[] {
  const { IpRanges: ranges = [], UserIdGroupPairs: pairs = [] } = permission;
  for (const member of ['Ipv6Ranges', 'PrefixListIds'] as const) {
    if (permission[member]?.length) throw unsupported(`IpPermissions.${member}`);
  }
  if (permission.IpProtocol === undefined) throw missing('IpProtocol');
  if (ranges.length + pairs.length === 0) throw missing('IpPermissions.IpRanges');
  const base = { protocol: protocolName(permission.IpProtocol), ...portsOf(permission) };
  return [
    ...ranges.map(({ CidrIp, Description: description }) => ({
      ...base,
      cidr: readCidr(CidrIp ?? ''),
      ...(description !== undefined && { description }),
    })),
    ...pairs.map(({ GroupId, GroupName, Description: description }) => ({
      ...base,
      peerGroupId: peerOf(state, GroupId, GroupName).groupId,
      ...(description !== undefined && { description }),
    })),
  ];
}

function peerOf(state: RegionState, id: string | undefined, name: string | undefined): SecurityGroup {
  if (id !== undefined) requireGroups(state, [id]);
  return groupOf(state, { GroupId: id, GroupName: name });
}

const NAMES: Readonly<Record<string, string>> = { '6': 'tcp', '17': 'udp', '1': 'icmp' };

/** EC2 keeps the names of the three protocols that everybody knows, and the numbers of the others. */
function protocolName(text: string): string {
  const name = NAMES[text] ?? text.toLowerCase();
  const known = ['tcp', 'udp', 'icmp', '-1'].includes(name) || (/^\d{1,3}$/.test(name) && Number(name) <= 255);
  if (!known) throw invalid(`Invalid value '${text}' for IP protocol. Unknown protocol.`);
  return name;
}

function portsOf({ IpProtocol: protocol = '', FromPort: from, ToPort: to }: IpPermission) {
  const name = protocolName(protocol);
  if (name !== 'tcp' && name !== 'udp' && name !== 'icmp') return { fromPort: -1, toPort: -1 };
  if (from === undefined || to === undefined) throw missing('FromPort');
  const least = name === 'icmp' ? -1 : 0;
  const most = name === 'icmp' ? 255 : 65_535;
  const valid = [from, to].every((port) => Number.isInteger(port) && port >= least && port <= most);
  if (!valid || (name !== 'icmp' && from > to)) throw invalid(`Invalid port range: from ${from} to ${to}.`);
  return { fromPort: from, toPort: to };
}

const invalid = (message: string) => new Fault('InvalidParameterValue', message);

const isSame = (a: Wanted, b: Wanted): boolean =>
  a.protocol === b.protocol &&
  a.fromPort === b.fromPort &&
  a.toPort === b.toPort &&
  a.cidr === b.cidr &&
  a.peerGroupId === b.peerGroupId;

const describe = ({ protocol, fromPort, toPort, cidr, peerGroupId }: Wanted): string => {
  const ports = protocol === '-1' ? 'ALL' : `${protocol.toUpperCase()}, from port: ${fromPort}, to port: ${toPort}`;
  return `peer: ${cidr ?? peerGroupId}, ${ports}, ALLOW`;
};
