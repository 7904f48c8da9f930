import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { actionOf } from '../../src/aws/actions.ts';
import { type Bearing, decide } from '../../src/aws/policy/evaluate.ts';
import { contextOf, matches } from '../../src/aws/policy/pattern.ts';
import { type Policy, readPolicy } from '../../src/aws/policy/policy.ts';

const policy = (...statements: object[]): Policy => {
  const read = readPolicy(JSON.stringify({ Version: '2012-10-17', Statement: statements }));
  if ('problem' in read) throw new Error(read.problem);
  return read.policy;
};
const identity = (...statements: object[]): Bearing['identity'] => [{ id: 'p', policy: policy(...statements) }];
const INSTANCE = 'arn:aws:ec2:us-east-1:123456789012:instance/i-1';

/** What a policy of these statements says of stopping an instance. */
const verdict = (
  statements: object[],
  {
    action = 'ec2:StopInstances',
    resource = INSTANCE,
    keys = {},
  }: { action?: string; resource?: string; keys?: object } = {},
) =>
  decide(
    { identity: identity(...statements) },
    { action, resource, context: contextOf(keys as Record<string, string>) },
  ).decision;
const allow = (more: object = {}) => ({ Effect: 'Allow', Action: '*', Resource: '*', ...more });
const deny = (more: object = {}) => ({ ...allow(more), Effect: 'Deny' });

/** Whether a condition is met by the keys of a request. */
const isMet = (Condition: object, keys: Record<string, string | string[]> = {}) =>
  verdict([allow({ Condition })], { keys }) === 'allowed';

describe('a request', () => {
  test('is denied unless something allows it, and a deny wins over every allow', () => {
    expect(verdict([allow({ Action: 's3:*' })])).toBe('implicitDeny');
    expect(verdict([allow()])).toBe('allowed');
    expect(verdict([allow(), deny({ Action: 'ec2:Stop*' })])).toBe('explicitDeny');
    expect(verdict([deny({ Action: 'ec2:Stop*' }), allow()], { action: 'ec2:StartInstances' })).toBe('allowed');
  });

  test('meets actions whatever their case, with wildcards, or all but some', () => {
    expect(verdict([allow({ Action: ['s3:Get?bject', 'EC2:stopINSTANCES'] })])).toBe('allowed');
    expect(verdict([allow({ Action: 'ec2:Stop??stances' })])).toBe('allowed');
    const NotAction = 'ec2:*';
    expect(verdict([{ Effect: 'Allow', NotAction, Resource: '*' }])).toBe('implicitDeny');
    expect(verdict([{ Effect: 'Allow', NotAction, Resource: '*' }], { action: 'iam:GetUser' })).toBe('allowed');
  });

  test('meets resources by their ARN, or all but some; one without resources meets "*" alone', () => {
    const Resource = 'arn:aws:ec2:*:*:instance/*';
    expect(verdict([allow({ Resource })])).toBe('allowed');
    expect(verdict([allow({ Resource })], { resource: '*' })).toBe('implicitDeny');
    expect(verdict([allow({ Resource: INSTANCE.toUpperCase().replace('ARN:AWS', 'arn:aws') })])).toBe('implicitDeny');
    expect(verdict([{ Effect: 'Allow', Action: '*', NotResource: [Resource] }])).toBe('implicitDeny');
  });

  test('must be allowed by a boundary and by the policies of the session as well, and be denied by none', () => {
    const request = { action: 'ec2:StopInstances', resource: INSTANCE, context: contextOf({}) };
    const everything = identity(allow());
    const little = identity(allow({ Action: 'ec2:Describe*' }));
    expect(decide({ identity: everything, boundary: little }, request)).toMatchObject({
      by: 'boundary',
      decision: 'implicitDeny',
    });
    expect(decide({ identity: everything, session: little }, request)).toMatchObject({
      by: 'session',
      decision: 'implicitDeny',
    });
    expect(decide({ identity: little, boundary: everything }, request)).toMatchObject({
      by: 'identity',
      decision: 'implicitDeny',
    });
    const boundary = identity(allow(), deny());
    expect(decide({ identity: everything, boundary }, request)).toMatchObject({
      by: 'boundary',
      decision: 'explicitDeny',
    });
    expect(decide({ identity: everything, boundary: everything, session: everything }, request).decision).toBe(
      'allowed',
    );
  });
});

describe('a condition', () => {
  const now = { 'aws:CurrentTime': '2026-01-01T12:00:00.000Z', 'aws:EpochTime': '1767268800' };

  test('on the date holds before its end and no longer, in ISO 8601 or in seconds', () => {
    expect(isMet({ DateLessThan: { 'aws:CurrentTime': '2026-01-01T12:00:01Z' } }, now)).toBe(true);
    expect(isMet({ DateLessThan: { 'aws:CurrentTime': '2026-01-01T12:00:00Z' } }, now)).toBe(false);
    expect(isMet({ DateGreaterThan: { 'aws:EpochTime': '1767268799' } }, now)).toBe(true);
    expect(isMet({ NumericLessThanEquals: { 'aws:EpochTime': 1767268800 } }, now)).toBe(true);
    expect(isMet({ DateLessThan: { 'aws:CurrentTime': 'tomorrow' } }, now)).toBe(false);
  });

  test('needs every key, and of each one of its values; a negated one none of them', () => {
    const keys = { 'aws:ResourceTag/team': 'shop', 'aws:username': 'ann' };
    expect(isMet({ StringEquals: { 'aws:ResourceTag/team': ['pay', 'shop'], 'AWS:UserName': 'ann' } }, keys)).toBe(
      true,
    );
    expect(isMet({ StringEquals: { 'aws:ResourceTag/team': 'shop', 'aws:username': 'bob' } }, keys)).toBe(false);
    expect(isMet({ StringNotEquals: { 'aws:ResourceTag/team': ['pay', 'shop'] } }, keys)).toBe(false);
    expect(isMet({ StringNotLike: { 'aws:ResourceTag/team': 'p*' } }, keys)).toBe(true);
  });

  test('on a key that is not there fails; a negated one, and one "IfExists", holds', () => {
    expect(isMet({ StringEquals: { 'aws:ResourceTag/team': 'shop' } })).toBe(false);
    expect(isMet({ StringNotEquals: { 'aws:ResourceTag/team': 'shop' } })).toBe(true);
    expect(isMet({ StringEqualsIfExists: { 'aws:ResourceTag/team': 'shop' } })).toBe(true);
    expect(isMet({ Null: { 'aws:ResourceTag/team': 'true' } })).toBe(true);
    expect(isMet({ Null: { 'aws:ResourceTag/team': 'false' } })).toBe(false);
  });

  test('for any value needs one that meets it, and for all values none that does not', () => {
    const keys = { 'aws:TagKeys': ['team', 'cost'] };
    expect(isMet({ 'ForAnyValue:StringEquals': { 'aws:TagKeys': 'team' } }, keys)).toBe(true);
    expect(isMet({ 'ForAllValues:StringEquals': { 'aws:TagKeys': 'team' } }, keys)).toBe(false);
    expect(isMet({ 'ForAllValues:StringEquals': { 'aws:TagKeys': ['team', 'cost', 'x'] } }, keys)).toBe(true);
    expect(isMet({ 'ForAllValues:StringEquals': { 'aws:TagKeys': 'team' } })).toBe(true);
    expect(isMet({ 'ForAnyValue:StringEquals': { 'aws:TagKeys': 'team' } })).toBe(false);
    expect(isMet({ 'ForAllValues:StringNotEquals': { 'aws:TagKeys': 'owner' } }, keys)).toBe(true);
  });

  test('on an address knows ranges of both families', () => {
    const from = (address: string) => ({ 'aws:SourceIp': address });
    expect(isMet({ IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } }, from('10.1.2.3'))).toBe(true);
    expect(isMet({ IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } }, from('11.1.2.3'))).toBe(false);
    expect(isMet({ NotIpAddress: { 'aws:SourceIp': ['10.0.0.0/8', '2001:db8::/32'] } }, from('2001:db8::1'))).toBe(
      false,
    );
    expect(isMet({ IpAddress: { 'aws:SourceIp': '127.0.0.1' } }, from('127.0.0.1'))).toBe(true);
    expect(isMet({ IpAddress: { 'aws:SourceIp': '::ffff/8' } }, from('127.0.0.1'))).toBe(false);
    expect(
      isMet({ IpAddress: { 'aws:SourceIp': ['10.0.0.0/33', '300.0.0.0/8', '1::2::3/8'] } }, from('10.0.0.1')),
    ).toBe(false);
  });

  test('on an ARN matches part by part, so that a wildcard does not lead into the next', () => {
    const keys = { 'aws:PrincipalArn': 'arn:aws:iam::123456789012:role/team/shop' };
    expect(isMet({ ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/*' } }, keys)).toBe(true);
    expect(isMet({ ArnLike: { 'aws:PrincipalArn': 'arn:aws:*:role/*' } }, keys)).toBe(false);
    expect(isMet({ ArnNotEquals: { 'aws:PrincipalArn': 'arn:aws:iam::*:user/*' } }, keys)).toBe(true);
  });

  test('may be true, false, or whatever the case', () => {
    expect(isMet({ Bool: { 'aws:SecureTransport': false } }, { 'aws:SecureTransport': 'false' })).toBe(true);
    expect(isMet({ StringEqualsIgnoreCase: { 'aws:username': 'ANN' } }, { 'aws:username': 'ann' })).toBe(true);
  });
});

describe('a variable', () => {
  const Resource = 'arn:aws:s3:::home/${aws:username}/*';
  const of = (name: string, resource: string, statement: object = allow({ Resource })) =>
    verdict([statement], { resource, keys: { 'aws:username': name } });

  test('stands for the value of a key, and for nothing where there is none', () => {
    expect(of('ann', 'arn:aws:s3:::home/ann/x')).toBe('allowed');
    expect(of('ann', 'arn:aws:s3:::home/bob/x')).toBe('implicitDeny');
    expect(verdict([allow({ Resource })], { resource: 'arn:aws:s3:::home//x' })).toBe('implicitDeny');
  });

  test('stands for text: a wildcard in it is none', () => {
    expect(of('*', 'arn:aws:s3:::home/bob/x')).toBe('implicitDeny');
    expect(isMet({ StringLike: { 'aws:PrincipalTag/a': '${*}' } }, { 'aws:PrincipalTag/a': 'b' })).toBe(false);
  });

  test('may have a default', () => {
    const Condition = { StringEquals: { 'aws:ResourceTag/team': "${aws:PrincipalTag/team, 'none'}" } };
    expect(isMet(Condition, { 'aws:ResourceTag/team': 'none' })).toBe(true);
    expect(isMet(Condition, { 'aws:ResourceTag/team': 'none', 'aws:PrincipalTag/team': 'shop' })).toBe(false);
  });
});

test('a pattern matches as the regular expression of it does', () => {
  const letters = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?'), maxLength: 8 });
  const text = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 10 });
  fc.assert(
    fc.property(letters, text, (pattern, given) => {
      const expression = new RegExp(`^${pattern.replaceAll('*', '.*').replaceAll('?', '.')}$`);
      expect(matches(pattern, given)).toBe(expression.test(given));
    }),
    { seed: 1_020, numRuns: 500 },
  );
});

test('a pattern that would make an expression backtrack for ever is soon done', () => {
  expect(matches(`${'*a'.repeat(2_000)}b`, 'a'.repeat(6_000))).toBe(false);
});

describe('a document', () => {
  const problem = (document: object | string, kind?: 'trust') => {
    const read = readPolicy(typeof document === 'string' ? document : JSON.stringify(document), kind);
    return 'problem' in read ? read.problem : undefined;
  };
  const Version = '2012-10-17';
  const [Effect, Action, Resource] = ['Allow', 'ec2:*', '*'];

  test.each([
    ['{', 'Syntax errors in policy.'],
    [[], 'Syntax errors in policy.'],
    [{ Version: '2020-01-01', Statement: [{ Effect, Action, Resource }] }, 'Syntax errors in policy.'],
    [{ Version, Statement: [] }, 'Syntax errors in policy.'],
    [{ Version, Statement: { Effect: 'allow', Action, Resource } }, 'Syntax errors in policy.'],
    [{ Version, Statement: { Effect, Action, Resource, Colour: 'red' } }, 'Syntax errors in policy.'],
    [{ Version, Statement: { Effect, Action, NotAction: 'a:b', Resource } }, 'Syntax errors in policy.'],
    [{ Version, Statement: { Effect, Action, Resource: 1 } }, 'Syntax errors in policy.'],
    [{ Version, Statement: { Effect, Resource } }, 'Policy statement must contain actions.'],
    [{ Version, Statement: { Effect, Action } }, 'Policy statement must contain resources.'],
    [
      { Version, Statement: { Effect, Action: 'StopInstances', Resource } },
      'Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.',
    ],
    [{ Version, Statement: { Effect, Action: 'e c:x', Resource } }, 'Vendor e c is not valid'],
    [{ Version, Statement: { Effect, Action, Resource: 'i-1' } }, 'Resource i-1 must be in ARN format or "*".'],
    [
      { Version, Statement: { Effect, Action, Resource, Principal: '*' } },
      'Policy document should not specify a principal.',
    ],
    [
      { Version, Statement: { Effect, Action, Resource, Condition: { StringIs: { 'a:b': 'c' } } } },
      'Invalid Condition type : StringIs',
    ],
    [
      {
        Version,
        Statement: [
          { Sid: 'a', Effect, Action, Resource },
          { Sid: 'a', Effect, Action, Resource },
        ],
      },
      'Statement IDs (SID) in a single policy must be unique.',
    ],
  ])('that is malformed is refused in the words of IAM: %j', (document, words) => {
    expect(problem(document)).toBe(words);
  });

  test('of trust names principals and no resources, and speaks of STS alone', () => {
    const trust = { Effect, Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' };
    expect(problem({ Version, Statement: trust }, 'trust')).toBeUndefined();
    expect(problem({ Version, Statement: { ...trust, Principal: undefined } }, 'trust')).toBe(
      'Missing required field Principal',
    );
    expect(problem({ Version, Statement: { ...trust, Resource } }, 'trust')).toBe('Has prohibited field Resource');
    expect(problem({ Version, Statement: { ...trust, Action: 'ec2:*' } }, 'trust')).toBe(
      'AssumeRole policy may only specify STS AssumeRole actions.',
    );
  });
});

test('actions have the prefix of their service, which is not always its id', () => {
  expect(actionOf('auto-scaling', 'SuspendProcesses')).toBe('autoscaling:SuspendProcesses');
  expect(actionOf('ec2', 'StopInstances')).toBe('ec2:StopInstances');
  expect(actionOf('lambda', 'Invoke')).toBe('lambda:InvokeFunction');
});
