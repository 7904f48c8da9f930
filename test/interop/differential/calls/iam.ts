import fc from 'fast-check';
import { among, type Call, call, thing } from '../call.ts';

const ACCOUNT = 'arn:aws:iam::123456789012';
const UserName = fc.oneof({ weight: 8, arbitrary: among('ann', 'bob') }, { weight: 1, arbitrary: among('eve') });
const GroupName = among('ops', 'devs');
const RoleName = fc.oneof({ weight: 8, arbitrary: among('app') }, { weight: 2, arbitrary: among('job') });
const InstanceProfileName = among('app', 'job');
/** Of the account's own alone: Moto would be much slower with those of AWS. */
const PolicyArn = fc.oneof(
  { weight: 6, arbitrary: among(`${ACCOUNT}:policy/read`) },
  { weight: 2, arbitrary: among(`${ACCOUNT}:policy/write`) },
);
const PolicyName = among('own', 'other');
const Path = among('/', '/team/');
const PathPrefix = Path;

const document = (statement: object): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...statement }] });
const TRUST = document({ Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' });
const READ = document({ Action: ['ec2:Describe*', 's3:GetObject'], Resource: '*' });
const PolicyDocument = fc.oneof(
  { weight: 4, arbitrary: among(READ) },
  { weight: 4, arbitrary: among(document({ Action: 'sqs:*', Resource: '*', Sid: 'Queues' })) },
  { weight: 1, arbitrary: among('{}', 'no JSON', document({ Resource: '*' })) },
);

const tag = fc.record({ Key: among('team', 'stage'), Value: among('a', 'b', '') });
const Tags = fc.uniqueArray(tag, { minLength: 1, maxLength: 2, selector: ({ Key }) => Key });
const TagKeys = fc.subarray(['team', 'stage'], { minLength: 1 });

/** What there is when a sequence begins: somebody of each kind, with something of each kind. */
export const IDENTITIES: readonly Call[] = [
  { operation: 'CreateUser', input: { UserName: 'ann', Tags: [{ Key: 'team', Value: 'a' }] } },
  { operation: 'CreateUser', input: { UserName: 'bob', Path: '/team/' } },
  { operation: 'CreateGroup', input: { GroupName: 'ops' } },
  { operation: 'AddUserToGroup', input: { GroupName: 'ops', UserName: 'ann' } },
  { operation: 'CreateRole', input: { RoleName: 'app', AssumeRolePolicyDocument: TRUST, Description: 'The app.' } },
  { operation: 'PutRolePolicy', input: { RoleName: 'app', PolicyName: 'own', PolicyDocument: READ } },
  { operation: 'CreatePolicy', input: { PolicyName: 'read', PolicyDocument: READ } },
  { operation: 'AttachUserPolicy', input: { UserName: 'ann', PolicyArn: `${ACCOUNT}:policy/read` } },
  { operation: 'CreateInstanceProfile', input: { InstanceProfileName: 'app' } },
  { operation: 'AddRoleToInstanceProfile', input: { InstanceProfileName: 'app', RoleName: 'app' } },
  { operation: 'CreateAccessKey', input: { UserName: 'ann' } },
];

const holders = { User: { UserName }, Group: { GroupName }, Role: { RoleName } } as const;

/** What users, groups and roles have in common: policies of their own, and managed ones. */
const withPolicies = Object.entries(holders).flatMap(([kind, named]) => [
  call(`Put${kind}Policy`, { ...named, PolicyName, PolicyDocument }),
  call(`Get${kind}Policy`, { ...named, PolicyName }),
  call(`List${kind}Policies`, named),
  call(`Delete${kind}Policy`, { ...named, PolicyName }),
  call(`Attach${kind}Policy`, { ...named, PolicyArn }),
  call(`ListAttached${kind}Policies`, named),
  call(`Detach${kind}Policy`, { ...named, PolicyArn }),
]);

const tagged = Object.entries({ User: { UserName }, Role: { RoleName }, Policy: { PolicyArn } }).flatMap(
  ([kind, named]) => [
    call(`Tag${kind}`, { ...named, Tags }),
    call(`Untag${kind}`, { ...named, TagKeys }),
    call(`List${kind}Tags`, named),
  ],
);

const usersAndGroups = [
  call('CreateUser', { UserName }, { Path, Tags }),
  call('GetUser', { UserName }),
  call('ListUsers', {}, { PathPrefix }),
  call('DeleteUser', { UserName }),
  call('CreateGroup', { GroupName }, { Path }),
  call('GetGroup', { GroupName }),
  call('ListGroups', {}, { PathPrefix }),
  call('ListGroupsForUser', { UserName }),
  call('DeleteGroup', { GroupName }),
  call('AddUserToGroup', { GroupName, UserName }),
  call('RemoveUserFromGroup', { GroupName, UserName }),
  call('CreateAccessKey', { UserName }),
  call('ListAccessKeys', { UserName }),
  call('UpdateAccessKey', { UserName, AccessKeyId: thing('accesskey'), Status: among('Active', 'Inactive') }),
  call('DeleteAccessKey', { UserName, AccessKeyId: thing('accesskey') }),
];

const MaxSessionDuration = among(3_600, 7_200);
const rolesAndProfiles = [
  call('CreateRole', { RoleName, AssumeRolePolicyDocument: among(TRUST) }, { Path, MaxSessionDuration, Tags }),
  call('GetRole', { RoleName }),
  call('ListRoles', {}, { PathPrefix }),
  call('UpdateRole', { RoleName, Description: among('Another.'), MaxSessionDuration }),
  // Moto breaks down on the boundary of a user.
  call('PutRolePermissionsBoundary', { RoleName, PermissionsBoundary: PolicyArn }),
  call('UpdateAssumeRolePolicy', { RoleName, PolicyDocument: among(TRUST, 'no JSON') }),
  call('DeleteRole', { RoleName }),
  call('CreateInstanceProfile', { InstanceProfileName }, { Path }),
  call('GetInstanceProfile', { InstanceProfileName }),
  call('ListInstanceProfiles', {}, { PathPrefix }),
  call('ListInstanceProfilesForRole', { RoleName }),
  call('AddRoleToInstanceProfile', { InstanceProfileName, RoleName }),
  call('RemoveRoleFromInstanceProfile', { InstanceProfileName, RoleName }),
  call('DeleteInstanceProfile', { InstanceProfileName }),
];

const managed = [
  call(
    'CreatePolicy',
    { PolicyName: among('read', 'write'), PolicyDocument },
    { Description: among('It reads.'), Tags },
  ),
  call('GetPolicy', { PolicyArn }),
  call('ListPolicies', { Scope: among('Local') }, { OnlyAttached: fc.boolean() }),
  call('DeletePolicy', { PolicyArn }),
  call('CreatePolicyVersion', { PolicyArn, PolicyDocument }, { SetAsDefault: fc.boolean() }),
  call('GetPolicyVersion', { PolicyArn, VersionId: among('v1', 'v2') }),
  call('ListPolicyVersions', { PolicyArn }),
  call('SetDefaultPolicyVersion', { PolicyArn, VersionId: among('v1', 'v2') }),
  call('DeletePolicyVersion', { PolicyArn, VersionId: among('v1', 'v2') }),
];

/** What a user does with users, groups, roles, their policies, keys and instance profiles. */
export const iamCalls: fc.Arbitrary<Call> = fc.oneof(
  ...[...withPolicies, ...tagged, ...usersAndGroups, ...rolesAndProfiles, ...managed],
);
