import type * as IAM from '@aws-sdk/client-iam';
import type { RegionState } from '../state.ts';
import type { Holder, InstanceProfile, ManagedPolicy, Role, User, UserGroup } from './iam-state.ts';
import { escaped, iamArn } from './names.ts';
import { tagsView } from './tags.ts';

type Account = Pick<RegionState, 'accountId' | 'iam'>;

export const userArn = (state: Account, { path, name }: User): string => iamArn(state, 'user', path, name);
export const roleArn = (state: Account, { path, name }: Role): string => iamArn(state, 'role', path, name);
export const groupArn = (state: Account, { path, name }: UserGroup): string => iamArn(state, 'group', path, name);
export const profileArn = (state: Account, { path, name }: InstanceProfile): string =>
  iamArn(state, 'instance-profile', path, name);

/** What lists show of a user; `GetUser` shows `more` of it. */
export const userView = (state: Account, user: User): IAM.User => ({
  Path: user.path,
  UserName: user.name,
  UserId: user.id,
  Arn: userArn(state, user),
  CreateDate: new Date(user.createdMs),
});

export const roleView = (state: Account, role: Role): IAM.Role => ({
  Path: role.path,
  RoleName: role.name,
  RoleId: role.id,
  Arn: roleArn(state, role),
  CreateDate: new Date(role.createdMs),
  AssumeRolePolicyDocument: escaped(role.trust),
  ...(role.description !== '' && { Description: role.description }),
  MaxSessionDuration: role.maxSessionS,
});

/** What a look at a single one shows beside: lists leave it out, as IAM's do. */
export const more = ({ tags, boundary }: Holder) => ({
  ...(Object.keys(tags).length > 0 && { Tags: tagsView(tags) }),
  ...(boundary !== undefined && {
    PermissionsBoundary: {
      PermissionsBoundaryType: 'PermissionsBoundaryPolicy',
      PermissionsBoundaryArn: boundary,
    } as const,
  }),
});

export const groupView = (state: Account, group: UserGroup): IAM.Group => ({
  Path: group.path,
  GroupName: group.name,
  GroupId: group.id,
  Arn: groupArn(state, group),
  CreateDate: new Date(group.createdMs),
});

export const profileView = (state: Account, profile: InstanceProfile): IAM.InstanceProfile => ({
  Path: profile.path,
  InstanceProfileName: profile.name,
  InstanceProfileId: profile.id,
  Arn: profileArn(state, profile),
  CreateDate: new Date(profile.createdMs),
  Roles: state.iam.roles.filter(({ name }) => name === profile.role).map((role) => roleView(state, role)),
});

export const policyView = ({ iam }: Account, policy: ManagedPolicy): IAM.Policy => {
  const all: readonly Holder[] = [...iam.users, ...iam.groups, ...iam.roles];
  return {
    PolicyName: policy.name,
    PolicyId: policy.id,
    Arn: policy.arn,
    Path: policy.path,
    DefaultVersionId: policy.defaultVersion,
    AttachmentCount: all.filter(({ attached }) => attached.includes(policy.arn)).length,
    PermissionsBoundaryUsageCount: all.filter(({ boundary }) => boundary === policy.arn).length,
    IsAttachable: true,
    CreateDate: new Date(policy.createdMs),
    UpdateDate: new Date(policy.updatedMs),
  };
};
