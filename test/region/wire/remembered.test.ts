import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Json } from '../../../src/kernel/json.ts';
import { PROTOCOLS } from '../../../src/region/wire/protocols.ts';
import { allServices } from '../../../src/region/wire/services.ts';
import { type SmallRegion, smallRegion } from '../small-region.ts';

const ec2 = await allServices().load('ec2');

/** DescribeInstances of a region, as octets. */
function described({ call }: SmallRegion): string {
  const operation = ec2.operation('DescribeInstances');
  if (!operation) throw new Error('EC2 has no DescribeInstances');
  return Buffer.from(
    PROTOCOLS.ec2Query.encode(ec2.facts, operation, call('ec2', 'DescribeInstances'), 'request').body,
  ).toString();
}

type Deed = (region: SmallRegion, ids: readonly string[]) => void;

/** Looked for in another way: what is remembered is that of DescribeInstances. */
const idsOf = ({ call }: SmallRegion): string[] =>
  call('ec2', 'DescribeInstanceStatus', { IncludeAllInstances: true }).InstanceStatuses.map(
    ({ InstanceId }: { InstanceId: string }) => InstanceId,
  );

const anInstance = fc.nat(9);
const asked = (operation: string, input: Readonly<Record<string, unknown>>): Deed => {
  return (region) => void region.refusal('ec2', operation, { ...input });
};
const aboutOne = (operation: string, more: Readonly<Record<string, unknown>> = {}, list = 'InstanceIds') =>
  anInstance.map(
    (nth): Deed =>
      (region, ids) =>
        asked(operation, { [list]: [ids[nth % ids.length]], ...more })(region, ids),
  );

const TAGS = [
  { Key: 'owner', Value: 'Ä & <b>' },
  { Key: 'Name', Value: 'renamed' },
];

const deed: fc.Arbitrary<Deed> = fc.oneof(
  aboutOne('StartInstances'),
  aboutOne('StopInstances'),
  aboutOne('RebootInstances'),
  aboutOne('TerminateInstances'),
  fc.constantFrom(...TAGS).chain((tag) => aboutOne('CreateTags', { Tags: [tag] }, 'Resources')),
  fc.constantFrom(...TAGS).chain(({ Key }) => aboutOne('DeleteTags', { Tags: [{ Key }] }, 'Resources')),
  anInstance.map(
    (nth): Deed =>
      (region, ids) => {
        const [group] = region.call('ec2', 'DescribeSecurityGroups', {
          Filters: [{ Name: 'group-name', Values: ['default'] }],
        }).SecurityGroups;
        asked('ModifyInstanceAttribute', { InstanceId: ids[nth % ids.length], Groups: [group.GroupId] })(region, ids);
      },
  ),
  fc.constant(
    asked('RunInstances', {
      ...{ MinCount: 1, MaxCount: 2 },
      TagSpecifications: [{ ResourceType: 'instance', Tags: [{ Key: 'group', Value: 'web' }] }],
    }),
  ),
  anInstance.map(
    (nth): Deed =>
      (region, ids) => {
        for (const operation of ['StopInstances', 'StartInstances']) {
          asked(operation, { InstanceIds: [ids[nth % ids.length]] })(region, ids);
          region.pass(70_000);
          region.settle();
          region.pass(70_000);
        }
      },
  ),
  fc.constant<Deed>((region) => region.settle()),
  fc.constantFrom(500, 5_000, 70_000).map(
    (ms): Deed =>
      (region) =>
        region.pass(ms),
  ),
);

test('what is remembered of instances is what a region would encode that never described them before', () => {
  const deeds = fc.array(deed, { minLength: 1, maxLength: 3 });
  const looks = fc.array(deeds, { minLength: 1, maxLength: 6, size: 'max' });
  fc.assert(
    fc.property(looks, (between) => {
      const region = smallRegion();
      described(region);
      for (const one of between) {
        for (const done of one) done(region, idsOf(region));
        const saved: Json = region.world.snapshot();
        expect(described(region)).toBe(described(smallRegion({ saved, nowMs: region.nowMs() })));
      }
    }),
    { numRuns: 25, seed: 20_261_122 },
  );
});
