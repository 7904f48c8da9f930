import type { Checker, Read } from './checker.ts';
import type { Take } from './experiment.ts';
import type { TAKE } from './grammar.ts';
import type { Path } from './source.ts';

/** What a selector says of how many of its matches are meant. */
export type Taken = Read<typeof TAKE>;

/** Which of the matches are taken; undefined when all of them are. */
export function readTake(checker: Checker, at: Path, { count, percent, choose }: Taken): Take | undefined {
  const has = (key: string) => checker.at([...at, key]) !== undefined;
  if (has('count') && has('percent')) {
    const what = 'a selector takes a count or a percentage, and this one has both';
    checker.say('SPEC_CONFLICT', [...at, 'percent'], what, { fix: 'remove one of the two', at: 'key' });
  } else if (has('choose') && !has('count') && !has('percent')) {
    const what = '"choose" has no meaning: everything that matches is taken';
    const fix = 'add "count: 1" or "percent: 50%" beside it, or remove it';
    checker.say('SPEC_CONFLICT', [...at, 'choose'], what, { fix, at: 'key' });
  }
  if (count !== undefined) return { count, choose: choose ?? 'first' };
  return percent === undefined ? undefined : { percent, choose: choose ?? 'first' };
}
