import type { BlueprintDependencies, BlueprintLaunches } from '../../../kernel/blueprint.ts';
import type { Zone } from '../state.ts';
import { type Ctx, randomDigits } from '../step.ts';
import type { Dependencies, Fleet } from './dependencies-state.ts';

/** What a blueprint says of dependencies, as it is at boot: every store in reach, every lease held. */
export function buildDependencies(
  { stores, launches }: BlueprintDependencies,
  zones: readonly Zone[],
  ctx: Pick<Ctx, 'nowMs' | 'random'>,
): Dependencies {
  const seen = { reachable: true, reason: '', sinceMs: ctx.nowMs };
  return {
    stores: stores.map((store) => ({ ...store, ...seen })),
    ...(launches && { fleet: buildFleet(launches, zones, ctx) }),
  };
}

/** Hosts of the zones alternate, so that leases lapse and come back in all zones at the same pace. */
function buildFleet(
  { needs, hostsPerZone, instancesPerHost, leaseMs, renewals, network }: BlueprintLaunches,
  zones: readonly Zone[],
  { nowMs, random }: Pick<Ctx, 'nowMs' | 'random'>,
): Fleet {
  const turns = Array.from({ length: hostsPerZone }, () => zones);
  return {
    store: needs,
    instancesPerHost,
    leaseMs,
    ...renewals,
    ...(network && { network }),
    hosts: turns.flat().map(({ zoneId }) => ({ hostId: `h-0${randomDigits(random, 16)}`, zoneId, leased: true })),
    queue: [],
    freeMs: nowMs,
    progressMs: nowMs,
    throttled: false,
    networkMs: nowMs,
    looking: false,
  };
}
