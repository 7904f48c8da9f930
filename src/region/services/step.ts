import type { Caller } from '../world.ts';
import type { RegionState } from './state.ts';

/** What a step may know besides state and input: the time, randomness, and who asks. */
export interface Ctx {
  readonly nowMs: number;
  readonly random: () => number;
  readonly caller: Caller;
}

/**
 * One operation of a service. It may change the state in place and touches nothing else. It decides before it changes
 * anything: a step that throws a `Fault` has changed nothing.
 */
export type Step<I, O> = (state: RegionState, input: I, ctx: Ctx) => O;

/** The operations of a service that have behaviour, by name. */
export type Steps = Readonly<Record<string, Step<never, unknown>>>;

/** A random text of `length` digits of base 16 or 36. */
export function randomDigits(random: () => number, length: number, base: 16 | 36 = 16): string {
  let text = '';
  for (let k = 0; k < length; k++) text += Math.floor(random() * base).toString(base);
  return text;
}

/** A random UUID of version 4. */
export function randomUuid(random: () => number): string {
  const digits = randomDigits(random, 32);
  const variant = (8 + Math.floor(random() * 4)).toString(16);
  const parts = [
    digits.slice(0, 8),
    digits.slice(8, 12),
    `4${digits.slice(13, 16)}`,
    `${variant}${digits.slice(17, 20)}`,
  ];
  return [...parts, digits.slice(20)].join('-');
}
