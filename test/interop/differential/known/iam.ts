import { because, type Known } from './known.ts';

const API = 'https://docs.aws.amazon.com/IAM/latest/APIReference';

const of = (page: string, reason: string, rows: Parameters<typeof because>[3]): Known[] =>
  because('iam', `${API}/${page}.html`, reason, rows);

export const IAM: readonly Known[] = [
  ...because(
    'iam',
    'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html',
    'The prefix of an id tells what it is of; Moto has it of roles and access keys alone.',
    [
      ['*', 'UserId', '*', '*'],
      ['*', 'GroupId', '*', '*'],
      ['*', 'InstanceProfileId', '*', '*'],
      ['*', 'PolicyId', '*', '*'],
    ],
  ),
  ...of('API_Role', 'The policy by which a role is trusted is URL-encoded wherever the role is shown.', [
    ['*', 'Roles.AssumeRolePolicyDocument', '*', '*'],
  ]),
  ...of('API_RoleLastUsed', 'When a role was last used is told where that is kept, and it is not kept here.', [
    ['*', 'RoleLastUsed', 'none', '{}'],
  ]),
  ...of('API_Policy', 'A policy tells how many have it as their boundary.', [
    ['*', 'PermissionsBoundaryUsageCount', '*', 'none'],
  ]),
  ...of('API_PolicyVersion', 'When a version is made or listed, its document is not in the answer.', [
    ['CreatePolicyVersion', 'PolicyVersion.Document', 'none', '*'],
    ['ListPolicyVersions', 'Versions.Document', 'none', '*'],
  ]),
  ...of('API_ListPolicyVersions', 'Every list tells whether it was cut.', [['*', 'IsTruncated', 'false', 'none']]),
  ...of('API_ListUsers', 'A list shows no tags of the users in it.', [['GetGroup', 'Users.Tags', 'none', '*']]),
  ...of('API_ListRoles', 'A list shows no tags of the roles in it.', [['*', 'Roles.Tags', 'none', '*']]),
  ...of('API_ListGroups', 'A prefix of the path leaves out what has another path.', [
    ['ListGroups', 'Groups', 'none', '*'],
    ['ListInstanceProfiles', 'InstanceProfiles', 'none', '*'],
  ]),
  ...of('API_DeletePolicy', 'DeleteConflict: nobody may have the policy, and no version may be left but one.', [
    ['DeletePolicy', 'error', '"DeleteConflictException"', 'none'],
  ]),
  ...of('API_RemoveUserFromGroup', 'NoSuchEntity: what is referred to must exist; a user who is no member exists.', [
    ['RemoveUserFromGroup', 'error', 'none', '"NoSuchEntityException"'],
  ]),
  ...of('API_PutRolePermissionsBoundary', 'NoSuchEntity: the policy must exist.', [
    ['PutRolePermissionsBoundary', 'error', '"NoSuchEntityException"', 'none'],
  ]),
];
