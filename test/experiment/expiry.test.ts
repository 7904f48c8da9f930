import { expect, test } from 'vitest';
import { catalog } from '../../src/catalog/index.ts';
import { loadExperiment } from '../../src/experiment/load.ts';

const REGION = `
version: 1
title: A shop
zones: [use1-az1]
instances: [{ name: web, perZone: 1, command: [node, web.js], port: 80 }]
`;

const problemsWith = async (method: string) => {
  const text = `
version: 1
title: The shop survives
blueprint: region.yaml
steadyStateHypothesis:
  probes:
    - { name: ok, probe: command, with: { command: ['true'], rate: 5/s }, tolerance: { success: { atLeast: 50% } } }
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
