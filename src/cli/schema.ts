import { catalog } from '../catalog/index.ts';
import { blueprintJsonSchema, experimentJsonSchema } from '../experiment/json-schema.ts';

export const SCHEMAS = ['experiment', 'blueprint'] as const;
export type SchemaName = (typeof SCHEMAS)[number];

/** The JSON Schema (draft 7) of a kind of file, derived from the declarations that check it. */
export async function schemaOf(name: SchemaName): Promise<object> {
  if (name === 'blueprint') return blueprintJsonSchema();
  const faults = await Promise.all(catalog.faults.map((entry) => entry.load()));
  const probes = await Promise.all(catalog.probes.map((entry) => entry.load()));
  return experimentJsonSchema({ faults, probes });
}
