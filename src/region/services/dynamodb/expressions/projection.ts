import { attributeOf, type Item, type Value } from '../value.ts';
import { type Path, samePath, showPath, startsWith } from './path.ts';
import type { Placeholders } from './placeholders.ts';
import { Reader } from './reader.ts';

/** Parses which attributes are asked for. @throws Fault ValidationException with what DynamoDB says of it. */
export function parseProjection(text: string, placeholders: Placeholders): Path[] {
  const reader = new Reader(text, 'ProjectionExpression', placeholders);
  const paths = [reader.path()];
  while (reader.takeIf(',')) paths.push(reader.path());
  reader.expectEnd();
  for (const [k, one] of paths.entries()) {
    const other = paths
      .slice(k + 1)
      .find((path) => samePath(one, path) || startsWith(one, path) || startsWith(path, one));
    if (!other) continue;
    const why = 'Two document paths overlap with each other; must remove or rewrite one of these paths;';
    throw reader.refuse(`${why} path one: ${showPath(one)}, path two: ${showPath(other)}`);
  }
  return paths;
}

/** What an item has at these paths. Elements of a list come in their order, without those that were not asked for. */
export const project = (item: Item, paths: readonly Path[]): Item => {
  const names = [...new Set(paths.map(([name]) => String(name)))];
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = attributeOf(item, name);
      const rests = paths.filter(([first]) => first === name).map((path) => path.slice(1));
      const part = value && partOf(value, rests);
      return part ? [[name, part]] : [];
    }),
  );
};

function partOf(value: Value, paths: readonly Path[]): Value | undefined {
  if (paths.some(({ length }) => length === 0)) return value;
  if ('M' in value) {
    const part = project(
      value.M,
      paths.filter(([step]) => typeof step === 'string'),
    );
    return Object.keys(part).length > 0 ? { M: part } : undefined;
  }
  if (!('L' in value)) return undefined;
  const part = value.L.flatMap((inner, k) => {
    const rests = paths.filter(([step]) => step === k).map((path) => path.slice(1));
    const kept = rests.length > 0 ? partOf(inner, rests) : undefined;
    return kept ? [kept] : [];
  });
  return part.length > 0 ? { L: part } : undefined;
}
