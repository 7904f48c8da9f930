import { DEFAULT_MEANS, type Fault, type Means, type MeansKind } from '../kernel/define.ts';
import type { AccountKind } from '../kernel/ports.ts';

/**
 * The means by which a fault is injected on a kind of account: the one asked for, or the first that works there.
 * Undefined when there is none.
 */
export function chooseMeans(
  fault: Fault,
  account: AccountKind,
  via?: MeansKind,
): { kind: MeansKind; means: Means } | undefined {
  const usable = DEFAULT_MEANS[account].filter((kind) => via === undefined || kind === via);
  for (const kind of usable) {
    const means = fault.means[kind];
    if (means) return { kind, means };
  }
  return undefined;
}
