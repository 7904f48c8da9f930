import type { Blueprint, BlueprintInstances } from '../../../src/kernel/blueprint.ts';
import type { Ground } from './call.ts';

const group = (name: string, more: Partial<BlueprintInstances>): BlueprintInstances => ({
  name,
  zones: ['us-east-1a', 'us-east-1b', 'us-east-1c'],
  perZone: 0,
  command: ['node', 'server.js'],
  cwd: '/srv',
  port: 8080,
  env: {},
  tags: {},
  calls: [],
  readyWithinMs: 1_000,
  restart: true,
  ...more,
});

const WEB = group('web', { perZone: 1 });
const FLEET = group('fleet', {
  autoScaling: { min: 1, max: 4, desired: 3, healthCheck: 'EC2', gracePeriodMs: 1_000 },
});

const SHOP: Blueprint['loadBalancers'][number] = {
  name: 'shop',
  listenPort: 80,
  targets: 'web',
  healthCheck: { path: '/healthz', intervalMs: 5_000, timeoutMs: 2_000, healthyThreshold: 2, unhealthyThreshold: 2 },
  deregistrationDelayMs: 1_000,
  crossZone: true,
};

const NAMES: Blueprint['hostedZones'][number] = {
  name: 'shop.example',
  negativeTtl: 60,
  records: [
    { name: 'web.shop.example', type: 'A', ttl: 10, values: ['10.0.16.11', '10.0.32.11'] },
    { name: 'old.shop.example', type: 'CNAME', ttl: 30, values: ['web.shop.example'] },
  ],
};

/** What both endpoints hold when a sequence begins: here by a blueprint, on the foreign one by calls (`ground.ts`). */
export const blueprintFor = (ground: Ground): Blueprint => ({
  title: 'What both endpoints hold',
  region: 'us-east-1',
  // The ids that Moto has for these names: they differ from account to account.
  zones: [
    { id: 'use1-az6', name: 'us-east-1a' },
    { id: 'use1-az1', name: 'us-east-1b' },
    { id: 'use1-az2', name: 'us-east-1c' },
  ],
  instances: ground === 'group' ? [FLEET] : ground === 'names' || ground === 'identities' ? [] : [WEB],
  loadBalancers: ground === 'balancer' ? [SHOP] : [],
  hostedZones: ground === 'names' ? [NAMES] : [],
  dnsChangeDelayMs: 500,
  nameServers: 4,
  powerReturnStaggerMs: 0,
});
