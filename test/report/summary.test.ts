import { describe, expect, test } from 'vitest';
import { readRun } from '../../src/report/reading.ts';
import { renderSummary, renderVerdictLine } from '../../src/report/summary.ts';
import { PLAIN, widthOf } from '../../src/report/text.ts';
import { deviated, died, dirty, held, refused, rollbackFailed, rollbackRecovered } from './entries.ts';

const RUNS = { held, deviated, dirty, refused, died };
const places = { journal: '.chaos/runs/20260102-030405-00aa' };

describe.each(Object.entries(RUNS))('the screen of a run that is %s', (_name, entries) => {
  test.each([60, 100])('reads well at %i columns', (width) => {
    expect(renderSummary(readRun(entries), places, width, PLAIN)).toMatchSnapshot();
  });

  test.each([40, 60, 80, 100, 200])('has no line wider than %i columns or 100', (width) => {
    const lines = renderSummary(readRun(entries), places, width, PLAIN).split('\n');
    expect(lines.filter((line) => widthOf(line) > Math.min(100, Math.max(59, width)))).toEqual([]);
  });
});

test('a dirty run ends with the exact command that restores, after the targets that may still be harmed', () => {
  const lines = renderSummary(readRun(dirty), places, 80, PLAIN).trimEnd().split('\n');
  expect(lines.at(-1)).toBe('restore with: chaos recover 20260102-030405-00aa');
  expect(lines.join('\n')).toContain('1 target may still be harmed:\n  use1-az1 (az.power-loss): ECONNREFUSED');
});

test('a rollback that failed is what is left, with the command that plays it again', () => {
  const text = renderSummary(readRun(rollbackFailed), places, 80, PLAIN);
  expect(text).toContain('1 rollback of the experiment has not succeeded:\n  rollback "sh -c exit 9": it ended with 9');
  expect(text).not.toContain('0 targets');
  expect(text.trimEnd().split('\n').at(-1)).toBe('restore with: chaos recover 20260102-030405-00aa');
});

test('what was restored after the end is no longer said to be harmed', () => {
  const text = renderSummary(readRun(rollbackRecovered), places, 80, PLAIN);
  expect(text).toContain('DIRTY (exit code 7)');
  expect(text).toContain('Everything was restored since.');
  expect(text).not.toContain('chaos recover');
});

test('rollbacks that nobody played are left to play when the run died', () => {
  const unplayed = rollbackFailed.filter(({ type }) => type !== 'rollback' && type !== 'run-ended');
  expect(renderSummary(readRun(unplayed), places, 80, PLAIN)).toContain('the rollbacks of the experiment');
});

test('a run that goes on is running, and is ended with abort, not with recover', () => {
  const text = renderSummary(readRun(died, true), places, 80, PLAIN);
  expect(text).toMatch(/^RUNNING\n/);
  expect(text).toContain('chaos abort 20260102-030405-00aa');
  expect(text).not.toMatch(/recover|NOT KNOWN/);
});

test('a run that goes on says what it could not restore, and to recover it once it has ended', () => {
  const text = renderSummary(readRun(dirty.slice(0, -1), true), places, 80, PLAIN);
  expect(text).toMatch(/^RUNNING\n/);
  expect(text).toContain('not restored: use1-az1 (az.power-loss)\n');
  expect(text).toContain('once the run has ended, restore with: chaos recover 20260102-030405-00aa\n');
});

test('a run that held never claims a restore when nothing was touched', () => {
  expect(renderSummary(readRun(refused), places, 80, PLAIN)).toContain('No target was touched.');
  expect(renderSummary(readRun(refused), places, 80, PLAIN)).not.toContain('restored');
});

test('a fault that was not observed says so', () => {
  const unseen = held.filter((entry) => entry.type !== 'attested');
  expect(renderSummary(readRun(unseen), places, 80, PLAIN)).toContain('its effect was not observed');
});

test('the line of --quiet begins with the outcome, names the run, and says why when it did not hold', () => {
  expect(renderVerdictLine(readRun(held))).toMatch(/^held: The shop survives .* run 20260102-030405-00aa\)$/);
  expect(renderVerdictLine(readRun(deviated))).toMatch(/^deviated: The shop .*\): "checkout" fell below 90%/);
});
