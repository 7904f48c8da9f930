import type { RegionState } from '../state.ts';
import { type AutoScalingGroup, activeMembers, isSuspended, stamp } from './group.ts';
import { launchInto, type When } from './members.ts';
import { byPopulation, isLeftAlone, populationOf } from './zones.ts';

/**
 * Launches an instance in the emptiest zone when another has two more; the surplus leaves the fullest once the new one
 * serves. For that the group may be larger than its maximum by a tenth, or by one instance, as Auto Scaling does it.
 */
export function rebalance(state: RegionState, group: AutoScalingGroup, when: When): void {
  if (isSuspended(group, 'AZRebalance') || isSuspended(group, 'Launch')) return;
  const active = activeMembers(group);
  const isSettled = active.length === group.desired && active.every(({ lifecycle }) => lifecycle === 'InService');
  if (!isSettled && !mayGoOn(group)) return;
  const population = populationOf(group);
  const usable = byPopulation(group).filter((zoneId) => !isLeftAlone(group, zoneId, when.nowMs));
  const emptiest = usable[0];
  if (emptiest === undefined) return;
  const most = Math.max(...population.values());
  const isForeign = active.some(({ zoneId }) => !group.zoneIds.includes(zoneId));
  if (most - (population.get(emptiest) ?? 0) < 2 && !isForeign) return;
  if (!active.some((one) => !one.isProtected && (population.get(one.zoneId) ?? most) === most)) return;
  const zones = group.zoneIds.map((zoneId) => nameOf(state, zoneId)).join(', ');
  const counts = [...population.values()].join(', ');
  const what = "An instance was launched to aid in balancing the group's zones.";
  const cause = `At ${stamp(when.nowMs)} availability zones ${zones} had ${counts} instances respectively. ${what}`;
  launchInto(state, group, emptiest, { ...when, cause });
}

/** While nothing can be terminated, the group grows as far as it may. */
function mayGoOn(group: AutoScalingGroup): boolean {
  const active = activeMembers(group);
  const isServing = active.every(({ lifecycle }) => lifecycle === 'InService');
  const most = group.max + Math.max(1, Math.floor(group.max / 10));
  return isServing && isSuspended(group, 'Terminate') && active.length > group.desired && active.length < most;
}

const nameOf = ({ zones }: RegionState, id: string) => zones.find(({ zoneId }) => zoneId === id)?.zoneName ?? id;
