import { describe, expect, test } from 'vitest';
import { aws } from '../../src/aws/calls.ts';
import { displayName } from '../../src/aws/names.ts';
import { emptyRecord } from '../../src/faults/aws/route53/empty-record.ts';
import { removeRecord } from '../../src/faults/aws/route53/remove-record.ts';
import { replaceRecord } from '../../src/faults/aws/route53/replace-record.ts';
import type { Call } from '../../src/kernel/call.ts';
import type { Means } from '../../src/kernel/define.ts';
import { type RecordSet, recordsNamed } from '../../src/targets/aws/record-sets.ts';
import { changeRecords } from '../../src/targets/aws/record-undo.ts';
import { type Route53Record, route53Record } from '../../src/targets/aws/route53-record.ts';
import { build, type SimPort } from '../support/sim-port.ts';

const never = new AbortController().signal;
const all = [removeRecord, emptyRecord, replaceRecord].map((fault) => [fault.id, fault.means.api as Means] as const);
const paramsOf = { values: ['192.0.2.1'], ttl: 5 } as never;

async function find(sim: SimPort, name: string, type = 'A', setIdentifier?: string): Promise<Route53Record> {
  const select = { name, type, ...(setIdentifier !== undefined && { setIdentifier }) } as never;
  const [target] = await sim.clock.run(route53Record.find(select, sim, never));
  if (!target) throw new Error(`no record ${name} ${type}`);
  return target;
}

const write = (sim: SimPort, ...calls: readonly Call[]) =>
  sim.clock.run(Promise.all(calls.map((call) => sim.write(call, never))));

const named = (sim: SimPort, { hostedZoneId, name }: Route53Record) =>
  sim.clock.run(recordsNamed(hostedZoneId, name, sim, never));

/** The account, with one name server that goes on answering as now whatever the others say. */
async function laggard(sim: SimPort, { name, type }: Route53Record): Promise<SimPort> {
  const last = sim.account.nameServers.at(-1);
  if (!last || sim.account.nameServers.length < 2) throw new Error('one name server cannot disagree');
  const query = { name: displayName(name), type: type as 'A', server: last, timeoutMs: 1_000 };
  const now = await sim.clock.run(sim.dns(query, never));
  const dns: SimPort['dns'] = async (asked, signal) =>
    asked.server?.port === last.port ? now : sim.dns(asked, signal);
  return Object.assign(Object.create(sim) as SimPort, { read: sim.read.bind(sim), dns });
}

const other = (record: RecordSet): RecordSet => ({
  Name: record.Name,
  Type: record.Type,
  TTL: 7,
  ResourceRecords: [{ Value: '198.51.100.7' }],
});

describe.each(all)('%s', (_id, means) => {
  test('what a third party writes meanwhile is reported with its values and not overwritten', async () => {
    const sim = build();
    const target = await find(sim, 'store.shop.example');
    const undo = (await sim.clock.run(means.capture(target, paramsOf, sim, never))) as { record: RecordSet };
    await write(sim, ...means.steps(target, paramsOf, undo as never));
    const [now] = (await named(sim, target)).filter(({ Type }) => Type === 'A');
    const theirs = other(undo.record);
    await write(
      sim,
      changeRecords(target.hostedZoneId, [...(now ? [['DELETE', now] as const] : []), ['CREATE', theirs]]),
    );
    const standing = await sim.clock.run(means.compare(undo as never, sim, never));
    expect(standing).toEqual({ is: 'changed', how: 'the record is now A 198.51.100.7 (TTL 7s)' });
    await expect(write(sim, ...means.restore(undo as never))).rejects.toMatchObject({ code: 'InvalidChangeBatch' });
    expect(await named(sim, target)).toContainEqual(theirs);
  });

  test('the harm is proved when every name server shows it, and its end when none does', async () => {
    const sim = build();
    const target = await find(sim, 'store.shop.example');
    const undo = await sim.clock.run(means.capture(target, paramsOf, sim, never));
    const bites = async (port: SimPort) => (await sim.clock.run(means.attest(undo, port, never))).bites;
    const before = await laggard(sim, target);
    await write(sim, ...means.steps(target, paramsOf, undo));
    await sim.clock.run(sim.clock.sleep(60_000));
    expect([await bites(before), await bites(sim)]).toEqual([false, true]);
    const harmed = await laggard(sim, target);
    await write(sim, ...means.restore(undo));
    await sim.clock.run(sim.clock.sleep(60_000));
    expect([await bites(harmed), await bites(sim)]).toEqual([true, false]);
  });

  test('an alias comes back as the alias that it was', async () => {
    const sim = build();
    const target = await find(sim, 'shop.example');
    const before = await named(sim, target);
    const undo = await sim.clock.run(means.capture(target, paramsOf, sim, never));
    await write(sim, ...means.steps(target, paramsOf, undo));
    expect(await named(sim, target)).not.toEqual(before);
    await write(sim, ...means.restore(JSON.parse(JSON.stringify(undo))));
    expect(await named(sim, target)).toEqual(before);
  });

  test('a member of a weighted set is hit alone, and comes back with its weight and identifier', async () => {
    const sim = build();
    const { hostedZoneId } = await find(sim, 'shop.example');
    const member = (SetIdentifier: string, Value: string) =>
      ({
        Name: 'split.shop.example.',
        Type: 'A',
        SetIdentifier,
        Weight: 3,
        TTL: 30,
        ResourceRecords: [{ Value }],
      }) as RecordSet;
    const members = [member('blue', '10.9.0.1'), member('green', '10.9.0.2')];
    await write(
      sim,
      changeRecords(
        hostedZoneId,
        members.map((record) => ['CREATE', record]),
      ),
    );
    const target = await find(sim, 'split.shop.example', 'A', 'blue');
    const undo = await sim.clock.run(means.capture(target, paramsOf, sim, never));
    await write(sim, ...means.steps(target, paramsOf, undo));
    expect(await named(sim, target)).toContainEqual(members[1]);
    expect(await named(sim, target)).not.toContainEqual(members[0]);
    const { level, evidence } = await sim.clock.run(means.attest(undo, sim, never));
    expect(level, 'servers still answer with the others').toBe('control plane');
    expect(evidence).toContain('1 more answer its name');
    await write(sim, ...means.restore(undo));
    expect(await named(sim, target)).toEqual(members);
  });
});

test('a removed name does not exist; an emptied name exists and has no data', async () => {
  for (const [means, code] of [
    [removeRecord.means.api, 'NXDOMAIN'],
    [emptyRecord.means.api, 'NOERROR'],
  ] as const) {
    const sim = build();
    const target = await find(sim, 'store.shop.example');
    const undo = await sim.clock.run((means as Means).capture(target, {}, sim, never));
    await write(sim, ...(means as Means).steps(target, {}, undo));
    await sim.clock.run(sim.clock.sleep(1_000));
    const server = sim.account.nameServers[0];
    const query = { name: 'store.shop.example', type: 'A' as const, timeoutMs: 1_000, ...(server && { server }) };
    const answer = await sim.clock.run(sim.dns(query, never));
    expect({ code: answer.code, answers: answer.answers }).toEqual({ code, answers: [] });
  }
});

test('the evidence names every name server and tells how long the absence may be remembered', async () => {
  const sim = build({ dnsChangeDelayMs: 300 });
  const means = removeRecord.means.api as Means;
  const target = await find(sim, 'store.shop.example');
  const resolve = () => sim.clock.run(sim.dns({ name: 'store.shop.example', type: 'A', timeoutMs: 1_000 }, never));
  expect((await resolve()).answers).toHaveLength(3);
  const undo = await sim.clock.run(means.capture(target, {}, sim, never));
  await write(sim, ...means.steps(target, {}, undo));
  const pending = await sim.clock.run(means.attest(undo, sim, never));
  expect(pending.bites, 'a change that is pending is not there for clients').toBe(false);
  await sim.clock.run(sim.clock.sleep(500));
  const { bites, evidence } = await sim.clock.run(means.attest(undo, sim, never));
  expect(bites).toBe(true);
  for (const { name } of sim.account.nameServers) expect(evidence).toContain(`${name}: NXDOMAIN`);
  expect(evidence).toContain('may be remembered for 60s after the record is back (negative TTL)');
  expect(evidence).toMatch(/the resolver still answers from its cache for \d+s/);
  await sim.clock.run(sim.clock.sleep(31_000));
  expect((await resolve()).code).toBe('NXDOMAIN');
  await write(sim, ...means.restore(undo));
  await sim.clock.run(sim.clock.sleep(500));
  const after = await sim.clock.run(means.attest(undo, sim, never));
  expect(after.bites).toBe(false);
  expect(after.evidence).toMatch(/the resolver still remembers the absence for \d+s/);
});

test('the name in use elsewhere needs no marker, and a batch of two is one call', async () => {
  const sim = build();
  const means = emptyRecord.means.api as Means;
  const apex = await find(sim, 'shop.example');
  const apexUndo = await sim.clock.run(means.capture(apex, {}, sim, never));
  expect(apexUndo).toMatchObject({ marker: null });
  const target = await find(sim, 'store.shop.example');
  const undo = (await sim.clock.run(means.capture(target, {}, sim, never))) as never;
  const [call, ...more] = means.steps(target, {}, undo) as readonly Call[];
  expect(more).toEqual([]);
  const batch = call?.input.ChangeBatch as { Changes: { Action: string; ResourceRecordSet: { Type: string } }[] };
  expect(batch.Changes.map(({ Action, ResourceRecordSet }) => `${Action} ${ResourceRecordSet.Type}`)).toEqual([
    'DELETE A',
    'CREATE TXT',
  ]);
});

test('a record that is gone before it is captured is an error, not an empty pre-image', async () => {
  const sim = build();
  const target = await find(sim, 'store.shop.example');
  const [record] = await named(sim, target);
  if (record) await write(sim, changeRecords(target.hostedZoneId, [['DELETE', record]]));
  const means = removeRecord.means.api as Means;
  await expect(sim.clock.run(means.capture(target, {}, sim, never))).rejects.toMatchObject({ code: 'RecordNotFound' });
});

test('records are found by the longest zone, by its name and by its id', async () => {
  const sim = build();
  const { hostedZoneId } = await find(sim, 'shop.example');
  for (const zone of ['shop.example', 'SHOP.example.', hostedZoneId, `/hostedzone/${hostedZoneId}`]) {
    const found = await sim.clock.run(route53Record.find({ zone, name: 'Store.Shop.Example', type: 'A' }, sim, never));
    expect(found.map(({ name }) => name)).toEqual(['store.shop.example.']);
  }
  expect(await sim.clock.run(route53Record.find({ name: 'other.example', type: 'A' }, sim, never))).toEqual([]);
  const reads = sim.recorded.map(({ call }) => call.operation);
  expect(new Set(reads)).toEqual(new Set(['ListHostedZones', 'ListResourceRecordSets']));
  expect(aws('route-53', 'ListHostedZones', {}).service).toBe('route-53');
});
