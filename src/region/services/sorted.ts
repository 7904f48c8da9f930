/**
 * A long list in order, of things that differ by their place, in chunks of bounded length. It is plain JSON and is never
 * changed in place: what a change leaves alone is shared with the list before it, so that neither changing it, nor copying
 * it, nor finding what changed takes time that grows with the list.
 */
export type Sorted<T> = readonly (readonly T[])[];

/** Where a thing stands to the place that is sought: negative before it, 0 at it, positive behind it. */
export type Place<T> = (thing: T) => number;

const LONGEST_CHUNK = 64;

/** What stands at the place. */
export function findAt<T>(list: Sorted<T>, place: Place<T>): T | undefined {
  const chunk = list[chunkOf(list, place)] ?? [];
  const found = chunk[lowerBound(chunk, place)];
  return found !== undefined && place(found) === 0 ? found : undefined;
}

/** The list with the thing at its place, instead of what may stand there. */
export function putAt<T>(list: Sorted<T>, thing: T, place: Place<T>): Sorted<T> {
  const k = chunkOf(list, place);
  const chunk = list[k] ?? [];
  const at = lowerBound(chunk, place);
  const there = chunk[at];
  const replaced = chunk.toSpliced(at, there !== undefined && place(there) === 0 ? 1 : 0, thing);
  const half = replaced.length >> 1;
  const isLong = replaced.length > LONGEST_CHUNK;
  return list.toSpliced(k, 1, ...(isLong ? [replaced.slice(0, half), replaced.slice(half)] : [replaced]));
}

/** The list without what stands at the place. */
export function removeAt<T>(list: Sorted<T>, place: Place<T>): Sorted<T> {
  if (findAt(list, place) === undefined) return list;
  const k = chunkOf(list, place);
  const chunk = list[k] ?? [];
  const rest = chunk.toSpliced(lowerBound(chunk, place), 1);
  return rest.length > 0 ? list.with(k, rest) : list.toSpliced(k, 1);
}

/** Everything at the place and behind it, in order. Several things may stand at it: those of one partition, say. */
export function* onwardFrom<T>(list: Sorted<T>, place: Place<T> = () => 1): Generator<T, undefined> {
  const k = partition(list, (chunk) => isReached(chunk.at(-1), place));
  const first = list[k] ?? [];
  yield* first.slice(lowerBound(first, place));
  for (let next = k + 1; next < list.length; next++) yield* list[next] ?? [];
  return undefined;
}

/** How many things there are. */
export const countOf = (list: Sorted<unknown>): number => list.reduce((sum, { length }) => sum + length, 0);

/** The last chunk that does not begin behind the place; the first one, if all do. */
function chunkOf<T>(list: Sorted<T>, place: Place<T>): number {
  const behind = partition(list, ([first]) => first !== undefined && place(first) > 0);
  return Math.max(0, behind - 1);
}

const isReached = <T>(last: T | undefined, place: Place<T>): boolean => last !== undefined && place(last) >= 0;

const lowerBound = <T>(chunk: readonly T[], place: Place<T>): number => partition(chunk, (thing) => place(thing) >= 0);

/** The index of the first thing of which `isBehind` is true; it is true of all that follow. */
function partition<T>(things: readonly T[], isBehind: (thing: T) => boolean): number {
  let [low, high] = [0, things.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const thing = things[middle];
    if (thing !== undefined && isBehind(thing)) high = middle;
    else low = middle + 1;
  }
  return low;
}
