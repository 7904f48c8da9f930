/**
 * Whether the `n`-th occurrence (from 0) of something that happens to a `share` of them happens: the same for the same
 * seed, and for any run of occurrences close to the share (a hash of the two numbers, mulberry32's mixing).
 */
export const happens = (seed: number, n: number, share: number): boolean => chanceOf(seed, n) < share;

/** A number from 0 to 1 that is the same for the same two numbers. */
export function chanceOf(seed: number, n: number): number {
  const state = (Math.imul(seed + 1, 0x9e3779b1) + Math.imul(n + 1, 0x6d2b79f5)) >>> 0;
  let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
}
