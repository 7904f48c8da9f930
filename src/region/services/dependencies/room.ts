import { Fault } from '../fault.ts';
import type { Instance, RegionState } from '../state.ts';
import type { Fleet } from './dependencies-state.ts';

/**
 * How many instances the hosts of a zone can still take: those whose lease is held. Any number without hosts; none while
 * attempts to establish leases keep whoever places instances so busy that a launch would not be through in time, nor
 * while somebody throttles.
 */
export function roomIn(state: RegionState, zoneId: string): number {
  const { fleet } = state.dependencies ?? {};
  if (!fleet) return Infinity;
  if (fleet.throttled || fleet.queue.length * 1_000 > fleet.perSecond * fleet.timeoutMs) return 0;
  return freeHosts(state, fleet, zoneId).reduce((sum, { free }) => sum + free, 0);
}

/** The host of a zone that has the most room; undefined where there are no hosts, or none has any. */
export function hostFor(state: RegionState, zoneId: string): string | undefined {
  const { fleet } = state.dependencies ?? {};
  const [best] = fleet ? freeHosts(state, fleet, zoneId).toSorted((a, b) => b.free - a.free) : [];
  return best?.hostId;
}

/** How the launches of a region are refused as a whole, whatever room there is; undefined when they are not. */
export function throttleOf({ dependencies }: RegionState): Fault | undefined {
  if (!dependencies?.fleet?.throttled) return undefined;
  return new Fault('RequestLimitExceeded', 'Request limit exceeded.', 503);
}

function freeHosts({ instances }: RegionState, { hosts, instancesPerHost }: Fleet, zoneId: string) {
  const taken = new Map<string, number>();
  for (const { hostId, state } of instances) {
    if (hostId === undefined || LEFT.has(state)) continue;
    taken.set(hostId, (taken.get(hostId) ?? 0) + 1);
  }
  return hosts.flatMap((host) => {
    const free = instancesPerHost - (taken.get(host.hostId) ?? 0);
    return host.leased && host.zoneId === zoneId && free > 0 ? [{ hostId: host.hostId, free }] : [];
  });
}

/** Where an instance takes no room on a host. */
const LEFT: ReadonlySet<Instance['state']> = new Set(['stopped', 'terminated']);
