/** What a health check thinks of its place, and how a look at it changes its mind. Pure. */
export interface Opinion {
  readonly passes: boolean;
  /** Looks in a row that spoke against it. */
  readonly against: number;
  /** Whether nothing has been seen yet: a new check passes until its first look, which decides at once. */
  readonly fresh: boolean;
}

/** It takes as many looks in a row, in either direction, as the threshold says. */
export function opinionAfter(before: Opinion, passes: boolean, threshold: number): Opinion {
  if (passes === before.passes) return { passes, against: 0, fresh: false };
  const against = before.against + 1;
  if (before.fresh || against >= threshold) return { passes, against: 0, fresh: false };
  return { ...before, against };
}
