import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type SmallRegion, smallRegion } from '../small-region.ts';

type Input = Record<string, unknown>;
const ssm = (region: SmallRegion, operation: string, input: Input = {}) => region.call('ssm', operation, input);
const refusal = (region: SmallRegion, operation: string, input: Input) => region.refusal('ssm', operation, input);
const put = (region: SmallRegion, Name: string, Value: string, more: Input = {}) =>
  ssm(region, 'PutParameter', { Name, Value, Type: 'String', ...more });
const value = (region: SmallRegion, Name: string, more: Input = {}) =>
  ssm(region, 'GetParameter', { Name, ...more }).Parameter.Value;
const names = (answer: { Parameters: { Name: string }[] }) => answer.Parameters.map(({ Name }) => Name);

describe('a parameter', () => {
  test('is found by its name and its ARN, with what was put', () => {
    const region = smallRegion();
    expect(put(region, '/shop/db/host', 'db-1')).toEqual({ Version: 1, Tier: 'Standard' });
    const ARN = 'arn:aws:ssm:us-east-1:123456789012:parameter/shop/db/host';
    const LastModifiedDate = new Date(region.nowMs());
    const facts = { Name: '/shop/db/host', Type: 'String', Value: 'db-1', Version: 1, DataType: 'text' };
    expect(ssm(region, 'GetParameter', { Name: '/shop/db/host' })).toEqual({
      Parameter: { ...facts, ARN, LastModifiedDate },
    });
    expect(value(region, ARN)).toBe('db-1');
    expect(refusal(region, 'GetParameter', { Name: '/shop/db' })).toBe('ParameterNotFound');
  });

  test('is overwritten only when that is asked for; then its versions and labels choose a value', () => {
    const region = smallRegion();
    put(region, 'mode', 'one', { Description: 'what to do' });
    expect(refusal(region, 'PutParameter', { Name: 'mode', Value: 'two', Type: 'String' })).toBe(
      'ParameterAlreadyExists',
    );
    expect(ssm(region, 'PutParameter', { Name: 'mode', Value: 'two', Overwrite: true }).Version).toBe(2);
    const label = (ParameterVersion: number) =>
      ssm(region, 'LabelParameterVersion', { Name: 'mode', ParameterVersion, Labels: ['live', '1st', 'aws-x'] });
    expect(label(1)).toEqual({ InvalidLabels: ['1st', 'aws-x'], ParameterVersion: 1 });
    expect([value(region, 'mode'), value(region, 'mode:1'), value(region, 'mode:live')]).toEqual(['two', 'one', 'one']);
    label(2);
    expect(value(region, 'mode:live')).toBe('two');
    expect(ssm(region, 'GetParameter', { Name: 'mode:live' }).Parameter.Selector).toBe(':live');
    expect(refusal(region, 'GetParameter', { Name: 'mode:9' })).toBe('ParameterVersionNotFound');
    const history = ssm(region, 'GetParameterHistory', { Name: 'mode' }).Parameters;
    expect(history).toMatchObject([
      { Version: 1, Value: 'one', Labels: [], Description: 'what to do' },
      { Version: 2, Value: 'two', Labels: ['live'], Description: 'what to do' },
    ]);
  });

  test('that is secure shows its value to those who ask for it to be decrypted', () => {
    const region = smallRegion();
    put(region, 'secret', 'hush', { Type: 'SecureString' });
    expect(value(region, 'secret')).not.toContain('hush');
    expect(value(region, 'secret', { WithDecryption: true })).toBe('hush');
    expect(ssm(region, 'DescribeParameters').Parameters[0]).toMatchObject({ KeyId: 'alias/aws/ssm' });
  });

  test('keeps a hundred versions; the oldest leaves unless it has a label', () => {
    const region = smallRegion();
    const overwrite = { Name: 'busy', Value: 'x', Type: 'String', Overwrite: true };
    for (let k = 0; k < 101; k++) ssm(region, 'PutParameter', overwrite);
    const history = ssm(region, 'GetParameterHistory', { Name: 'busy' });
    expect([history.Parameters[0].Version, history.Parameters.length]).toEqual([2, 50]);
    const rest = ssm(region, 'GetParameterHistory', { Name: 'busy', NextToken: history.NextToken });
    expect(rest.Parameters.at(-1).Version).toBe(101);
    ssm(region, 'LabelParameterVersion', { Name: 'busy', ParameterVersion: 2, Labels: ['old'] });
    expect(refusal(region, 'PutParameter', overwrite)).toBe('ParameterMaxVersionLimitExceeded');
    const unlabelled = ssm(region, 'UnlabelParameterVersion', {
      ...{ Name: 'busy', ParameterVersion: 2, Labels: ['old', 'new'] },
    });
    expect(unlabelled).toEqual({ RemovedLabels: ['old'], InvalidLabels: ['new'] });
    expect(ssm(region, 'PutParameter', overwrite).Version).toBe(102);
  });

  test.each<[string, Input]>([
    ['ValidationException', { Name: 'a', Type: 'String', Value: '' }],
    ['ValidationException', { Name: 'a', Value: 'x' }],
    ['ValidationException', { Name: 'a', Value: 'x', Type: 'Text' }],
    ['ValidationException', { Name: 'a', Value: 'x', Type: 'String', DataType: 'number' }],
    ['ValidationException', { Name: 'awsome', Value: 'x', Type: 'String' }],
    ['ValidationException', { Name: 'a/b', Value: 'x', Type: 'String' }],
    ['ValidationException', { Name: '/a//b', Value: 'x', Type: 'String' }],
    ['ValidationException', { Name: 'a b', Value: 'x', Type: 'String' }],
    ['AccessDeniedException', { Name: '/aws/mine', Value: 'x', Type: 'String' }],
    ['HierarchyLevelLimitExceededException', { Name: '/x'.repeat(16), Value: 'x', Type: 'String' }],
    ['ValidationException', { Name: 'a', Value: 'x'.repeat(4_097), Type: 'String' }],
    ['ValidationException', { Name: 'a', Value: 'x'.repeat(8_193), Type: 'String', Tier: 'Intelligent-Tiering' }],
    ['ParameterPatternMismatchException', { Name: 'a', Value: 'x', Type: 'String', AllowedPattern: '^\\d+$' }],
    ['InvalidAllowedPatternException', { Name: 'a', Value: 'x', Type: 'String', AllowedPattern: '(' }],
    ['UnsupportedOperation', { Name: 'a', Value: 'x', Type: 'String', Policies: '[]' }],
    ['ValidationException', { Name: 'known', Value: 'x', Overwrite: true, Tags: [{ Key: 'a', Value: 'b' }] }],
    ['HierarchyTypeMismatchException', { Name: 'known', Value: 'x', Overwrite: true, Type: 'SecureString' }],
    ['ValidationException', { Name: 'large', Value: 'x', Overwrite: true, Tier: 'Standard' }],
    ['ParameterPatternMismatchException', { Name: 'number', Value: 'x', Overwrite: true }],
  ])('is refused with %s when the request is %j', (code, input) => {
    const region = smallRegion();
    put(region, 'known', 'x');
    put(region, 'large', 'x', { Tier: 'Advanced' });
    put(region, 'number', '1', { AllowedPattern: '^[0-9]+$' });
    const before = region.world.snapshot();
    expect(refusal(region, 'PutParameter', input)).toBe(code);
    expect(region.world.snapshot()).toEqual(before);
  });

  test('becomes an advanced one when intelligent tiering needs that for its value', () => {
    const region = smallRegion();
    const tiering = { Tier: 'Intelligent-Tiering', Overwrite: true };
    expect(put(region, 'a', 'x', tiering).Tier).toBe('Standard');
    expect(put(region, 'a', 'x'.repeat(5_000), tiering).Tier).toBe('Advanced');
    expect(put(region, 'a', 'x', tiering).Tier).toBe('Advanced');
  });

  test('whose pattern would need forever in JavaScript is judged at once', () => {
    const region = smallRegion();
    put(region, 'a', 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', { AllowedPattern: '^(a+)+$' });
    const Value = `${'a'.repeat(4_000)}!`;
    expect(refusal(region, 'PutParameter', { Name: 'a', Value, Overwrite: true })).toBe(
      'ParameterPatternMismatchException',
    );
  });
});

describe('parameters', () => {
  const shelf = () => {
    const region = smallRegion();
    for (const name of ['/a/x', '/a/y', '/a/b/z', '/ab/x', 'x']) put(region, name, name);
    return region;
  };

  test('are found by path, one level or all below, page by page', () => {
    const region = shelf();
    const under = (input: Input) => ssm(region, 'GetParametersByPath', input);
    expect(names(under({ Path: '/a' }))).toEqual(['/a/x', '/a/y']);
    expect(names(under({ Path: '/a/', Recursive: true }))).toEqual(['/a/b/z', '/a/x', '/a/y']);
    expect(names(under({ Path: '/', Recursive: true }))).toEqual(['/a/b/z', '/a/x', '/a/y', '/ab/x']);
    const first = under({ Path: '/a', Recursive: true, MaxResults: 2 });
    expect(names(first)).toEqual(['/a/b/z', '/a/x']);
    const next = under({ Path: '/a', Recursive: true, MaxResults: 2, NextToken: first.NextToken });
    expect([names(next), next.NextToken]).toEqual([['/a/y'], undefined]);
    expect(refusal(region, 'GetParametersByPath', { Path: 'a' })).toBe('ValidationException');
    expect(refusal(region, 'GetParametersByPath', { Path: '/a', MaxResults: 11 })).toBe('ValidationException');
  });

  test('are got and deleted by ten, and those that are not there are told', () => {
    const region = shelf();
    const Names = ['x', '/a/x:1', 'none', '/a/y:7'];
    const got = ssm(region, 'GetParameters', { Names });
    expect([names(got), got.InvalidParameters]).toEqual([
      ['x', '/a/x'],
      ['none', '/a/y:7'],
    ]);
    const Eleven = Array.from({ length: 11 }, (_, k) => `n${k}`);
    expect(refusal(region, 'GetParameters', { Names: Eleven })).toBe('ValidationException');
    expect(ssm(region, 'DeleteParameters', { Names: ['x', 'none'] })).toEqual({
      DeletedParameters: ['x'],
      InvalidParameters: ['none'],
    });
    expect(refusal(region, 'DeleteParameter', { Name: 'x' })).toBe('ParameterNotFound');
    ssm(region, 'DeleteParameter', { Name: '/a/x' });
    expect(names(ssm(region, 'DescribeParameters'))).toEqual(['/a/b/z', '/a/y', '/ab/x']);
  });

  test('are described by filters that all must match', () => {
    const region = shelf();
    put(region, '/a/list', 'x,y', { Type: 'StringList', Tags: [{ Key: 'env', Value: 'test' }] });
    const by = (...ParameterFilters: Input[]) => names(ssm(region, 'DescribeParameters', { ParameterFilters }));
    const path = { Key: 'Path', Option: 'Recursive', Values: ['/a'] };
    expect(by(path, { Key: 'Type', Values: ['StringList'] })).toEqual(['/a/list']);
    expect(by({ Key: 'Name', Option: 'Contains', Values: ['x'] })).toEqual(['/a/x', '/ab/x', 'x']);
    expect(by({ Key: 'tag:env', Values: ['test'] })).toEqual(['/a/list']);
    const Filters = [{ Key: 'Name', Values: ['/a/'] }];
    expect(names(ssm(region, 'DescribeParameters', { Filters }))).toEqual(['/a/b/z', '/a/list', '/a/x', '/a/y']);
    const refused = (filter: Input) => refusal(region, 'DescribeParameters', { ParameterFilters: [filter] });
    expect(refused({ Key: 'Colour', Values: ['red'] })).toBe('InvalidFilterKey');
    expect(refused({ Key: 'Path', Option: 'Equals', Values: ['/a'] })).toBe('InvalidFilterOption');
    expect(refused({ Key: 'Name' })).toBe('InvalidFilterValue');
  });

  test('have tags that are added, replaced and removed', () => {
    const region = shelf();
    const resource = { ResourceType: 'Parameter', ResourceId: 'x' };
    const tag = (Key: string, Value: string) => ({ Key, Value });
    ssm(region, 'AddTagsToResource', { ...resource, Tags: [tag('a', '1'), tag('b', '1')] });
    ssm(region, 'AddTagsToResource', { ...resource, Tags: [tag('b', '2')] });
    ssm(region, 'RemoveTagsFromResource', { ...resource, TagKeys: ['a'] });
    expect(ssm(region, 'ListTagsForResource', resource)).toEqual({ TagList: [tag('b', '2')] });
    expect(refusal(region, 'ListTagsForResource', { ...resource, ResourceId: 'none' })).toBe('InvalidResourceId');
    expect(refusal(region, 'ListTagsForResource', { ...resource, ResourceType: 'Document' })).toBe(
      'InvalidResourceType',
    );
  });
});

test('whatever is put, labelled and deleted, versions only grow and a label is at one version at most', () => {
  const step = fc.record({ act: fc.constantFrom('put', 'label', 'delete'), name: fc.nat(2), pick: fc.nat(9) });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (story) => {
      const region = smallRegion();
      const ever = new Map<string, number>();
      for (const { act, name, pick } of story) {
        const Name = `p${name}`;
        if (act === 'put') {
          const { Version } = put(region, Name, 'x', { Overwrite: true });
          expect(Version).toBe((ever.get(Name) ?? 0) + 1);
          ever.set(Name, Version);
        } else if (act === 'label') {
          const input = { Name, ParameterVersion: pick, Labels: [`l${pick % 3}`] };
          const known = pick > 0 && pick <= (ever.get(Name) ?? 0);
          expect(refusal(region, 'LabelParameterVersion', input) === undefined).toBe(known);
        } else if (refusal(region, 'DeleteParameter', { Name }) === undefined) ever.delete(Name);
        if (!ever.has(Name)) continue;
        const labels = ssm(region, 'GetParameterHistory', { Name }).Parameters.flatMap(
          ({ Labels }: { Labels: string[] }) => Labels,
        );
        expect(new Set(labels).size).toBe(labels.length);
      }
    }),
    { seed: 7, numRuns: 100 },
  );
});
