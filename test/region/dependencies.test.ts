import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Blueprint } from '../../src/kernel/blueprint.ts';
import type { ResolverTrouble } from '../../src/kernel/facility.ts';
import { createWorld } from '../../src/region/create-world.ts';
import { Driver } from '../../src/region/driver.ts';
import { type Plane, startPlane } from '../../src/region/plane/plane.ts';
import type { World } from '../../src/region/world.ts';

const blueprint: Blueprint = {
  title: 'Hosts whose leases are kept in a store',
  region: 'us-east-1',
  zones: [{ id: 'use1-az1', name: 'us-east-1a' }],
  instances: [],
  loadBalancers: [],
  hostedZones: [
    {
      name: 'provider.test',
      negativeTtl: 0,
      records: [{ name: 'leases.provider.test', type: 'A', ttl: 0, values: ['192.0.2.1'] }],
    },
  ],
  dependencies: {
    stores: [{ name: 'lease-store', dnsName: 'leases.provider.test', operations: [] }],
    launches: {
      needs: 'lease-store',
      hostsPerZone: 2,
      instancesPerHost: 1,
      leaseMs: 500,
      renewals: { perSecond: 50, timeoutMs: 1_000, dropExpired: true },
    },
  },
  dnsChangeDelayMs: 0,
  nameServers: 1,
  powerReturnStaggerMs: 0,
};
const CALLER = { accessKeyId: 'AKIDTEST', requestId: 'r' };

let folder: string;
let plane: Plane;
let world: World;
let driver: Driver;
const woken: (() => void)[] = [];

beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'chaos-dependencies-'));
  const who = { name: 'leased', accountId: '123456789012', instance: 'boot-1' };
  world = createWorld({ ...who, blueprint, wallMs: () => Date.now(), random: Math.random });
  driver = new Driver(world);
  const environment = {
    ...{ region: 'us-east-1', endpoint: '', path: '', folder, zoneNames: {} },
    credentials: { accessKeyId: 'AKIDTEST', secretAccessKey: '' },
  };
  plane = await startPlane(
    { nameServers: 1, environment, disks: path.join(folder, 'disks') },
    {
      report: (fact) => {
        driver.observe(fact);
        for (const wake of woken.splice(0)) wake();
      },
      failed: () => {},
    },
  );
  await driver.attach({ request: (name, input) => plane.request(name, input), kill: async () => {} });
});
afterEach(async () => {
  driver.stop();
  await plane.request('shutdown', {});
  rmSync(folder, { recursive: true });
});

/** Resolves when the data plane, which looks by itself, has told that the store is in reach, or out of it. */
async function isReachable(wanted: boolean): Promise<string | undefined> {
  for (;;) {
    const [store] = world.facility('DescribeDependencies', {}).stores;
    if (store?.reachable === wanted) return store.reason;
    await new Promise<void>((resolve) => woken.push(resolve));
  }
}

async function change(Action: 'DELETE' | 'UPSERT', value: string): Promise<void> {
  const { HostedZones } = (await driver.call('route-53', 'ListHostedZones', {}, CALLER)) as {
    HostedZones: { Id: string }[];
  };
  const ResourceRecordSet = {
    Name: 'leases.provider.test',
    Type: 'A',
    TTL: 0,
    ResourceRecords: [{ Value: value }],
  };
  const input = { HostedZoneId: HostedZones[0]?.Id, ChangeBatch: { Changes: [{ Action, ResourceRecordSet }] } };
  await driver.call('route-53', 'ChangeResourceRecordSets', input, CALLER);
}

const SILENT: ResolverTrouble = { at: 'resolver', does: 'SERVFAIL', share: 1, seed: 1 };
const set = { name: 'mute', trouble: SILENT, expiresInMs: 60_000 };

test.each([
  {
    what: 'its record is gone',
    lose: () => change('DELETE', '192.0.2.1'),
    mend: () => change('UPSERT', '192.0.2.9'),
  },
  {
    what: 'the resolver fails',
    lose: () => driver.facility('SetTrouble', set, CALLER),
    mend: () => driver.facility('RemoveTrouble', { name: 'mute' }, CALLER),
  },
])('a store is out of reach while $what, as the resolver itself has it, and leases follow', async ({ lose, mend }) => {
  await lose();
  expect(await isReachable(false)).toBe('DNS resolution failed');
  await expect.poll(() => world.facility('DescribeDependencies', {}).launches?.zones[0]?.leased).toBe(0);
  await mend();
  expect(await isReachable(true)).toBe('');
  await expect.poll(() => world.facility('DescribeDependencies', {}).launches?.zones[0]?.leased).toBe(2);
});
