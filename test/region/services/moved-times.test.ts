import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
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

/** What becomes of each moment or duration that the state holds when it is put back: a new name is put where it belongs. */
const KINDS = {
  moves: [
    ...['atMs', 'sinceMs', 'expiresMs', 'goneMs', 'visibleMs', 'sentMs', 'receivedMs', 'firstReceivedMs', 'purgedMs'],
    ...['scaledMs', 'untilMs', 'networkMs', 'freeMs', 'progressMs', 'attemptMs'],
  ],
  stays: [
    ...['createdMs', 'launchMs', 'submittedMs', 'modifiedMs', 'requestedMs', 'startMs', 'endMs', 'updatedMs'],
    ...['changedMs', 'accessedMs', 'deletedMs', 'issuedMs'],
  ],
  'is of cloudWatch, which stays': ['sweptMs', 'configuredMs', 'transitionedMs'],
  'is a duration': [
    ...['intervalMs', 'timeoutMs', 'cooldownMs', 'graceMs', 'deregistrationDelayMs', 'dnsChangeDelayMs', 'executionMs'],
    ...['leaseMs', 'delayMs', 'powerReturnStaggerMs', 'throttledAfterMs', 'periodMs'],
  ],
  'is of no state': ['nowMs', 'takenMs', 'forMs', 'fromMs', 'toMs', 'nextMs'],
};

test('every time that a service declares either moves or stays, as somebody has decided', () => {
  const folder = path.join(import.meta.dirname, '../../../src/region/services');
  const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  const declared = sources.flatMap((file) =>
    [
      ...readFileSync(path.join(folder, file), 'utf8').matchAll(
        /(?:^ +|[{;] )(?:readonly )?(\w+Ms)\??: number\b(?!,)/gm,
      ),
    ].map(([, name]) => name),
  );
  expect(new Set(declared)).toEqual(new Set(Object.values(KINDS).flat()));
  const moved = Object.values(KINDS)
    .flat()
    .filter((name) => movedTimes(MOMENT, 3, name) !== MOMENT);
  expect(moved).toEqual(expect.arrayContaining(KINDS.moves));
  expect(moved.filter((name) => KINDS.stays.includes(name))).toEqual([]);
});
