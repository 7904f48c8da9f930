import {
  DeleteRolePolicyCommand,
  DeleteUserPolicyCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  GetUserCommand,
  GetUserPolicyCommand,
  IAMClient,
  ListRolesCommand,
  ListRoleTagsCommand,
  ListUsersCommand,
  ListUserTagsCommand,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
  SimulatePrincipalPolicyCommand,
} from '@aws-sdk/client-iam';
import type { Sdk } from './sdk.ts';

/** The IAM client and the commands that this program uses. Loaded on first use. */
export const sdk = {
  open: (config) => new IAMClient(config),
  commands: {
    GetRole: GetRoleCommand,
    ListRoles: ListRolesCommand,
    ListRoleTags: ListRoleTagsCommand,
    GetRolePolicy: GetRolePolicyCommand,
    GetUser: GetUserCommand,
    ListUsers: ListUsersCommand,
    ListUserTags: ListUserTagsCommand,
    GetUserPolicy: GetUserPolicyCommand,
    SimulatePrincipalPolicy: SimulatePrincipalPolicyCommand,
    PutRolePolicy: PutRolePolicyCommand,
    DeleteRolePolicy: DeleteRolePolicyCommand,
    PutUserPolicy: PutUserPolicyCommand,
    DeleteUserPolicy: DeleteUserPolicyCommand,
  },
} satisfies Sdk<'iam'>;
