import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { BlueprintDependencies, BlueprintLaunches } from '../../../src/kernel/blueprint.ts';
import type { DependencyFacts } from '../../../src/kernel/facility.ts';
import { hasBehaviour } from '../../../src/region/create-world.ts';
import { idleOperations } from '../../../src/region/services/dependencies/stores.ts';
import { startedAgain } from '../../../src/region/services/kept-state.ts';
import { type SmallRegion, smallRegion } from '../small-region.ts';

const LAUNCHES: BlueprintLaunches = {
  needs: 'lease-store',
  hostsPerZone: 4,
  instancesPerHost: 2,
  leaseMs: 8_000,
  renewals: { perSecond: 4, timeoutMs: 10_000, dropExpired: false },
};

const dependencies = (launches: Partial<BlueprintLaunches> = {}): BlueprintDependencies => ({
  stores: [{ name: 'lease-store', dnsName: 'leases.shop.example', operations: ['sts:GetCallerIdentity'] }],
  launches: { ...LAUNCHES, ...launches },
});

function leasedRegion(launches: Partial<BlueprintLaunches> = {}, more: Parameters<typeof smallRegion>[0] = {}) {
  const region = smallRegion({ ...more, more: { dependencies: dependencies(launches) } });
  region.settle();
  return region;
}

/** What the data plane reports of the name. */
const see = (region: SmallRegion, passes: boolean): void =>
  region.world.observe({ type: 'health-check', healthCheckId: 'store lease-store', passes, reason: 'no such name' });

const facts = (region: SmallRegion): DependencyFacts => region.world.facility('DescribeDependencies', {});
const leased = (region: SmallRegion): number =>
  (facts(region).launches?.zones ?? []).reduce((sum, zone) => sum + zone.leased, 0);
const launch = {
  MinCount: 1,
  TagSpecifications: [{ ResourceType: 'instance', Tags: [{ Key: 'group', Value: 'web' }] }],
};

/** Seconds until so many leases are held, looked at every quarter of one. */
function secondsUntil(region: SmallRegion, count: number, most = 120): number {
  for (let quarters = 0; quarters <= most * 4; quarters++) {
    if (leased(region) >= count) return quarters / 4;
    region.pass(250);
  }
  return Infinity;
}

/** A region whose leases have all lapsed, at the moment at which the name is back. */
function collapsed(launches: Partial<BlueprintLaunches> = {}): SmallRegion {
  const region = leasedRegion(launches);
  see(region, false);
  region.pass(20_000);
  see(region, true);
  return region;
}

describe('a store that has no name', () => {
  test('is looked for by its name, at the resolver', () => {
    const { healthChecks = [] } = leasedRegion().world.desired();
    expect(healthChecks).toMatchObject([{ id: 'store lease-store', type: 'NAME', host: 'leases.shop.example' }]);
  });

  test('is out of reach, with the reason and for how long', () => {
    const region = leasedRegion();
    expect(facts(region).stores).toMatchObject([{ reachable: true, reason: '' }]);
    see(region, false);
    region.pass(3_000);
    expect(facts(region).stores).toMatchObject([{ reachable: false, reason: 'no such name', forMs: 3_000 }]);
  });

  test('is as it was when it is seen so once more, be it for another reason', () => {
    const region = leasedRegion();
    see(region, false);
    region.pass(7_000);
    const healthCheckId = 'store lease-store';
    region.world.observe({ type: 'health-check', healthCheckId, passes: false, reason: 'no answer' });
    expect(facts(region).stores).toMatchObject([{ reachable: false, reason: 'no answer', forMs: 7_000 }]);
    region.pass(1_000);
    expect(leased(region)).toBe(0);
  });

  test('lets the operations fail that need it, for everybody but this program itself', () => {
    const region = leasedRegion();
    const caller = { accessKeyId: 'AKIDTEST', requestId: 'r' };
    const meet = (operation: string, who = {}) => region.world.meet('sts', operation, { ...caller, ...who });
    expect(meet('GetCallerIdentity')).toBe(0);
    see(region, false);
    expect(() => meet('GetCallerIdentity')).toThrow(expect.objectContaining({ code: 'ServiceUnavailable' }));
    expect(meet('GetCallerIdentity', { isTool: true })).toBe(0);
    expect(meet('AssumeRole')).toBe(0);
    see(region, true);
    expect(meet('GetCallerIdentity')).toBe(0);
  });
});

test('an operation that the region does not answer is told', () => {
  const stores = [{ name: 's', operations: ['sts:GetCallerIdentity', 'sts:*', 'sts:GetIdentity', 'x:Y'] }];
  expect(idleOperations(stores, hasBehaviour)).toEqual([
    expect.stringContaining('"s" names "sts:GetIdentity"'),
    expect.stringContaining('"x:Y"'),
  ]);
});

describe('leases of hosts', () => {
  test('lapse one after another in the second half of their time, and what runs goes on', () => {
    const region = leasedRegion();
    see(region, false);
    region.pass(4_000);
    expect(leased(region)).toBe(12);
    region.pass(2_000);
    expect(leased(region)).toBe(6);
    region.pass(2_000);
    expect(leased(region)).toBe(0);
    expect(region.state('web-a1')).toBe('running');
    expect(region.world.desired().instances.every(({ run }) => run === 'running')).toBe(true);
  });

  test('are needed by launches and starts, which are refused for want of capacity', () => {
    const region = leasedRegion();
    const InstanceIds = [region.id('web-b1')];
    region.call('ec2', 'StopInstances', { InstanceIds });
    region.settle();
    see(region, false);
    region.pass(8_000);
    expect(region.refusal('ec2', 'RunInstances', launch)).toBe('InsufficientInstanceCapacity');
    expect(region.refusal('ec2', 'RunInstances', { ...launch, DryRun: true })).toBe('InsufficientInstanceCapacity');
    expect(region.refusal('ec2', 'StartInstances', { InstanceIds })).toBe('InsufficientInstanceCapacity');
    expect(region.state('web-b1')).toBe('stopped');
  });

  test('that come back in time never lapse', () => {
    const region = leasedRegion();
    see(region, false);
    region.pass(3_900);
    see(region, true);
    region.pass(20_000);
    expect(leased(region)).toBe(12);
    expect(region.refusal('ec2', 'RunInstances', launch)).toBeUndefined();
  });

  test('come back at the rate of the blueprint, in all zones alike', () => {
    const region = collapsed();
    region.pass(1_500);
    expect(facts(region).launches?.zones.map((zone) => zone.leased)).toEqual([2, 2, 2]);
    expect(secondsUntil(region, 12)).toBe(1.5);
    expect(region.refusal('ec2', 'RunInstances', launch)).toBeUndefined();
  });

  test('make no room beyond what their hosts take', () => {
    const region = leasedRegion({ hostsPerZone: 2 });
    expect(facts(region).launches?.zones.map((zone) => zone.room)).toEqual([1, 2, 2]);
    const Placement = { AvailabilityZone: 'us-east-1b' };
    const most = region.call('ec2', 'RunInstances', { ...launch, MaxCount: 9, Placement });
    expect(most.Instances).toHaveLength(2);
    expect(region.refusal('ec2', 'RunInstances', { ...launch, Placement })).toBe('InsufficientInstanceCapacity');
    expect(region.refusal('ec2', 'RunInstances', launch)).toBeUndefined();
    region.call('ec2', 'TerminateInstances', { InstanceIds: [region.id('web-b1')] });
    region.settle();
    expect(region.refusal('ec2', 'RunInstances', { ...launch, Placement })).toBeUndefined();
  });
});

describe('renewals that all come at once', () => {
  // 12 hosts at 4 a second are one pass of 3 seconds.
  test.each([
    { timeoutMs: 3_000, dropExpired: false, seconds: 3 },
    { timeoutMs: 2_000, dropExpired: false, seconds: 4 },
    { timeoutMs: 1_500, dropExpired: false, seconds: Infinity },
    { timeoutMs: 1_500, dropExpired: true, seconds: 3 },
    { timeoutMs: 1_000, dropExpired: true, seconds: 3 },
  ])('take $seconds s when $timeoutMs ms are allowed, and dropping is $dropExpired', ({ seconds, ...renewals }) => {
    const region = collapsed({ renewals: { perSecond: 4, ...renewals } });
    expect(secondsUntil(region, 12)).toBe(seconds);
  });

  test('collapse when a pass takes twice as long as an attempt may: the first ones get through, then nobody', () => {
    const region = collapsed({ renewals: { perSecond: 4, timeoutMs: 1_000, dropExpired: false } });
    region.pass(60_000);
    expect(leased(region)).toBe(4);
    expect(facts(region).launches?.throttled).toBe(false);
    const { queued = 0 } = facts(region).launches ?? {};
    expect(queued).toBeGreaterThan(100);
    expect(queued).toBeLessThanOrEqual(120);
    // Hosts with a lease have room, and yet whoever places instances is busy for nothing.
    expect(region.refusal('ec2', 'RunInstances', launch)).toBe('InsufficientInstanceCapacity');
  });

  test('come through once somebody throttles; launches are refused for that as long as it lasts', () => {
    const throttled = { perSecond: 4, timeoutMs: 1_000, dropExpired: false, throttledAfterMs: 5_000 };
    const region = collapsed({ renewals: throttled });
    region.pass(6_500);
    expect(leased(region)).toBe(6);
    expect(facts(region).launches?.throttled).toBe(true);
    expect(facts(region).launches?.zones.map((zone) => zone.room)).toEqual([0, 0, 0]);
    expect(region.refusal('ec2', 'RunInstances', launch)).toBe('RequestLimitExceeded');
    expect(secondsUntil(region, 12)).toBe(1.5);
    expect(facts(region).launches).toMatchObject({ throttled: false, queued: 0 });
    expect(region.refusal('ec2', 'RunInstances', launch)).toBeUndefined();
  });

  test('begin anew when the store is lost and found again', () => {
    const region = collapsed({ renewals: { perSecond: 4, timeoutMs: 1_500, dropExpired: false } });
    region.pass(10_000);
    see(region, false);
    region.pass(20_000);
    expect(facts(region).launches).toMatchObject({ queued: 0 });
    see(region, true);
    expect(secondsUntil(region, 6)).toBe(1.5);
  });

  test('stand still while the region is down, be it for a year', () => {
    const region = collapsed({ renewals: { perSecond: 4, timeoutMs: 2_000, dropExpired: false } });
    region.pass(1_000);
    const nowMs = region.nowMs() + 365 * 86_400_000;
    const again = smallRegion({ saved: startedAgain(region.world.kept(), nowMs), nowMs });
    // It goes on with the look at the hosts that would have been the next.
    region.pass(250);
    expect(facts(again).launches).toEqual(facts(region).launches);
    expect(secondsUntil(again, 12)).toBe(secondsUntil(region, 12));
  });

  test('stand still while the machine sleeps, be it for a night: nobody waits for what was slept through', () => {
    const afterwards = (ms: number) => {
      const region = collapsed({ renewals: { perSecond: 4, timeoutMs: 2_000, dropExpired: false } });
      region.pass(1_000);
      region.pass(ms);
      return { ...facts(region).launches, all: secondsUntil(region, 12) };
    };
    // It goes on with the look at the hosts that would have been the next.
    expect(afterwards(8 * 3_600_000)).toEqual(afterwards(250));
  });

  test('go the same way however the time is cut, and after a restart in the middle', () => {
    const story = (cuts: readonly number[], restartAt: number) => {
      let region = collapsed({
        renewals: { perSecond: 4, timeoutMs: 1_000, dropExpired: false, throttledAfterMs: 3_000 },
      });
      let left = 6_000;
      for (const [k, cut] of cuts.entries()) {
        if (k === restartAt) {
          const saved = startedAgain(region.world.kept(), region.nowMs());
          region = smallRegion({ saved, nowMs: region.nowMs() });
        }
        region.pass(Math.min(cut, left));
        left -= Math.min(cut, left);
      }
      region.pass(left);
      return { ...facts(region).launches, leased: leased(region) };
    };
    const whole = story([], -1);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 2_000 }), { maxLength: 12 }), fc.nat(12), (cuts, restartAt) => {
        expect(story(cuts, restartAt)).toEqual(whole);
      }),
      { seed: 20_251_020, numRuns: 30 },
    );
  });
});

describe('an instance that the network does not know of yet', () => {
  const network = { delayMs: 500, perSecond: 1 };

  test('runs and is not reached; several wait for one another', () => {
    const region = leasedRegion({ network });
    const { Instances } = region.call('ec2', 'RunInstances', { ...launch, MaxCount: 2, MinCount: 2 });
    const [first, second] = Instances.map(({ InstanceId }: { InstanceId: string }) => InstanceId);
    region.settle();
    expect(facts(region).launches?.withoutNetwork).toEqual([first, second]);
    expect(region.world.desired().toxics).toMatchObject([
      { from: '*', to: `instance:${first}`, toxic: { kind: 'partition' } },
      { from: `instance:${first}`, to: '*' },
      { to: `instance:${second}` },
      { from: `instance:${second}` },
    ]);
    const { InstanceStatuses } = region.call('ec2', 'DescribeInstanceStatus', { InstanceIds: [first] });
    expect(InstanceStatuses).toMatchObject([
      { InstanceState: { Name: 'running' }, InstanceStatus: { Status: 'initializing' } },
    ]);
    region.pass(1_500);
    expect(facts(region).launches?.withoutNetwork).toEqual([second]);
    region.pass(1_000);
    expect(region.world.desired().toxics).toEqual([]);
  });

  test('waits for the leases that were established before it was launched', () => {
    const region = collapsed({ network });
    region.pass(3_000);
    expect(leased(region)).toBe(12);
    const { Instances } = region.call('ec2', 'RunInstances', launch);
    region.pass(9_500);
    expect(facts(region).launches?.withoutNetwork).toEqual([Instances[0].InstanceId]);
    region.pass(1_500);
    expect(facts(region).launches?.withoutNetwork).toEqual([]);
  });

  test('that is started again meanwhile waits for its new turn', () => {
    const region = leasedRegion({ network });
    const InstanceIds = [region.id('web-a1')];
    const cycle = () => {
      region.call('ec2', 'StopInstances', { InstanceIds });
      region.settle();
      region.call('ec2', 'StartInstances', { InstanceIds });
      region.settle();
    };
    cycle();
    region.pass(1_000);
    cycle();
    region.pass(600);
    expect(facts(region).launches?.withoutNetwork).toEqual(InstanceIds);
    region.pass(2_000);
    expect(facts(region).launches?.withoutNetwork).toEqual([]);
  });
});

describe('an Auto Scaling group', () => {
  test('replaces what it lost only when leases are back, and says why it could not', () => {
    const autoScaling = { min: 1, max: 9, desired: 6, healthCheck: 'EC2', gracePeriodMs: 1_000 } as const;
    const region = leasedRegion({}, { autoScaling });
    const live = (seconds: number) => {
      for (let k = 0; k < seconds * 2; k++) {
        region.pass(500);
        region.settle();
      }
    };
    live(3);
    see(region, false);
    live(9);
    region.call('ec2', 'TerminateInstances', { InstanceIds: [region.id('web-a1')] });
    live(5);
    const group = () => region.call('auto-scaling', 'DescribeAutoScalingGroups').AutoScalingGroups[0];
    const { Activities } = region.call('auto-scaling', 'DescribeScalingActivities', { AutoScalingGroupName: 'web' });
    expect(group().Instances).toHaveLength(5);
    expect(Activities[0]).toMatchObject({ StatusCode: 'Failed' });
    expect(Activities[0].StatusMessage).toContain('do not have sufficient t3.micro capacity');
    see(region, true);
    live(20);
    expect(group().Instances).toHaveLength(6);
  });

  test.each([
    { healthCheck: 'EC2', replaced: false },
    { healthCheck: 'ELB', replaced: true },
  ] as const)(
    'that asks $healthCheck replaces what the network has not reached: $replaced',
    ({ healthCheck, replaced }) => {
      const autoScaling = { min: 1, max: 9, desired: 6, healthCheck, gracePeriodMs: 1_000 } as const;
      const region = leasedRegion({ network: { delayMs: 8_000, perSecond: 1 } }, { autoScaling });
      const launched = () =>
        region
          .call('auto-scaling', 'DescribeScalingActivities', { AutoScalingGroupName: 'web' })
          .Activities.filter(({ Description }: { Description: string }) => Description.startsWith('Launching')).length;
      const live = (seconds: number) => {
        for (let k = 0; k < seconds * 2; k++) {
          region.pass(500);
          region.settle();
          for (const instanceId of facts(region).launches?.withoutNetwork ?? []) {
            const unhealthy = { state: 'unhealthy', reason: 'Target.Timeout' } as const;
            region.world.observe({ type: 'target-health', loadBalancer: 'shop', instanceId, ...unhealthy });
          }
        }
      };
      live(3);
      const before = launched();
      region.call('ec2', 'TerminateInstances', { InstanceIds: [region.id('web-a1')] });
      live(25);
      expect(launched() > before + 1).toBe(replaced);
    },
  );
});
