import { expect, test } from 'vitest';
import { aws } from '../../src/aws/calls.ts';
import { fields } from '../../src/kernel/schema.ts';
import { ec2Instance } from '../../src/targets/aws/ec2-instance.ts';
import { processTarget } from '../../src/targets/process.ts';
import { zone } from '../../src/targets/zone.ts';
import { build } from '../support/sim-port.ts';

const never = new AbortController().signal;
const select = (raw: object) => fields(ec2Instance.select).parse(raw);

test('instances are found by tag, zone (name and id), id and state, all at once', async () => {
  const sim = build();
  const find = async (raw: object) =>
    (await sim.clock.run(ec2Instance.find(select(raw), sim, never))).map(({ name }) => name);
  expect(await find({ tag: { group: 'store' } })).toEqual(['store-a1', 'store-b1', 'store-c1']);
  expect(await find({ tag: { group: 'web' }, zone: 'use1-az2' })).toEqual(['web-b1', 'web-b2']);
  expect(await find({ tag: { group: 'web', tier: 'web' }, zone: 'us-east-1b' })).toEqual(['web-b1', 'web-b2']);
  expect(await find({ tag: { group: 'web', tier: 'store' } })).toEqual([]);
  expect(await find({ zone: 'use1-az9' })).toEqual([]);
  expect(await find({ state: 'stopped' })).toEqual([]);
  expect(await find({})).toHaveLength(9);
});

test('an instance carries its zone by id and by name, which the blast radius counts', async () => {
  const sim = build();
  const [one] = await sim.clock.run(ec2Instance.find(select({ tag: { Name: 'web-a1' } }), sim, never));
  expect(one).toMatchObject({ name: 'web-a1', zoneId: 'use1-az1', zoneName: 'us-east-1a' });
  expect(one && ec2Instance.zone?.(one)).toBe('use1-az1');
});

test('the order is by name and then by id, whatever the account answers first', async () => {
  const sim = build();
  const before = await sim.clock.run(ec2Instance.find(select({ tag: { group: 'web' } }), sim, never));
  const same = before.slice(0, 3).map(({ instanceId }) => instanceId);
  const tags = [{ Key: 'Name', Value: 'zzz' }];
  await sim.clock.run(sim.write(aws('ec2', 'CreateTags', { Resources: same, Tags: tags }), never));
  const after = await sim.clock.run(ec2Instance.find(select({ tag: { group: 'web' } }), sim, never));
  expect(after.slice(-3).map(({ instanceId }) => instanceId)).toEqual(same.toSorted());
  expect(new Set(after.map((target) => ec2Instance.name(target))).size).toBe(after.length);
});

test('many instances come in pages, and every one is found', async () => {
  const sim = build({ perZone: 200, zones: 6 });
  const found = await sim.clock.run(ec2Instance.find(select({}), sim, never));
  expect(found).toHaveLength(6 * 200 + 6);
  const pages = sim.recorded.filter(({ call }) => call.operation === 'DescribeInstances');
  expect(pages.length).toBeGreaterThan(1);
});

test('a zone is found by its id and by its name', async () => {
  const sim = build();
  for (const wanted of ['use1-az3', 'us-east-1c']) {
    expect(await sim.clock.run(zone.find({ zone: wanted }, sim, never))).toEqual([
      { zoneId: 'use1-az3', zoneName: 'us-east-1c' },
    ]);
  }
  expect(await sim.clock.run(zone.find({ zone: 'use1' }, sim, never))).toEqual([]);
});

test('a process is found by its instance on a region, and by its pid file on a machine, never the other way', async () => {
  const region = build({ pidFiles: ['/run/a.pid'] });
  const [ofInstance] = await region.clock.run(processTarget.find({ tag: { Name: 'web-b2' } }, region, never));
  expect(ofInstance).toMatchObject({ of: 'instance', name: 'web-b2', zoneId: 'use1-az2' });
  expect(await region.clock.run(processTarget.find({ pidFile: '/run/a.pid' }, region, never))).toEqual([]);
  const machine = build({ kind: 'host', pidFiles: ['/run/a.pid'] });
  const [ofMachine] = await machine.clock.run(processTarget.find({ pidFile: '/run/a.pid' }, machine, never));
  expect(ofMachine).toMatchObject({ of: 'machine', pidFile: '/run/a.pid' });
  expect(await machine.clock.run(processTarget.find({ tag: { Name: 'web-b2' } }, machine, never))).toEqual([]);
  expect(await machine.clock.run(processTarget.find({ pidFile: '/run/none.pid' }, machine, never))).toEqual([]);
});
