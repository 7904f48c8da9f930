import { invalid } from '../errors.ts';
import { attributeOf, type Item, type Value } from '../value.ts';

/** Where a value stands in an item: the name of an attribute, then names inside maps and indexes of lists. */
export type Path = readonly (string | number)[];

/** A path as messages show it. */
export const showPath = (path: Path): string =>
  `[${path.map((step) => (typeof step === 'number' ? `[${step}]` : step)).join(', ')}]`;

export const samePath = (a: Path, b: Path): boolean => a.length === b.length && startsWith(a, b);
export const startsWith = (path: Path, start: Path): boolean => start.every((step, k) => path[k] === step);

/** What stands at a path. */
export function valueAt(item: Item, path: Path): Value | undefined {
  let value: Value | undefined = { M: item };
  for (const step of path) value = value && inside(value, step);
  return value;
}

function inside(value: Value, step: string | number): Value | undefined {
  if (typeof step === 'string') return 'M' in value ? attributeOf(value.M, step) : undefined;
  return 'L' in value ? value.L[step] : undefined;
}

/** The item with a value at a path. An index behind the end of a list appends to it. */
export const withValueAt = (item: Item, path: Path, value: Value): Item => changed({ M: item }, path, () => value).M;

/** The item with a hole where the path leads, or what stood there: `closeHoles` closes those of lists. */
export const withoutValueAt = (item: Item, path: Path): Item => changed({ M: item }, path, () => undefined).M;

function changed(value: { readonly M: Item }, path: Path, change: () => Value | undefined): { readonly M: Item } {
  const [name, ...rest] = path;
  if (typeof name !== 'string') throw invalidPath();
  const inner = attributeOf(value.M, name);
  const after = rest.length === 0 ? change() : changedInside(inner, rest, change);
  if (after !== undefined) return { M: { ...value.M, [name]: after } };
  return { M: Object.fromEntries(Object.entries(value.M).filter(([key]) => key !== name)) };
}

function changedInside(value: Value | undefined, path: Path, change: () => Value | undefined): Value {
  const [step, ...rest] = path;
  if (value && 'M' in value && typeof step === 'string') return changed(value, path, change);
  if (!value || !('L' in value) || typeof step !== 'number') throw invalidPath();
  const inner = value.L[step];
  const after = rest.length === 0 ? change() : changedInside(inner, rest, change);
  if (after === undefined) return inner === undefined ? value : { L: value.L.with(step, HOLE) };
  return { L: inner === undefined ? [...value.L, after] : value.L.with(step, after) };
}

/** Stands in a list for an element that is to go, so that the indexes of the others stay what they were. */
const HOLE: Value = { NULL: true };

/** The item without the holes that were made at these paths. */
export function closeHoles(item: Item, paths: readonly Path[]): Item {
  let closed = item;
  // The innermost first: closing one moves what stands behind it.
  for (const path of paths.toSorted((a, b) => b.length - a.length)) {
    if (typeof path.at(-1) !== 'number') continue;
    const list = valueAt(closed, path.slice(0, -1));
    if (!list || !('L' in list) || !list.L.includes(HOLE)) continue;
    closed = withValueAt(closed, path.slice(0, -1), { L: list.L.filter((inner) => inner !== HOLE) });
  }
  return closed;
}

const invalidPath = () => invalid('The document path provided in the update expression is invalid for update');
