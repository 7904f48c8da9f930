import type { Problem } from '../kernel/errors.ts';
import type { Match, ResolvedFault } from './resolve.ts';
import type { Leaf } from './steps.ts';

/**
 * Refuses two faults that are in place at once on one target, or on a whole and a part of it: the pre-image of a target
 * that is harmed already would be the harm, and the undo of one would undo the other.
 */
export function checkOverlaps(faults: readonly ResolvedFault[]): Problem[] {
  return faults.flatMap((later, index) =>
    faults
      .slice(0, index)
      .filter((earlier) => areTogether(earlier.leaf, later.leaf))
      .flatMap((earlier) => {
        const shared = sharedBy(earlier.matches, later.matches);
        return shared === undefined ? [] : [problemOf(earlier, later, shared)];
      }),
  );
}

/** Whether two faults may be in place at the same time; `a` comes before `b` in the text. */
function areTogether(a: Leaf, b: Leaf): boolean {
  const inSequence = a.path[0] !== b.path[0];
  return !(inSequence && a.step.forMs !== undefined);
}

type Shared = readonly [Match, Match];

function sharedBy(some: readonly Match[], others: readonly Match[]): Shared | undefined {
  for (const one of some) {
    const other = others.find(({ resource }) => isPart(resource, one.resource) || isPart(one.resource, resource));
    if (other) return [one, other];
  }
  return undefined;
}

const isPart = (part: readonly string[], whole: readonly string[]): boolean =>
  whole.every((name, depth) => part[depth] === name);

function problemOf(earlier: ResolvedFault, later: ResolvedFault, [one, other]: Shared): Problem {
  const [whole, part] = one.resource.length <= other.resource.length ? [one, other] : [other, one];
  const harmed =
    whole.resource.length === part.resource.length
      ? `"${one.name}"`
      : `"${whole.name}" and "${part.name}", a part of it,`;
  const what = `steps "${earlier.step.name}" and "${later.step.name}" would harm ${harmed} at the same time`;
  const fix = `give "${earlier.step.name}" a "for" and take the two out of one "parallel", or select other targets`;
  return { code: 'SPEC_CONFLICT', what, where: later.step.place, fix };
}
