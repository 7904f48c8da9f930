import type { Blueprint } from '../src/kernel/blueprint.ts';
import type { Door } from '../src/region/contract.ts';
import { createWorld } from '../src/region/create-world.ts';
import { createDoor } from '../src/region/wire/door.ts';

export const CREDENTIALS = { accessKeyId: 'test', secretAccessKey: 'test' };

const ZONES = ['a', 'b', 'c'].map((letter, k) => ({ id: `use1-az${k + 1}`, name: `us-east-1${letter}` }));

/** The door of a control plane that holds so many instances, spread over three zones. No process is started. */
export function doorOf(instances: number): Promise<Door> {
  const world = createWorld({
    blueprint: blueprintOf(instances),
    name: 'bench',
    wallMs: Date.now,
    random: Math.random,
    accountId: '123456789012',
    instance: 'bench',
  });
  return createDoor({
    region: 'us-east-1',
    credentials: CREDENTIALS,
    call: (service, operation, input, caller) => world.call(service, operation, input, caller),
    knows: world.knows,
    facility: async () => ({}),
  });
}

const blueprintOf = (instances: number): Blueprint => ({
  title: 'bench',
  region: 'us-east-1',
  zones: ZONES,
  instances: ZONES.map(({ name }, k) => ({
    name: `light-${k}`,
    zones: [name],
    perZone: Math.floor(instances / ZONES.length) + (k < instances % ZONES.length ? 1 : 0),
    command: ['true'],
    cwd: '/',
    port: 8080,
    env: {},
    tags: { app: 'bench' },
    calls: [],
    readyWithinMs: 1_000,
    restart: false,
  })),
  loadBalancers: [],
  hostedZones: [],
  dnsChangeDelayMs: 100,
  nameServers: 1,
  powerReturnStaggerMs: 0,
});
