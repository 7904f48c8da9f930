import type { Blueprint } from '../kernel/blueprint.ts';
import type { FacilityOperation, FacilityOperations, Tenure } from '../kernel/facility.ts';
import type { Json } from '../kernel/json.ts';
import type { Desired, Observed } from './contract.ts';

/**
 * The control plane of a region as a value: the state of every service, changed by pure steps alone. It owns no socket,
 * no process and no clock; the region program drives it in real time, tests drive it in virtual time.
 */
export interface World {
  /** Answers one AWS operation; with a `Waiting` if the call is to be made again later. Throws a `Fault` for a modelled error. `service` is the id in the catalogue. */
  call(service: string, operation: string, input: unknown, caller: Caller): unknown;
  /** Whether the operation has behaviour here; the others answer a modelled 501. */
  knows(service: string, operation: string): boolean;
  /** Answers a facility operation that needs no data plane (all but DescribeRoute and SignalProcess). */
  facility<N extends FacilityOperation>(
    operation: N,
    input: FacilityOperations[N][0],
    caller?: Partial<Caller>,
  ): FacilityOperations[N][1];
  /**
   * Meets a call at the door, before it is answered: throws the `Fault` of a trouble, or returns the milliseconds for
   * which it is held up.
   */
  meet(service: string, operation: string, caller: Caller): number;
  /**
   * Throws the `Fault` with which `facility` refuses a caller who is deposed, or lacks the permission: for operations that
   * the world does not answer itself.
   */
  admit(operation: FacilityOperation, caller: Partial<Caller>): void;
  /** An access key that IAM or STS made; undefined where there is none that is active. */
  keyOf(accessKeyId: string): AccountKey | undefined;
  /** What the data plane is to do. The same object until something changes. */
  desired(): Desired;
  /** Takes in what the data plane has seen. */
  observe(fact: Observed): void;
  /** Runs every timer that is due. Returns the wall-clock time of the next one, if any. */
  advance(): number | undefined;
  /** Grows with everything that may have changed the state. */
  revision(): number;
  /**
   * Goes on from what was kept at that time, as of now: see `restoredState`. All at once, so that no call sees half of it.
   * Throws the `Fault` LeaseHeld when another run than the caller's holds the account.
   */
  restore(kept: Json, takenMs: number, caller: Pick<Caller, 'tenure'>): void;
  /** Throws the `Fault` LeaseHeld when another run than the caller's holds the account. */
  requireFree(caller: Pick<Caller, 'tenure'>): void;
  /** The state as it outlives the data plane, a copy. `startedAgain` makes of it what a world goes on from. */
  kept(): Json;
  /** The whole state as plain JSON, a copy: `WorldOptions.saved` makes the same world of it again. */
  snapshot(): Json;
}

/** What signs for somebody in the account. */
export interface AccountKey {
  readonly secretAccessKey: string;
  /** What temporary credentials carry beside. */
  readonly sessionToken?: string;
  readonly isExpired?: boolean;
}

export interface Caller {
  readonly accessKeyId: string;
  readonly requestId: string;
  /** Absent for everybody who is not a run of this tool. */
  readonly tenure?: Tenure;
  /** Whether this program itself asks: what is set at the door for others does not concern it. */
  readonly isTool?: boolean;
  /** Where the caller reaches the region: what it is told of there must be reached the same way. */
  readonly endpoint?: string;
  /** When the caller asked first, if it has waited for an answer since. */
  readonly sinceMs?: number;
  /** Aborted when nobody is there any more who waits for the answer. */
  readonly gone?: AbortSignal;
}

export interface WorldOptions {
  readonly blueprint: Blueprint;
  readonly name: string;
  /** Time, ids and randomness come from here, so that the same seed makes the same region. */
  readonly wallMs: () => number;
  readonly random: () => number;
  readonly accountId: string;
  readonly instance: string;
  /** The region program's own process, for `DescribeRegion`. 0 when there is none. */
  readonly pid?: number;
  /** A snapshot to go on from, instead of building the blueprint anew. */
  readonly saved?: Json;
}
