import { describe, expect, test } from 'vitest';
import type { Fault } from '../../../src/region/services/fault.ts';
import { type SmallRegion, smallRegion } from '../small-region.ts';

const PREFIX = 'us-east-1:123456789012';
const TABLE = {
  AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
  KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
  BillingMode: 'PAY_PER_REQUEST',
};

/** A region with a user; `may` is what refuses her a call under the statements, or undefined. */
function withAnn(
  make: (region: SmallRegion) => void = () => undefined,
  options: Parameters<typeof smallRegion>[0] = {},
) {
  const region = smallRegion(options);
  make(region);
  region.call('iam', 'CreateUser', { UserName: 'ann' });
  const { AccessKeyId: accessKeyId } = region.call('iam', 'CreateAccessKey', { UserName: 'ann' }).AccessKey;
  return {
    region,
    let(...statements: object[]) {
      const Statement = statements.map((one) => ({ Effect: 'Allow', Resource: '*', ...one }));
      const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
      region.call('iam', 'PutUserPolicy', { UserName: 'ann', PolicyName: 'own', PolicyDocument });
    },
    refusal(service: string, operation: string, input: object = {}) {
      try {
        region.world.call(service, operation, input, { accessKeyId, requestId: 'r' });
        return undefined;
      } catch (fault) {
        return (fault as Fault).message;
      }
    },
  };
}

describe('a deny of one thing holds', () => {
  test('of a parameter by whatever name: bare, with a version, with a label, by its ARN', () => {
    const { let: allow, refusal } = withAnn((region) => {
      region.call('ssm', 'PutParameter', { Name: '/shop/key', Value: 'v', Type: 'String' });
      region.call('ssm', 'PutParameter', { Name: '/shop/open', Value: 'v', Type: 'String' });
    });
    const arn = `arn:aws:ssm:${PREFIX}:parameter/shop/key`;
    allow({ Action: 'ssm:*' }, { Effect: 'Deny', Action: 'ssm:*', Resource: arn });
    for (const Name of ['/shop/key', '/shop/key:1', '/shop/key:label', arn, `${arn}:1`]) {
      expect(refusal('ssm', 'GetParameter', { Name }), Name).toContain(`on resource: ${arn} with an explicit deny`);
      expect(refusal('ssm', 'GetParameters', { Names: [Name] }), Name).toContain('explicit deny');
    }
    const change = { Name: arn, Value: 'w', Type: 'String', Overwrite: true };
    expect(refusal('ssm', 'PutParameter', change)).toContain('explicit deny');
    const tags = { ResourceType: 'Parameter', ResourceId: '/shop/key', Tags: [{ Key: 'a', Value: 'b' }] };
    expect(refusal('ssm', 'AddTagsToResource', tags)).toContain('explicit deny');
    expect(refusal('ssm', 'GetParameter', { Name: '/shop/open:1' })).toBeUndefined();
  });

  test('of a secret by its name, its ARN, and its ARN without the random end', () => {
    let arn = '';
    const { let: allow, refusal } = withAnn((region) => {
      arn = region.call('secrets-manager', 'CreateSecret', { Name: 'key', SecretString: 's' }).ARN;
    });
    allow({ Action: 'secretsmanager:*' }, { Effect: 'Deny', Action: 'secretsmanager:*', Resource: arn });
    for (const SecretId of ['key', arn, arn.slice(0, -7)]) {
      expect(refusal('secrets-manager', 'GetSecretValue', { SecretId }), SecretId).toContain('explicit deny');
    }
  });

  test('of a table that is tagged by its ARN, and of an alarm', () => {
    const { let: allow, refusal } = withAnn((region) => {
      region.call('dynamodb', 'CreateTable', { ...TABLE, TableName: 'orders' });
      const metric = { Namespace: 'n', MetricName: 'm', Period: 60, EvaluationPeriods: 1, Threshold: 1 };
      const how = { ComparisonOperator: 'GreaterThanThreshold', Statistic: 'Sum' };
      region.call('cloudwatch', 'PutMetricAlarm', { AlarmName: 'high', ...metric, ...how });
    });
    const [table, alarm] = [`arn:aws:dynamodb:${PREFIX}:table/orders`, `arn:aws:cloudwatch:${PREFIX}:alarm:high`];
    allow({ Action: '*' }, { Effect: 'Deny', Action: '*', Resource: [table, alarm] });
    const Tags = [{ Key: 'a', Value: 'b' }];
    expect(refusal('dynamodb', 'TagResource', { ResourceArn: table, Tags })).toContain(table);
    expect(refusal('dynamodb', 'ListTagsOfResource', { ResourceArn: table })).toContain(table);
    expect(refusal('dynamodb', 'DescribeTable', { TableName: table })).toContain(table);
    expect(refusal('cloudwatch', 'TagResource', { ResourceARN: alarm, Tags })).toContain(alarm);
    expect(refusal('cloudwatch', 'ListTagsForResource', { ResourceARN: alarm })).toContain(alarm);
  });
});

describe('a transaction', () => {
  const Item = { id: { S: '1' } };
  const two = (TableName: string, kind = 'Put') => ({
    TransactItems: [
      {
        ConditionCheck: {
          TableName: 'orders',
          Key: { id: { S: '2' } },
          ConditionExpression: 'attribute_not_exists(id)',
        },
      },
      { [kind]: { TableName, ...(kind === 'Put' ? { Item } : { Key: Item }) } },
    ],
  });
  const ann = () =>
    withAnn((region) => {
      for (const TableName of ['orders', 'stock']) region.call('dynamodb', 'CreateTable', { ...TABLE, TableName });
    });

  test('is judged by the actions of its steps, each on its own table, and by none of its own', () => {
    const { let: allow, refusal } = ann();
    const orders = `arn:aws:dynamodb:${PREFIX}:table/orders`;
    allow({ Action: ['dynamodb:TransactWriteItems', 'dynamodb:ConditionCheckItem'] });
    expect(refusal('dynamodb', 'TransactWriteItems', two('stock'))).toContain(
      `dynamodb:PutItem on resource: arn:aws:dynamodb:${PREFIX}:table/stock because`,
    );
    allow({ Action: ['dynamodb:ConditionCheckItem', 'dynamodb:PutItem'], Resource: orders });
    expect(refusal('dynamodb', 'TransactWriteItems', two('stock'))).toContain('dynamodb:PutItem');
    expect(refusal('dynamodb', 'TransactWriteItems', two('orders'))).toBeUndefined();
    expect(refusal('dynamodb', 'TransactWriteItems', two('orders', 'Delete'))).toContain('dynamodb:DeleteItem');
    const read = { TransactItems: [{ Get: { TableName: 'orders', Key: Item } }] };
    expect(refusal('dynamodb', 'TransactGetItems', read)).toContain('dynamodb:GetItem');
  });

  test('is told from the same call alone by its name', () => {
    const { let: allow, refusal } = ann();
    const Condition = { StringEquals: { 'dynamodb:EnclosingOperation': 'TransactWriteItems' } };
    allow({ Action: ['dynamodb:PutItem', 'dynamodb:ConditionCheckItem'], Condition });
    expect(refusal('dynamodb', 'TransactWriteItems', two('stock'))).toBeUndefined();
    expect(refusal('dynamodb', 'PutItem', { TableName: 'stock', Item })).toContain('dynamodb:PutItem');
  });
});

test('a command is about its document and every instance that it goes to, with their tags', () => {
  const { region, let: allow, refusal } = withAnn();
  const [web, db] = [region.id('web-a1'), region.id('db-a1')];
  const script = { DocumentName: 'AWS-RunShellScript', Parameters: { commands: ['true'] } };
  const send = (to: object) => refusal('ssm', 'SendCommand', { ...script, ...to });
  const document = 'arn:aws:ssm:us-east-1::document/AWS-RunShellScript';
  const Condition = { StringEquals: { 'ssm:resourceTag/app': 'shop' } };
  allow({ Action: 'ssm:SendCommand', Resource: 'arn:aws:ec2:*:*:instance/*' });
  expect(send({ InstanceIds: [web] })).toContain(document);
  allow(
    { Action: 'ssm:SendCommand', Resource: document },
    { Action: 'ssm:SendCommand', Resource: 'arn:aws:ec2:*:*:instance/*', Condition },
  );
  expect(send({ InstanceIds: [web] })).toBeUndefined();
  expect(send({ InstanceIds: [web, db] })).toContain(`instance/${db}`);
  expect(send({ Targets: [{ Key: 'tag:app', Values: ['shop'] }] })).toBeUndefined();
  expect(send({ Targets: [{ Key: 'tag-key', Values: ['group'] }] })).toContain(`instance/${db}`);
  expect(send({ Targets: [{ Key: 'InstanceIds', Values: [db] }] })).toContain(`instance/${db}`);
});

test('conditions see the tags of balancers, of parameters and of Auto Scaling groups', () => {
  const autoScaling = { min: 1, max: 4, desired: 2, healthCheck: 'EC2', gracePeriodMs: 2_000 } as const;
  const make = (made: SmallRegion) => {
    for (const [Name, team] of Object.entries({ '/a': 'shop', '/b': 'pay' })) {
      made.call('ssm', 'PutParameter', { Name, Value: 'v', Type: 'String', Tags: [{ Key: 'team', Value: team }] });
    }
  };
  const { region, let: allow, refusal } = withAnn(make, { autoScaling });
  const { LoadBalancerArn } = region.call('elastic-load-balancing-v2', 'DescribeLoadBalancers').LoadBalancers[0];
  const Condition = { StringEquals: { 'aws:ResourceTag/team': 'shop' } };
  allow({ Action: ['ssm:GetParameter', 'elasticloadbalancing:AddTags'], Condition });
  expect(refusal('ssm', 'GetParameter', { Name: '/a' })).toBeUndefined();
  expect(refusal('ssm', 'GetParameter', { Name: '/b' })).toContain('parameter/b because');
  const tagged = { ResourceArns: [LoadBalancerArn], Tags: [{ Key: 'team', Value: 'shop' }] };
  expect(refusal('elastic-load-balancing-v2', 'AddTags', tagged)).toContain(LoadBalancerArn);
  region.call('elastic-load-balancing-v2', 'AddTags', tagged);
  expect(refusal('elastic-load-balancing-v2', 'AddTags', tagged)).toBeUndefined();
  const group = { AutoScalingGroupName: 'web', DesiredCapacity: 3 };
  expect(refusal('auto-scaling', 'SetDesiredCapacity', group)).toContain('autoScalingGroupName/web');
  const ofGroup = { StringEquals: { 'autoscaling:ResourceTag/app': 'shop' } };
  allow({ Action: 'autoscaling:*', Condition: ofGroup });
  expect(refusal('auto-scaling', 'SetDesiredCapacity', group)).toBeUndefined();
  const one = { InstanceId: region.id('web-a1'), HealthStatus: 'Unhealthy' };
  expect(refusal('auto-scaling', 'SetInstanceHealth', one)).toBeUndefined();
});

test('a call on users that names none is about who calls', () => {
  const { let: allow, refusal } = withAnn();
  allow({ Action: 'iam:*', Resource: 'arn:aws:iam::*:user/${aws:username}' });
  for (const operation of ['GetUser', 'ListAccessKeys', 'CreateAccessKey']) {
    expect(refusal('iam', operation)).toBeUndefined();
    expect(refusal('iam', operation, { UserName: 'bob' })).toContain('user/bob because');
  }
});
