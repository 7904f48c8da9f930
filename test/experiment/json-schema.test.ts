import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { catalog } from '../../src/catalog/index.ts';
import { blueprintJsonSchema, experimentJsonSchema } from '../../src/experiment/json-schema.ts';
import { openSource } from '../../src/experiment/source.ts';
import { filesBelow, root } from '../support/sources.ts';
import { isValid } from './json-schema-validator.ts';
import { faults, probes } from './small-catalog.ts';
import { DESIGN, REGION } from './texts.ts';

type Schema = { readonly [key: string]: unknown };
const experiment = experimentJsonSchema({ faults, probes }) as Schema;
const blueprint = blueprintJsonSchema() as Schema;
const dataOf = (text: string | Uint8Array): unknown => openSource('a.yaml', text).source?.value;

describe('the JSON Schema of an experiment', () => {
  test('accepts the experiment of the design, with references in typed fields', () => {
    expect(isValid(experiment, dataOf(DESIGN))).toBe(true);
    expect(isValid(experiment, dataOf(DESIGN.replace('for: 30s', 'for: ${hold}').replace('99%', '${share}')))).toBe(
      true,
    );
    expect(isValid(experiment, dataOf(`${DESIGN}\nx-mine: { any: thing }\n`))).toBe(true);
  });

  test.each([
    ['an unknown key', 'title: The', 'titel: The'],
    ['an unknown fault', 'az.power-loss', 'az.power-los'],
    ['a selector that the fault does not know', '{ zone: ${zone} }', '{ zone: a, state: running }'],
    ['a selector that the fault needs', '{ zone: ${zone} }', '{}'],
    ['a parameter that the probe does not know', 'type: A }', 'tpye: A }'],
    ['a parameter out of its choices', 'type: A }', 'type: B }'],
    ['an output that the probe does not have', '{ answers:', '{ status:'],
    ['a quantile that there is not', 'p99:', 'p98:'],
    ['a duration without a unit', 'for: 30s', 'for: 30'],
    ['a share as a number', '99%', '0.99'],
    ['a step that does two things', 'for: 30s', 'wait: 30s'],
    ['a hypothesis without probes', '  probes:', '  porbes:'],
  ])('refuses %s', (_what, from, to) => {
    expect(DESIGN).toContain(from);
    expect(isValid(experiment, dataOf(DESIGN.replace(from, to)))).toBe(false);
  });

  test('refuses what the reader refuses for its keys and forms', () => {
    // What a schema cannot know: names used twice, samples, files, the values that parameters take.
    const beyond =
      /^(file|yaml|parameter|sample|place|config|blueprint)-|-twice|shared|means|via-not|blueprint-|top-blueprint/;
    const also =
      /bad-pattern|impossible|above-timeout|on-permanent|without-undo|permanent-|recover|out-of-range|zero|too-high|too-long|url-wrong|over-100/;
    const folder = path.join(import.meta.dirname, 'problems');
    const files = readdirSync(folder).filter(
      (name) => name.endsWith('.yaml') && !beyond.test(name) && !also.test(name),
    );
    expect(files.length).toBeGreaterThan(80);
    const accepted = files.filter((name) => isValid(experiment, dataOf(readFileSync(path.join(folder, name)))));
    expect(accepted).toEqual([]);
  });

  test('is the same text whatever the order of the catalog', () => {
    const reversed = experimentJsonSchema({ faults: faults.toReversed(), probes: probes.toReversed() });
    expect(JSON.stringify(reversed)).toBe(JSON.stringify(experiment));
  });

  test('describes every key of every fault and probe that ships, and accepts what ships', async () => {
    const all = {
      faults: await Promise.all(catalog.faults.map((entry) => entry.load())),
      probes: await Promise.all(catalog.probes.map((entry) => entry.load())),
    };
    const schema = experimentJsonSchema(all) as Schema;
    const shipped = filesBelow('experiments', '.yaml').filter((file) =>
      ['experiments', 'experiments/drills'].includes(path.dirname(file)),
    );
    const refused = shipped.filter((file) => !isValid(schema, dataOf(readFileSync(path.join(root, file)))));
    expect(refused).toEqual([]);
    const text = JSON.stringify(schema);
    for (const { id, params } of [...all.faults, ...all.probes]) {
      expect(text).toContain(`"const":"${id}"`);
      for (const name of Object.keys(params)) expect(text, `${id} ${name}`).toContain(`"${name}":{"description":"`);
    }
  });
});

describe('the JSON Schema of a blueprint', () => {
  test('accepts what ships', () => {
    expect(isValid(blueprint, dataOf(REGION))).toBe(true);
    const refused = filesBelow('experiments/regions', '.yaml').filter(
      (file) => !isValid(blueprint, dataOf(readFileSync(path.join(root, file)))),
    );
    expect(refused).toEqual([]);
  });

  test.each([
    ['an unknown key', 'title:', 'titel:'],
    ['a port out of range', '8080', '80800'],
    ['a command in one text', '[node, ./web.js]', 'node ./web.js'],
    ['a reference', '8080', '"${port}"'],
  ])('refuses %s', (_what, from, to) => expect(isValid(blueprint, dataOf(REGION.replace(from, to)))).toBe(false));
});
