import { describe, expect, test } from 'vitest';
import type { BlueprintPowerReturn } from '../../../src/kernel/blueprint.ts';
import type { ZoneFacts } from '../../../src/kernel/facility.ts';
import { startedAgain } from '../../../src/region/services/kept-state.ts';
import { type SmallRegion, smallRegion } from '../small-region.ts';

const IN_STAGES: BlueprintPowerReturn = { stages: 3, pauseMs: 2_000, neverShare: 0, seed: 1, replacedAfterMs: 5_000 };
const SOME_NEVER: BlueprintPowerReturn = { ...IN_STAGES, neverShare: 0.4 };

/** The zone that holds web-a1, web-a2 and db-a1, and was dark. */
function afterDarkness(powerReturn: BlueprintPowerReturn): SmallRegion {
  const region = smallRegion({ more: { powerReturn } });
  region.settle();
  const before = region.world.facility('DescribeState', {});
  region.world.facility('CutPower', { zoneId: 'use1-az1' });
  region.settle();
  region.world.facility('RestorePower', { zoneId: 'use1-az1' });
  expect(region.world.facility('DescribeState', {})).not.toEqual(before);
  return region;
}

const zone = (region: SmallRegion): ZoneFacts | undefined => region.world.facility('DescribeZones', {}).zones[0];
const running = (region: SmallRegion): string[] =>
  region.world
    .desired()
    .instances.flatMap(({ name, zoneId, run }) => (zoneId === 'use1-az1' && run === 'running' ? [name] : []));
const status = (region: SmallRegion, id: string) =>
  region.call('ec2', 'DescribeInstanceStatus', { InstanceIds: [id], IncludeAllInstances: true }).InstanceStatuses[0];
const lostOnes = (region: SmallRegion): string[] => zone(region)?.lost ?? [];

describe('power that returns in stages', () => {
  test('comes to as many instances in each, and the zone is back with the last', () => {
    const region = afterDarkness(IN_STAGES);
    expect(running(region)).toEqual(['web-a1']);
    region.pass(2_000);
    expect(running(region)).toEqual(['web-a1', 'web-a2']);
    region.settle();
    expect(zone(region)?.power).toBe('returning');
    region.pass(2_000);
    region.settle();
    expect(running(region)).toEqual(['web-a1', 'web-a2', 'db-a1']);
    expect(zone(region)).toMatchObject({ power: 'on', lost: [] });
  });
});

describe('hardware that never recovers', () => {
  test('is that of the same instances for the same seed, and of at least one', () => {
    const lost = (seed: number, neverShare: number) =>
      zone(afterDarkness({ ...SOME_NEVER, seed, neverShare }))?.lost.length;
    expect([lost(1, 0.01), lost(1, 0.7), lost(1, 1), lost(1, 0)]).toEqual([1, 2, 3, 0]);
    const which = (seed: number) => lostOnes(afterDarkness({ ...SOME_NEVER, seed }));
    expect(which(7)).toEqual(which(7));
    expect(new Set([1, 2, 3, 4, 5, 6, 7, 8].flatMap(which)).size).toBeGreaterThan(1);
  });

  test('leaves its instance running with an impaired system, and EC2 says that it is to be retired', () => {
    const region = afterDarkness(SOME_NEVER);
    region.pass(4_500);
    region.settle();
    const [lost = ''] = lostOnes(region);
    expect(zone(region)).toMatchObject({ power: 'returning', lost: [lost] });
    expect(status(region, lost)).toMatchObject({
      InstanceState: { Name: 'running' },
      SystemStatus: { Status: 'impaired' },
      Events: [{ Code: 'instance-retirement' }],
    });
  });

  test('is replaced after a while by other hardware, and then the zone is as it was', () => {
    const region = afterDarkness(SOME_NEVER);
    const [lost = ''] = lostOnes(region);
    region.pass(9_000);
    region.settle();
    expect(zone(region)).toMatchObject({ power: 'on', lost: [] });
    expect(status(region, lost)).toMatchObject({ SystemStatus: { Status: 'ok' }, InstanceStatus: { Status: 'ok' } });
    expect(status(region, lost).Events).toBeUndefined();
    const { state } = region.world.facility('DescribeState', {}) as { state: { instances: object } };
    expect(Object.values(state.instances).every(({ powered }: { powered: boolean }) => powered)).toBe(true);
  });

  test('is left behind by an instance that is stopped and started, as by one that goes', () => {
    const region = afterDarkness({ ...SOME_NEVER, neverShare: 0.7 });
    const [first = '', second = ''] = lostOnes(region);
    region.call('ec2', 'StopInstances', { InstanceIds: [first] });
    region.call('ec2', 'TerminateInstances', { InstanceIds: [second] });
    region.pass(4_500);
    region.settle();
    region.call('ec2', 'StartInstances', { InstanceIds: [first] });
    region.settle();
    expect(zone(region)).toMatchObject({ power: 'on', lost: [] });
    expect(status(region, first)).toMatchObject({ InstanceStatus: { Status: 'ok' } });
  });

  test('is forgotten when the power is lost again, and another zone is not concerned', () => {
    const region = afterDarkness(SOME_NEVER);
    region.world.facility('CutPower', { zoneId: 'use1-az1' });
    expect(lostOnes(region)).toEqual([]);
    region.pass(6_000);
    expect(running(region)).toEqual([]);
    region.world.facility('RestorePower', { zoneId: 'use1-az1' });
    expect(lostOnes(region)).toHaveLength(1);
    // At the time of the first return it would have had other hardware by then.
    region.pass(4_000);
    expect(lostOnes(region)).toHaveLength(1);
    expect(region.world.facility('DescribeZones', {}).zones.slice(1)).toMatchObject([{ lost: [] }, { lost: [] }]);
  });

  test('is replaced in time by a region that was down meanwhile', () => {
    const before = afterDarkness(SOME_NEVER);
    const nowMs = before.nowMs() + 60_000;
    const after = smallRegion({ saved: startedAgain(before.world.kept(), nowMs), nowMs });
    after.world.advance();
    after.settle();
    expect(zone(after)).toMatchObject({ power: 'on', lost: [] });
  });

  test('is no loss to an Auto Scaling group, which replaces what it held', () => {
    const autoScaling = { min: 1, max: 9, desired: 6, healthCheck: 'EC2', gracePeriodMs: 0 } as const;
    const region = smallRegion({ autoScaling, more: { powerReturn: { ...SOME_NEVER, replacedAfterMs: 30_000 } } });
    const live = (seconds: number) => {
      for (let k = 0; k < seconds * 2; k++) {
        region.pass(500);
        region.settle();
      }
    };
    region.settle();
    live(2);
    region.world.facility('CutPower', { zoneId: 'use1-az1' });
    region.settle();
    region.world.facility('RestorePower', { zoneId: 'use1-az1' });
    const lost = lostOnes(region);
    expect(lost).toHaveLength(1);
    live(15);
    const [group] = region.call('auto-scaling', 'DescribeAutoScalingGroups').AutoScalingGroups;
    const members = group.Instances.map(({ InstanceId }: { InstanceId: string }) => InstanceId);
    expect(members).toHaveLength(6);
    expect(members).not.toContain(lost[0]);
    expect(zone(region)).toMatchObject({ power: 'on', lost: [] });
  });
});
