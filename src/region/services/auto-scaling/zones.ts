import { type AutoScalingGroup, activeMembers } from './group.ts';

/** The zones of a group, the one with the fewest members first. */
export function byPopulation(group: AutoScalingGroup): readonly string[] {
  const population = populationOf(group);
  return [...group.zoneIds].sort((a, b) => (population.get(a) ?? 0) - (population.get(b) ?? 0));
}

/** How many members that count as capacity each zone of the group has. */
export function populationOf(group: AutoScalingGroup): ReadonlyMap<string, number> {
  const active = activeMembers(group);
  return new Map(
    group.zoneIds.map((zoneId) => [zoneId, active.filter((member) => member.zoneId === zoneId).length] as const),
  );
}

/** Whether a zone refused a launch so lately that it is not asked again yet. */
export const isLeftAlone = ({ refusals }: AutoScalingGroup, zoneId: string, nowMs: number): boolean =>
  nowMs < (refusals[zoneId]?.untilMs ?? 0);
