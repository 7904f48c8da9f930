import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { mersenne } from 'pure-rand/generator/mersenne';
import type { Take } from '../experiment/experiment.ts';
import type { Leaf } from './steps.ts';

/**
 * The matches that a step acts on, in the order in which they were given. A random choice depends on the seed, the number
 * of the step and the names of the matches, and on nothing else: neither on their order nor on the other steps.
 */
export function choose<T extends { readonly name: string }>(
  matches: readonly T[],
  { number, step }: Pick<Leaf, 'number'> & { readonly step: { readonly take?: Take } },
  seed: number,
): readonly T[] {
  const { take } = step;
  if (!take) return matches;
  const many = howMany(matches.length, take);
  if (take.choose === 'first' || many >= matches.length) return matches.slice(0, many);
  const names = matches.map(({ name }) => name).sort();
  const chosen = new Set(sample(names, many, seedOfStep(seed, number)));
  return matches.filter(({ name }) => chosen.has(name));
}

/** Whether what a step acts on depends on the seed. */
export const isRandom = ({ step }: Leaf): boolean => step.kind === 'fault' && step.take?.choose === 'random';

/** A share is rounded down, so that no more is harmed than was asked for, but never to none: that would test nothing. */
function howMany(matches: number, take: Take): number {
  if ('count' in take) return take.count;
  // 29 % of 100 is 28.999999999999996 in floating point.
  return Math.max(1, Math.floor(Number((matches * take.percent).toFixed(6))));
}

/** So many of the items, each set of them as likely as any other. */
function sample(items: readonly string[], many: number, seed: number): string[] {
  // Other generators of the package begin with the seed itself: the first draws of seeds 1, 2, 3 would go round in turn.
  const random = mersenne(seed);
  const drawn = items.map((item) => ({ item, at: uniformInt(random, 0, 0x7fffffff) })).sort((a, b) => a.at - b.at);
  return drawn.slice(0, many).map(({ item }) => item);
}

/** Far apart for neighbouring steps, so that they choose independently of each other. */
const seedOfStep = (seed: number, number: number): number => (seed + Math.imul(number, 0x9e3779b1)) | 0;
