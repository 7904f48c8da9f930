import type { Call } from '../kernel/call.ts';
import { CallError } from '../kernel/errors.ts';
import type { FacilityOperations, LeaseFacts } from '../kernel/facility.ts';
import type { Clock } from '../kernel/ports.ts';
import type { AwsCaller } from './aws.ts';
import { type HeldNote, openNotes, type Rows } from './parameter-notes.ts';

type LeaseOperation = 'DescribeLease' | 'AcquireLease' | 'RenewLease' | 'ReleaseLease';
type Operation<N extends LeaseOperation> = (
  place: Place,
  input: FacilityOperations[N][0],
  signal: AbortSignal,
) => Promise<FacilityOperations[N][1]>;

interface Place {
  readonly rows: Rows;
  readonly clock: Clock;
}

/**
 * The lease of an account that has no such thing of its own, in its SSM Parameter Store, with the operations and errors
 * of a region's lease. It is a row of numbered parameters of which the highest counts: whoever wants the account creates
 * the next number, which only one can do, and the highest is never deleted, only overwritten by its holder. It goes by
 * the clock on the wall of whoever reads it, and there is no fence: what a deposed holder still sends is not refused.
 * @returns what answers a call of the lease. It throws a `CallError`, also where the account has no Parameter Store.
 */
export function openParameterLease(caller: AwsCaller, clock: Clock) {
  const place = { rows: openNotes(caller), clock };
  return async <O>({ service, operation, input }: Call<O>, signal: AbortSignal): Promise<O> => {
    if (service !== 'facility' || !Object.hasOwn(OPERATIONS, operation))
      throw new CallError('UnknownOperation', `an account of kind endpoint has no ${service}:${operation}`);
    const perform = OPERATIONS[operation as LeaseOperation] as Operation<LeaseOperation>;
    return (await perform(place, input as never, signal)) as O;
  };
}

const describe: Operation<'DescribeLease'> = async ({ rows, clock }, _input, signal) => {
  const { number, held } = await rows.highest(signal);
  return held ? { lease: factsOf(held, number, clock) } : {};
};

const acquire: Operation<'AcquireLease'> = async ({ rows, clock }, { ttlMs, after, ...claim }, signal) => {
  const before = await rows.highest(signal);
  // Whoever names the very lease that he has seen knows that its holder is dead.
  if (after === undefined || after !== before.number) refuseIfHeld(before.held, claim.runId, clock);
  const note = { ...claim, untilMs: clock.wallMs() + ttlMs };
  // The same process again, or a late copy of what it sent, deposes nobody.
  if (before.held?.runId === claim.runId && before.held.owner === claim.owner) {
    await rows.overwrite(before.number, note, signal);
    return { lease: factsOf(note, before.number, clock) };
  }
  const number = before.number + 1;
  const hasChanged = after !== undefined && after !== (before.held ? before.number : 0);
  if (hasChanged || !(await rows.create(number, note, signal))) throw changed();
  // A taker that was slow creates a low number again, and finds a higher one.
  if ((await rows.highest(signal)).number !== number) throw changed();
  await rows.deleteBelow(number, signal);
  return { lease: factsOf(note, number, clock) };
};

/** A run that was late may still renew, as long as nobody else has taken the account. */
const renew: Operation<'RenewLease'> = async ({ rows, clock }, { runId, ttlMs }, signal) => {
  const { number, held } = await rows.highest(signal);
  refuseIfHeld(held, runId, clock);
  if (held?.runId !== runId) throw new CallError('LeaseNotHeld', `run ${runId} does not hold the account`);
  const renewed = { ...held, untilMs: clock.wallMs() + ttlMs };
  await rows.overwrite(number, renewed, signal);
  // Somebody may have taken the account between the two.
  if ((await rows.highest(signal)).number !== number) throw changed();
  return { lease: factsOf(renewed, number, clock) };
};

const release: Operation<'ReleaseLease'> = async ({ rows }, { runId }, signal) => {
  const { number, held } = await rows.highest(signal);
  if (held?.runId === runId) await rows.overwrite(number, { released: true }, signal);
  return {};
};

const OPERATIONS: { readonly [N in LeaseOperation]: Operation<N> } = {
  DescribeLease: describe,
  AcquireLease: acquire,
  RenewLease: renew,
  ReleaseLease: release,
};

const factsOf = ({ untilMs, ...note }: HeldNote, token: number, clock: Clock): LeaseFacts => ({
  ...note,
  token,
  expiresInMs: Math.max(0, untilMs - clock.wallMs()),
});

function refuseIfHeld(held: HeldNote | undefined, runId: string, clock: Clock): void {
  if (held && held.runId !== runId && held.untilMs > clock.wallMs())
    throw new CallError('LeaseHeld', `run ${held.runId} (${held.owner}, ${held.purpose}) holds the account`);
}

const changed = () => new CallError('LeaseHeld', 'the lease of the account has just changed hands');
