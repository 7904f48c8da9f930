import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { AlarmState, MissingData } from '../../../src/region/services/cloudwatch/cloudwatch-state.ts';
import { decide, evaluationRange, type Slot } from '../../../src/region/services/cloudwatch/decide.ts';

/** `0` is within the threshold, `X` breaches it, `-` is missing; the latest stands on the right. */
const slotsOf = (data: string): Slot[] =>
  [...data.replaceAll(' ', '')].map((letter) => (letter === '-' ? undefined : letter === 'X'));

const TREATMENTS: readonly MissingData[] = ['missing', 'ignore', 'breaching', 'notBreaching'];
const [ALARM, OK, NONE, KEEP] = ['ALARM', 'OK', 'INSUFFICIENT_DATA', undefined] as const;
type Decision = AlarmState | undefined;
type Row = readonly [data: string, Decision, Decision, Decision, Decision];

/** The tables of the CloudWatch user guide, with the columns in the order of `TREATMENTS`. */
const THREE_OF_THREE: readonly Row[] = [
  ['0 - X - X', OK, OK, OK, OK],
  ['0 - - - -', OK, OK, OK, OK],
  ['- - - - -', NONE, KEEP, ALARM, OK],
  ['0 X X - X', ALARM, ALARM, ALARM, ALARM],
  ['- - X - -', ALARM, KEEP, ALARM, OK],
];
const TWO_OF_THREE: readonly Row[] = [
  ['0 - X - X', ALARM, ALARM, ALARM, ALARM],
  ['0 0 X 0 X', ALARM, ALARM, ALARM, ALARM],
  ['0 - X - -', OK, OK, ALARM, OK],
  ['- - - - 0', OK, OK, ALARM, OK],
  ['- - - X -', ALARM, KEEP, ALARM, OK],
];

describe.each([
  [3, THREE_OF_THREE],
  [2, TWO_OF_THREE],
] as const)('an alarm on %i of 3 data points', (datapointsToAlarm, table) => {
  test.each(table)('with %s goes where the user guide has it go', (data, ...states) => {
    const decided = TREATMENTS.map((missing) =>
      decide(slotsOf(data), { evaluationPeriods: 3, datapointsToAlarm, missing }),
    );
    expect(decided).toEqual(states);
  });
});

test('an alarm does not go off too early: one breaching point that is new may be followed by a good one', () => {
  const rule = { evaluationPeriods: 3, datapointsToAlarm: 3, missing: 'missing' } as const;
  expect(['- - - - X', '- - - X -', '- - - X 0', '- - X - 0'].map((data) => decide(slotsOf(data), rule))).toEqual([
    OK,
    OK,
    OK,
    OK,
  ]);
  expect(decide(slotsOf('- - X - X'), rule)).toBe(ALARM);
});

const slot = fc.constantFrom<Slot>(true, false, undefined);
const cases = fc
  .record({
    evaluationPeriods: fc.integer({ min: 1, max: 6 }),
    share: fc.nat(99),
    missing: fc.constantFrom(...TREATMENTS),
  })
  .chain(({ evaluationPeriods, share, missing }) =>
    fc.record({
      rule: fc.constant({
        evaluationPeriods,
        missing,
        datapointsToAlarm: 1 + Math.floor((evaluationPeriods * share) / 100),
      }),
      slots: fc.array(slot, {
        minLength: evaluationRange(evaluationPeriods),
        maxLength: evaluationRange(evaluationPeriods),
      }),
    }),
  );
const options = { seed: 41, numRuns: 2_000 };

describe('laws', () => {
  test('with enough data, what is done about missing ones does not matter', () => {
    fc.assert(
      fc.property(cases, ({ rule, slots }) => {
        const real = slots.filter((one) => one !== undefined);
        fc.pre(real.length >= rule.evaluationPeriods);
        const breaching = real.slice(-rule.evaluationPeriods).filter((one) => one).length;
        expect(decide(slots, rule)).toBe(breaching >= rule.datapointsToAlarm ? ALARM : OK);
      }),
      options,
    );
  });

  test('what is taken for breaching is never calmer, what is taken for good never more alarmed, than what is missing', () => {
    fc.assert(
      fc.property(cases, ({ rule, slots }) => {
        const by = (missing: MissingData) => decide(slots, { ...rule, missing });
        if (by('missing') === ALARM) expect(by('breaching')).toBe(ALARM);
        if (by('notBreaching') === ALARM) expect(by('missing')).toBe(ALARM);
        if (by('ignore') !== undefined) expect(by('ignore')).toBe(by('missing'));
      }),
      options,
    );
  });

  test('only an alarm that looks at nothing but missing data has too little of them', () => {
    fc.assert(
      fc.property(cases, ({ rule, slots }) => {
        const isEmpty = slots.every((one) => one === undefined);
        expect(decide(slots, rule) === NONE).toBe(isEmpty && rule.missing === 'missing');
      }),
      options,
    );
  });
});
