import type { z } from 'zod';

/** The keys that a schema knows at a path below it, for "did you mean"; none where it has no fixed keys. */
export function keysAt(schema: z.ZodType, path: readonly (string | number)[]): string[] {
  let here: unknown = unwrap(schema);
  for (const step of path) here = unwrap(childOf(here, step));
  return Object.keys(shapeOf(here));
}

interface Wrapper {
  readonly shape?: Record<string, unknown>;
  readonly element?: unknown;
  readonly valueType?: unknown;
  readonly in?: unknown;
  unwrap?(): unknown;
}

const shapeOf = (schema: unknown): Record<string, unknown> => (schema as Wrapper | undefined)?.shape ?? {};

function childOf(schema: unknown, step: string | number): unknown {
  const wrapper = schema as Wrapper | undefined;
  return wrapper?.shape?.[step] ?? wrapper?.element ?? wrapper?.valueType;
}

/** The schema inside optional, default and transform. */
function unwrap(schema: unknown): unknown {
  let here = schema as Wrapper | undefined;
  for (let depth = 0; depth < 10 && here; depth++) {
    if (here.shape || here.element || here.valueType) return here;
    if (here.in) here = here.in as Wrapper;
    else if (here.unwrap) here = here.unwrap() as Wrapper;
    else return here;
  }
  return here;
}
