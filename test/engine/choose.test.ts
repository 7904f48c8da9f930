import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { choose } from '../../src/engine/choose.ts';
import { makePlan } from '../../src/engine/plan.ts';
import type { FaultStep, Take } from '../../src/experiment/experiment.ts';
import { SEED_MAX } from '../../src/kernel/bounds.ts';
import { LampWorld } from '../support/lamps.ts';
import { faultStep, lampExperiment, scene } from '../support/run-lamps.ts';

const named = (...names: string[]) => names.map((name) => ({ name }));
const many = (count: number) => named(...Array.from({ length: count }, (_, index) => `t${index}`));
const chosen = (matches: readonly { name: string }[], take: Take | undefined, seed = 1, number = 1) =>
  choose(matches, { number, step: take ? { take } : {} }, seed).map(({ name }) => name);

const seeds = fc.integer({ min: 0, max: SEED_MAX });
const matches = fc.uniqueArray(fc.string({ minLength: 1 }), { maxLength: 40 }).map((names) => named(...names));
const how = fc.constantFrom('first' as const, 'random' as const);
const takes: fc.Arbitrary<Take> = fc.oneof(
  fc.record({ count: fc.integer({ min: 1, max: 50 }), choose: how }),
  fc.record({ percent: fc.integer({ min: 1, max: 100 }).map((percent) => percent / 100), choose: how }),
);

describe('what a step takes of its matches', () => {
  test('is all of them when it does not say', () => {
    expect(chosen(many(3), undefined)).toEqual(['t0', 't1', 't2']);
  });

  test.each([
    [10, 0.5, 5],
    [5, 0.5, 2],
    [3, 0.5, 1],
    [1, 0.5, 1],
    [3, 0.01, 1],
    [3, 0.99, 2],
    [3, 1, 3],
    [100, 0.29, 29],
    [1_000, 0.001, 1],
    [0, 0.5, 0],
  ])('of %i is a share of %f rounded down, and at least one: %i', (of, percent, expected) => {
    expect(chosen(many(of), { percent, choose: 'first' })).toHaveLength(expected);
    expect(chosen(many(of), { percent, choose: 'random' })).toHaveLength(expected);
  });

  test('is a part of them, each once and in their order, and never more than was asked for', () => {
    fc.assert(
      fc.property(matches, takes, seeds, (all, take, seed) => {
        const names = all.map(({ name }) => name);
        const some = chosen(all, take, seed);
        expect(names.filter((name) => some.includes(name))).toEqual(some);
        const most = 'count' in take ? take.count : Math.max(1, take.percent * names.length + 1e-6);
        expect(some.length).toBeLessThanOrEqual(most);
        expect(some.length).toBeGreaterThanOrEqual(Math.min(1, names.length));
        if (take.choose === 'first') expect(some).toEqual(names.slice(0, some.length));
      }),
      { seed: 1 },
    );
  });
});

describe('a random choice', () => {
  test('is the same for the same seed, in whatever order the account names the targets', () => {
    fc.assert(
      fc.property(matches, takes, seeds, (all, take, seed) => {
        const random: Take = { ...take, choose: 'random' };
        expect(chosen(all, random, seed)).toEqual(chosen(all, random, seed));
        expect(chosen(all.toReversed(), random, seed).sort()).toEqual(chosen(all, random, seed).sort());
      }),
      { seed: 2 },
    );
  });

  test('gives every target, and every pair, about the same chance over seeds that follow each other', () => {
    const [runs, targets] = [2_000, 5];
    const pairs = new Map<string, number>();
    for (let seed = 0; seed < runs; seed++) {
      const pair = chosen(many(targets), { count: 2, choose: 'random' }, seed).join();
      pairs.set(pair, (pairs.get(pair) ?? 0) + 1);
    }
    const expected = runs / 10;
    const chiSquared = [...pairs.values()].reduce((sum, seen) => sum + (seen - expected) ** 2 / expected, 0);
    expect(pairs.size).toBe(10);
    // 27.9: exceeded by chance once in a thousand, at 9 degrees of freedom. The seeds are fixed, and so is the sum.
    expect(chiSquared).toBeLessThan(27.9);
  });

  test('of one step says nothing about that of another', () => {
    const [runs, targets] = [1_000, 4];
    let same = 0;
    for (let seed = 0; seed < runs; seed++) {
      const [one, other] = [1, 2].map((number) =>
        chosen(many(targets), { count: 1, choose: 'random' }, seed, number).join(),
      );
      if (one === other) same++;
    }
    expect(Math.abs(same / runs - 1 / targets)).toBeLessThan(0.05);
  });

  test('stays what it is from one version to the next: seeds are kept in files', () => {
    const picks = [0, 1, 42, SEED_MAX].map((seed) => chosen(many(10), { count: 3, choose: 'random' }, seed).join(' '));
    expect(picks).toEqual(['t1 t3 t4', 't0 t1 t4', 't6 t8 t9', 't2 t6 t9']);
  });
});

describe('a run that chooses at random', () => {
  const random = (take: Take = { count: 1, choose: 'random' }): FaultStep => faultStep({ select: {}, take });
  const world = () => new LampWorld(['a', 'b', 'c'], 4);
  const at = (seed: number) => scene({ seed, world: world() });
  const planned = async (scene: ReturnType<typeof at>) =>
    scene.clock.run(makePlan(lampExperiment({ method: [random()] }), scene.context, new AbortController().signal));

  test('writes the seed into its plan and harms what the plan of that seed names', async () => {
    const targets = new Set<string>();
    for (let seed = 0; seed < 12; seed++) {
      const [one, again] = [at(seed), at(seed)];
      const plan = await planned(one);
      await again.run(lampExperiment({ method: [random()] }));
      expect(plan.seed).toBe(seed);
      expect(again.entries()).toContainEqual(expect.objectContaining({ type: 'planned', seed }));
      expect(again.world.sent[0]).toEqual(plan.injections[0]?.calls[0]);
      for (const { target } of plan.injections) targets.add(target);
    }
    expect(targets.size).toBeGreaterThan(4);
  });

  test('mentions no seed where nothing is left to chance', async () => {
    const calm = at(7);
    await calm.run(lampExperiment());
    expect(calm.entries().find(({ type }) => type === 'planned')).not.toHaveProperty('seed');
  });

  test('is held to the blast radius by what it chose, and a refusal names the seed', async () => {
    const one = at(3);
    const plan = (take: Take, targets: number) =>
      one.clock.run(
        makePlan(
          lampExperiment({ blastRadius: { targets, zones: 3 }, method: [random(take)] }),
          one.context,
          new AbortController().signal,
        ),
      );
    expect((await plan({ percent: 0.5, choose: 'random' }, 6)).problems).toEqual([]);
    expect((await plan({ percent: 0.5, choose: 'random' }, 5)).problems).toMatchObject([
      {
        code: 'SAFETY_BLAST_RADIUS',
        what: expect.stringContaining('with the seed 3, the method would touch 6 targets'),
      },
    ]);
  });
});
