import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type SmallRegion, seededRandom, smallRegion } from '../small-region.ts';

/** A region in which a launch needs a host with a lease, and power returns in stages and not to all. */
const lawRegion = (options: Parameters<typeof smallRegion>[0] = {}): SmallRegion =>
  smallRegion({
    ...options,
    more: {
      dependencies: {
        stores: [{ name: 'leases', dnsName: 'web.shop.example', operations: [] }],
        launches: {
          needs: 'leases',
          hostsPerZone: 3,
          instancesPerHost: 2,
          leaseMs: 3_000,
          renewals: { perSecond: 3, timeoutMs: 1_000, dropExpired: false, throttledAfterMs: 2_000 },
          network: { delayMs: 300, perSecond: 2 },
        },
      },
      powerReturn: { stages: 2, pauseMs: 700, neverShare: 0.4, seed: 1, replacedAfterMs: 1_500 },
    },
  });

/** One thing that happens to a region. Everything a step may meet, by numbers, so that it can be drawn at random. */
type Happening = (region: SmallRegion, pick: number) => void;

const instanceIds = (region: SmallRegion) => region.world.desired().instances.map(({ instanceId }) => instanceId);
const idOf = (region: SmallRegion, pick: number) =>
  instanceIds(region)[pick % Math.max(1, instanceIds(region).length)] ?? 'i-0';
const zoneIdOf = (pick: number) => `use1-az${1 + (pick % 3)}`;
/** Calls an operation, which may refuse: then it must not have changed anything. */
function attempt(region: SmallRegion, service: string, operation: string, input: Record<string, unknown>): void {
  const before = region.world.snapshot();
  if (region.refusal(service, operation, input) !== undefined) expect(region.world.snapshot()).toEqual(before);
}
const onInstance =
  (operation: string): Happening =>
  (region, pick) =>
    attempt(region, 'ec2', operation, { InstanceIds: [idOf(region, pick)] });
const targets =
  (operation: string): Happening =>
  (region, pick) => {
    const ELB = 'elastic-load-balancing-v2';
    const { TargetGroupArn } = region.call(ELB, 'DescribeTargetGroups').TargetGroups[0];
    attempt(region, ELB, operation, { TargetGroupArn, Targets: [{ Id: idOf(region, pick) }] });
  };
const observed =
  (state: 'starting' | 'ready' | 'exited' | 'none' | 'stopped-by-signal'): Happening =>
  ({ world }, pick) => {
    const instance = world.desired().instances[pick % Math.max(1, world.desired().instances.length)];
    if (instance)
      world.observe({ type: 'process', instanceId: instance.instanceId, generation: instance.generation, state });
  };

const HAPPENINGS: Readonly<Record<string, Happening>> = {
  stop: onInstance('StopInstances'),
  start: onInstance('StartInstances'),
  reboot: onInstance('RebootInstances'),
  terminate: onInstance('TerminateInstances'),
  launch: (region, pick) => {
    const TagSpecifications = [{ ResourceType: 'instance', Tags: [{ Key: 'group', Value: 'web' }] }];
    const Placement = { AvailabilityZoneId: zoneIdOf(pick) };
    attempt(region, 'ec2', 'RunInstances', { MinCount: 1, MaxCount: 1, TagSpecifications, Placement });
  },
  register: targets('RegisterTargets'),
  deregister: targets('DeregisterTargets'),
  cut: ({ world }, pick) => void world.facility('CutPower', { zoneId: zoneIdOf(pick) }),
  restore: ({ world }, pick) => void world.facility('RestorePower', { zoneId: zoneIdOf(pick) }),
  record: (region, pick) => {
    const { Id } = region.call('route-53', 'ListHostedZones').HostedZones[0];
    const ResourceRecordSet = {
      Name: `r${pick % 4}.shop.example`,
      Type: 'A',
      TTL: 5,
      ResourceRecords: [{ Value: '192.0.2.1' }],
    };
    const Changes = [{ Action: pick % 3 ? 'UPSERT' : 'DELETE', ResourceRecordSet }];
    attempt(region, 'route-53', 'ChangeResourceRecordSets', { HostedZoneId: Id, ChangeBatch: { Changes } });
  },
  store: ({ world }, pick) =>
    world.observe({ type: 'health-check', healthCheckId: 'store leases', passes: pick % 2 === 0, reason: 'no name' }),
  ready: observed('ready'),
  exited: observed('exited'),
  none: observed('none'),
  frozen: observed('stopped-by-signal'),
  settle: (region) => region.settle(),
  pass: (region, pick) => region.pass(pick * 7),
  long: (region) => region.pass(40_000),
};

const happenings = fc.array(fc.tuple(fc.constantFrom(...Object.keys(HAPPENINGS)), fc.nat(1_000)), { maxLength: 40 });
const live = (region: SmallRegion, story: readonly (readonly [string, number])[]) => {
  for (const [name, pick] of story) HAPPENINGS[name]?.(region, pick);
};
const options = { seed: 1_020, numRuns: 150 };

interface State {
  zones: { zoneId: string; power: string }[];
  instances: {
    instanceId: string;
    zoneId: string;
    state: string;
    powered: boolean;
    address: string;
    hostId?: string;
  }[];
}
const stateOf = (region: SmallRegion) => region.world.snapshot() as unknown as State;

describe('laws', () => {
  test('the same seed and the same story make the same state', () => {
    fc.assert(
      fc.property(happenings, fc.nat(), (story, seed) => {
        const [one, other] = [lawRegion({ seed }), lawRegion({ seed })];
        live(one, story);
        live(other, story);
        expect(other.world.snapshot()).toEqual(one.world.snapshot());
        expect(other.world.desired()).toEqual(one.world.desired());
      }),
      options,
    );
  });

  test('a region goes on from its snapshot as if nothing had happened', () => {
    fc.assert(
      fc.property(happenings, happenings, (before, after) => {
        const region = lawRegion();
        live(region, before);
        const saved = JSON.parse(JSON.stringify(region.world.snapshot()));
        const restored = lawRegion({ saved, nowMs: region.nowMs(), random: seededRandom(99) });
        const uninterrupted = lawRegion({ saved, nowMs: region.nowMs(), random: seededRandom(99) });
        live(restored, after);
        live(uninterrupted, after);
        expect(restored.world.snapshot()).toEqual(uninterrupted.world.snapshot());
        expect(lawRegion({ saved, nowMs: region.nowMs() }).world.desired()).toEqual(region.world.desired());
      }),
      options,
    );
  });

  test('time in one leap and time in small steps come to the same', () => {
    fc.assert(
      fc.property(happenings, fc.array(fc.nat(9_000), { minLength: 1, maxLength: 8 }), (story, steps) => {
        const [leap, walk] = [lawRegion(), lawRegion()];
        live(leap, story);
        live(walk, story);
        leap.pass(steps.reduce((sum, ms) => sum + ms, 0));
        for (const ms of steps) walk.pass(ms);
        expect(walk.world.snapshot()).toEqual(leap.world.snapshot());
      }),
      options,
    );
  });

  test('whatever happened: no process is desired in a dark zone, and no two instances share an address', () => {
    fc.assert(
      fc.property(happenings, (story) => {
        const region = lawRegion();
        for (const step of story) {
          live(region, [step]);
          const { zones, instances } = region.world.desired();
          const dark = zones.filter(({ power }) => power === 'off').map(({ zoneId }) => zoneId);
          expect(instances.filter(({ run, zoneId }) => run === 'running' && dark.includes(zoneId))).toEqual([]);
          const addresses = instances.map(({ address }) => address);
          expect(new Set(addresses).size).toBe(addresses.length);
        }
      }),
      options,
    );
  });

  test('whatever happened: no host has more instances than it takes', () => {
    fc.assert(
      fc.property(happenings, (story) => {
        const region = lawRegion();
        for (const step of story) {
          live(region, [step]);
          const taken = new Map<string, number>();
          for (const { hostId = '', state } of stateOf(region).instances) {
            if (state !== 'stopped' && state !== 'terminated') taken.set(hostId, (taken.get(hostId) ?? 0) + 1);
          }
          expect(Math.max(0, ...taken.values())).toBeLessThanOrEqual(2);
          expect(taken.has('')).toBe(false);
        }
      }),
      { ...options, numRuns: 50 },
    );
  });

  test('left alone, every story comes to rest: no intermediate state, all that runs has power, every lease is held', () => {
    fc.assert(
      fc.property(happenings, (story) => {
        const region = lawRegion();
        live(region, story);
        HAPPENINGS.store?.(region, 0);
        for (const { zoneId } of stateOf(region).zones) region.world.facility('RestorePower', { zoneId });
        for (let k = 0; k < 8; k++) {
          region.pass(20_000);
          region.settle();
        }
        const { zones, instances } = stateOf(region);
        expect(new Set(zones.map(({ power }) => power))).toEqual(new Set(['on']));
        expect(instances.filter(({ state }) => !['running', 'stopped', 'terminated'].includes(state))).toEqual([]);
        expect(instances.filter(({ state, powered }) => state === 'running' && !powered)).toEqual([]);
        const { launches } = region.world.facility('DescribeDependencies', {});
        expect(launches?.zones.map(({ leased }) => leased)).toEqual([3, 3, 3]);
        expect(launches).toMatchObject({ queued: 0, throttled: false, withoutNetwork: [] });
      }),
      options,
    );
  });
});

/** The states that EC2 lets one state lead to, directly. */
const LEADS_TO: Readonly<Record<string, readonly string[]>> = {
  pending: ['running', 'shutting-down'],
  running: ['stopping', 'shutting-down'],
  stopping: ['stopped', 'shutting-down'],
  stopped: ['pending', 'shutting-down'],
  'shutting-down': ['terminated'],
  terminated: [],
};

test('an instance only takes the steps of the state machine of EC2', () => {
  fc.assert(
    fc.property(happenings, (story) => {
      const region = lawRegion();
      const seen = new Map(stateOf(region).instances.map(({ instanceId, state }) => [instanceId, state]));
      for (const [name, pick] of story) {
        if (name === 'pass' || name === 'long') continue;
        live(region, [[name, pick]]);
        for (const { instanceId, state } of stateOf(region).instances) {
          const before = seen.get(instanceId) ?? 'pending';
          if (before !== state) expect(LEADS_TO[before]).toContain(state);
          seen.set(instanceId, state);
        }
      }
    }),
    options,
  );
});

const unknown = 'i-0123456789abcdef0';
const zone = { HostedZoneId: 'ZUNKNOWN' };
const record = { Name: 'x.example', Type: 'A', TTL: 1, ResourceRecords: [{ Value: '192.0.2.1' }] };
const instances = { InstanceIds: [unknown] };
test.each<[string, string, Record<string, unknown>]>([
  ['ec2', 'StartInstances', instances],
  ['ec2', 'StopInstances', instances],
  ['ec2', 'RebootInstances', instances],
  ['ec2', 'TerminateInstances', instances],
  ['ec2', 'CreateTags', { Resources: [unknown], Tags: [{ Key: 'a' }] }],
  ['ec2', 'DeleteTags', { Resources: [unknown], Tags: [{ Key: 'a' }] }],
  [
    'ec2',
    'RunInstances',
    { MinCount: 1, MaxCount: 1, SubnetId: 'subnet-x', LaunchTemplate: { LaunchTemplateName: 'web' } },
  ],
  ['elastic-load-balancing-v2', 'RegisterTargets', { TargetGroupArn: 'arn:x', Targets: [{ Id: unknown }] }],
  ['elastic-load-balancing-v2', 'DeregisterTargets', { TargetGroupArn: 'arn:x', Targets: [{ Id: unknown }] }],
  [
    'route-53',
    'ChangeResourceRecordSets',
    { ...zone, ChangeBatch: { Changes: [{ Action: 'UPSERT', ResourceRecordSet: record }] } },
  ],
  ['route-53', 'DeleteHostedZone', { Id: 'ZUNKNOWN' }],
  ['route-53', 'CreateHostedZone', { Name: '..', CallerReference: 'x' }],
])(
  '%s %s on what does not exist is refused, and so is an empty input, and neither changes anything',
  (service, operation, input) => {
    const region = lawRegion();
    const before = region.world.snapshot();
    expect(region.refusal(service, operation, input)).toMatch(/^[A-Z][A-Za-z.]+$/);
    expect(region.refusal(service, operation, {})).toMatch(/^[A-Z][A-Za-z.]+$/);
    expect(region.world.snapshot()).toEqual(before);
  },
);
