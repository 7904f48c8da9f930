import type { DesiredRecord } from '../../contract.ts';

/** What choosing among the record sets of one name and type depends on besides the sets. */
export interface Chooser {
  /** From 0 to below 1. */
  readonly random: () => number;
  readonly isHealthy: (set: DesiredRecord) => boolean;
  /** Where those who ask are: latency is least to the same region, then to the same part of the world. */
  readonly region: string;
}

/** So many records of a multivalue answer at most. */
const MOST_VALUES = 8;

/**
 * The record sets that answer a query, by the routing policy that all sets of the name and type share: one, or up to
 * eight of a multivalue answer. Sets that are not healthy are passed over; when none is, health says nothing, and all
 * of them are taken for healthy (Route 53: "How Amazon Route 53 chooses records when health checking is configured").
 */
export function choose(sets: readonly DesiredRecord[], chooser: Chooser): readonly DesiredRecord[] {
  const [first] = sets;
  if (!first) return [];
  // A simple record has no alternative.
  if (first.setIdentifier === undefined) return [first];
  if (first.failover !== undefined) return failover(sets, chooser);
  const healthy = sets.filter(chooser.isHealthy);
  if (first.multiValue) return several(healthy.length > 0 ? healthy : sets, chooser.random);
  if (first.region !== undefined) return nearest(healthy.length > 0 ? healthy : sets, chooser.region);
  return weighted(sets, healthy, chooser.random);
}

/** The secondary answers while it alone is healthy. */
function failover(sets: readonly DesiredRecord[], { isHealthy }: Chooser): readonly DesiredRecord[] {
  const primary = sets.find((set) => set.failover === 'PRIMARY');
  const secondary = sets.find((set) => set.failover === 'SECONDARY');
  if (!primary || !secondary) return [primary ?? secondary].flatMap((set) => set ?? []);
  return [!isHealthy(primary) && isHealthy(secondary) ? secondary : primary];
}

function several(sets: readonly DesiredRecord[], random: () => number): readonly DesiredRecord[] {
  const left = [...sets];
  const taken: DesiredRecord[] = [];
  while (left.length > 0 && taken.length < MOST_VALUES) {
    taken.push(...left.splice(Math.floor(random() * left.length), 1));
  }
  return taken;
}

function nearest(sets: readonly DesiredRecord[], here: string): readonly DesiredRecord[] {
  const distance = ({ region = '' }: DesiredRecord) =>
    region === here ? 0 : region.split('-')[0] === here.split('-')[0] ? 1 : 2;
  const [best] = [...sets].sort((a, b) => distance(a) - distance(b) || ((a.region ?? '') < (b.region ?? '') ? -1 : 1));
  return best ? [best] : [];
}

/** Sets of weight 0 answer only when no other healthy one is left, and evenly when there are no others at all. */
function weighted(
  all: readonly DesiredRecord[],
  healthy: readonly DesiredRecord[],
  random: () => number,
): readonly DesiredRecord[] {
  const some = (sets: readonly DesiredRecord[]) => sets.filter(({ weight = 1 }) => weight > 0);
  const sets = [some(healthy), healthy, some(all), all].find((candidates) => candidates.length > 0) ?? [];
  const weights = sets.map(({ weight = 1 }) => weight);
  const sum = weights.reduce((a, b) => a + b, 0);
  let left = random() * (sum === 0 ? sets.length : sum);
  const chosen = sets.findIndex((_set, index) => {
    left -= sum === 0 ? 1 : (weights[index] ?? 0);
    return left < 0;
  });
  return sets.slice(Math.max(0, chosen), Math.max(0, chosen) + 1);
}
