import type { Shape, StructureShape } from '../../src/region/wire/schema.ts';

/**
 * The part of a value that the catalogue knows, as a step would have it: members of other versions of a model are left
 * out, `{"$time": ms}` becomes a time and `{"$bytes": hex}` bytes.
 */
export function knownPart(shape: StructureShape, value: unknown): Record<string, unknown> {
  const known: Record<string, unknown> = {};
  for (const member of shape.members()) {
    const inner = (value as Record<string, unknown>)[member.name];
    const part = inner === undefined ? undefined : partOf(member.shape, inner);
    if (part !== undefined) known[member.name] = part;
  }
  return known;
}

function partOf(shape: Shape, value: unknown): unknown {
  switch (shape.kind) {
    case 'structure': {
      const part = knownPart(shape, value);
      return Object.keys(part).length > 0 ? part : undefined;
    }
    case 'list': {
      const item = shape.item().shape;
      const items = (value as unknown[]).map((inner) => partOf(item, inner)).filter((inner) => inner !== undefined);
      return items.length > 0 ? items : undefined;
    }
    case 'map': {
      const inner = shape.value().shape;
      const entries = Object.entries(value as object).map(([key, one]) => [key, partOf(inner, one)] as const);
      const known = entries.filter(([, one]) => one !== undefined);
      return known.length > 0 ? Object.fromEntries(known) : undefined;
    }
    case 'timestamp':
      return new Date((value as { $time: number }).$time);
    case 'blob':
      return typeof value === 'string'
        ? value
        : new Uint8Array(Buffer.from((value as { $bytes: string }).$bytes, 'hex'));
    case 'number':
      // Older models have text where the catalogue has a number.
      return Number(value);
    default:
      return value;
  }
}
