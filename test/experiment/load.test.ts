import { describe, expect, test } from 'vitest';
import { loadExperiment } from '../../src/experiment/load.ts';
import { renderProblems } from '../../src/kernel/render-problem.ts';
import { smallCatalog } from './small-catalog.ts';

const BLUEPRINT = `
version: 1
title: A shop in two zones
zones: [use1-az1, use1-az2]
instances:
  - { name: web, command: [node, ./web.js], port: 8080, perZone: 2 }
`;

const DESIGN = `# yaml-language-server: $schema=./experiment.schema.json
version: 1
title: The shop survives the loss of one availability zone
account: embedded
blueprint: regions/shop.yaml
parameters:
  zone: { type: string, default: use1-az1, description: The zone that loses power. }

steadyStateHypothesis:
  title: Shoppers can check out
  probes:
    - name: checkout
      probe: http
      with: { url: http://shop.example/checkout, rate: 50/s, timeout: 1s }
      tolerance: { success: { atLeast: 99% }, latency: { p99: { below: 500ms } } }
      during: { success: { atLeast: 90% } }
    - name: the name resolves
      probe: dns
      with: { name: shop.example, type: A }
      tolerance: { answers: { atLeast: 1 } }
  recoverWithin: 20s

blastRadius: { zones: 1, targets: 4 }

stopConditions:
  - name: the shop is gone
    probe: http
    with: { url: http://shop.example/healthz }
    tolerance: { success: { atLeast: 20% } }

method:
  - name: one zone goes dark
    fault: az.power-loss
    select: { zone: \${zone} }
    for: 30s
`;

const load = (text: string | Uint8Array, more: Partial<Parameters<typeof loadExperiment>[0]> = {}) =>
  loadExperiment({
    file: '/x/a.yaml',
    text,
    catalog: smallCatalog,
    set: {},
    env: {},
    readText: async () => BLUEPRINT,
    ...more,
  });

async function sound(text: string, more: Partial<Parameters<typeof loadExperiment>[0]> = {}) {
  const { experiment, problems } = await load(text, more);
  expect(renderProblems(problems)).toBe('');
  if (!experiment) throw new Error('no experiment');
  return experiment;
}

describe('an experiment', () => {
  test('the model of the design is sound, with every default filled in and every unit converted', async () => {
    const experiment = await sound(DESIGN);
    expect(experiment).toMatchObject({
      account: 'embedded',
      parameters: { zone: 'use1-az1' },
      hypothesis: { title: 'Shoppers can check out', baselineMs: 6_000, recoverWithinMs: 20_000, stayMs: 6_000 },
      blastRadius: { zones: 1, targets: 4 },
      allowPermanent: false,
      rollbacks: [],
    });
  });
});
