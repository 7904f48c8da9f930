import type { ApiTrouble, FacilityOperations, ResolverTrouble, Trouble } from '../../../kernel/facility.ts';
import { happens } from '../../chance.ts';
import type { Caller } from '../../world.ts';
import { Fault } from '../fault.ts';
import type { PlacedTrouble, RegionState } from '../state.ts';
import type { Step } from '../step.ts';
import { schedule } from '../timer.ts';

type Operation<N extends keyof FacilityOperations> = Step<FacilityOperations[N][0], FacilityOperations[N][1]>;

/** Setting the same trouble again changes nothing but the time at which it ends. */
export const setTrouble: Operation<'SetTrouble'> = (state, { name, trouble, expiresInMs }, { nowMs }) => {
  requireSound(trouble);
  if (!(expiresInMs > 0 && expiresInMs <= LONGEST_MS)) {
    throw invalid(`A trouble lasts from 1 to ${LONGEST_MS} milliseconds, not ${expiresInMs}.`);
  }
  const before = Object.hasOwn(state.troubles, name) ? state.troubles[name] : undefined;
  const same = before !== undefined && JSON.stringify(before.trouble) === JSON.stringify(trouble);
  const { concerned, met } = same ? before : { concerned: 0, met: 0 };
  const expiresMs = nowMs + expiresInMs;
  state.troubles = { ...state.troubles, [name]: { trouble, expiresMs, concerned, met } };
  schedule(state, expiresMs, { do: 'end-trouble', name, expiresMs });
  return {};
};

/** Removing a trouble that is not there is no error: it is removed. */
export const removeTrouble: Operation<'RemoveTrouble'> = (state, { name }) => {
  state.troubles = Object.fromEntries(Object.entries(state.troubles).filter(([present]) => present !== name));
  return {};
};

export const describeTroubles: Operation<'DescribeTroubles'> = ({ troubles }, _input, { nowMs }) => ({
  troubles: Object.entries(troubles).map(([name, { trouble, expiresMs, concerned, met }]) => ({
    name,
    trouble,
    expiresInMs: Math.max(0, expiresMs - nowMs),
    concerned,
    met,
  })),
});

/** The time of a trouble is over, unless it was set anew meanwhile. */
export function endTrouble(state: RegionState, name: string, expiresMs: number): void {
  if (state.troubles[name]?.expiresMs !== expiresMs) return;
  state.troubles = Object.fromEntries(Object.entries(state.troubles).filter(([present]) => present !== name));
}

/**
 * Meets a call at the door: throws the error of the first trouble that it runs into, or returns for how many
 * milliseconds it is held up. What this program itself asks passes.
 */
export function meetTroubles(state: RegionState, service: string, operation: string, caller: Caller): number {
  if (caller.tenure || caller.isTool) return 0;
  let delayMs = 0;
  for (const placed of Object.values(state.troubles)) {
    const { trouble } = placed;
    if (trouble.at !== 'api' || trouble.service !== service) continue;
    if (trouble.operation !== undefined && trouble.operation !== operation) continue;
    if (!meets(placed, trouble)) continue;
    if (trouble.does === 'error' && trouble.error) throw faultOf(trouble.error);
    delayMs += trouble.delayMs ?? 0;
  }
  return delayMs;
}

function meets(placed: PlacedTrouble, { seed, share, times }: ApiTrouble): boolean {
  const does = happens(seed, placed.concerned++, share) && placed.met < (times ?? Infinity);
  if (does) placed.met++;
  return does;
}

const faultOf = ({ code, message, status }: NonNullable<ApiTrouble['error']>) => new Fault(code, message, status);

/** What the data plane is told: the troubles of the resolver. */
export const resolverTroubles = ({ troubles }: RegionState): readonly ResolverTrouble[] =>
  Object.values(troubles).flatMap(({ trouble }) => (trouble.at === 'resolver' ? [trouble] : []));

function requireSound(trouble: Trouble): void {
  const { at, does, share, seed, delayMs } = trouble;
  if (!KINDS.has(`${at} ${does}`)) throw invalid(`There is no trouble "${does}" at "${at}".`);
  if (!(share >= 0 && share <= 1)) throw invalid('The share of a trouble is a number from 0 to 1.');
  if (!Number.isSafeInteger(seed)) throw invalid('The seed of a trouble is a whole number.');
  if (does === 'delay' && !(delayMs !== undefined && delayMs >= 0 && delayMs <= LONGEST_DELAY_MS)) {
    throw invalid(`A delay is from 0 to ${LONGEST_DELAY_MS} milliseconds.`);
  }
  if (trouble.at !== 'api') return;
  if (typeof trouble.service !== 'string') throw invalid('A trouble of the door names a service.');
  if (does === 'error' && !isError(trouble.error)) {
    throw invalid('The error of a trouble has a code, a message and an HTTP status from 400 to 599.');
  }
}

const isError = (error: ApiTrouble['error']): boolean =>
  error !== undefined &&
  /^[A-Za-z][A-Za-z0-9.]{0,99}$/.test(error.code) &&
  typeof error.message === 'string' &&
  Number.isInteger(error.status) &&
  error.status >= 400 &&
  error.status <= 599;

const KINDS = new Set([
  ...['NXDOMAIN', 'SERVFAIL', 'silence', 'delay', 'stale'].map((does) => `resolver ${does}`),
  ...['error', 'delay'].map((does) => `api ${does}`),
]);
const LONGEST_MS = 86_400_000;
const LONGEST_DELAY_MS = 600_000;

const invalid = (message: string) => new Fault('InvalidParameter', message, 400);
