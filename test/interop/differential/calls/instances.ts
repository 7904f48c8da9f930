import fc from 'fast-check';
import { among, type Call, call, existing, filter, first, some, thing } from '../call.ts';

const STATES = ['pending', 'running', 'stopping', 'stopped', 'shutting-down', 'terminated'] as const;
const KEYS = ['group', 'Name', 'owner', 'Cost Centre'] as const;
const tag = fc.record({ Key: among(...KEYS), Value: among('web', 'web-a1', '', 'x y', 'Ä') });
const tags = fc.uniqueArray(tag, { minLength: 1, maxLength: 2, selector: ({ Key }) => Key });

const run = fc
  .record({
    name: among('one', 'two'),
    count: fc.integer({ min: 1, max: 2 }),
    subnet: thing('subnet'),
    group: existing('sg'),
  })
  .map(({ name, count, subnet, group }): Call => {
    const Tags = [
      { Key: 'group', Value: 'web' },
      { Key: 'Name', Value: name },
    ];
    return {
      operation: 'RunInstances',
      input: {
        ...{ ImageId: 'ami-0c0a05e55a4d10000', InstanceType: 't3.micro', MinCount: count, MaxCount: count },
        ...{ SubnetId: subnet, SecurityGroupIds: [group] },
        TagSpecifications: [{ ResourceType: 'instance', Tags }],
      },
    };
  });

const filters = fc.oneof(
  filter(
    'instance-state-name',
    some('i').chain(() => fc.subarray([...STATES], { minLength: 1 })),
  ),
  filter('tag:Name', among(['web-a1'], ['web-*'], ['web-?1', 'one'], ['none'])),
  filter('tag-key', among(['owner'], ['Name'])),
  filter('availability-zone', among(['us-east-1a'], ['us-east-1a', 'us-east-1b'])),
  filter('subnet-id', some('subnet')),
  filter('instance-id', some('i')),
  filter('instance.group-id', some('sg')),
);

/** What a user does with instances and their tags. */
export const instanceCalls: fc.Arbitrary<Call> = fc.oneof(
  { weight: 2, arbitrary: run },
  { weight: 4, arbitrary: call('DescribeInstances', {}, { Filters: filters }) },
  { weight: 2, arbitrary: call('DescribeInstances', { InstanceIds: some('i') }) },
  { weight: 3, arbitrary: call('StopInstances', { InstanceIds: some('i') }, { Force: fc.boolean() }) },
  { weight: 3, arbitrary: call('StartInstances', { InstanceIds: some('i') }) },
  { weight: 1, arbitrary: call('RebootInstances', { InstanceIds: some('i') }) },
  { weight: 2, arbitrary: call('TerminateInstances', { InstanceIds: some('i') }) },
  {
    weight: 2,
    arbitrary: call('DescribeInstanceStatus', {}, { InstanceIds: some('i'), IncludeAllInstances: fc.boolean() }),
  },
  { weight: 2, arbitrary: call('CreateTags', { Resources: some('i'), Tags: tags }) },
  {
    weight: 1,
    arbitrary: call('DeleteTags', {
      Resources: some('i'),
      Tags: among([{ Key: 'owner' }], [{ Key: 'Name', Value: 'one' }]),
    }),
  },
  { weight: 2, arbitrary: call('DescribeTags', { Filters: filter('resource-id', some('i')) }) },
  { weight: 1, arbitrary: call('ModifyInstanceAttribute', { InstanceId: thing('i'), Groups: some('sg') }) },
  { weight: 1, arbitrary: call('DescribeNetworkInterfaces', { Filters: filter('vpc-id', fc.tuple(first('vpc'))) }) },
);
