import type { AlarmState, MissingData } from './cloudwatch-state.ts';

/** What is known of one period: whether its value breaches the threshold; undefined when it has no data. */
export type Slot = boolean | undefined;

export interface Rule {
  /** So many of the latest periods are looked at. */
  readonly evaluationPeriods: number;
  /** So many of them must breach. */
  readonly datapointsToAlarm: number;
  readonly missing: MissingData;
}

/**
 * How many of the latest periods an alarm looks at, so as to find enough with data. The service does not say; this is
 * what its own examples have.
 */
export const evaluationRange = (evaluationPeriods: number): number => evaluationPeriods + 2;

/**
 * The state of an alarm, by the rules of "How alarm state is evaluated when data is missing" in the CloudWatch user
 * guide. The slots are those of the evaluation range, the oldest first. Undefined: it stays as it is.
 */
export function decide(slots: readonly Slot[], rule: Rule): AlarmState | undefined {
  const { evaluationPeriods, datapointsToAlarm, missing } = rule;
  const real = slots.filter((slot) => slot !== undefined).slice(-evaluationPeriods);
  const breaching = real.filter((slot) => slot).length;
  const filled = evaluationPeriods - real.length;
  const byCount = (count: number): AlarmState => (count >= datapointsToAlarm ? 'ALARM' : 'OK');
  if (filled === 0 || missing === 'notBreaching') return byCount(breaching);
  if (missing === 'breaching') return byCount(breaching + filled);
  if (real.length === 0) return missing === 'ignore' ? undefined : 'INSUFFICIENT_DATA';
  // What is there decides, unless all of it breaches and it is only too little.
  if (breaching >= datapointsToAlarm || breaching < real.length) return byCount(breaching);
  if (missing === 'ignore') return undefined;
  const ageOfOldest = slots.length - slots.indexOf(true);
  return ageOfOldest >= datapointsToAlarm ? 'ALARM' : 'OK';
}

/** The data points that a decision is made of: the latest with data, the oldest first. */
export const decisive = <T>(points: readonly (T | undefined)[], { evaluationPeriods }: Rule): T[] =>
  points.filter((point): point is T => point !== undefined).slice(-evaluationPeriods);
