import type { RegionState } from '../state.ts';
import { schedule } from '../timer.ts';
import type { Fleet, Store } from './dependencies-state.ts';
import { beginRenewals, forgetAttempts, renewLeases } from './renewals.ts';

/** How often the hosts are looked at while their leases lapse or come back. Milliseconds. */
const LOOK_MS = 250;

/** A store came into reach, or went out of it: leases that are kept there begin to come back, or to lapse. */
export function storeChanged(state: RegionState, store: Store, nowMs: number): void {
  const { fleet } = state.dependencies ?? {};
  if (fleet?.store !== store.name) return;
  if (store.reachable) beginRenewals(fleet, nowMs);
  else forgetAttempts(fleet);
  if (fleet.looking) return;
  fleet.looking = true;
  schedule(state, nowMs, { do: 'look-at-hosts' });
}

/**
 * Lets leases lapse while their store is out of reach, and come back when it is not. The next look is queued for as long
 * as there is something to come.
 */
export function lookAtHosts(state: RegionState, nowMs: number): void {
  const { fleet, stores } = state.dependencies ?? {};
  const store = stores?.find(({ name }) => name === fleet?.store);
  if (!fleet || !store) return;
  if (store.reachable) renewLeases(fleet, nowMs);
  else lapse(fleet, nowMs - store.sinceMs);
  fleet.looking = fleet.hosts.some(({ leased }) => leased !== store.reachable);
  if (fleet.looking) schedule(state, nowMs + LOOK_MS, { do: 'look-at-hosts' });
}

/** Leases are renewed at half their time, those of all hosts evenly over it: so old each was when its store was lost. */
function lapse({ hosts, leaseMs }: Fleet, lostForMs: number): void {
  for (const [k, host] of hosts.entries()) {
    const ageMs = (leaseMs / 2) * (k / hosts.length);
    if (lostForMs >= leaseMs - ageMs) host.leased = false;
  }
}
