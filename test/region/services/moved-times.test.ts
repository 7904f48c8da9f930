import { expect, test } from 'vitest';
import { movedTimes } from '../../../src/region/services/moved-times.ts';

const MOMENT = Date.UTC(2026, 0, 1);

test('moments move, durations and history stay', () => {
  const state = { untilMs: MOMENT, delayMs: 5_000, launchMs: MOMENT, counter: MOMENT, name: 'atMs' };
  const kept = { list: [{ atMs: MOMENT }, 7], deep: { deeper: state }, cloudWatch: { sweptMs: MOMENT }, none: null };
  const moved = { ...state, untilMs: MOMENT + 3 };
  expect(movedTimes(kept, 3)).toEqual({
    ...{ list: [{ atMs: MOMENT + 3 }, 7], deep: { deeper: moved }, cloudWatch: { sweptMs: MOMENT }, none: null },
  });
});
