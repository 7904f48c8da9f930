import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SCALING_PROCESSES } from '../../../src/aws/auto-scaling.ts';
import type { RegionState } from '../../../src/region/services/state.ts';
import { type SmallRegion, smallRegion } from '../small-region.ts';

const ASG = 'auto-scaling';
const AutoScalingGroupName = 'web';
const MOST = 8;

type Happening = (region: SmallRegion, pick: number) => void;

const stateOf = (region: SmallRegion) => region.world.snapshot() as unknown as RegionState;
const groupIn = (region: SmallRegion) => {
  const [group] = stateOf(region).autoScalingGroups;
  if (!group) throw new Error('the region has no group');
  return group;
};
const idOf = (region: SmallRegion, pick: number) => {
  const { members } = groupIn(region);
  return members[pick % Math.max(1, members.length)]?.instanceId ?? 'i-0123456789abcdef0';
};
/** Asks for something, which may be refused: then nothing has changed. */
function attempt(region: SmallRegion, service: string, operation: string, input: Record<string, unknown>): void {
  const before = region.world.snapshot();
  if (region.refusal(service, operation, input) !== undefined) expect(region.world.snapshot()).toEqual(before);
}
const ofGroup =
  (operation: string, input: (region: SmallRegion, pick: number) => Record<string, unknown>): Happening =>
  (region, pick) =>
    attempt(region, ASG, operation, { AutoScalingGroupName, ...input(region, pick) });
const processesOf = (pick: number) => SCALING_PROCESSES.filter((_, k) => (pick >> k) & 1);
const zoneId = (pick: number) => `use1-az${1 + (pick % 3)}`;
const live = (region: SmallRegion, seconds: number) => {
  for (let k = 0; k < seconds; k++) {
    region.pass(1_000);
    region.settle();
  }
};

const HAPPENINGS: Readonly<Record<string, Happening>> = {
  scale: ofGroup('SetDesiredCapacity', (_region, pick) => ({ DesiredCapacity: pick % (MOST + 2) })),
  bounds: ofGroup('UpdateAutoScalingGroup', (_region, pick) => ({ MinSize: pick % 4, MaxSize: pick % (MOST + 1) })),
  suspend: ofGroup('SuspendProcesses', (_region, pick) => ({ ScalingProcesses: processesOf(pick) })),
  resume: ofGroup('ResumeProcesses', (_region, pick) => ({ ScalingProcesses: processesOf(pick) })),
  sick: ofGroup('SetInstanceHealth', (region, pick) => ({
    AutoScalingGroupName: undefined,
    InstanceId: idOf(region, pick),
    HealthStatus: 'Unhealthy',
  })),
  out: ofGroup('TerminateInstanceInAutoScalingGroup', (region, pick) => ({
    AutoScalingGroupName: undefined,
    InstanceId: idOf(region, pick),
    ShouldDecrementDesiredCapacity: pick % 2 === 0,
  })),
  detach: ofGroup('DetachInstances', (region, pick) => ({
    InstanceIds: [idOf(region, pick)],
    ShouldDecrementDesiredCapacity: pick % 2 === 0,
  })),
  standby: ofGroup('EnterStandby', (region, pick) => ({
    InstanceIds: [idOf(region, pick)],
    ShouldDecrementDesiredCapacity: pick % 2 === 0,
  })),
  back: ofGroup('ExitStandby', (region, pick) => ({ InstanceIds: [idOf(region, pick)] })),
  terminate: (region, pick) => attempt(region, 'ec2', 'TerminateInstances', { InstanceIds: [idOf(region, pick)] }),
  stop: (region, pick) => attempt(region, 'ec2', 'StopInstances', { InstanceIds: [idOf(region, pick)] }),
  cut: (region, pick) => void region.world.facility('CutPower', { zoneId: zoneId(pick) }),
  restore: (region, pick) => void region.world.facility('RestorePower', { zoneId: zoneId(pick) }),
  settle: (region) => region.settle(),
  moment: (region, pick) => region.pass(pick * 4),
  while: (region, pick) => live(region, 1 + (pick % 12)),
};

const story = fc.array(fc.tuple(fc.constantFrom(...Object.keys(HAPPENINGS)), fc.nat(1_000)), { maxLength: 30 });
const scaled = () => {
  const autoScaling = { min: 0, max: MOST, desired: 5, healthCheck: 'ELB', gracePeriodMs: 3_000 } as const;
  const region = smallRegion({ autoScaling });
  region.settle();
  return region;
};
const options = { seed: 2_027, numRuns: 40 };

const capacityOf = (region: SmallRegion) =>
  groupIn(region).members.filter(({ lifecycle }) => lifecycle === 'Pending' || lifecycle === 'InService');

describe('laws of an Auto Scaling group', () => {
  test('left alone it has its desired capacity, spread over the zones within one, every member a target', () => {
    fc.assert(
      fc.property(story, (happenings) => {
        const region = scaled();
        for (const [name, pick] of happenings) HAPPENINGS[name]?.(region, pick);
        region.call(ASG, 'ResumeProcesses', { AutoScalingGroupName });
        for (let k = 0; k < 3; k++) region.world.facility('RestorePower', { zoneId: zoneId(k) });
        live(region, 150);
        const { members, desired } = groupIn(region);
        const serving = members.filter(({ lifecycle }) => lifecycle !== 'Standby');
        expect(serving.map(({ lifecycle, health }) => `${lifecycle} ${health}`)).toEqual(
          Array.from({ length: desired }, () => 'InService Healthy'),
        );
        const counts = [0, 1, 2].map((k) => serving.filter((member) => member.zoneId === zoneId(k)).length);
        expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
        const before = region.world.desired();
        live(region, 30);
        expect(region.world.desired(), 'and then it rests').toEqual(before);
      }),
      options,
    );
  });

  test('it never has more than its maximum, save for the one instance by which it is balanced', () => {
    fc.assert(
      fc.property(story, (happenings) => {
        const region = scaled();
        for (const [name, pick] of happenings) {
          const before = capacityOf(region).length;
          HAPPENINGS[name]?.(region, pick);
          const now = capacityOf(region).length;
          // What is there when the maximum is lowered leaves in its own time.
          expect(now).toBeLessThanOrEqual(Math.max(before, groupIn(region).max + 1));
        }
      }),
      options,
    );
  });

  test('without AZRebalance it has no more than its desired capacity launched', () => {
    fc.assert(
      fc.property(story, (happenings) => {
        const region = scaled();
        const isHeld = (name: string) =>
          ['scale', 'bounds', 'resume', 'detach', 'standby', 'back', 'out'].includes(name);
        region.call(ASG, 'SuspendProcesses', { AutoScalingGroupName, ScalingProcesses: ['AZRebalance'] });
        for (const [name, pick] of happenings) {
          if (!isHeld(name)) HAPPENINGS[name]?.(region, pick);
          expect(capacityOf(region).length).toBeLessThanOrEqual(5);
        }
      }),
      options,
    );
  });

  test('with Launch suspended no instance is born, and with Terminate suspended the group ends none', () => {
    fc.assert(
      fc.property(story, fc.constantFrom('Launch', 'Terminate'), (happenings, process) => {
        const region = scaled();
        region.call(ASG, 'SuspendProcesses', { AutoScalingGroupName, ScalingProcesses: [process] });
        const born = () => stateOf(region).instances.length;
        const ended = () =>
          groupIn(region).activities.filter(({ description }) => description.startsWith('Terminating')).length;
        const [bornBefore, endedBefore] = [born(), ended()];
        for (const [name, pick] of happenings) {
          if (name !== 'resume' && name !== 'out') HAPPENINGS[name]?.(region, pick);
        }
        if (process === 'Launch') expect(born()).toBeLessThanOrEqual(bornBefore);
        else expect(ended()).toBe(endedBefore);
      }),
      options,
    );
  });

  test('with everything suspended, nothing that happens makes it do anything', () => {
    fc.assert(
      fc.property(story, (happenings) => {
        const region = scaled();
        region.call(ASG, 'SuspendProcesses', { AutoScalingGroupName });
        const before = groupIn(region).activities;
        for (const [name, pick] of happenings) {
          if (!['resume', 'out', 'detach', 'standby', 'back'].includes(name)) HAPPENINGS[name]?.(region, pick);
        }
        expect(groupIn(region).activities).toEqual(before);
      }),
      options,
    );
  });

  test('time in one leap and time in small steps come to the same, also from a snapshot', () => {
    fc.assert(
      fc.property(story, fc.array(fc.nat(9_000), { minLength: 1, maxLength: 6 }), (happenings, steps) => {
        const [leap, walk] = [scaled(), scaled()];
        for (const [name, pick] of happenings) {
          HAPPENINGS[name]?.(leap, pick);
          HAPPENINGS[name]?.(walk, pick);
        }
        leap.pass(steps.reduce((sum, ms) => sum + ms, 0));
        for (const ms of steps) walk.pass(ms);
        expect(walk.world.snapshot()).toEqual(leap.world.snapshot());
      }),
      { ...options, numRuns: 25 },
    );
  });
});
