import type { Member, Place, Shape, StructureShape } from '../../../src/region/wire/schema.ts';

type Random = () => number;

const WORDS = ['alpha', 'be&ta', 'g<a>mma', 'dé lta', 'x"y\'z', 'a b', 'true', '12', 'é漢字🙂', 'p+q=r%20', 'l1\nl2'];

/** Random values that fit a shape. Query protocols cannot tell an empty structure from none, so none is made. */
export function randomInput(shape: StructureShape, random: Random): Record<string, unknown> {
  return (structureOf(shape, 5, [], random, false) ?? {}) as Record<string, unknown>;
}

function randomValue(place: Place, depth: number, path: readonly Shape[], random: Random, plain: boolean): unknown {
  const { shape, traits } = place;
  const narrow = plain || Boolean(traits.httpLabel || traits.httpHeader || traits.httpQuery);
  const upTo = (n: number) => Math.floor(random() * n);
  switch (shape.kind) {
    case 'string':
      return narrow ? `id-${upTo(9_999)}` : `${WORDS[upTo(WORDS.length)]}${upTo(999)}`;
    case 'number':
      return traits.httpResponseCode ? 200 + upTo(100) : upTo(100_000);
    case 'boolean':
      return random() < 0.5;
    case 'timestamp':
      return new Date((1_700_000_000 + upTo(100_000_000)) * 1_000);
    case 'blob':
      return new Uint8Array([1, 2, upTo(255)]);
    case 'list': {
      const items = Array.from({ length: 1 + upTo(2) }, () => inside(shape.item(), depth, path, random, narrow));
      const made = items.filter((item) => item !== undefined);
      return made.length > 0 ? made : undefined;
    }
    case 'map': {
      const entries = ['k1', 'k2'].map((key) => [key, inside(shape.value(), depth, path, random, narrow)] as const);
      const made = entries.filter(([, value]) => value !== undefined);
      return made.length > 0 ? Object.fromEntries(made) : undefined;
    }
    case 'structure':
      return structureOf(shape, depth, path, random, narrow);
  }
}

const inside = (place: Place, depth: number, path: readonly Shape[], random: Random, plain: boolean) =>
  path.includes(place.shape) ? undefined : randomValue(place, depth - 1, path, random, plain);

function structureOf(shape: StructureShape, depth: number, path: readonly Shape[], random: Random, plain: boolean) {
  if (shape.isUnion) return unionOf(shape, depth, path, random, plain);
  const made: Record<string, unknown> = {};
  for (const member of shape.members()) {
    if (skips(member, depth, path, random)) continue;
    const value = randomValue(member, depth - 1, [...path, shape], random, plain);
    if (value !== undefined) made[member.name] = value;
  }
  return Object.keys(made).length > 0 ? made : unionOf(shape, depth, path, random, plain);
}

/** Exactly one member, one that can be made. */
function unionOf(shape: StructureShape, depth: number, path: readonly Shape[], random: Random, plain: boolean) {
  const members = shape.members();
  const first = Math.floor(random() * members.length);
  for (const member of [...members.slice(first), ...members.slice(0, first)]) {
    if (path.includes(member.shape)) continue;
    const value = randomValue(member, depth - 1, [...path, shape], random, plain);
    if (value !== undefined) return { [member.name]: value };
  }
  return undefined;
}

function skips({ shape, required }: Member, depth: number, path: readonly Shape[], random: Random): boolean {
  if (path.includes(shape) || (depth <= 0 && isNested(shape) && !required)) return true;
  return !required && depth < 3 && random() < 0.33;
}

const isNested = ({ kind }: Shape) => kind === 'structure' || kind === 'list' || kind === 'map';
