import { expect, test } from 'vitest';
import { catalog } from '../../src/catalog/index.ts';
import { loadExperiment } from '../../src/experiment/load.ts';

const REGION = `
version: 1
title: A shop
zones: [use1-az1]
instances: [{ name: web, perZone: 1, command: [node, web.js], port: 80 }]
`;

const OK = `{ name: ok, probe: command, with: { command: ['true'], rate: 5/s }, tolerance: { success: { atLeast: 50% } } }`;

const problemsWith = async (method: string, probe = OK) => {
  const text = `
version: 1
title: The shop survives
blueprint: region.yaml
steadyStateHypothesis:
  probes:
    - ${probe}
method:
${method}`;
  const input = { file: 'a.yaml', text, catalog, set: {}, env: {}, readText: async () => REGION };
  return (await loadExperiment(input)).problems;
};

const RESOLVER = '  - { name: no names, fault: dns.resolver, with: { answer: SERVFAIL, expiresAfter: 8s }';

test.each([
  ['shorter than it is reverted', `${RESOLVER}, for: 9s }`, '9s'],
  ['just when it is reverted', `${RESOLVER}, for: 8s }`, '8s'],
  ['before the method ends, which reverts it', `${RESOLVER} }\n  - wait: 7s\n  - wait: 2s`, '9s'],
])('a fault that ends by itself %s is refused', async (_when, method, held) => {
  expect(await problemsWith(method)).toMatchObject([
    {
      code: 'SPEC_CONFLICT',
      what: `"no names" is in place for ${held}, and ends by itself after 8s`,
      fix: expect.stringContaining(`more than ${held}`),
      where: { line: 9 },
    },
  ]);
});

test('a fault that is reverted before it would end by itself is sound', async () => {
  expect(await problemsWith(`${RESOLVER}, for: 7s }`)).toEqual([]);
  expect(await problemsWith(`  - wait: 30s\n${RESOLVER} }\n  - wait: 7s`)).toEqual([]);
});

test('a probe that sees what is old is refused where a fault is in place for too short a time for that', async () => {
  const metric = (period: string) =>
    `{ name: hosts, probe: aws.cloudwatch-metric, with: { namespace: N, metric: M, period: ${period}, rate: 5/s }, tolerance: { value: { atLeast: 1 } } }`;
  const problems = async (period: string, held: string) =>
    (await problemsWith(`${RESOLVER.replace('8s', '20m')}, for: ${held} }`, metric(period))).filter(({ what }) =>
      what.includes('old'),
    );
  expect(await problems('1m', '5m')).toMatchObject([
    {
      code: 'SPEC_SAMPLE',
      what: 'what "hosts" sees is up to 3m old, and a fault is in place for 5m',
      fix: expect.stringContaining('stay for 6m'),
    },
  ]);
  expect(await problems('1m', '6m')).toEqual([]);
  expect(await problems('1s', '6s')).toEqual([]);
  expect(await problems('1s', '5s')).toHaveLength(1);
});
