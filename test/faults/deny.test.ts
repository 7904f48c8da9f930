import { describe, expect, test } from 'vitest';
import { denyActions } from '../../src/faults/aws/iam/deny.ts';
import type { Means } from '../../src/kernel/define.ts';
import { fields } from '../../src/kernel/schema.ts';
import { build, type SimPort } from '../support/sim-port.ts';

const never = new AbortController().signal;
const means = denyActions.means.api as Means;
const TRUST = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { AWS: '*' }, Action: 'sts:AssumeRole' }],
});
const root = { accessKeyId: 'SIM', requestId: 'r' };
const iam = (sim: SimPort, operation: string, input: object) =>
  sim.world.call('iam', operation, input, root) as ReturnType<typeof JSON.parse>;
const find = (sim: SimPort, select: object) =>
  sim.clock.run(means.target.find(fields(means.target.select).parse(select) as never, sim, never));

/** The deny of SendMessage to the role of the scene. */
async function aim(sim: SimPort, params: object = {}) {
  const [target] = await find(sim, { name: 'web' });
  const whole = fields(denyActions.params).parse({ actions: ['sqs:SendMessage'], ...params });
  const undo = (await sim.clock.run(means.capture(target as never, whole as never, sim, never))) as { policy: string };
  const send = async (calls: ReturnType<Means['restore']>) => {
    for (const call of calls) await sim.clock.run(sim.write(call, never));
  };
  return {
    undo,
    inject: () => send(means.steps(target as never, whole as never, undo)),
    restore: () => send(means.restore(undo)),
    look: async () => (await sim.clock.run(means.compare(undo, sim, never))).is,
    attest: () => sim.clock.run(means.attest(undo, sim, never)),
  };
}

describe('who is denied', () => {
  test('is found by name, path and tag, roles by default, and never who belongs to AWS', async () => {
    const sim = build();
    iam(sim, 'CreateRole', { RoleName: 'other', Path: '/team/', AssumeRolePolicyDocument: TRUST });
    iam(sim, 'CreateRole', { RoleName: 'aws', Path: '/aws-service-role/x/', AssumeRolePolicyDocument: TRUST });
    iam(sim, 'CreateUser', { UserName: 'ann', Tags: [{ Key: 'team', Value: 'shop' }] });
    const names = async (select: object) => (await find(sim, select)).map((target) => means.target.name(target));
    expect(await names({})).toEqual(['role other', 'role web']);
    expect(await names({ path: '/team/' })).toEqual(['role other']);
    expect(await names({ tag: { tier: 'web' } })).toEqual(['role web']);
    expect(await names({ tag: { tier: 'db' } })).toEqual([]);
    expect(await names({ name: 'nobody' })).toEqual([]);
    expect(await names({ kind: 'user', tag: { team: 'shop' } })).toEqual(['user ann']);
  });

  test('is never the one that this program acts as', async () => {
    const sim = build();
    iam(sim, 'CreateRole', { RoleName: 'tool', AssumeRolePolicyDocument: TRUST });
    const everything = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] };
    const PolicyDocument = JSON.stringify(everything);
    iam(sim, 'PutRolePolicy', { RoleName: 'tool', PolicyName: 'all', PolicyDocument });
    const { Arn } = iam(sim, 'GetRole', { RoleName: 'tool' }).Role;
    const asked = { RoleArn: Arn, RoleSessionName: 'run' };
    const answer = sim.world.call('sts', 'AssumeRole', asked, root) as { Credentials: { AccessKeyId: string } };
    sim.accessKeyId = answer.Credentials.AccessKeyId;
    expect((await find(sim, {})).map((target) => means.target.name(target))).toEqual(['role web']);
    expect(await find(sim, { name: 'tool' })).toEqual([]);
  });
});

describe('a deny', () => {
  test('ends by itself: it no longer bites, and is still deleted', async () => {
    const sim = build();
    const fault = await aim(sim, { expiresAfter: '30s' });
    await fault.inject();
    expect((await fault.attest()).bites).toBe(true);
    await sim.clock.run(sim.clock.sleep(30_000));
    expect(await fault.attest()).toMatchObject({ bites: false, evidence: expect.stringContaining(': allowed') });
    expect(await fault.look()).toBe('harmed');
    await fault.restore();
    expect(await fault.look()).toBe('restored');
    expect(iam(sim, 'ListRolePolicies', { RoleName: 'web' }).PolicyNames).toEqual(['blueprint']);
  });

  test('that somebody edited is told and left; of a role that is gone nothing is left', async () => {
    const sim = build();
    const fault = await aim(sim);
    await fault.inject();
    const PolicyDocument = TRUST.replace('"Principal":{"AWS":"*"}', '"Resource":"*"');
    iam(sim, 'PutRolePolicy', { RoleName: 'web', PolicyName: fault.undo.policy, PolicyDocument });
    expect(await fault.look()).toBe('changed');
    for (const PolicyName of ['blueprint', fault.undo.policy])
      iam(sim, 'DeleteRolePolicy', { RoleName: 'web', PolicyName });
    iam(sim, 'RemoveRoleFromInstanceProfile', { RoleName: 'web', InstanceProfileName: 'web' });
    iam(sim, 'DeleteRole', { RoleName: 'web' });
    expect(await fault.look()).toBe('vanished');
  });

  test('of patterns alone is attested by the policy itself, which nobody can simulate', async () => {
    const sim = build();
    const fault = await aim(sim, { actions: ['sqs:*'] });
    expect((await fault.attest()).bites).toBe(false);
    await fault.inject();
    expect(await fault.attest()).toMatchObject({
      bites: true,
      evidence: `role web has the policy "${fault.undo.policy}"`,
    });
  });
});

describe('the actions of a deny', () => {
  const problem = (action: string) => {
    const { error } = fields(denyActions.params).safeParse({ actions: [action] });
    return error?.issues[0]?.message;
  };

  test('that a service does not have are refused, with the one that was meant', () => {
    expect(problem('sqs:SendMesage')).toBe('did you mean "sqs:SendMessage"?');
    expect(problem('dynamodb:*Itms')).toBe('write an action that dynamodb has, or dynamodb:*');
    expect(problem('secrets-manager:GetSecretValue')).toBe('did you mean "secretsmanager:GetSecretValue"?');
    expect(problem('dynamodb:TransactWriteItems')).toContain('the actions of its steps, such as dynamodb:PutItem');
    expect(problem('sqs:SendMessageBatch')).toBe('did you mean "sqs:SendMessage"?');
  });

  test('are those of the services, whatever their case, and of services that are not known', () => {
    const good = ['*', 'SQS:sendmessage', 'sqs:*Message', 'dynamodb:ConditionCheckItem', 'iam:PassRole'];
    expect([...good, 'lambda:InvokeFunction', 's3:GetObject'].map(problem)).toEqual(Array(7).fill(undefined));
  });
});

test('who may not send a message may not send several at once', () => {
  const sim = build();
  const { QueueUrl } = sim.world.call('sqs', 'CreateQueue', { QueueName: 'orders' }, root) as { QueueUrl: string };
  iam(sim, 'CreateUser', { UserName: 'ann' });
  const statement = { Effect: 'Allow', Action: 'sqs:SendMessage', Resource: '*' };
  const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
  iam(sim, 'PutUserPolicy', { UserName: 'ann', PolicyName: 'p', PolicyDocument });
  const { AccessKeyId: accessKeyId } = iam(sim, 'CreateAccessKey', { UserName: 'ann' }).AccessKey;
  const send = () =>
    sim.world.call(
      'sqs',
      'SendMessageBatch',
      { QueueUrl, Entries: [{ Id: 'a', MessageBody: 'x' }] },
      { accessKeyId, requestId: 'r' },
    );
  expect(send()).toMatchObject({ Successful: [{ Id: 'a' }] });
  iam(sim, 'DeleteUserPolicy', { UserName: 'ann', PolicyName: 'p' });
  expect(send).toThrow('sqs:SendMessage on resource');
});
