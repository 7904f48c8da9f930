import { expect, test } from 'vitest';
import { renderEvent } from '../../src/report/events.ts';
import { runJson, suiteJson } from '../../src/report/json.ts';
import { lineRenderer } from '../../src/report/lines.ts';
import { readRun } from '../../src/report/reading.ts';
import { renderSummary } from '../../src/report/summary.ts';
import { PLAIN } from '../../src/report/text.ts';
import { deviated, died, dirty, held, refused } from './entries.ts';

const json = (entries: typeof held) => runJson(readRun(entries), '/home/.chaos/runs/x');

test('the object of a run is what scripts rely on', () => {
  expect(json(held)).toMatchSnapshot();
});

test('counts are found by phase and name of the probe', () => {
  expect(json(deviated).phases.during?.checkout).toMatchObject({ samples: 1_500, good: 702, failed: 798 });
  expect(json(held).phases.after?.checkout).toMatchObject({ verdict: 'held', samplesNeeded: 299 });
});

test('an injection says whether it was seen to bite and seen to be gone', () => {
  const [injection] = json(held).injections;
  expect(injection).toMatchObject({ attested: { bites: true }, verified: { bites: false }, restored: 'restored' });
});

test('recovery is the slowest probe, and null when one did not come back', () => {
  expect(json(held).recovery.afterMs).toBe(3_200);
  expect(json(deviated).recovery.afterMs).toBeNull();
});

test('a run without an end in its journal counts as dirty, never as held', () => {
  expect(json(died)).toMatchObject({ outcome: 'error', targets: 'dirty' });
});

test('the outcome of a suite is the most serious one', () => {
  expect(suiteJson([json(held), json(deviated), json(refused)])).toMatchObject({ outcome: 'refused', exitCode: 8 });
  expect(suiteJson([json(dirty), json(held)])).toMatchObject({ outcome: 'dirty', exitCode: 7 });
  expect(suiteJson([json(held), json(held)])).toMatchObject({ outcome: 'held', exitCode: 0 });
});

test('an event is one line of JSON with its version and its run', () => {
  const [first] = held;
  const line = first ? renderEvent(first, 'r1') : '';
  expect(line.indexOf('\n')).toBe(line.length - 1);
  expect(JSON.parse(line)).toMatchObject({ v: 1, seq: 1, type: 'run-started', runId: 'r1' });
});

test('the seed of a random choice stands in every reading of a run, with the flag that repeats it', () => {
  const random = held.map((entry) => (entry.type === 'planned' ? { ...entry, seed: 42 } : entry));
  const again = 'targets chosen with the seed 42; again with --seed 42';
  expect(json(random).seed).toBe(42);
  expect(random.map(lineRenderer()).filter((line) => line?.includes(again))).toHaveLength(1);
  expect(renderSummary(readRun(random), { journal: 'x' }, 80, PLAIN)).toContain(`Faults\n  ${again}\n`);
});
