import { readFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { loadCatalogue, SERVICE_FACTS } from '../../src/aws/catalogue/catalogue.ts';

process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';

const script = pathToFileURL(path.resolve('scripts/catalogue.js')).href;
interface Script {
  readonly SERVICES: readonly string[];
  fileOf(service: string): string;
  extract(service: string): string;
  readonly factsFile: string;
  factsText(): string;
}

test('the catalogue is what the installed SDK clients say; "node scripts/catalogue.js" writes it anew', async () => {
  const { SERVICES, extract, factsFile, factsText, fileOf } = (await import(script)) as Script;
  const stale = SERVICES.filter((service) => extract(service) !== readFileSync(fileOf(service), 'utf8'));
  expect(stale).toEqual([]);
  expect(factsText()).toBe(readFileSync(factsFile, 'utf8'));
  expect(SERVICE_FACTS.map(({ id }) => id)).toEqual([...SERVICES, 'fis'].sort());
});

test('every reference of the catalogue leads to a shape or a simple type that the wire knows', async () => {
  for (const { id, ...facts } of SERVICE_FACTS) {
    const { service, shapes, operations, errors } = await loadCatalogue(id);
    expect(service).toEqual({ id, ...facts });
    const names = new Set([...Object.keys(shapes), 'unit']);
    const simple =
      /^(?:list-of-|map-of-)?(?:string|number|boolean|blob|timestamp(?:-date-time|-http-date|-epoch-seconds)?)$/;
    const of = (reference: string | { readonly of: string }) =>
      typeof reference === 'string' ? reference : reference.of;
    const references = Object.values(shapes).flatMap((shape) => {
      if (shape.kind === 'list') return [of(shape.item)];
      if (shape.kind === 'map') return [of(shape.key), of(shape.value)];
      return shape.kind === 'simple' ? [shape.of] : Object.values(shape.members).map(of);
    });
    const heads = [
      ...Object.values(operations).flatMap(({ input, output }) => [input, output]),
      ...Object.values(errors),
    ];
    expect([...references, ...heads].filter((name) => !names.has(name) && !simple.test(name))).toEqual([]);
  }
});
