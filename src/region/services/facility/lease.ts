import { type FacilityOperations, LEASE_LOST, type LeaseFacts, type Tenure } from '../../../kernel/facility.ts';
import { Fault } from '../fault.ts';
import type { Lease, RegionState } from '../state.ts';
import type { Step } from '../step.ts';

type Operation<N extends keyof FacilityOperations> = Step<FacilityOperations[N][0], FacilityOperations[N][1]>;

/** The lease as it stands; an expired one is shown, with 0 left, until another run takes the account. */
export const describeLease: Operation<'DescribeLease'> = ({ lease }, _input, { nowMs }) =>
  lease ? { lease: leaseView(lease, nowMs) } : {};

export const acquireLease: Operation<'AcquireLease'> = (state, input, { nowMs }) => {
  const { runId, owner, purpose, home, ttlMs, after } = input;
  requireTtl(ttlMs);
  const { lease: before } = state;
  refuseIfHeld(before, runId, nowMs);
  // The same process again, or a late copy of what it sent, deposes nobody.
  const isSame = before?.runId === runId && before.owner === owner;
  if (!isSame && after !== undefined && after !== (before?.token ?? 0)) {
    throw new Fault('LeaseHeld', 'The lease of the region has changed hands since this was sent; look again.', 409);
  }
  const token = isSame ? before.token : ++state.counter;
  state.lease = { runId, token, owner, purpose, ...(home !== undefined && { home }), expiresMs: nowMs + ttlMs };
  return { lease: leaseView(state.lease, nowMs) };
};

/** A run that was late may still renew, as long as nobody else has taken the account. */
export const renewLease: Operation<'RenewLease'> = (state, { runId, ttlMs }, { nowMs }) => {
  requireTtl(ttlMs);
  refuseIfHeld(state.lease, runId, nowMs);
  if (state.lease?.runId !== runId) {
    throw new Fault('LeaseNotHeld', `Run "${runId}" does not hold the lease of this region; acquire it again.`, 409);
  }
  state.lease = { ...state.lease, expiresMs: nowMs + ttlMs };
  return { lease: leaseView(state.lease, nowMs) };
};

/** Releasing a lease that the run does not hold changes nothing. */
export const releaseLease: Operation<'ReleaseLease'> = (state, { runId }) => {
  if (state.lease?.runId === runId) state.lease = undefined;
  return {};
};

/** Refuses what a process sends that no longer holds the lease, or never did. What nobody claims to send is let in. */
export function requireTenure({ lease }: RegionState, tenure: Tenure | undefined): void {
  if (!tenure || (lease?.token === tenure.token && lease.runId === tenure.runId)) return;
  const now = lease ? `run "${lease.runId}" of ${lease.owner} holds it (${lease.purpose})` : 'it was given back';
  throw new Fault(
    LEASE_LOST,
    `Run "${tenure.runId}" no longer holds the lease of this region under which it sent this: ${now}.`,
    409,
  );
}

/** Refuses whoever is not the run that holds the account, be it with a tenure or without one. */
export function requireFree(state: RegionState, tenure: Tenure | undefined, nowMs: number): void {
  requireTenure(state, tenure);
  refuseIfHeld(state.lease, tenure?.runId ?? '', nowMs);
}

function refuseIfHeld(lease: Lease | undefined, runId: string, nowMs: number): void {
  if (!lease || lease.runId === runId || lease.expiresMs <= nowMs) return;
  const seconds = Math.ceil((lease.expiresMs - nowMs) / 1_000);
  const why = `The region is held by run "${lease.runId}" of ${lease.owner} (${lease.purpose}) for another ${seconds}s.`;
  throw new Fault('LeaseHeld', why, 409);
}

function requireTtl(ttlMs: number): void {
  if (!(ttlMs > 0 && ttlMs <= LONGEST_TTL_MS)) {
    throw new Fault('InvalidParameter', `A lease lasts from 1 to ${LONGEST_TTL_MS} milliseconds, not ${ttlMs}.`, 400);
  }
}

const LONGEST_TTL_MS = 3_600_000;

const leaseView = ({ runId, token, owner, purpose, home, expiresMs }: Lease, nowMs: number): LeaseFacts => ({
  runId,
  token,
  owner,
  purpose,
  ...(home !== undefined && { home }),
  expiresInMs: Math.max(0, expiresMs - nowMs),
});
