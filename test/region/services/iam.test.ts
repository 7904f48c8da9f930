import { describe, expect, test } from 'vitest';
import type { Fault } from '../../../src/region/services/fault.ts';
import { SMALL, type SmallRegion, smallRegion } from '../small-region.ts';

const IAM = 'iam';
const TRUST = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { AWS: '123456789012' }, Action: 'sts:AssumeRole' }],
});
const documentOf = (...statements: object[]) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: statements.map((one) => ({ Effect: 'Allow', Resource: '*', ...one })),
  });

/** A user with an inline policy; `as` calls with its key. */
function userOf(region: SmallRegion, ...statements: object[]) {
  region.call(IAM, 'CreateUser', { UserName: 'ann', Tags: [{ Key: 'team', Value: 'shop' }] });
  region.call(IAM, 'PutUserPolicy', { UserName: 'ann', PolicyName: 'own', PolicyDocument: documentOf(...statements) });
  const { AccessKeyId } = region.call(IAM, 'CreateAccessKey', { UserName: 'ann' }).AccessKey;
  return callerOf(region, AccessKeyId);
}

function callerOf(region: SmallRegion, accessKeyId: string) {
  const call = (service: string, operation: string, input: object = {}) =>
    region.world.call(service, operation, input, { accessKeyId, requestId: 'r' }) as ReturnType<SmallRegion['call']>;
  return {
    call,
    /** The refusal of a call, as `code: message`; undefined when it succeeds. */
    refusal(service: string, operation: string, input: object = {}) {
      try {
        call(service, operation, input);
        return undefined;
      } catch (fault) {
        return `${(fault as Fault).code}: ${(fault as Fault).message}`;
      }
    },
  };
}

const roleOf = (region: SmallRegion, ...statements: object[]) => {
  const { Role } = region.call(IAM, 'CreateRole', { RoleName: 'web', AssumeRolePolicyDocument: TRUST, Path: '/shop/' });
  if (statements.length > 0) {
    region.call(IAM, 'PutRolePolicy', {
      RoleName: 'web',
      PolicyName: 'own',
      PolicyDocument: documentOf(...statements),
    });
  }
  return Role.Arn as string;
};

describe('a user', () => {
  test('may do what its policies allow and nothing else, and is told what it lacks as each service words it', () => {
    const region = smallRegion();
    const ann = userOf(region, { Action: 'ec2:DescribeVpcs' });
    expect(ann.call('ec2', 'DescribeVpcs').Vpcs).toHaveLength(1);
    const who = 'User: arn:aws:iam::123456789012:user/ann is not authorized to perform:';
    expect(ann.refusal('ec2', 'DescribeInstances')).toBe(
      `UnauthorizedOperation: You are not authorized to perform this operation. ${who} ec2:DescribeInstances because no identity-based policy allows the ec2:DescribeInstances action`,
    );
    expect(ann.refusal('iam', 'GetRole', { RoleName: 'web' })).toBe(
      `AccessDenied: ${who} iam:GetRole on resource: arn:aws:iam::123456789012:role/web because no identity-based policy allows the iam:GetRole action`,
    );
    expect(ann.refusal('route-53', 'ListHostedZones')).toMatch(/^AccessDenied: .*route53:ListHostedZones because no/);
  });

  test('is who asks, in STS and in IAM; the keys of the region are the root of the account', () => {
    const region = smallRegion();
    const ann = userOf(region, { Action: 'iam:GetUser' });
    const arn = 'arn:aws:iam::123456789012:user/ann';
    expect(ann.call('sts', 'GetCallerIdentity')).toMatchObject({ Arn: arn, Account: '123456789012' });
    expect(ann.call('iam', 'GetUser').User).toMatchObject({ Arn: arn, Tags: [{ Key: 'team', Value: 'shop' }] });
    expect(region.call('sts', 'GetCallerIdentity').Arn).toBe('arn:aws:iam::123456789012:root');
  });

  test('may act on what its tags and those of the resource allow', () => {
    const region = smallRegion();
    const ids = [region.id('web-a1'), region.id('db-a1')];
    const Condition = { StringEquals: { 'ec2:ResourceTag/app': '${aws:PrincipalTag/team}' } };
    const ann = userOf(region, { Action: 'ec2:StopInstances', Condition });
    expect(ann.refusal('ec2', 'StopInstances', { InstanceIds: ids })).toContain(`instance/${ids[1]}`);
    expect(region.state('web-a1')).toBe('running');
    expect(ann.refusal('ec2', 'StopInstances', { InstanceIds: [ids[0]] })).toBeUndefined();
  });

  test('needs a permission of its own for the tags of what it makes', () => {
    const region = smallRegion();
    const TagSpecifications = [{ ResourceType: 'security-group', Tags: [{ Key: 'team', Value: 'shop' }] }];
    const { VpcId } = region.call('ec2', 'DescribeVpcs').Vpcs[0];
    const made = (GroupName: string) => ({ GroupName, Description: 'd', VpcId });
    const ann = userOf(region, { Action: 'ec2:CreateSecurityGroup' });
    expect(ann.refusal('ec2', 'CreateSecurityGroup', made('plain'))).toBeUndefined();
    expect(ann.refusal('ec2', 'CreateSecurityGroup', { ...made('tagged'), TagSpecifications })).toContain(
      'not authorized to perform: ec2:CreateTags on resource: arn:aws:ec2:us-east-1:123456789012:security-group/*',
    );
  });

  test('is limited by its boundary, and has what its groups have', () => {
    const region = smallRegion();
    const ann = userOf(region, { Action: 'ec2:*' });
    const { Arn } = region.call(IAM, 'CreatePolicy', {
      PolicyName: 'limits',
      PolicyDocument: documentOf({ Action: ['ec2:Describe*', 'sqs:*', 'route53:*'] }),
    }).Policy;
    region.call(IAM, 'PutUserPermissionsBoundary', { UserName: 'ann', PermissionsBoundary: Arn });
    expect(ann.refusal('ec2', 'DescribeVpcs')).toBeUndefined();
    expect(ann.refusal('ec2', 'CreateTags', { Resources: ['i-0'] })).toContain(
      'because no permissions boundary allows',
    );
    region.call(IAM, 'CreateGroup', { GroupName: 'dns' });
    region.call(IAM, 'AddUserToGroup', { GroupName: 'dns', UserName: 'ann' });
    expect(ann.refusal('route-53', 'ListHostedZones')).toBeDefined();
    region.call(IAM, 'AttachGroupPolicy', {
      GroupName: 'dns',
      PolicyArn: 'arn:aws:iam::aws:policy/AdministratorAccess',
    });
    expect(ann.refusal('route-53', 'ListHostedZones')).toBeUndefined();
  });

  test('is nobody once its key is inactive', () => {
    const region = smallRegion();
    const ann = userOf(region, { Action: '*' });
    const { AccessKeyMetadata } = region.call(IAM, 'ListAccessKeys', { UserName: 'ann' });
    const { AccessKeyId } = AccessKeyMetadata[0];
    expect(region.world.keyOf(AccessKeyId)).toBeDefined();
    region.call(IAM, 'UpdateAccessKey', { UserName: 'ann', AccessKeyId, Status: 'Inactive' });
    expect(region.world.keyOf(AccessKeyId)).toBeUndefined();
    expect(ann.refusal('ec2', 'DescribeVpcs')).toMatch(/^UnauthorizedOperation/);
  });

  test('may use the physical layer of the region only if it is allowed to', () => {
    const region = smallRegion();
    userOf(region, { Action: 'facility:DescribeState' });
    const { AccessKeyId: accessKeyId } = region.call(IAM, 'ListAccessKeys', { UserName: 'ann' }).AccessKeyMetadata[0];
    const caller = { accessKeyId, requestId: 'r' };
    expect(() => region.world.facility('CutPower', { zoneId: 'use1-az1' }, caller)).toThrow('facility:CutPower');
    expect(() => region.world.admit('SignalProcess', caller)).toThrow('facility:SignalProcess');
    expect(region.world.facility('DescribeState', {}, caller).state).toBeDefined();
  });
});

test('who sent a message and who changed a parameter is told as IAM knows him', () => {
  const region = smallRegion();
  const ann = userOf(region, { Action: ['sqs:*', 'ssm:*'] });
  const role = roleOf(region, { Action: 'sqs:SendMessage' });
  const QueueUrl = region.call('sqs', 'CreateQueue', { QueueName: 'jobs' }).QueueUrl;
  const { Credentials } = region.call('sts', 'AssumeRole', { RoleArn: role, RoleSessionName: 'night' });
  const senders = [ann, callerOf(region, Credentials.AccessKeyId), region].map((one) => {
    one.call('sqs', 'SendMessage', { QueueUrl, MessageBody: 'x' });
    const [message] = region.call('sqs', 'ReceiveMessage', { QueueUrl, AttributeNames: ['SenderId'] }).Messages;
    return message.Attributes.SenderId;
  });
  const idOf = (operation: string, input: object) => Object.values(region.call(IAM, operation, { ...input }))[0];
  expect(senders).toEqual([
    (idOf('GetUser', { UserName: 'ann' }) as { UserId: string }).UserId,
    `${(idOf('GetRole', { RoleName: 'web' }) as { RoleId: string }).RoleId}:night`,
    '123456789012',
  ]);
  ann.call('ssm', 'PutParameter', { Name: 'colour', Value: 'red', Type: 'String' });
  const [parameter] = region.call('ssm', 'DescribeParameters').Parameters;
  expect(parameter.LastModifiedUser).toBe('arn:aws:iam::123456789012:user/ann');
});

test('calls to stores are about what they name: a secret by its whole ARN, a table by its tags, a queue by its name', () => {
  const region = smallRegion();
  const { ARN } = region.call('secrets-manager', 'CreateSecret', { Name: 'key', SecretString: 's' });
  region.call('secrets-manager', 'CreateSecret', { Name: 'key2', SecretString: 's' });
  for (const team of ['shop', 'pay']) {
    const Tags = [{ Key: 'team', Value: team }];
    region.call('dynamodb', 'CreateTable', { ...TABLE, TableName: team, Tags });
    region.call('sqs', 'CreateQueue', { QueueName: team });
  }
  const Condition = { StringEquals: { 'aws:ResourceTag/team': '${aws:PrincipalTag/team}' } };
  const ann = userOf(
    region,
    { Action: 'secretsmanager:GetSecretValue', Resource: ARN },
    { Action: 'dynamodb:DescribeTable', Condition },
    { Action: 'sqs:GetQueueUrl', Resource: 'arn:aws:sqs:*:*:${aws:PrincipalTag/team}' },
  );
  expect(ann.refusal('secrets-manager', 'GetSecretValue', { SecretId: 'key' })).toBeUndefined();
  expect(ann.refusal('secrets-manager', 'GetSecretValue', { SecretId: 'key2' })).toContain(':secret:key2-');
  expect(ann.refusal('dynamodb', 'DescribeTable', { TableName: 'shop' })).toBeUndefined();
  expect(ann.refusal('dynamodb', 'DescribeTable', { TableName: 'pay' })).toContain('table/pay because');
  expect(ann.refusal('sqs', 'GetQueueUrl', { QueueName: 'shop' })).toBeUndefined();
  expect(ann.refusal('sqs', 'GetQueueUrl', { QueueName: 'pay' })).toContain(':pay because');
});
const TABLE = {
  AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
  KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
  BillingMode: 'PAY_PER_REQUEST',
};

describe('a role', () => {
  test('is assumed by whom its trust policy and his own policies let, and then does what the role may', () => {
    const region = smallRegion();
    const RoleArn = roleOf(region, { Action: 'ec2:DescribeVpcs' });
    const ann = userOf(region, { Action: 'sqs:*' });
    const asked = { RoleArn, RoleSessionName: 'ann-1' };
    expect(ann.refusal('sts', 'AssumeRole', asked)).toBe(
      `AccessDenied: User: arn:aws:iam::123456789012:user/ann is not authorized to perform: sts:AssumeRole on resource: ${RoleArn}`,
    );
    const PolicyDocument = documentOf({ Action: 'sts:AssumeRole', Resource: RoleArn });
    region.call(IAM, 'PutUserPolicy', { UserName: 'ann', PolicyName: 'own', PolicyDocument });
    const { Credentials, AssumedRoleUser } = ann.call('sts', 'AssumeRole', asked);
    expect(AssumedRoleUser.Arn).toBe('arn:aws:sts::123456789012:assumed-role/web/ann-1');
    const session = callerOf(region, Credentials.AccessKeyId);
    expect(session.call('sts', 'GetCallerIdentity').Arn).toBe(AssumedRoleUser.Arn);
    expect(session.refusal('ec2', 'DescribeVpcs')).toBeUndefined();
    expect(session.refusal('ec2', 'DescribeInstances')).toContain(AssumedRoleUser.Arn);
  });

  test('that names a user is assumed by that user without a policy of his, and by no other', () => {
    const region = smallRegion();
    const ann = userOf(region, { Action: 'sqs:*' });
    const trust = (name: string) =>
      documentOf({
        Resource: undefined,
        Action: 'sts:AssumeRole',
        Principal: { AWS: `arn:aws:iam::123456789012:user/${name}` },
        Condition: { StringEquals: { 'sts:ExternalId': 'x' } },
      });
    const RoleArn = roleOf(region);
    const asked = { RoleArn, RoleSessionName: 'one', ExternalId: 'x' };
    region.call(IAM, 'CreateUser', { UserName: 'bob' });
    region.call(IAM, 'UpdateAssumeRolePolicy', { RoleName: 'web', PolicyDocument: trust('bob') });
    expect(ann.refusal('sts', 'AssumeRole', asked)).toMatch(/^AccessDenied/);
    region.call(IAM, 'UpdateAssumeRolePolicy', { RoleName: 'web', PolicyDocument: trust('ann') });
    expect(ann.refusal('sts', 'AssumeRole', asked)).toBeUndefined();
    expect(ann.refusal('sts', 'AssumeRole', { ...asked, ExternalId: 'y' })).toMatch(/^AccessDenied/);
  });

  test('is trusted to whom exists alone', () => {
    const region = smallRegion();
    const role = roleOf(region);
    const ann = callerOf(region, 'AKIDTEST');
    const to = (AWS: string | string[]) =>
      ann.refusal(IAM, 'UpdateAssumeRolePolicy', {
        RoleName: 'web',
        PolicyDocument: documentOf({ Resource: undefined, Action: 'sts:AssumeRole', Principal: { AWS } }),
      });
    const account = 'arn:aws:iam::123456789012';
    const nobody = `${account}:user/nobody`;
    const refused = `MalformedPolicyDocument: Invalid principal in policy: "AWS":"${nobody}"`;
    expect(to([role, nobody])).toBe(refused);
    const made = { RoleName: 'new', AssumeRolePolicyDocument: TRUST.replace('123456789012', nobody) };
    expect(ann.refusal(IAM, 'CreateRole', made)).toBe(refused);
    for (const name of [`${account}:user/*`, `${account}:role/web`, 'web']) expect(to(name)).toContain('Invalid');
    const good = ['*', '123456789012', `${account}:root`, 'arn:aws:iam::999999999999:user/whoever'];
    expect(to([...good, role, 'arn:aws:sts::123456789012:assumed-role/web/one'])).toBeUndefined();
  });

  test('is trusted by where a call comes from, and by what it asks for, as other calls are allowed', () => {
    const region = smallRegion();
    const RoleArn = roleOf(region);
    const ann = userOf(region, { Action: 'sts:*' });
    const assume = (Condition: object) => {
      const Principal = { AWS: '123456789012' };
      const PolicyDocument = documentOf({ Resource: undefined, Action: 'sts:AssumeRole', Principal, Condition });
      region.call(IAM, 'UpdateAssumeRolePolicy', { RoleName: 'web', PolicyDocument });
      return ann.refusal('sts', 'AssumeRole', { RoleArn, RoleSessionName: 'one', Tags: [{ Key: 'a', Value: 'b' }] });
    };
    expect(assume({ IpAddress: { 'aws:SourceIp': '127.0.0.0/8' } })).toBeUndefined();
    expect(assume({ IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } })).toContain('AccessDenied');
    expect(assume({ StringEquals: { 'aws:RequestTag/a': 'b' } })).toBeUndefined();
    expect(assume({ StringEquals: { 'aws:RequestTag/a': 'c' } })).toContain('AccessDenied');
  });

  test('of a session is limited by the policies of the session, and ends with its time or with the role', () => {
    const region = smallRegion();
    const RoleArn = roleOf(region, { Action: '*' });
    const Policy = documentOf({ Action: 'ec2:DescribeVpcs' });
    const asked = { RoleArn, RoleSessionName: 'one', DurationSeconds: 900 };
    const key = (more: object) => region.call('sts', 'AssumeRole', { ...asked, ...more }).Credentials.AccessKeyId;
    const limited = callerOf(region, key({ Policy }));
    expect(limited.refusal('ec2', 'DescribeVpcs')).toBeUndefined();
    expect(limited.refusal('route-53', 'ListHostedZones')).toContain('because no session policy allows');
    const whole = key({});
    region.pass(899_000);
    expect(region.world.keyOf(whole)).toMatchObject({ isExpired: false });
    region.pass(1_000);
    expect(region.world.keyOf(whole)).toMatchObject({ isExpired: true });
    region.call(IAM, 'DeleteRolePolicy', { RoleName: 'web', PolicyName: 'own' });
    region.call(IAM, 'DeleteRole', { RoleName: 'web' });
    expect(region.world.keyOf(whole)).toBeUndefined();
    expect(callerOf(region, whole).refusal('ec2', 'DescribeVpcs')).toBeDefined();
  });

  test('is denied at once by a policy that expires, and no longer once its time is over', () => {
    const region = smallRegion();
    const RoleArn = roleOf(region, { Action: '*' });
    const { Credentials } = region.call('sts', 'AssumeRole', { RoleArn, RoleSessionName: 'one' });
    const session = callerOf(region, Credentials.AccessKeyId);
    const until = new Date(region.nowMs() + 60_000).toISOString();
    const PolicyDocument = documentOf({
      Effect: 'Deny',
      Action: 'route53:*',
      Condition: { DateLessThan: { 'aws:CurrentTime': until } },
    });
    expect(session.refusal('route-53', 'ListHostedZones')).toBeUndefined();
    region.call(IAM, 'PutRolePolicy', { RoleName: 'web', PolicyName: 'no', PolicyDocument });
    expect(session.refusal('route-53', 'ListHostedZones')).toContain(
      'with an explicit deny in an identity-based policy',
    );
    expect(session.refusal('ec2', 'DescribeVpcs')).toBeUndefined();
    region.pass(60_000);
    expect(session.refusal('route-53', 'ListHostedZones')).toBeUndefined();
  });
});

describe('policies', () => {
  test('of a role are put, read, listed in pages and deleted; documents come back escaped', () => {
    const region = smallRegion();
    roleOf(region);
    const document = documentOf({ Action: 'ec2:*' });
    for (const PolicyName of ['b', 'a', 'c']) {
      region.call(IAM, 'PutRolePolicy', { RoleName: 'web', PolicyName, PolicyDocument: document });
    }
    const first = region.call(IAM, 'ListRolePolicies', { RoleName: 'web', MaxItems: 2 });
    expect(first).toMatchObject({ PolicyNames: ['a', 'b'], IsTruncated: true });
    const { Marker } = first;
    expect(region.call(IAM, 'ListRolePolicies', { RoleName: 'web', Marker })).toEqual({
      PolicyNames: ['c'],
      IsTruncated: false,
    });
    const { PolicyDocument } = region.call(IAM, 'GetRolePolicy', { RoleName: 'web', PolicyName: 'a' });
    expect(PolicyDocument).toMatch(/^%7B%22Version/);
    expect(decodeURIComponent(PolicyDocument)).toBe(document);
    region.call(IAM, 'DeleteRolePolicy', { RoleName: 'web', PolicyName: 'a' });
    expect(region.refusal(IAM, 'GetRolePolicy', { RoleName: 'web', PolicyName: 'a' })).toBe('NoSuchEntity');
  });

  test('that are malformed, too large or of nobody are refused', () => {
    const region = smallRegion();
    roleOf(region);
    const put = (PolicyDocument: string, RoleName = 'web') =>
      region.refusal(IAM, 'PutRolePolicy', { RoleName, PolicyName: 'p', PolicyDocument });
    expect(put('{}')).toBe('MalformedPolicyDocument');
    expect(put(documentOf({ Action: 'ec2:*' }), 'other')).toBe('NoSuchEntity');
    expect(put(documentOf({ Action: Array.from({ length: 900 }, (_, k) => `ec2:Action${k}`) }))).toBe('LimitExceeded');
    expect(region.refusal(IAM, 'CreateRole', { RoleName: 'web', AssumeRolePolicyDocument: TRUST })).toBe(
      'EntityAlreadyExists',
    );
    expect(region.refusal(IAM, 'CreateRole', { RoleName: 'a b', AssumeRolePolicyDocument: TRUST })).toBe(
      'ValidationError',
    );
  });

  test('that are managed have versions, of which one holds; what is in use is not deleted', () => {
    const region = smallRegion();
    roleOf(region);
    const PolicyDocument = documentOf({ Action: 'ec2:*' });
    const { Arn: PolicyArn } = region.call(IAM, 'CreatePolicy', { PolicyName: 'p', PolicyDocument }).Policy;
    region.call(IAM, 'AttachRolePolicy', { RoleName: 'web', PolicyArn });
    expect(region.call(IAM, 'GetPolicy', { PolicyArn }).Policy.AttachmentCount).toBe(1);
    const version = { PolicyArn, PolicyDocument: documentOf({ Action: 'sqs:*' }) };
    expect(region.call(IAM, 'CreatePolicyVersion', version).PolicyVersion).toMatchObject({
      VersionId: 'v2',
      IsDefaultVersion: false,
    });
    region.call(IAM, 'SetDefaultPolicyVersion', { PolicyArn, VersionId: 'v2' });
    expect(region.refusal(IAM, 'DeletePolicyVersion', { PolicyArn, VersionId: 'v2' })).toBe('DeleteConflict');
    expect(region.refusal(IAM, 'DeletePolicy', { PolicyArn })).toBe('DeleteConflict');
    expect(region.refusal(IAM, 'DeleteRole', { RoleName: 'web' })).toBe('DeleteConflict');
    region.call(IAM, 'DetachRolePolicy', { RoleName: 'web', PolicyArn });
    region.call(IAM, 'DeletePolicyVersion', { PolicyArn, VersionId: 'v1' });
    region.call(IAM, 'DeletePolicy', { PolicyArn });
    region.call(IAM, 'DeleteRole', { RoleName: 'web' });
    expect(region.call(IAM, 'ListRoles').Roles).toEqual([]);
  });

  test('are simulated by the evaluator that judges calls', () => {
    const region = smallRegion();
    const PolicySourceArn = roleOf(region, { Action: 'ec2:*' });
    const Condition = { DateLessThan: { 'aws:CurrentTime': '2026-01-01T01:00:00Z' } };
    const PolicyDocument = documentOf({ Effect: 'Deny', Action: 'ec2:StopInstances', Condition });
    region.call(IAM, 'PutRolePolicy', { RoleName: 'web', PolicyName: 'no', PolicyDocument });
    const ContextEntries = [
      { ContextKeyName: 'aws:CurrentTime', ContextKeyType: 'date', ContextKeyValues: ['2026-01-01T00:00:00Z'] },
    ];
    const ActionNames = ['ec2:StopInstances', 'ec2:StartInstances', 'sqs:SendMessage'];
    const ask = (more: object) =>
      region
        .call(IAM, 'SimulatePrincipalPolicy', { PolicySourceArn, ActionNames, ...more })
        .EvaluationResults.map((one: Record<string, unknown>) => one.EvalDecision);
    expect(ask({ ContextEntries })).toEqual(['explicitDeny', 'allowed', 'implicitDeny']);
    expect(ask({}), 'without the time').toEqual(['allowed', 'allowed', 'implicitDeny']);
    const custom = { PolicyInputList: [documentOf({ Action: 'sqs:*' })], ActionNames };
    const { EvaluationResults } = region.call(IAM, 'SimulateCustomPolicy', custom);
    expect(EvaluationResults[2]).toMatchObject({
      EvalActionName: 'sqs:SendMessage',
      EvalDecision: 'allowed',
      MatchedStatements: [{ SourcePolicyId: 'PolicyInputList.1' }],
    });
  });
});

test('an instance profile holds one role, which it keeps from being deleted', () => {
  const region = smallRegion();
  roleOf(region);
  const InstanceProfileName = 'web';
  region.call(IAM, 'CreateInstanceProfile', { InstanceProfileName });
  region.call(IAM, 'AddRoleToInstanceProfile', { InstanceProfileName, RoleName: 'web' });
  expect(region.refusal(IAM, 'AddRoleToInstanceProfile', { InstanceProfileName, RoleName: 'web' })).toBe(
    'LimitExceeded',
  );
  expect(region.refusal(IAM, 'DeleteRole', { RoleName: 'web' })).toBe('DeleteConflict');
  const { InstanceProfiles } = region.call(IAM, 'ListInstanceProfilesForRole', { RoleName: 'web' });
  expect(InstanceProfiles[0].Roles[0].Arn).toBe('arn:aws:iam::123456789012:role/shop/web');
  region.call(IAM, 'RemoveRoleFromInstanceProfile', { InstanceProfileName, RoleName: 'web' });
  region.call(IAM, 'DeleteInstanceProfile', { InstanceProfileName });
  region.call(IAM, 'DeleteRole', { RoleName: 'web' });
});

test('a policy of AWS that the region does not have is refused with those that it has', () => {
  const region = smallRegion();
  roleOf(region);
  const PolicyArn = 'arn:aws:iam::aws:policy/ReadOnlyAccess';
  const refusal = callerOf(region, 'AKIDTEST').refusal(IAM, 'AttachRolePolicy', { RoleName: 'web', PolicyArn });
  expect(refusal).toContain('Of the policies of AWS the region has AdministratorAccess alone: make one of your own');
});

describe('an instance of a group with a role', () => {
  const roleFor = (group: string) => (group === 'web' ? { role: 'shop' } : {});
  const withRole = () => {
    const roles = [{ name: 'shop', allow: ['sqs:*'], tags: {} }];
    return smallRegion({
      more: { roles, instances: SMALL.instances.map((one) => ({ ...one, ...roleFor(one.name) })) },
    });
  };
  const credentials = (region: SmallRegion, id: string) =>
    region.world.desired().instances.find(({ instanceId }) => instanceId === id)?.credentials;

  test('shows its instance profile, which keeps the role from being deleted', () => {
    const region = withRole();
    const { Reservations } = region.call('ec2', 'DescribeInstances', { InstanceIds: [region.id('web-a1')] });
    const { InstanceProfile } = region.call(IAM, 'GetInstanceProfile', { InstanceProfileName: 'shop' });
    const shown = { Arn: InstanceProfile.Arn, Id: InstanceProfile.InstanceProfileId };
    expect(Reservations[0].Instances[0].IamInstanceProfile).toEqual(shown);
    expect(InstanceProfile.Arn).toBe('arn:aws:iam::123456789012:instance-profile/shop');
    region.call(IAM, 'DeleteRolePolicy', { RoleName: 'shop', PolicyName: 'blueprint' });
    expect(region.refusal(IAM, 'DeleteRole', { RoleName: 'shop' })).toBe('DeleteConflict');
  });

  test('may be launched with another profile, by who may pass its role', () => {
    const region = withRole();
    roleOf(region);
    region.call(IAM, 'CreateInstanceProfile', { InstanceProfileName: 'other' });
    region.call(IAM, 'AddRoleToInstanceProfile', { InstanceProfileName: 'other', RoleName: 'web' });
    const launch = (Name: string, group = 'db') => ({
      ...{ MinCount: 1, MaxCount: 1, LaunchTemplate: { LaunchTemplateName: group }, IamInstanceProfile: { Name } },
    });
    const ann = userOf(region, { Action: 'ec2:*' });
    expect(ann.refusal('ec2', 'RunInstances', launch('other'))).toContain(
      'iam:PassRole on resource: arn:aws:iam::123456789012:role/shop/web',
    );
    expect(ann.refusal('ec2', 'RunInstances', launch('none'))).toBe(
      'InvalidParameterValue: Value (none) for parameter iamInstanceProfile.name is invalid. Invalid IAM Instance Profile name',
    );
    for (const group of ['db', 'web']) {
      const [made] = region.call('ec2', 'RunInstances', launch('other', group)).Instances;
      expect(made.IamInstanceProfile.Arn).toBe('arn:aws:iam::123456789012:instance-profile/other');
      const key = (credentials(region, made.InstanceId) as { accessKeyId: string }).accessKeyId;
      expect(callerOf(region, key).call('sts', 'GetCallerIdentity').Arn).toContain(
        `assumed-role/web/${made.InstanceId}`,
      );
    }
  });

  test('has no credentials once the role is gone, and never those of the root; another role gives it new ones', () => {
    const region = withRole();
    const id = region.id('web-a1');
    const stopAndStart = () => {
      for (const operation of ['StopInstances', 'StartInstances']) {
        region.call('ec2', operation, { InstanceIds: [id] });
        region.settle();
      }
    };
    expect(credentials(region, region.id('db-a1'))).toBeUndefined();
    expect(credentials(region, id)).toMatchObject({ accessKeyId: expect.stringMatching(/^ASIA/) });
    const ofProfile = { InstanceProfileName: 'shop', RoleName: 'shop' };
    region.call(IAM, 'RemoveRoleFromInstanceProfile', ofProfile);
    region.call(IAM, 'DeleteRolePolicy', { RoleName: 'shop', PolicyName: 'blueprint' });
    region.call(IAM, 'DeleteRole', { RoleName: 'shop' });
    expect(credentials(region, id)).toBe('none');
    const launch = { MinCount: 1, MaxCount: 1, LaunchTemplate: { LaunchTemplateName: 'web' } };
    const [{ InstanceId }] = region.call('ec2', 'RunInstances', launch).Instances;
    expect(credentials(region, InstanceId)).toBe('none');
    stopAndStart();
    expect(credentials(region, id)).toBe('none');
    roleOf(region);
    region.call(IAM, 'AddRoleToInstanceProfile', { ...ofProfile, RoleName: 'web' });
    stopAndStart();
    expect(credentials(region, id)).toMatchObject({ accessKeyId: expect.stringMatching(/^ASIA/) });
  });
});
