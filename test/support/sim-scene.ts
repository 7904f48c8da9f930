import type {
  Blueprint,
  BlueprintAutoScaling,
  BlueprintInstances,
  BlueprintRecord,
} from '../../src/kernel/blueprint.ts';

/** What a simulated region is like. Everything has a default: a shop of three zones. */
export interface Scene {
  readonly seed?: number;
  readonly zones?: number;
  readonly perZone?: number;
  /** Makes the web servers an Auto Scaling group, which replaces what fails: then a fault is not all that changes them. */
  readonly webGroup?: BlueprintAutoScaling;
  /** Whether a process that ends by itself is started again. */
  readonly restart?: boolean;
  readonly dnsChangeDelayMs?: number;
  readonly powerReturnStaggerMs?: number;
  readonly records?: readonly BlueprintRecord[];
}

/** The blueprint of a scene: web servers behind a load balancer, stores beside them, and a hosted zone. */
export function blueprintOf(scene: Scene = {}): Blueprint {
  const zones = Array.from({ length: scene.zones ?? 3 }, (_, k) => ({
    id: `use1-az${k + 1}`,
    name: `us-east-1${'abcdef'[k]}`,
  }));
  const group = (name: string, port: number, perZone: number): BlueprintInstances => ({
    name,
    zones: zones.map(({ id }) => id),
    perZone,
    command: ['node', `${name}.js`],
    cwd: '/',
    port,
    env: {},
    tags: { tier: name },
    calls: [],
    readyWithinMs: 5_000,
    restart: scene.restart ?? true,
  });
  return {
    title: 'A simulated shop',
    region: 'us-east-1',
    zones,
    instances: [
      scene.webGroup
        ? { ...group('web', 8080, 0), autoScaling: scene.webGroup }
        : group('web', 8080, scene.perZone ?? 2),
      group('store', 9000, 1),
      { ...group('batch', 9100, 0), autoScaling: EMPTY },
    ],
    loadBalancers: [
      {
        name: 'shop',
        listenPort: 80,
        targets: 'web',
        healthCheck: {
          path: '/healthz',
          intervalMs: 1_000,
          timeoutMs: 500,
          healthyThreshold: 2,
          unhealthyThreshold: 2,
        },
        deregistrationDelayMs: 1_000,
        crossZone: true,
      },
    ],
    hostedZones: [{ name: 'shop.example', negativeTtl: 60, records: scene.records ?? RECORDS }],
    roles: [{ name: 'web', allow: ['sqs:*'], tags: { tier: 'web' } }],
    dnsChangeDelayMs: scene.dnsChangeDelayMs ?? 500,
    nameServers: 2,
    powerReturnStaggerMs: scene.powerReturnStaggerMs ?? 50,
  };
}

/** A group without instances: what is done to it can be seen, and it does nothing to what faults harm. */
const EMPTY: BlueprintAutoScaling = { min: 0, max: 6, desired: 0, healthCheck: 'EC2', gracePeriodMs: 1_000 };

const RECORDS: readonly BlueprintRecord[] = [
  { name: 'shop.example', type: 'A', alias: 'shop' },
  { name: 'store.shop.example', type: 'A', ttl: 30, instances: 'store' },
  { name: 'note.shop.example', type: 'TXT', ttl: 60, values: ['"a note"'] },
  { name: 'api.shop.example', type: 'A', ttl: 5, values: ['10.9.0.1'], setIdentifier: 'blue', weight: 90 },
  { name: 'api.shop.example', type: 'A', ttl: 5, values: ['10.9.0.2'], setIdentifier: 'green', weight: 10 },
  { name: 'www.shop.example', type: 'CNAME', ttl: 60, values: ['shop.example.'] },
];

/** Numbers from 0 to below 1, the same for the same seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
