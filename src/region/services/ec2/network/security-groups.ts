import type {
  CreateSecurityGroupRequest,
  CreateSecurityGroupResult,
  DeleteSecurityGroupRequest,
  DeleteSecurityGroupResult,
  DescribeSecurityGroupRulesRequest,
  DescribeSecurityGroupRulesResult,
  DescribeSecurityGroupsRequest,
  DescribeSecurityGroupsResult,
} from '@aws-sdk/client-ec2';
import { Fault } from '../../fault.ts';
import type { RegionState } from '../../state.ts';
import type { Step } from '../../step.ts';
import { applyFilters } from '../filter.ts';
import { endDryRun } from '../find-instances.ts';
import { tagsView } from '../instance-view.ts';
import { page } from '../page.ts';
import { specifiedTags } from '../tags.ts';
import { newGroup } from './build-network.ts';
import { missing, requireGroups, requireVpc } from './find.ts';
import { groupArn, groupFacets, groupView, ruleFacets, ruleView } from './group-view.ts';
import type { SecurityGroup } from './network-state.ts';

export const describeSecurityGroups: Step<DescribeSecurityGroupsRequest, DescribeSecurityGroupsResult> = (
  state,
  input,
) => {
  const { GroupIds: ids = [], GroupNames: names = [] } = input;
  requireGroups(state, ids);
  const groups = state.network.securityGroups;
  const unknown = names.find((name) => !groups.some((group) => group.name === name));
  if (unknown !== undefined) throw new Fault('InvalidGroup.NotFound', `The security group '${unknown}' does not exist`);
  const named = groups.filter(
    ({ groupId, name }) => (ids.length === 0 && names.length === 0) || ids.includes(groupId) || names.includes(name),
  );
  const matches = applyFilters(named, input.Filters, groupFacets(state), ({ tags }) => tags);
  const { items, next } = page(matches, input, ({ ordinal }) => ordinal, 5);
  endDryRun(input);
  return {
    SecurityGroups: items.map((group) => groupView(state, group)),
    ...(next !== undefined && { NextToken: next }),
  };
};

export const describeSecurityGroupRules: Step<DescribeSecurityGroupRulesRequest, DescribeSecurityGroupRulesResult> = (
  state,
  input,
) => {
  const ids = input.SecurityGroupRuleIds ?? [];
  const all = state.network.securityGroups
    .flatMap((group) => group.rules.map((rule) => ({ group, rule })))
    .sort((a, b) => a.rule.ordinal - b.rule.ordinal);
  const unknown = ids.find((id) => !all.some(({ rule }) => rule.ruleId === id));
  if (unknown !== undefined) {
    const why = `The security group rule ID '${unknown}' does not exist`;
    throw new Fault('InvalidSecurityGroupRuleId.NotFound', why);
  }
  const named = all.filter(({ rule }) => ids.length === 0 || ids.includes(rule.ruleId));
  const matches = applyFilters(named, input.Filters, ruleFacets, ({ rule }) => rule.tags);
  const { items, next } = page(matches, input, ({ rule }) => rule.ordinal, 5);
  endDryRun(input);
  return {
    SecurityGroupRules: items.map(({ group, rule }) => ruleView(state, group, rule)),
    ...(next !== undefined && { NextToken: next }),
  };
};

/** A new group lets in nothing, and lets out everything. */
export const createSecurityGroup: Step<CreateSecurityGroupRequest, CreateSecurityGroupResult> = (state, input, ctx) => {
  const { GroupName: name, Description: description } = input;
  if (name === undefined) throw missing('GroupName');
  if (description === undefined) throw missing('GroupDescription');
  requireVpc(state, input.VpcId);
  checkText('groupName', name);
  checkText('groupDescription', description);
  if (name.startsWith('sg-')) throw new Fault('InvalidParameterValue', `Group names cannot start with sg-: '${name}'`);
  const { securityGroups } = state.network;
  if (securityGroups.some((group) => group.name === name)) {
    const why = `The security group '${name}' already exists for VPC '${state.vpc.vpcId}'`;
    throw new Fault('InvalidGroup.Duplicate', why);
  }
  if (securityGroups.length >= MAX_GROUPS) {
    throw new Fault('SecurityGroupLimitExceeded', `The maximum number of security groups is ${MAX_GROUPS}.`);
  }
  const tags = specifiedTags(input.TagSpecifications, 'security-group');
  endDryRun(input);
  const group = newGroup(name, description, { random: ctx.random, counter: state });
  group.tags = tags;
  securityGroups.push(group);
  return { GroupId: group.groupId, SecurityGroupArn: groupArn(state, group), Tags: tagsView(tags) };
};

const MAX_GROUPS = 2_500;

function checkText(parameter: string, text: string): void {
  if (/^[A-Za-z0-9 ._\-:/()#,@[\]+=&;{}!$*]{1,255}$/.test(text)) return;
  const why = `Value (${text.slice(0, 64)}) for parameter ${parameter} is invalid. Character sets beyond ASCII are not supported.`;
  throw new Fault('InvalidParameterValue', why);
}

export const deleteSecurityGroup: Step<DeleteSecurityGroupRequest, DeleteSecurityGroupResult> = (state, input) => {
  const group = groupOf(state, input);
  const { groupId, name } = group;
  if (name === 'default') {
    const why = `the specified group: "${groupId}" name: "default" cannot be deleted by a user`;
    throw new Fault('CannotDelete', why);
  }
  if (isUsed(state, group)) throw new Fault('DependencyViolation', `resource ${groupId} has a dependent object`);
  endDryRun(input);
  state.network.securityGroups = state.network.securityGroups.filter((one) => one !== group);
  return { Return: true, GroupId: groupId };
};

/** A group by its id, or by its name. */
export function groupOf(
  state: RegionState,
  { GroupId: id, GroupName: name }: { GroupId?: string | undefined; GroupName?: string | undefined },
): SecurityGroup {
  const named = state.network.securityGroups.find((group) => group.name === name);
  if (id === undefined && name === undefined) throw missing('GroupId');
  const [found] = id === undefined ? [named] : requireGroups(state, [id]);
  if (!found) throw new Fault('InvalidGroup.NotFound', `The security group '${name}' does not exist`);
  return found;
}

/** Whether something is in the group, or a rule of another group names it. */
function isUsed({ network, instances, loadBalancers, groups }: RegionState, { groupId }: SecurityGroup): boolean {
  return (
    instances.some(({ state, groupIds }) => state !== 'terminated' && groupIds.includes(groupId)) ||
    loadBalancers.some(({ securityGroupIds }) => securityGroupIds.includes(groupId)) ||
    Object.values(groups).some(({ securityGroupIds }) => securityGroupIds.includes(groupId)) ||
    network.securityGroups.some((other) =>
      other.groupId === groupId ? false : other.rules.some(({ peerGroupId }) => peerGroupId === groupId),
    )
  );
}
