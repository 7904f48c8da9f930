import type { FacilityOperations, LaunchFacts } from '../../../kernel/facility.ts';
import type { RegionState } from '../state.ts';
import type { Step } from '../step.ts';
import type { Fleet } from './dependencies-state.ts';
import { roomIn } from './room.ts';

/** What services need and whether they have it. */
export const describeDependencies: Step<Record<string, never>, FacilityOperations['DescribeDependencies'][1]> = (
  state,
  _input,
  { nowMs },
) => {
  const { stores = [], fleet } = state.dependencies ?? {};
  return {
    stores: stores.map(({ name, dnsName, port, operations, reachable, reason, sinceMs }) => ({
      name,
      dnsName,
      ...(port !== undefined && { port }),
      operations,
      reachable,
      reason,
      forMs: nowMs - sinceMs,
    })),
    ...(fleet && { launches: launchFacts(state, fleet) }),
  };
};

const launchFacts = (state: RegionState, fleet: Fleet): LaunchFacts => ({
  needs: fleet.store,
  zones: state.zones.map(({ zoneId }) => {
    const hosts = fleet.hosts.filter((host) => host.zoneId === zoneId);
    return {
      zoneId,
      hosts: hosts.length,
      leased: hosts.filter(({ leased }) => leased).length,
      room: roomIn(state, zoneId),
    };
  }),
  queued: fleet.queue.length,
  throttled: fleet.throttled,
  withoutNetwork: state.instances.flatMap(({ instanceId, networkMs, state: now }) =>
    networkMs === undefined || now === 'terminated' ? [] : [instanceId],
  ),
});
