import { expect, test } from 'vitest';
import { readingOf, type SuiteEntry, suiteOutcome, suiteResult } from '../../src/cli/run-suite.ts';
import type { Experiment } from '../../src/experiment/experiment.ts';
import { readRun } from '../../src/report/reading.ts';
import { deviated, dirty, held } from '../report/entries.ts';

const experiment = (file: string) => ({ file, title: file, account: 'embedded', parameters: {} }) as Experiment;

const finished = (entries: typeof held): SuiteEntry => ({
  experiment: experiment('a.yaml'),
  run: { runId: 'r', folder: '/home/runs/r', reading: readRun(entries) },
});

const notStarted: SuiteEntry = {
  experiment: experiment('b.yaml'),
  outcome: 'unavailable',
  problems: [{ code: 'REGION_START', what: 'the region did not start', fix: 'run "chaos doctor"' }],
};

test('one file yields the run itself, several yield a suite', () => {
  expect(suiteResult([finished(held)], false)).toMatchObject({
    outcome: 'held',
    exitCode: 0,
    runId: expect.any(String),
  });
  expect(suiteResult([finished(held), finished(deviated)], true)).toMatchObject({
    outcome: 'deviated',
    exitCode: 3,
    runs: [{ outcome: 'held' }, { outcome: 'deviated' }],
  });
});

test('the outcome of a suite is the most serious, and dirty outranks all', () => {
  expect(suiteOutcome([finished(held), notStarted])).toEqual({ outcome: 'unavailable', exitCode: 9 });
  expect(suiteOutcome([notStarted, finished(dirty), finished(held)])).toEqual({ outcome: 'dirty', exitCode: 7 });
});

test('an experiment that never began has an outcome and a reason in every report', () => {
  expect(readingOf(notStarted).end).toEqual({
    outcome: 'unavailable',
    why: 'the region did not start',
    targets: 'untouched',
  });
  expect(suiteResult([notStarted], false)).toMatchObject({ outcome: 'unavailable', exitCode: 9, targets: 'untouched' });
});
