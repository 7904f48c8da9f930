import type { Place, Problem } from '../kernel/errors.ts';

/** A step of a method, parallel ones flattened: what it is called and how its harm ends. */
export interface Reversible {
  readonly name: string;
  readonly reversal: 'reverts' | 'self-heals' | 'permanent';
  readonly place?: Place;
}

/** Refuses every step that nothing reverts, unless the experiment says `allowPermanent: true`. */
export function checkPermanent(steps: readonly Reversible[], allowPermanent: boolean): Problem[] {
  if (allowPermanent) return [];
  return steps
    .filter(({ reversal }) => reversal === 'permanent')
    .map(({ name, place }) => ({
      code: 'SAFETY_PERMANENT',
      what: `nothing reverts the step "${name}"`,
      ...(place && { where: place }),
      fix: 'choose a step that can be reverted, or add "allowPermanent: true" to the experiment',
    }));
}
