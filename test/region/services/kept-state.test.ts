import { describe, expect, test } from 'vitest';
import type { Json } from '../../../src/kernel/json.ts';
import { applyChanges, changesBetween } from '../../../src/region/data/changes.ts';
import { startedAgain } from '../../../src/region/services/kept-state.ts';
import { N, ordersTable, S } from '../orders-table.ts';
import { smallRegion } from '../small-region.ts';

describe('a world that goes on from what was kept', () => {
  const restarted = () => {
    const before = smallRegion();
    before.settle();
    before.world.facility('CutPower', { zoneId: 'use1-az2' });
    before.call('ec2', 'StopInstances', { InstanceIds: [before.id('db-a1')] });
    before.pass(1);
    const kept = before.world.kept();
    return { before, after: smallRegion({ saved: startedAgain(kept, before.nowMs()), nowMs: before.nowMs() }) };
  };

  test('is harmed as it was, with the same ids and addresses', () => {
    const { before, after } = restarted();
    expect(after.world.facility('DescribeState', {})).toEqual(before.world.facility('DescribeState', {}));
  });

  test('expects a process of what has power and is to run, and of nothing else', () => {
    const { after } = restarted();
    const { processes } = after.world.facility('DescribeProcesses', {});
    const states = Object.fromEntries(processes.map(({ name, state, pid }) => [name, pid ?? state]));
    expect(states).toMatchObject({ 'web-a1': 'starting', 'web-b1': 'none', 'db-a1': 'none' });
    after.settle();
    expect(after.state('db-a1')).toBe('stopped');
  });

  test('changes nothing on disk by what is only observed', () => {
    const region = smallRegion();
    region.settle();
    const kept = region.world.kept();
    region.world.observe({
      type: 'target-health',
      loadBalancer: 'shop',
      instanceId: region.id('web-a1'),
      state: 'unhealthy',
      reason: 'x',
    });
    region.world.observe({
      type: 'process',
      instanceId: region.id('web-a1'),
      generation: 9,
      state: 'starting',
      pid: 7,
    });
    expect(region.world.kept()).toEqual(kept);
  });

  test('keeps the metrics that were put, and not those that are measured', () => {
    const region = smallRegion();
    const data = [{ MetricName: 'orders', Value: 1 }];
    region.call('cloudwatch', 'PutMetricData', { Namespace: 'mine', MetricData: data });
    const kept = region.world.kept();
    const facts = { cpu: [{ instanceId: region.id('web-a1'), percent: 5 }], traffic: [] };
    region.settle();
    const seen = region.world.revision();
    region.world.observe({ type: 'measured', atMs: region.nowMs(), ...facts });
    expect(region.world.revision()).toBe(seen);
    const again = smallRegion({ saved: startedAgain(kept, region.nowMs()), nowMs: region.nowMs() });
    expect(again.call('cloudwatch', 'ListMetrics').Metrics).toMatchObject([
      { Namespace: 'mine', MetricName: 'orders' },
    ]);
  });

  test('has what an earlier version did not keep', () => {
    const region = smallRegion();
    const { ssm: _ssm, iam: _iam, stores: _stores, ...older } = region.world.kept() as Record<string, never>;
    const again = smallRegion({ saved: startedAgain(older, region.nowMs()), nowMs: region.nowMs() });
    again.call('ssm', 'PutParameter', { Name: 'a', Value: 'x', Type: 'String' });
    expect(again.call('iam', 'ListUsers').Users).toEqual([]);
    region.world.restore(older, region.nowMs(), {});
    expect(region.call('ssm', 'DescribeParameters').Parameters).toEqual([]);
  });

  test('does not make up for a day of what is done again and again', () => {
    const region = smallRegion({ autoScaling: { min: 3, max: 3, desired: 3, healthCheck: 'EC2', gracePeriodMs: 0 } });
    region.settle();
    const nowMs = region.nowMs() + 86_400_000;
    const { timers } = startedAgain(region.world.kept(), nowMs) as unknown as {
      timers: { do: string; atMs: number }[];
    };
    expect(timers.filter((timer) => timer.do === 'look-at-group').map(({ atMs }) => atMs)).toEqual([nowMs]);
  });

  test('keeps items by what changed, however large their table is, and a copy of it stays as it was', () => {
    const { region, call } = ordersTable();
    for (let k = 0; k < 500; k++) call('PutItem', { Item: { id: S(`c${k}`), at: N(k), s: S('x'.repeat(100)) } });
    const [kept, seen] = [region.world.kept(), region.world.revision()];
    const text = JSON.stringify(kept);
    call('PutItem', { Item: { id: S('c7'), at: N(7), s: S('changed') } });
    expect(region.world.revision()).toBe(seen + 1);
    call('GetItem', { Key: { id: S('c7'), at: N(7) } });
    expect(region.world.revision()).toBe(seen + 1);
    call('PutItem', { Item: { id: S('new'), at: N(1) } });
    expect(JSON.stringify(kept)).toBe(text);
    const changes = changesBetween(kept, region.world.kept());
    expect(JSON.stringify(changes).length).toBeLessThan(500);
    expect(applyChanges(JSON.parse(text), changes)).toEqual(region.world.kept());
    const again = smallRegion({ saved: startedAgain(region.world.kept(), region.nowMs()), nowMs: region.nowMs() });
    const { Items } = again.call('dynamodb', 'Scan', { TableName: 'orders' });
    expect(Items).toEqual(call('Scan', {}).Items);
  });

  test('goes on from what a version kept that had no tables', () => {
    const region = smallRegion();
    const { stores: _stores, ...earlier } = region.world.kept() as Record<string, Json>;
    const again = smallRegion({ saved: startedAgain(earlier, region.nowMs()), nowMs: region.nowMs() });
    expect(again.call('dynamodb', 'ListTables')).toEqual({ TableNames: [] });
  });

  test('counts up its revision with whatever may have changed it, and not by reading', () => {
    const region = smallRegion();
    const seen = region.world.revision();
    region.call('ec2', 'DescribeInstances');
    expect(region.world.revision()).toBe(seen);
    region.call('ec2', 'CreateTags', { Resources: [region.id('web-a1')], Tags: [{ Key: 'a', Value: 'b' }] });
    expect(region.world.revision()).toBeGreaterThan(seen);
  });
});
