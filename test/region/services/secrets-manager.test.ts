import { describe, expect, test } from 'vitest';
import { smallRegion } from '../small-region.ts';

const DAY_MS = 86_400_000;
/** Tokens, which are the ids of the versions that they make. */
const [ONE, TWO, THREE] = ['1', '2', '3'].map((digit) => digit.repeat(32));

/** A secret with one version, and short words for what is done to it. */
function secretOf() {
  const region = smallRegion();
  const call = (operation: string, input: object = {}) =>
    region.call('secrets-manager', operation, { SecretId: 'db/password', ...input });
  const create = (more: object = {}) =>
    region.call('secrets-manager', 'CreateSecret', {
      ...{ Name: 'db/password', SecretString: 'first', ClientRequestToken: ONE },
      ...more,
    });
  const refused = (operation: string, input: object = {}): string => {
    const before = region.world.snapshot();
    try {
      if (operation === 'CreateSecret') create(input);
      else call(operation, input);
      return 'done';
    } catch (error) {
      expect(region.world.snapshot()).toEqual(before);
      return `${(error as { code: string }).code}: ${(error as Error).message}`;
    }
  };
  const put = (ClientRequestToken: string | undefined, SecretString: string, more: object = {}) =>
    call('PutSecretValue', { ClientRequestToken, SecretString, ...more });
  const value = (more: object = {}): string => call('GetSecretValue', more).SecretString;
  const stages = () => call('DescribeSecret').VersionIdsToStages;
  return { region, created: create(), call, create, refused, put, value, stages };
}

describe('a secret', () => {
  test('is found by its name, its ARN, and its ARN without the random end', () => {
    const { created, value } = secretOf();
    const { ARN, VersionId } = created;
    expect(ARN).toMatch(/^arn:aws:secretsmanager:us-east-1:123456789012:secret:db\/password-[a-z0-9]{6}$/);
    expect(VersionId).toBe(ONE);
    for (const SecretId of ['db/password', ARN, ARN.slice(0, -7)]) expect(value({ SecretId })).toBe('first');
  });

  test('has one current version, and the one that was current before it', () => {
    const { put, value, stages, call } = secretOf();
    put(TWO, 'second');
    expect(stages()).toEqual({ [`${ONE}`]: ['AWSPREVIOUS'], [`${TWO}`]: ['AWSCURRENT'] });
    put(THREE, 'third');
    expect(stages()).toEqual({ [`${TWO}`]: ['AWSPREVIOUS'], [`${THREE}`]: ['AWSCURRENT'] });
    expect([value(), value({ VersionStage: 'AWSPREVIOUS' }), value({ VersionId: ONE })]).toEqual([
      'third',
      'second',
      'first',
    ]);
    expect(call('ListSecretVersionIds').Versions).toHaveLength(2);
    expect(call('ListSecretVersionIds', { IncludeDeprecated: true }).Versions).toHaveLength(3);
  });

  test('is rotated as a rotation does it: a pending version becomes current', () => {
    const { put, value, stages, call, refused } = secretOf();
    put(TWO, 'next', { VersionStages: ['AWSPENDING'] });
    expect([value(), value({ VersionStage: 'AWSPENDING' })]).toEqual(['first', 'next']);
    const move = { VersionStage: 'AWSCURRENT', MoveToVersionId: TWO };
    expect(refused('UpdateSecretVersionStage', move)).toMatch(
      /must explicitly reference that version in RemoveFromVersionId/,
    );
    expect(
      refused('UpdateSecretVersionStage', { ...move, MoveToVersionId: undefined, RemoveFromVersionId: ONE }),
    ).toMatch(/can't be completely removed/);
    call('UpdateSecretVersionStage', { ...move, RemoveFromVersionId: ONE });
    call('UpdateSecretVersionStage', { VersionStage: 'AWSPENDING', RemoveFromVersionId: TWO });
    expect(stages()).toEqual({ [`${ONE}`]: ['AWSPREVIOUS'], [`${TWO}`]: ['AWSCURRENT'] });
    call('UpdateSecretVersionStage', { VersionStage: 'AWSCURRENT', MoveToVersionId: ONE, RemoveFromVersionId: TWO });
    expect(stages()).toEqual({ [`${ONE}`]: ['AWSCURRENT'], [`${TWO}`]: ['AWSPREVIOUS'] });
  });

  test('is made and changed once by who asks twice with one token', () => {
    const { created, create, put, refused, value, stages } = secretOf();
    expect(create()).toEqual(created);
    expect(refused('CreateSecret', { SecretString: 'other' })).toBe(
      'ResourceExistsException: The operation failed because the secret db/password already exists.',
    );
    put(TWO, 'second');
    put(THREE, 'third');
    put(TWO, 'second');
    expect([value(), Object.keys(stages())]).toEqual(['third', [TWO, THREE]]);
    expect(refused('PutSecretValue', { ClientRequestToken: TWO, SecretString: 'x' })).toMatch(
      /^ResourceExistsException/,
    );
  });

  test('that is deleted can be restored until its window is over, and nothing else', () => {
    const { region, call, create, refused, value } = secretOf();
    const { DeletionDate } = call('DeleteSecret', { RecoveryWindowInDays: 7 });
    expect(DeletionDate.getTime()).toBe(region.nowMs() + 7 * DAY_MS);
    expect(refused('GetSecretValue')).toMatch(/^InvalidRequestException: .* marked for deletion/);
    expect(refused('CreateSecret')).toMatch(/already scheduled for deletion/);
    expect(region.call('secrets-manager', 'ListSecrets').SecretList).toEqual([]);
    expect(region.call('secrets-manager', 'ListSecrets', { IncludePlannedDeletion: true }).SecretList).toHaveLength(1);
    region.pass(7 * DAY_MS - 1);
    call('RestoreSecret');
    expect(value()).toBe('first');
    call('DeleteSecret', { RecoveryWindowInDays: 7 });
    region.pass(7 * DAY_MS);
    expect(refused('RestoreSecret')).toBe(
      "ResourceNotFoundException: Secrets Manager can't find the specified secret.",
    );
    create();
    call('DeleteSecret', { ForceDeleteWithoutRecovery: true });
    call('DeleteSecret', { ForceDeleteWithoutRecovery: true });
    expect(refused('DescribeSecret')).toMatch(/^ResourceNotFoundException/);
  });

  test('is described, tagged and found by what its name and tags begin with', () => {
    const { region, call, create } = secretOf();
    create({ Name: 'other', ClientRequestToken: TWO });
    call('UpdateSecret', { Description: 'for the shop' });
    call('TagResource', { Tags: [{ Key: 'team', Value: 'x' }] });
    call('GetSecretValue');
    expect(call('DescribeSecret')).toMatchObject({
      ...{
        Description: 'for the shop',
        Tags: [{ Key: 'team', Value: 'x' }],
        LastAccessedDate: new Date(Date.UTC(2026, 0, 1)),
      },
    });
    const names = (input: Record<string, unknown>) =>
      region.call('secrets-manager', 'ListSecrets', input).SecretList.map(({ Name }: { Name: string }) => Name);
    expect(names({})).toEqual(['db/password', 'other']);
    expect(names({ Filters: [{ Key: 'name', Values: ['db/'] }] })).toEqual(['db/password']);
    expect(names({ Filters: [{ Key: 'tag-key', Values: ['!team'] }] })).toEqual(['other']);
    const { NextToken } = region.call('secrets-manager', 'ListSecrets', { MaxResults: 1 });
    expect(names({ MaxResults: 1, NextToken })).toEqual(['other']);
    call('UntagResource', { TagKeys: ['team'] });
    expect(call('DescribeSecret').Tags).toEqual([]);
  });

  test.each([
    [
      'GetSecretValue',
      { VersionStage: 'AWSPENDING' },
      "ResourceNotFoundException: Secrets Manager can't find the specified secret value for staging label: AWSPENDING",
    ],
    [
      'GetSecretValue',
      { VersionId: TWO },
      `ResourceNotFoundException: Secrets Manager can't find the specified secret value for VersionId: ${TWO}`,
    ],
    [
      'GetSecretValue',
      { VersionId: ONE, VersionStage: 'AWSPENDING' },
      'InvalidRequestException: You provided a VersionStage that is not associated to the provided VersionId.',
    ],
    ['PutSecretValue', {}, 'InvalidRequestException: You must provide either SecretString or SecretBinary.'],
    [
      'PutSecretValue',
      { SecretString: 'a', SecretBinary: 'YQ==' },
      "InvalidParameterException: You can't specify both",
    ],
    [
      'PutSecretValue',
      { SecretString: 'a', ClientRequestToken: 'short' },
      'InvalidParameterException: ClientRequestToken must be 32-64 characters long.',
    ],
    [
      'DeleteSecret',
      { RecoveryWindowInDays: 6 },
      'InvalidParameterException: The RecoveryWindowInDays value must be between 7 and 30 days (inclusive).',
    ],
    [
      'DeleteSecret',
      { RecoveryWindowInDays: 7, ForceDeleteWithoutRecovery: true },
      "InvalidParameterException: You can't use ForceDeleteWithoutRecovery in conjunction",
    ],
    ['CreateSecret', { Name: 'a b' }, 'ValidationException: Invalid name.'],
    [
      'GetSecretValue',
      { SecretId: 'none' },
      "ResourceNotFoundException: Secrets Manager can't find the specified secret.",
    ],
  ])('is refused to who asks wrongly, in the words of the service: %s %#', (operation, input, why) => {
    expect(secretOf().refused(operation, input)).toContain(why);
  });
});
