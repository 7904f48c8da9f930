import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { RegionState } from '../../../src/region/services/state.ts';
import { type SmallRegion, smallRegion } from '../small-region.ts';

const NOBODY = {};
const stateOf = (region: SmallRegion) => region.world.snapshot() as unknown as RegionState;
const view = (region: SmallRegion) => region.world.facility('DescribeState', {});
/** What the data plane is told, without the counts of processes. */
const wishes = (region: SmallRegion) => {
  const { instances, ...rest } = region.world.desired();
  return { ...rest, instances: instances.map(({ generation: _, ...one }) => one) };
};
const hostedZone = (region: SmallRegion) => region.call('route-53', 'ListHostedZones').HostedZones[0].Id;
const upsert = (region: SmallRegion, name: string) => {
  const ResourceRecordSet = { Name: name, Type: 'A', TTL: 5, ResourceRecords: [{ Value: '192.0.2.1' }] };
  const ChangeBatch = { Changes: [{ Action: 'UPSERT', ResourceRecordSet }] };
  return region.call('route-53', 'ChangeResourceRecordSets', { HostedZoneId: hostedZone(region), ChangeBatch });
};

type Deed = (region: SmallRegion, pick: number) => void;
const idOf = (region: SmallRegion, pick: number) => {
  const ids = region.world.desired().instances.map(({ instanceId }) => instanceId);
  return ids[pick % Math.max(1, ids.length)] ?? 'i-0';
};
const on =
  (operation: string): Deed =>
  (region, pick) =>
    void region.refusal('ec2', operation, { InstanceIds: [idOf(region, pick)] });
const zone = (pick: number) => ({ zoneId: `use1-az${1 + (pick % 3)}` });
const DEEDS: Readonly<Record<string, Deed>> = {
  stop: on('StopInstances'),
  start: on('StartInstances'),
  reboot: on('RebootInstances'),
  terminate: on('TerminateInstances'),
  launch: (region) => {
    const TagSpecifications = [{ ResourceType: 'instance', Tags: [{ Key: 'group', Value: 'web' }] }];
    region.refusal('ec2', 'RunInstances', { MinCount: 1, MaxCount: 1, TagSpecifications });
  },
  cut: ({ world }, pick) => void world.facility('CutPower', zone(pick)),
  power: ({ world }, pick) => void world.facility('RestorePower', zone(pick)),
  record: (region, pick) => void upsert(region, `r${pick % 4}.shop.example`),
  parameter: (region, pick) => {
    region.refusal('ssm', 'PutParameter', { Name: `p${pick % 3}`, Value: 'x', Type: 'String', Overwrite: true });
  },
  frozen: ({ world }, pick) => {
    const { instanceId, generation } = world.desired().instances[pick % 7] ?? { instanceId: '', generation: 0 };
    world.observe({ type: 'process', instanceId, generation, state: 'stopped-by-signal', pid: 7, startTime: '7' });
  },
  settle: (region) => region.settle(),
  pass: (region, pick) => region.pass(pick * 9),
};
const story = fc.array(fc.tuple(fc.constantFrom(...Object.keys(DEEDS)), fc.nat(1_000)), { maxLength: 25 });
const live = (region: SmallRegion, deeds: readonly (readonly [string, number])[]) => {
  for (const [name, pick] of deeds) DEEDS[name]?.(region, pick);
};

describe('a region that is put back', () => {
  test('shows and wishes what it did then, whatever happened before and since', () => {
    fc.assert(
      fc.property(story, story, (before, since) => {
        const region = smallRegion();
        region.settle();
        live(region, before);
        const [kept, takenMs, shown, wished] = [region.world.kept(), region.nowMs(), view(region), wishes(region)];
        const { counter } = stateOf(region);
        live(region, since);
        region.world.restore(kept, takenMs, NOBODY);
        expect(view(region)).toEqual(shown);
        expect(wishes(region)).toEqual(wished);
        expect(stateOf(region).counter).toBeGreaterThanOrEqual(counter);
      }),
      { seed: 31, numRuns: 60 },
    );
  });

  test('expects a process of what is to run: the one that serves, or one of a newer generation', () => {
    fc.assert(
      fc.property(story, story, (before, since) => {
        const region = smallRegion();
        region.settle();
        live(region, before);
        const [kept, takenMs] = [region.world.kept(), region.nowMs()];
        live(region, since);
        const past = new Map(stateOf(region).instances.map((one) => [one.instanceId, one]));
        region.world.restore(kept, takenMs, NOBODY);
        for (const one of stateOf(region).instances.filter(({ state, powered }) => powered && state === 'running')) {
          const was = past.get(one.instanceId);
          if (one.generation === was?.generation) {
            expect(one.process).toEqual(was.process);
            expect(['ready', 'starting']).toContain(one.process.state);
          } else {
            expect(one.generation).toBeGreaterThan(was?.generation ?? -1);
            expect(one.process).toEqual({ state: 'starting' });
          }
        }
        region.pass(40_000);
        region.settle();
        region.settle();
        const unsettled = stateOf(region).instances.filter(({ state }) => state.endsWith('ing') && state !== 'running');
        expect(unsettled).toEqual([]);
      }),
      { seed: 32, numRuns: 50 },
    );
  });

  test('goes on with what was under way as far ahead as it was then', () => {
    const region = smallRegion();
    region.settle();
    const { ChangeInfo } = upsert(region, 'new.shop.example');
    region.pass(300);
    const [kept, takenMs] = [region.world.kept(), region.nowMs()];
    region.pass(3_600_000);
    region.world.restore(kept, takenMs, NOBODY);
    const status = () => region.call('route-53', 'GetChange', { Id: ChangeInfo.Id }).ChangeInfo.Status;
    region.pass(199);
    expect(status()).toBe('PENDING');
    region.pass(1);
    expect(status()).toBe('INSYNC');
  });

  test('ends a trouble that it had then when as much time has passed as was left', () => {
    const region = smallRegion();
    const trouble = { at: 'resolver', does: 'silence', share: 1, seed: 1 } as const;
    region.world.facility('SetTrouble', { name: 'quiet', trouble, expiresInMs: 1_000 });
    const [kept, takenMs] = [region.world.kept(), region.nowMs()];
    region.pass(5_000);
    expect(region.world.desired().resolverTroubles).toEqual([]);
    region.world.restore(kept, takenMs, NOBODY);
    region.pass(999);
    expect(region.world.desired().resolverTroubles).toEqual([trouble]);
    region.pass(1);
    expect(region.world.desired().resolverTroubles).toEqual([]);
  });

  test('neither brings back nor takes away who holds the account, and the tokens go on growing', () => {
    const region = smallRegion();
    const { world } = region;
    const take = (runId: string) =>
      world.facility('AcquireLease', { runId, owner: 'me', purpose: 'x', ttlMs: 60_000 }).lease.token;
    const first = take('first');
    const [kept, takenMs] = [world.kept(), region.nowMs()];
    world.facility('ReleaseLease', { runId: 'first' });
    world.restore(kept, takenMs, NOBODY);
    expect(world.facility('DescribeLease', {})).toEqual({});
    const second = take('second');
    expect(second).toBeGreaterThan(first);
    expect(() => world.restore(kept, takenMs, NOBODY)).toThrow('held by run "second"');
    expect(() => world.restore(kept, takenMs, { tenure: { runId: 'first', token: first } })).toThrow('no longer holds');
    world.restore(kept, takenMs, { tenure: { runId: 'second', token: second } });
    expect(world.facility('DescribeLease', {}).lease).toMatchObject({ runId: 'second', token: second });
  });

  test('knows what is measured and seen now of what it has still', () => {
    const region = smallRegion();
    region.settle();
    const instanceId = region.id('web-a1');
    const [kept, takenMs] = [region.world.kept(), region.nowMs()];
    const healthy = { type: 'target-health', loadBalancer: 'shop', instanceId, state: 'healthy', reason: '' } as const;
    region.world.observe(healthy);
    region.world.observe({ type: 'load-balancer', name: 'shop', url: 'http://127.0.0.1:9' });
    const atMs = region.nowMs() - 1_000;
    region.world.observe({ type: 'measured', atMs, traffic: [], cpu: [{ instanceId, percent: 5 }] });
    region.world.restore(kept, takenMs, NOBODY);
    const [balancer] = stateOf(region).loadBalancers;
    expect(balancer?.url).toBe('http://127.0.0.1:9');
    expect(balancer?.targetGroup.targets.find((one) => one.instanceId === instanceId)?.health).toBe('healthy');
    expect(region.call('cloudwatch', 'ListMetrics', { MetricName: 'CPUUtilization' }).Metrics).not.toEqual([]);
  });

  test('is one object still: what it holds afterwards is no part of the snapshot', () => {
    const region = smallRegion();
    const [kept, takenMs] = [region.world.kept(), region.nowMs()];
    const text = JSON.stringify(kept);
    region.world.restore(kept, takenMs, NOBODY);
    upsert(region, 'new.shop.example');
    region.call('ssm', 'PutParameter', { Name: 'p', Value: 'x', Type: 'String' });
    region.pass(10_000);
    expect(JSON.stringify(kept)).toBe(text);
  });
});
