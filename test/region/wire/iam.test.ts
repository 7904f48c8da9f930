import { CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import { DescribeVpcsCommand, EC2Client } from '@aws-sdk/client-ec2';
import { IAM } from '@aws-sdk/client-iam';
import { ListHostedZonesCommand, Route53Client } from '@aws-sdk/client-route-53';
import { STS } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Door } from '../../../src/region/contract.ts';
import { createDoor } from '../../../src/region/wire/door.ts';
import { type SmallRegion, smallRegion } from '../small-region.ts';

interface Keys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}
const root: Keys = { accessKeyId: 'AKIDTEST', secretAccessKey: 'secret' };
const policy = (Effect: string, Action: string) =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect, Action, Resource: '*' }] });
const TRUST = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { AWS: '*' }, Action: 'sts:AssumeRole' }],
});

let region: SmallRegion;
let door: Door;
beforeAll(async () => {
  region = smallRegion();
  door = await createDoor({
    region: 'us-east-1',
    credentials: root,
    keyOf: region.world.keyOf,
    call: region.world.call,
    knows: region.world.knows,
    facility: async (operation, input, caller) => region.world.facility(operation, input as never, caller),
  });
});
afterAll(() => door.close());

const config = (credentials: Keys = root) => ({
  region: 'us-east-1',
  endpoint: door.endpoint,
  credentials,
  maxAttempts: 1,
});

/** Temporary credentials of a role of that name, with one inline policy. */
async function sessionOf(RoleName: string, PolicyDocument: string): Promise<Required<Keys>> {
  const iam = new IAM(config());
  const { Role } = await iam.createRole({ RoleName, AssumeRolePolicyDocument: TRUST });
  await iam.putRolePolicy({ RoleName, PolicyName: 'own', PolicyDocument });
  const { Credentials } = await new STS(config()).assumeRole({ RoleArn: Role?.Arn, RoleSessionName: 'test' });
  const { AccessKeyId = '', SecretAccessKey = '', SessionToken = '' } = Credentials ?? {};
  return { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken };
}

describe('whoever assumed a role', () => {
  test('is refused in the words of each protocol', async () => {
    const session = config(await sessionOf('nothing', policy('Deny', '*')));
    await expect(new EC2Client(session).send(new DescribeVpcsCommand({}))).rejects.toMatchObject({
      name: 'UnauthorizedOperation',
      message: expect.stringContaining('assumed-role/nothing/test is not authorized to perform: ec2:DescribeVpcs'),
      $metadata: { httpStatusCode: 403 },
    });
    await expect(new Route53Client(session).send(new ListHostedZonesCommand({}))).rejects.toMatchObject({
      name: 'AccessDenied',
      $metadata: { httpStatusCode: 403 },
    });
    await expect(new CloudWatchClient(session).send(new DescribeAlarmsCommand({}))).rejects.toMatchObject({
      message: expect.stringContaining('with an explicit deny in an identity-based policy'),
    });
  });

  test('needs the session token with every call, and is told when it has expired', async () => {
    const keys = await sessionOf('little', policy('Allow', 'ec2:*'));
    const vpcs = (credentials: Keys) => new EC2Client(config(credentials)).send(new DescribeVpcsCommand({}));
    expect((await vpcs(keys)).Vpcs).toHaveLength(1);
    const { sessionToken: _, ...bare } = keys;
    await expect(vpcs(bare)).rejects.toMatchObject({ name: 'AuthFailure' });
    await expect(vpcs({ ...keys, sessionToken: 'other' })).rejects.toMatchObject({ name: 'AuthFailure' });
    region.pass(3_600_000);
    await expect(vpcs(keys)).rejects.toMatchObject({ name: 'RequestExpired' });
    await expect(new STS(config(keys)).getCallerIdentity({})).rejects.toMatchObject({ name: 'ExpiredToken' });
  });
});

test('a user works with a key of its own until the key is deleted', async () => {
  const iam = new IAM(config());
  await iam.createUser({ UserName: 'ann', Path: '/team/' });
  await iam.putUserPolicy({ UserName: 'ann', PolicyName: 'own', PolicyDocument: policy('Allow', 'iam:Get*') });
  const { AccessKey } = await iam.createAccessKey({ UserName: 'ann' });
  const { AccessKeyId = '', SecretAccessKey = '' } = AccessKey ?? {};
  const keys = { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey };
  expect((await new IAM(config(keys)).getUser({})).User).toMatchObject({
    Arn: expect.stringMatching(/^arn:aws:iam::\d{12}:user\/team\/ann$/),
    CreateDate: expect.any(Date),
  });
  await expect(new IAM(config(keys)).listUsers({})).rejects.toMatchObject({ name: 'AccessDenied' });
  await expect(new STS(config({ ...keys, secretAccessKey: 'x' })).getCallerIdentity({})).rejects.toMatchObject({
    name: 'SignatureDoesNotMatch',
  });
  await iam.deleteAccessKey({ UserName: 'ann', AccessKeyId });
  await expect(new STS(config(keys)).getCallerIdentity({})).rejects.toMatchObject({ name: 'InvalidClientTokenId' });
});

test('errors of IAM are those of its model', async () => {
  const iam = new IAM(config());
  await expect(iam.getRole({ RoleName: 'none' })).rejects.toMatchObject({
    name: 'NoSuchEntityException',
    message: 'The role with name none cannot be found.',
    $metadata: { httpStatusCode: 404 },
  });
  await expect(iam.createRole({ RoleName: 'bad', AssumeRolePolicyDocument: '{}' })).rejects.toMatchObject({
    name: 'MalformedPolicyDocumentException',
  });
});
