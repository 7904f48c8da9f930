import type { Blueprint, BlueprintAutoScaling, BlueprintRecord } from '../../src/kernel/blueprint.ts';
import type { Json } from '../../src/kernel/json.ts';
import { createWorld } from '../../src/region/create-world.ts';
import type { Fault } from '../../src/region/services/fault.ts';
import type { World, WorldOptions } from '../../src/region/world.ts';

/** Two instances of a web tier in each of three zones, behind a load balancer, with one hosted zone. */
export const SMALL: Blueprint = {
  title: 'A small shop',
  region: 'us-east-1',
  zones: [
    { id: 'use1-az1', name: 'us-east-1a' },
    { id: 'use1-az2', name: 'us-east-1b' },
    { id: 'use1-az3', name: 'us-east-1c' },
  ],
  instances: [
    {
      name: 'web',
      zones: ['use1-az1', 'use1-az2', 'use1-az3'],
      perZone: 2,
      command: ['node', 'web.js'],
      cwd: '/srv',
      port: 8080,
      env: {},
      tags: { app: 'shop' },
      calls: [],
      readyWithinMs: 5_000,
      restart: true,
    },
    {
      name: 'db',
      zones: ['use1-az1'],
      perZone: 1,
      command: ['node', 'db.js'],
      cwd: '/srv',
      port: 5432,
      env: {},
      tags: {},
      calls: [],
      readyWithinMs: 5_000,
      restart: false,
    },
  ],
  loadBalancers: [
    {
      name: 'shop',
      listenPort: 80,
      targets: 'web',
      healthCheck: { path: '/healthz', intervalMs: 1_000, timeoutMs: 500, healthyThreshold: 2, unhealthyThreshold: 2 },
      deregistrationDelayMs: 3_000,
      crossZone: true,
    },
  ],
  hostedZones: [
    {
      name: 'shop.example',
      negativeTtl: 5,
      records: [
        { name: 'shop.example', type: 'A', alias: 'shop' },
        { name: 'web.shop.example', type: 'A', instances: 'web', ttl: 10 },
        { name: '*.wild.shop.example', type: 'TXT', values: ['"any"'], ttl: 30 },
      ],
    },
  ],
  dnsChangeDelayMs: 500,
  nameServers: 2,
  powerReturnStaggerMs: 100,
};

const scaled = (autoScaling: BlueprintAutoScaling): Blueprint => ({
  ...SMALL,
  instances: SMALL.instances.map((group) => (group.name === 'web' ? { ...group, perZone: 0, autoScaling } : group)),
});

const withRecords = (given: Blueprint, added: readonly BlueprintRecord[]): Blueprint => ({
  ...given,
  hostedZones: given.hostedZones.map((zone) => ({ ...zone, records: [...zone.records, ...added] })),
});

/** What `JSON.parse` returns: the tests look into answers of many shapes. */
type Answer = ReturnType<typeof JSON.parse>;

export interface SmallRegion {
  readonly world: World;
  readonly random: () => number;
  nowMs(): number;
  /** Lets time pass and runs the timers that became due. */
  pass(ms: number): void;
  /** Calls an operation and returns its answer, as loosely typed as a client without types sees it. */
  call(service: string, operation: string, input?: Record<string, unknown>): Answer;
  /** The code that a call is refused with; undefined when it succeeds. */
  refusal(service: string, operation: string, input?: Record<string, unknown>): string | undefined;
  /** The data plane says that every instance that is to run is ready, and every other process has ended. */
  settle(): void;
  /** The id of the instance of that name. */
  id(name: string): string;
  state(name: string): string;
}

/** A region whose time and randomness the test holds. */
export function smallRegion(
  options: {
    seed?: number;
    saved?: Json;
    nowMs?: number;
    random?: () => number;
    /** Makes the web tier an Auto Scaling group instead of two in each zone. */
    autoScaling?: BlueprintAutoScaling;
    /** Records besides those of the hosted zone. */
    records?: readonly BlueprintRecord[];
    /** What the blueprint says besides, or instead. */
    more?: Partial<Blueprint>;
  } = {},
): SmallRegion {
  let nowMs = options.nowMs ?? Date.UTC(2026, 0, 1);
  const random = options.random ?? seededRandom(options.seed ?? 1);
  const world = createWorld({
    blueprint: {
      ...withRecords(options.autoScaling ? scaled(options.autoScaling) : SMALL, options.records ?? []),
      ...options.more,
    },
    name: 'small',
    wallMs: () => nowMs,
    random,
    accountId: '123456789012',
    instance: 'boot-1',
    ...(options.saved !== undefined && { saved: options.saved }),
  } satisfies WorldOptions);
  const caller = { accessKeyId: 'AKIDTEST', requestId: 'request-1' };
  const call: SmallRegion['call'] = (service, operation, input = {}) => world.call(service, operation, input, caller);
  const instances = () =>
    call('ec2', 'DescribeInstances').Reservations.flatMap(
      (reservation: { Instances: unknown[] }) => reservation.Instances,
    );
  const named = (name: string) =>
    instances().find((one: { Tags: { Key: string; Value: string }[] }) =>
      one.Tags.some(({ Key, Value }) => Key === 'Name' && Value === name),
    );
  return {
    world,
    random,
    nowMs: () => nowMs,
    pass(ms) {
      nowMs += ms;
      world.advance();
    },
    call,
    refusal(service, operation, input) {
      try {
        call(service, operation, input);
        return undefined;
      } catch (fault) {
        return (fault as Fault).code;
      }
    },
    settle() {
      for (const { instanceId, generation, run } of world.desired().instances) {
        const state = run === 'running' ? 'ready' : 'none';
        world.observe({ type: 'process', instanceId, generation, state });
      }
    },
    id: (name) => named(name).InstanceId,
    state: (name) => named(name).State.Name,
  };
}

/** A stream of numbers from 0 to 1 that is the same for the same seed. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
