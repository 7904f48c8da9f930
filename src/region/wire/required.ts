import type { Shape, StructureShape } from './schema.ts';

/** The path of the first required member that an input lacks; undefined when all are there. */
export function missingMember(
  shape: StructureShape,
  value: Readonly<Record<string, unknown>>,
  path = '',
): string | undefined {
  for (const member of shape.members()) {
    const here = `${path}${member.name}`;
    const inner = value[member.name];
    if (inner === undefined || inner === null) {
      if (member.required) return here;
      continue;
    }
    const missing = missingInside(member.shape, inner, here);
    if (missing !== undefined) return missing;
  }
  return undefined;
}

function missingInside(shape: Shape, value: unknown, path: string): string | undefined {
  if (shape.kind === 'structure') return missingMember(shape, value as Record<string, unknown>, `${path}.`);
  if (shape.kind !== 'list') return undefined;
  const { shape: item } = shape.item();
  for (const [k, inner] of (value as readonly unknown[]).entries()) {
    const missing = inner === undefined ? undefined : missingInside(item, inner, `${path}.${k + 1}`);
    if (missing !== undefined) return missing;
  }
  return undefined;
}
