import type { RegionState } from '../state.ts';
import { type AutoScalingGroup, activeMembers, isSuspended, type Member, stamp } from './group.ts';
import { beginTermination, launchInto, type When } from './members.ts';
import { byPopulation, isLeftAlone } from './zones.ts';

/** Launches what is missing, and takes away what is too much, unless the process for it is suspended. */
export function reachCapacity(state: RegionState, group: AutoScalingGroup, when: When): void {
  if (!isSuspended(group, 'Launch')) launchMissing(state, group, when);
  if (!isSuspended(group, 'Terminate')) terminateSurplus(state, group, when);
  if (activeMembers(group).length === group.desired) group.request = '';
}

/** Each into the zone that has the fewest; one that refuses is left alone for a while, and the next one tried. */
function launchMissing(state: RegionState, group: AutoScalingGroup, when: When): void {
  const missing = group.desired - activeMembers(group).length;
  const cause = launchCause(group, missing, when.nowMs);
  for (let k = 0; k < missing; k++) {
    let isLaunched = false;
    for (const zoneId of byPopulation(group)) {
      if (isLeftAlone(group, zoneId, when.nowMs)) continue;
      isLaunched = launchInto(state, group, zoneId, { ...when, cause });
      if (isLaunched) break;
    }
    if (!isLaunched) return;
  }
}

function launchCause(group: AutoScalingGroup, missing: number, nowMs: number): string {
  const at = `At ${stamp(nowMs)}`;
  if (group.toReplace >= missing && group.request === '') {
    return `${at} an instance was launched in response to an unhealthy instance needing to be replaced.`;
  }
  const change = `increasing the capacity from ${group.desired - missing} to ${group.desired}`;
  return `${group.request}${at} an instance was started in response to a difference between desired and actual capacity, ${change}.`;
}

/** Takes from the zone that has the most, the oldest first. Those that are not in service yet do not count as too much. */
function terminateSurplus(state: RegionState, group: AutoScalingGroup, when: When): void {
  const serving = group.members.filter(({ lifecycle }) => lifecycle === 'InService').length;
  const change = `shrinking the capacity from ${serving} to ${group.desired}`;
  const at = `At ${stamp(when.nowMs)}`;
  const why = `${group.request}${at} an instance was taken out of service in response to a difference between desired and actual capacity, ${change}.`;
  for (let surplus = serving - group.desired; surplus > 0; surplus--) {
    const member = nextToGo(group);
    if (!member) return;
    const cause = `${why} ${at} instance ${member.instanceId} was selected for termination.`;
    beginTermination(state, group, member, { ...when, cause });
  }
}

function nextToGo(group: AutoScalingGroup): Member | undefined {
  const leaving = group.members.filter(({ lifecycle, isProtected }) => lifecycle === 'InService' && !isProtected);
  const foreign = leaving.find(({ zoneId }) => !group.zoneIds.includes(zoneId));
  if (foreign) return foreign;
  for (const zoneId of byPopulation(group).toReversed()) {
    const inZone = leaving.filter((member) => member.zoneId === zoneId).sort((a, b) => a.sinceMs - b.sinceMs);
    if (inZone[0]) return inZone[0];
  }
  return undefined;
}
