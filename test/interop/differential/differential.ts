import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Call, Compared, Ground } from './call.ts';
import { isKnown, type Known, nameOf } from './known/known.ts';
import { type Moto, openMoto } from './moto.ts';
import { type OurRegion, openRegion } from './region.ts';
import { differencesOf, type Found } from './sequence.ts';

/** Sequences of one kind of calls. */
export interface Sequences {
  readonly of: string;
  readonly ground: Ground;
  readonly service: Compared;
  readonly calls: fc.Arbitrary<Call>;
  readonly runs: number;
}

/** The region and Moto, once they are there. */
export interface Sides {
  readonly open: () => Promise<void>;
  readonly opened: () => { readonly ours: OurRegion; readonly theirs: Moto };
  readonly close: () => Promise<void>;
}

export function bothSides(): Sides {
  let sides: { readonly ours: OurRegion; readonly theirs: Moto } | undefined;
  const opened = () => sides ?? notOpened();
  return {
    open: async () => {
      const [ours, theirs] = await Promise.all([openRegion(), openMoto()]);
      sides = { ours, theirs };
    },
    opened,
    close: async () => {
      opened().ours.close();
      await opened().theirs.close();
    },
  };
}

const notOpened = (): never => {
  throw new Error('the endpoints have not been opened');
};

const SEED = 20_261_122;
const LONGEST = 10;

/**
 * Sends generated sequences to the region and to Moto. Where their answers differ, the page that says that we are right is
 * on the list; a sequence with any other difference fails, as short as it can be made, with both answers.
 * @param own the list: of these each must appear, but for as many as `byChance`: identifiers are random on both sides, and
 * where the order of several things follows them, so does what is asked next. @param lent differences listed elsewhere.
 */
export function differential(
  sides: Sides,
  all: readonly Sequences[],
  {
    own,
    lent = [],
    listed,
    byChance = 0,
  }: {
    readonly own: readonly Known[];
    readonly lent?: readonly Known[];
    readonly listed: number;
    readonly byChance?: number;
  },
): void {
  const seen = new Set<Known>();
  const unknown = (found: readonly Found[]): string[] =>
    found.flatMap(({ call, answers, differences }) => {
      const left = differences.filter((difference) => {
        const known = [...own, ...lent].filter((one) => isKnown(one, call, difference));
        for (const one of known) seen.add(one);
        return known.length === 0;
      });
      return left.length === 0 ? [] : [told({ call, answers, differences: left })];
    });

  describe('beside Moto', () => {
    test.each(all)(
      '$runs sequences of calls about $of are answered alike',
      async ({ ground, service, calls, runs }) => {
        const sequence = fc.array(calls, { minLength: 1, maxLength: LONGEST, size: 'max' });
        const isAlike = fc.asyncProperty(sequence, async (asked) => {
          expect(unknown(await differencesOf({ ground, service, calls: asked }, sides.opened())).join('\n')).toBe('');
        });
        await fc.assert(isAlike, { numRuns: runs, seed: SEED });
      },
    );

    test('no more differences are listed than there were, and each has its page', () => {
      expect(own).toHaveLength(listed);
      for (const { page } of own) expect(page).toMatch(/^https:\/\/docs\.aws\.amazon\.com\/.+\.html$/);
    });

    test('every listed difference appears: one that does not is to be taken from the list', () => {
      const missing = own.filter((one) => !seen.has(one)).map(nameOf);
      expect(missing.length > byChance ? missing : []).toEqual([]);
    });
  });
}

const told = ({ call, answers: [ours, theirs], differences }: Found): string =>
  [
    `${call.service} ${call.operation} ${JSON.stringify(call.input)}`,
    ...differences.map(({ field, ours, theirs }) => `  ${field}: ${shown(ours)} here, ${shown(theirs)} on Moto`),
    `  the region answers ${shown(ours)}`,
    `  Moto answers ${shown(theirs)}`,
  ].join('\n');

const shown = (value: unknown): string => JSON.stringify(value) ?? 'nothing';
