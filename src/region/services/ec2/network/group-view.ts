import type {
  IpPermission,
  SecurityGroupRule as SecurityGroupRuleView,
  SecurityGroup as SecurityGroupView,
} from '@aws-sdk/client-ec2';
import type { RegionState } from '../../state.ts';
import type { Facets } from '../filter.ts';
import { tagsView } from '../instance-view.ts';
import type { SecurityGroup, SecurityGroupRule } from './network-state.ts';

export const groupArn = ({ region, accountId }: RegionState, { groupId }: SecurityGroup): string =>
  `arn:aws:ec2:${region}:${accountId}:security-group/${groupId}`;

/** A group as it is shown: rules of the same protocol and ports as one permission with several peers. */
export function groupView(state: RegionState, group: SecurityGroup): SecurityGroupView {
  return {
    GroupId: group.groupId,
    GroupName: group.name,
    Description: group.description,
    OwnerId: state.accountId,
    VpcId: state.vpc.vpcId,
    SecurityGroupArn: groupArn(state, group),
    IpPermissions: permissionsOf(state, group, false),
    IpPermissionsEgress: permissionsOf(state, group, true),
    Tags: tagsView(group.tags),
  };
}

function permissionsOf({ accountId }: RegionState, { rules }: SecurityGroup, egress: boolean): IpPermission[] {
  const alike = new Map<string, SecurityGroupRule[]>();
  for (const rule of rules.filter((one) => one.egress === egress)) {
    const ports = `${rule.protocol} ${rule.fromPort} ${rule.toPort}`;
    alike.set(ports, [...(alike.get(ports) ?? []), rule]);
  }
  return [...alike.values()].map((members) => ({
    IpProtocol: members[0]?.protocol,
    ...(members[0] && portsView(members[0])),
    IpRanges: members.flatMap(({ cidr, description }) =>
      cidr === undefined ? [] : [{ CidrIp: cidr, ...(description !== undefined && { Description: description }) }],
    ),
    UserIdGroupPairs: members.flatMap(({ peerGroupId, description }) =>
      peerGroupId === undefined
        ? []
        : [{ GroupId: peerGroupId, UserId: accountId, ...(description !== undefined && { Description: description }) }],
    ),
    Ipv6Ranges: [],
    PrefixListIds: [],
  }));
}

const portsView = ({ protocol, fromPort, toPort }: SecurityGroupRule) =>
  protocol === '-1' ? {} : { FromPort: fromPort, ToPort: toPort };

export function ruleView(
  { region, accountId }: RegionState,
  { groupId }: SecurityGroup,
  rule: SecurityGroupRule,
): SecurityGroupRuleView {
  const { ruleId, egress, protocol, fromPort, toPort, cidr, peerGroupId, description, tags } = rule;
  return {
    SecurityGroupRuleId: ruleId,
    SecurityGroupRuleArn: `arn:aws:ec2:${region}:${accountId}:security-group-rule/${ruleId}`,
    GroupId: groupId,
    GroupOwnerId: accountId,
    IsEgress: egress,
    IpProtocol: protocol,
    FromPort: fromPort,
    ToPort: toPort,
    ...(cidr !== undefined && { CidrIpv4: cidr }),
    ...(peerGroupId !== undefined && { ReferencedGroupInfo: { GroupId: peerGroupId, UserId: accountId } }),
    ...(description !== undefined && { Description: description }),
    Tags: tagsView(tags),
  };
}

export const groupFacets = ({ vpc, accountId }: RegionState): Facets<SecurityGroup> => {
  const facet = (egress: boolean, read: (rule: SecurityGroupRule) => string | number | undefined) => {
    return ({ rules }: SecurityGroup) =>
      rules
        .filter((rule) => rule.egress === egress)
        .flatMap((rule) => read(rule) ?? [])
        .map(String);
  };
  const permissions = [
    ['ip-permission', false],
    ['egress.ip-permission', true],
  ] as const;
  return {
    'group-id': ({ groupId }) => [groupId],
    'group-name': ({ name }) => [name],
    description: ({ description }) => [description],
    'vpc-id': () => [vpc.vpcId],
    'owner-id': () => [accountId],
    ...Object.fromEntries(
      permissions.flatMap(([prefix, egress]) => [
        [`${prefix}.cidr`, facet(egress, ({ cidr }) => cidr)],
        [`${prefix}.from-port`, facet(egress, ({ fromPort }) => fromPort)],
        [`${prefix}.to-port`, facet(egress, ({ toPort }) => toPort)],
        [`${prefix}.protocol`, facet(egress, ({ protocol }) => protocol)],
        [`${prefix}.group-id`, facet(egress, ({ peerGroupId }) => peerGroupId)],
      ]),
    ),
  };
};

export const ruleFacets: Facets<{ group: SecurityGroup; rule: SecurityGroupRule }> = {
  'group-id': ({ group }) => [group.groupId],
  'security-group-rule-id': ({ rule }) => [rule.ruleId],
};
