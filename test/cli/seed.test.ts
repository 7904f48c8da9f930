import { expect, test } from 'vitest';
import { seedFor } from '../../src/cli/seed.ts';
import { SEED_MAX } from '../../src/kernel/bounds.ts';

test('the seed of the command line outranks that of the experiment, also when it is 0', () => {
  expect(seedFor({ seed: 7 }, 0)).toBe(0);
  expect(seedFor({ seed: 7 }, undefined)).toBe(7);
  expect(seedFor({ seed: 0 }, undefined)).toBe(0);
});

test('a new seed is one that --seed takes, and not always the same', () => {
  const seeds = Array.from({ length: 100 }, () => seedFor({}, undefined));
  expect(seeds.every((seed) => Number.isInteger(seed) && seed >= 0 && seed <= SEED_MAX)).toBe(true);
  expect(new Set(seeds).size).toBeGreaterThan(90);
});
