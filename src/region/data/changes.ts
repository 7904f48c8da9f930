import type { Json } from '../../kernel/json.ts';

/** One difference between two values: a member or element that is another now, one that is gone, or a stretch of a list. */
export type Change =
  | { readonly at: Path; readonly set: Json }
  | { readonly at: Path; readonly gone: true }
  | { readonly at: Path; readonly from: number; readonly drop: number; readonly add: readonly Json[] };

type Path = readonly (string | number)[];

/** What turns one value into the other, when `applyChanges` applies it in this order. */
export function changesBetween(before: Json, after: Json, at: Path = []): Change[] {
  if (before === after) return [];
  if (isList(before) && isList(after)) return inLists(before, after, at);
  if (isMapping(before) && isMapping(after)) {
    const gone = Object.keys(before).filter((key) => !Object.hasOwn(after, key));
    return [
      ...gone.map((key) => ({ at: [...at, key], gone: true }) as const),
      ...Object.entries(after).flatMap(([key, value]) => {
        const inner = [...at, key];
        return Object.hasOwn(before, key)
          ? changesBetween(before[key] ?? null, value, inner)
          : [{ at: inner, set: value }];
      }),
    ];
  }
  return [{ at, set: after }];
}

/** Of lists that differ in length, what is alike at both ends is left out; so is the rest of one that only moved up. */
function inLists(before: readonly Json[], after: readonly Json[], at: Path): Change[] {
  if (before.length === after.length) {
    const drop = movedBy(before, after);
    if (drop > 0) return [{ at, from: 0, drop, add: [] }, ...inLists(before.slice(drop), after, at)];
    return after.flatMap((value, k) => changesBetween(before[k] ?? null, value, [...at, k]));
  }
  const most = Math.min(before.length, after.length);
  let from = 0;
  while (from < most && alike(before[from], after[from])) from++;
  let rest = 0;
  while (rest < most - from && alike(before.at(-1 - rest), after.at(-1 - rest))) rest++;
  const [drop, add] = [before.length - rest - from, after.slice(from, after.length - rest)];
  return [{ at, from, drop, add }];
}

/** How many have gone at the beginning of a list as long as before; 0 when that is not what happened. */
function movedBy(before: readonly Json[], after: readonly Json[]): number {
  if (before.length < 2 || alike(before[0], after[0])) return 0;
  return [1, 2, 3].find((drop) => drop < before.length && alike(before[drop], after[0])) ?? 0;
}

const alike = (a: Json | undefined, b: Json | undefined): boolean =>
  a !== undefined && b !== undefined && changesBetween(a, b).length === 0;

/** The value after the changes. What it holds may be changed in place. @throws Error when they are not of this value. */
export function applyChanges(value: Json, changes: readonly Change[]): Json {
  const root = { value };
  for (const change of changes) {
    const path = ['value', ...change.at];
    const last = path.pop() ?? '';
    const holder = path.reduce<unknown>(inside, root);
    if ('from' in change) {
      const list = inside(holder, last);
      if (!Array.isArray(list)) throw new Error(`there is no list at "${change.at.join('.')}"`);
      list.splice(change.from, change.drop, ...change.add);
    } else if ('gone' in change) {
      inside(holder, last);
      Reflect.deleteProperty(holder as object, last);
    } else {
      if (typeof holder !== 'object' || holder === null) throw new Error(`nothing holds "${change.at.join('.')}"`);
      // A tag may have any name, also one that means something to the language.
      Object.defineProperty(holder, last, { value: change.set, writable: true, enumerable: true, configurable: true });
    }
  }
  return root.value;
}

function inside(holder: unknown, key: string | number): unknown {
  if (typeof holder !== 'object' || holder === null || !Object.hasOwn(holder, key))
    throw new Error(`there is no "${key}"`);
  return (holder as Record<string | number, unknown>)[key];
}

const isList = (value: Json): value is readonly Json[] => Array.isArray(value);
const isMapping = (value: Json): value is Readonly<Record<string, Json>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
