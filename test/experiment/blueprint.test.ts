import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseBlueprint } from '../../src/experiment/blueprint.ts';
import { renderProblems } from '../../src/kernel/render-problem.ts';
import { filesBelow, root } from '../support/sources.ts';

const TEXT = `
version: 1
title: A shop in three zones
region: eu-west-1
zones: [euw1-az1, { id: euw1-az2, name: eu-west-1x }, euw1-az3]
instances:
  - name: web
    perZone: 2
    command: [node, ../apps/web.js, --flag, ./data, ..not-a-path]
    port: 8080
    env: { LEVEL: 3 }
    tags: { tier: web }
    calls: [inventory]
    ready: /healthz
    readyWithin: 5s
    restart: false
  - { name: inventory, zones: [euw1-az1, eu-west-1x], command: [python3, ./i.py], cwd: apps, port: 9000 }
loadBalancers:
  - { name: shop, targets: web, healthCheck: { path: /healthz, interval: 2s } }
hostedZones:
  - name: Example.
    records:
      - { name: Shop.Example., type: A, alias: shop }
      - { name: inventory.example, type: A, ttl: 2s, instances: inventory }
      - { name: "*.example", type: TXT, ttl: 1m, values: ["v=1"] }
`;

describe('a blueprint', () => {
  const { blueprint, problems } = parseBlueprint({ file: '/r/shop.yaml', text: TEXT });

  test('is sound', () => expect(renderProblems(problems)).toBe(''));

  test('names each zone: by its own name, or by the region with a letter', () => {
    expect(blueprint?.zones).toEqual([
      { id: 'euw1-az1', name: 'eu-west-1a' },
      { id: 'euw1-az2', name: 'eu-west-1x' },
      { id: 'euw1-az3', name: 'eu-west-1c' },
    ]);
  });

  test('has absolute paths, and every default filled in', () => {
    expect(blueprint?.instances).toEqual([
      {
        name: 'web',
        zones: ['euw1-az1', 'euw1-az2', 'euw1-az3'],
        perZone: 2,
        command: ['node', '/apps/web.js', '--flag', '/r/data', '..not-a-path'],
        cwd: '/r',
        port: 8080,
        env: { LEVEL: '3' },
        tags: { tier: 'web' },
        calls: ['inventory'],
        readyPath: '/healthz',
        readyWithinMs: 5_000,
        restart: false,
      },
      {
        name: 'inventory',
        zones: ['euw1-az1', 'euw1-az2'],
        perZone: 1,
        command: ['python3', '/r/i.py'],
        cwd: '/r/apps',
        port: 9000,
        env: {},
        tags: {},
        calls: [],
        readyWithinMs: 10_000,
        restart: true,
      },
    ]);
    expect(blueprint?.loadBalancers).toEqual([
      {
        name: 'shop',
        listenPort: 80,
        targets: 'web',
        healthCheck: {
          path: '/healthz',
          intervalMs: 2_000,
          timeoutMs: 500,
          healthyThreshold: 2,
          unhealthyThreshold: 2,
        },
        deregistrationDelayMs: 5_000,
        crossZone: true,
      },
    ]);
    expect(blueprint).toMatchObject({ dnsChangeDelayMs: 1_000, nameServers: 2, powerReturnStaggerMs: 200 });
  });

  test('has names of DNS in lower case without a final dot, and times to live in seconds', () => {
    expect(blueprint?.hostedZones).toEqual([
      {
        name: 'example',
        negativeTtl: 5,
        records: [
          { name: 'shop.example', type: 'A', alias: 'shop' },
          { name: 'inventory.example', type: 'A', ttl: 2, instances: 'inventory' },
          { name: '*.example', type: 'TXT', ttl: 60, values: ['v=1'] },
        ],
      },
    ]);
  });
});

describe('dependencies of a blueprint', () => {
  const read = (dependencies: string, records = '[{ name: leases.example, type: A, ttl: 1s, values: [10.0.0.1] }]') =>
    parseBlueprint({
      file: '/r/b.yaml',
      text: `
version: 1
title: T
zones: [use1-az1, use1-az2]
instances: [{ name: web, perZone: 3, command: [x], port: 80 }]
hostedZones: [{ name: example, records: ${records} }]
dependencies: ${dependencies}
`,
    });
  const stores = 'stores: [{ name: s, dnsName: Leases.Example. }]';
  const launches = 'needs: s, hostsPerZone: 2, renewals: { rate: 30/m }';

  test('are read with every default filled in', () => {
    const { blueprint, problems } = read(`{ ${stores}, launches: { ${launches}, network: { rate: 2/s } } }`);
    expect(renderProblems(problems)).toBe('');
    expect(blueprint?.dependencies).toEqual({
      stores: [{ name: 's', dnsName: 'leases.example', operations: [] }],
      launches: {
        needs: 's',
        hostsPerZone: 2,
        instancesPerHost: 4,
        leaseMs: 10_000,
        renewals: { perSecond: 0.5, timeoutMs: 3_000, dropExpired: false },
        network: { delayMs: 500, perSecond: 2 },
      },
    });
  });

  test.each([
    [`{ ${stores}, launches: { needs: t, hostsPerZone: 2, renewals: { rate: 1/s } } }`, 'there is no store "t"'],
    [`{ launches: { ${launches} } }`, 'there is no store "s"'],
    ['{ stores: [{ name: s, dnsName: gone.example }] }', 'no record is named "gone.example"'],
    [
      '{ stores: [{ name: s, dnsName: leases.example }, { name: s, dnsName: leases.example }] }',
      'two stores named "s"',
    ],
    [`{ ${stores}, launches: { ${launches}, instancesPerHost: 1 } }`, 'room for 2 instances, and it has 3'],
    [`{ ${stores}, launches: { needs: s, hostsPerZone: 2, renewals: { rate: 200/s } } }`, '"rate" cannot be "200/s"'],
    ['{ stores: [{ name: s, dnsName: leases.example, operations: [sts] }] }', 'item 1 of "operations" cannot be "sts"'],
    ['{ store: [] }', 'unknown key "store"'],
    ['[]', '"dependencies" is an empty list'],
  ])('%s is a problem: %s', (dependencies, problem) => {
    expect(renderProblems(read(dependencies).problems)).toContain(problem);
  });
});

const shipped = filesBelow('experiments/regions', '.yaml');

test.each(shipped)('%s is sound', (name) => {
  const file = path.join(root, name);
  expect(renderProblems(parseBlueprint({ file, text: readFileSync(file) }).problems)).toBe('');
});
