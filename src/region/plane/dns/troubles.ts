import type { ResolverTrouble } from '../../../kernel/facility.ts';
import { happens } from '../../chance.ts';
import type { Answer, Question } from './message.ts';
import { canonicalName } from './zones.ts';

/** What befalls those who ask the resolver. Counts the queries of each trouble, whose seed says which of them it hits. */
export interface Troubles {
  /** A trouble that stays keeps its count. */
  set(troubles: readonly ResolverTrouble[]): void;
  /** The first trouble that a query runs into. */
  of(question: Question): ResolverTrouble | undefined;
}

export function createTroubles(): Troubles {
  let now = new Map<string, { readonly trouble: ResolverTrouble; asked: number }>();
  return {
    set(troubles) {
      const keyed = troubles.map((trouble) => [JSON.stringify(trouble), trouble] as const);
      now = new Map(keyed.map(([key, trouble]) => [key, now.get(key) ?? { trouble, asked: 0 }]));
    },
    of({ name }) {
      for (const one of now.values()) {
        const { name: only, seed, share } = one.trouble;
        if (only !== undefined && only !== canonicalName(name)) continue;
        if (happens(seed, one.asked++, share)) return one.trouble;
      }
      return undefined;
    },
  };
}

/** The answer that stands in for the true one; undefined when the trouble is of another kind. */
export function standIn({ does }: ResolverTrouble): Answer | undefined {
  if (does !== 'NXDOMAIN' && does !== 'SERVFAIL') return undefined;
  return { code: does, authoritative: false, answers: [], authority: [] };
}
