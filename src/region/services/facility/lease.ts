import type { FacilityOperations, LeaseFacts } from '../../../kernel/facility.ts';
import { Fault } from '../fault.ts';
import type { Lease } from '../state.ts';
import type { Step } from '../step.ts';

type Operation<N extends keyof FacilityOperations> = Step<FacilityOperations[N][0], FacilityOperations[N][1]>;

/** The lease as it stands; an expired one is shown, with 0 left, until another run takes the account. */
export const describeLease: Operation<'DescribeLease'> = ({ lease }, _input, { nowMs }) =>
  lease ? { lease: leaseView(lease, nowMs) } : {};

export const acquireLease: Operation<'AcquireLease'> = (state, { runId, owner, purpose, home, ttlMs }, { nowMs }) => {
  requireTtl(ttlMs);
  refuseIfHeld(state.lease, runId, nowMs);
  state.lease = { runId, owner, purpose, ...(home !== undefined && { home }), expiresMs: nowMs + ttlMs };
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

const leaseView = ({ runId, owner, purpose, home, expiresMs }: Lease, nowMs: number): LeaseFacts => ({
  runId,
  owner,
  purpose,
  ...(home !== undefined && { home }),
  expiresInMs: Math.max(0, expiresMs - nowMs),
});
