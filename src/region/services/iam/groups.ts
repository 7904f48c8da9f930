import type * as IAM from '@aws-sdk/client-iam';
import type { Step, Steps } from '../step.ts';
import { deleteConflict, requireFree, requireWithoutPolicies } from './conflicts.ts';
import { requireGroup, requireUser } from './find.ts';
import type { UserGroup } from './iam-state.ts';
import { newId, pageOf, requireName, requirePath } from './names.ts';
import { groupView, userView } from './views.ts';

const createGroup: Step<IAM.CreateGroupRequest, IAM.CreateGroupResponse> = (state, input, { nowMs, random }) => {
  const name = requireName(input.GroupName, 'GroupName', 128);
  requireFree(state.iam.groups, 'Group', name);
  const path = requirePath(input.Path);
  const shared = { createdMs: nowMs, tags: {}, inline: {}, attached: [], members: [] };
  const group: UserGroup = { name, path, id: newId('AGPA', random), ...shared };
  state.iam.groups = [...state.iam.groups, group];
  return { Group: groupView(state, group) };
};

const getGroup: Step<IAM.GetGroupRequest, IAM.GetGroupResponse> = (state, input) => {
  const group = requireGroup(state, input.GroupName);
  const { items, page } = pageOf(group.members, (name) => name, input);
  const members = items.map((name) => userView(state, requireUser(state, name)));
  return { Group: groupView(state, group), Users: members, ...page };
};

const listGroups: Step<IAM.ListGroupsRequest, IAM.ListGroupsResponse> = (state, input) => {
  const within = state.iam.groups.filter(({ path }) => path.startsWith(input.PathPrefix ?? '/'));
  const { items, page } = pageOf(within, ({ name }) => name, input);
  return { Groups: items.map((group) => groupView(state, group)), ...page };
};

const listGroupsForUser: Step<IAM.ListGroupsForUserRequest, IAM.ListGroupsForUserResponse> = (state, input) => {
  const { name } = requireUser(state, input.UserName);
  const own = state.iam.groups.filter(({ members }) => members.includes(name));
  const { items, page } = pageOf(own, (group) => group.name, input);
  return { Groups: items.map((group) => groupView(state, group)), ...page };
};

const deleteGroup: Step<IAM.DeleteGroupRequest, void> = (state, { GroupName }) => {
  const group = requireGroup(state, GroupName);
  if (group.members.length > 0) throw deleteConflict('Cannot delete entity, must remove users from group first.');
  requireWithoutPolicies(group);
  state.iam.groups = state.iam.groups.filter((one) => one !== group);
};

const addUserToGroup: Step<IAM.AddUserToGroupRequest, void> = (state, { GroupName, UserName }) => {
  const group = requireGroup(state, GroupName);
  const { name } = requireUser(state, UserName);
  if (!group.members.includes(name)) group.members = [...group.members, name];
};

const removeUserFromGroup: Step<IAM.RemoveUserFromGroupRequest, void> = (state, { GroupName, UserName }) => {
  const group = requireGroup(state, GroupName);
  const { name } = requireUser(state, UserName);
  group.members = group.members.filter((member) => member !== name);
};

export const GROUPS: Steps = {
  CreateGroup: createGroup,
  GetGroup: getGroup,
  ListGroups: listGroups,
  ListGroupsForUser: listGroupsForUser,
  DeleteGroup: deleteGroup,
  AddUserToGroup: addUserToGroup,
  RemoveUserFromGroup: removeUserFromGroup,
};
