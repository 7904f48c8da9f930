import type * as IAM from '@aws-sdk/client-iam';
import type { RegionState } from '../state.ts';
import type { Ctx, Step, Steps } from '../step.ts';
import { requireBoundary } from './attached.ts';
import { deleteConflict, requireFree, requireWithoutPolicies } from './conflicts.ts';
import { requireUser } from './find.ts';
import type { User } from './iam-state.ts';
import { newId, pageOf, requireName, requirePath, validationError } from './names.ts';
import { principalOf } from './principal.ts';
import { readTags } from './tags.ts';
import { more, userView } from './views.ts';

const createUser: Step<IAM.CreateUserRequest, IAM.CreateUserResponse> = (state, input, { nowMs, random }) => {
  const name = requireName(input.UserName, 'UserName');
  requireFree(state.iam.users, 'User', name);
  const user: User = {
    name,
    path: requirePath(input.Path),
    createdMs: nowMs,
    tags: readTags(input.Tags),
    inline: {},
    attached: [],
    ...(input.PermissionsBoundary !== undefined && { boundary: requireBoundary(state, input.PermissionsBoundary) }),
    id: newId('AIDA', random),
  };
  state.iam.users = [...state.iam.users, user];
  return { User: { ...userView(state, user), ...more(user) } };
};

/** Without a name: whoever asks. */
const getUser: Step<IAM.GetUserRequest, IAM.GetUserResponse> = (state, { UserName }, { caller }) => {
  const principal = principalOf(state, caller.accessKeyId);
  if (UserName === undefined && principal.kind === 'root') {
    const { accountId } = state;
    const Arn = `arn:aws:iam::${accountId}:root`;
    return { User: { Path: '/', UserName: 'root', UserId: accountId, Arn, CreateDate: new Date(0) } };
  }
  const user = requireUser(state, UserName ?? nameOfCaller(state, caller.accessKeyId));
  return { User: { ...userView(state, user), ...more(user) } };
};

const listUsers: Step<IAM.ListUsersRequest, IAM.ListUsersResponse> = (state, input) => {
  const within = state.iam.users.filter(({ path }) => path.startsWith(input.PathPrefix ?? '/'));
  const { items, page } = pageOf(within, ({ name }) => name, input);
  return { Users: items.map((user) => userView(state, user)), ...page };
};

const deleteUser: Step<IAM.DeleteUserRequest, void> = (state, { UserName }) => {
  const { iam } = state;
  const user = requireUser(state, UserName);
  requireWithoutPolicies(user);
  if (iam.accessKeys.some((key) => key.user === user.name)) {
    throw deleteConflict('Cannot delete entity, must delete access keys first.');
  }
  if (iam.groups.some(({ members }) => members.includes(user.name))) {
    throw deleteConflict('Cannot delete entity, must remove users from group first.');
  }
  iam.users = iam.users.filter((one) => one !== user);
};

/** The name of the user that asks. @throws Fault when whoever asks is none. */
export function nameOfCaller(state: RegionState, accessKeyId: Ctx['caller']['accessKeyId']): string {
  const principal = principalOf(state, accessKeyId);
  if (principal.kind === 'user') return principal.user.name;
  throw validationError('Must specify userName when calling with non-User credentials');
}

export const USERS: Steps = { CreateUser: createUser, GetUser: getUser, ListUsers: listUsers, DeleteUser: deleteUser };
