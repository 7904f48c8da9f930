import type { Blueprint } from '../../src/kernel/blueprint.ts';

/** A region of one zone in which nothing runs. */
export const EMPTY: Blueprint = {
  title: 'An empty region',
  region: 'us-east-1',
  zones: [{ id: 'use1-az1', name: 'us-east-1a' }],
  instances: [],
  loadBalancers: [],
  hostedZones: [],
  dnsChangeDelayMs: 0,
  nameServers: 1,
  powerReturnStaggerMs: 0,
};
