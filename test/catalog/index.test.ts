import { expect, test } from 'vitest';
import { catalogText } from '../../scripts/gen-catalog.js';
import { catalog } from '../../src/catalog/index.ts';
import { findFault, findProbe } from '../../src/catalog/lookup.ts';
import { read } from '../support/sources.ts';

test('the catalog is what the generator writes: run "node scripts/gen-catalog.js" if this fails', () => {
  expect(read('src/catalog/index.ts')).toBe(catalogText());
});

test('every entry loads what it names, and an unknown id loads nothing', async () => {
  for (const { id } of catalog.faults) expect((await findFault(id))?.id).toBe(id);
  for (const { id } of catalog.probes) expect((await findProbe(id))?.id).toBe(id);
  expect(await findFault('http')).toBeUndefined();
  expect(await findProbe('az.power-loss')).toBeUndefined();
});
