import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { showRun } from '../../src/cli/journal-show.ts';
import { renderRuns, rowOf } from '../../src/cli/run-table.ts';
import { findRun, leftOpen, listRuns, needsRecovery } from '../../src/cli/runs.ts';
import { readStatus, renderStatus } from '../../src/cli/status.ts';
import { liveFiles } from '../../src/host/files.ts';
import type { Entry } from '../../src/journal/entries.ts';
import { PLAIN } from '../../src/report/text.ts';
import { died, dirty, held, rollbackFailed, rollbackRecovered } from '../report/entries.ts';

const files = liveFiles();
const home = mkdtempSync(path.join(tmpdir(), 'chaos-runs-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));

function writeRun(inHome: string, runId: string, entries: readonly Entry[]): void {
  const folder = path.join(inHome, 'runs', runId);
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'journal.jsonl'), entries.map((entry) => `${JSON.stringify(entry)}\n`).join(''));
}
writeRun(home, '20260101-1', held);
writeRun(home, '20260102-1', dirty);
writeRun(home, '20260102-2', died);
mkdirSync(path.join(home, 'runs', '20260103-never-began'));

test('runs are listed the newest first, and a folder without a journal is none', async () => {
  expect((await listRuns(home, files)).runs.map(({ runId }) => runId)).toEqual([
    '20260102-2',
    '20260102-1',
    '20260101-1',
  ]);
});

test('a folder of somebody else puts no command into what is pasted: by its name and no other its run is called', async () => {
  const theirs = mkdtempSync(path.join(home, 'theirs-'));
  const forged = died.map((entry) => (entry.type === 'run-started' ? { ...entry, runId: '$(touch x)' } : entry));
  writeRun(theirs, '20260101-1', forged);
  for (const name of ['$(touch x)', 'a b', 'a\u001b[2J', '--all']) writeRun(theirs, name, forged);
  const { runs } = await listRuns(theirs, files);
  expect(runs.map(({ runId, reading }) => [runId, reading.runId])).toEqual([['20260101-1', '20260101-1']]);
  await expect(findRun(theirs, files, '--all')).rejects.toMatchObject({ problems: [{ code: 'RUN_UNKNOWN' }] });
});

test('a run is found by its id, by an unambiguous beginning of it, and as the last one', async () => {
  expect((await findRun(home, files, '20260101')).runId).toBe('20260101-1');
  expect((await findRun(home, files, '20260102-1')).runId).toBe('20260102-1');
  await expect(findRun(home, files, '20260102')).rejects.toMatchObject({
    problems: [{ code: 'RUN_UNKNOWN', fix: 'write one of: 20260102-1, 20260102-2' }],
  });
  await expect(findRun(home, files, ''), 'an unset variable names no run').rejects.toMatchObject({
    problems: [{ code: 'RUN_UNKNOWN' }],
  });
  await expect(findRun(home, files, '20260101-2')).rejects.toMatchObject({
    problems: [{ code: 'RUN_UNKNOWN', fix: expect.stringContaining('did you mean') }],
  });
});

test('a run that died after injecting, and one that could not restore, need recovery; one that held does not', async () => {
  const { runs } = await listRuns(home, files);
  expect(runs.filter(needsRecovery).map(({ runId }) => runId)).toEqual(['20260102-2', '20260102-1']);
});

test('the list shows what is harmed before it shows an outcome', async () => {
  const rows = (await listRuns(home, files)).runs.map(rowOf);
  expect(rows.map(({ state, outcome, harmed }) => ({ state, outcome, harmed }))).toEqual([
    { state: 'died', outcome: null, harmed: ['use1-az1'] },
    { state: 'ended', outcome: 'dirty', harmed: ['use1-az1'] },
    { state: 'ended', outcome: 'held', harmed: [] },
  ]);
  expect(renderRuns(rows, PLAIN).split('\n')[1]).toMatch(/^20260102-2 {2}harmed/);
});

test('the status prints the command that restores', async () => {
  const text = renderStatus(await readStatus(home), PLAIN);
  expect(text).toContain('20260102-2: use1-az1; restore with: chaos recover 20260102-2');
  expect(text).toContain('No region is up.');
});

describe('the status of a run that goes on', () => {
  const statusOf = async (name: string, entries: typeof died) => {
    const other = path.join(home, name);
    writeRun(other, name, entries);
    const lock = await files.lock(path.join(other, 'runs', name, 'holder.lock'));
    try {
      const status = await readStatus(other);
      return { status, text: renderStatus(status, PLAIN) };
    } finally {
      await lock?.release();
    }
  };

  test('says what is in place, and does not say that nothing is left harmed', async () => {
    const { status, text } = await statusOf('dark', died);
    expect(status.harming).toEqual([{ runId: 'dark', inPlace: ['use1-az1'], notRestored: [] }]);
    expect(text).toContain('Harmed just now by runs that go on\n  dark: in place: use1-az1\n');
    expect(text).toContain('Dead runs left nothing harmed.');
    expect(text).not.toContain('Nothing is left harmed.');
  });

  test('says what it could not restore, and when to recover it', async () => {
    const { status, text } = await statusOf('stuck', dirty.slice(0, -1));
    expect(status.harming).toEqual([{ runId: 'stuck', inPlace: [], notRestored: ['use1-az1'] }]);
    expect(text).toContain(
      '  stuck: NOT RESTORED: use1-az1; once the run has ended, restore with: chaos recover stuck\n',
    );
  });

  test('says that nothing is left harmed once all is restored', async () => {
    const { status, text } = await statusOf('over', held.slice(0, -1));
    expect(status.running.map(({ state }) => state)).toEqual(['running']);
    expect(status.harming).toEqual([]);
    expect(text).toContain('Nothing is left harmed.');
  });
});

test('a rollback that failed needs recovery like a target, until it has succeeded', async () => {
  const other = path.join(home, 'rollbacks');
  writeRun(other, 'failed', rollbackFailed);
  writeRun(other, 'recovered', rollbackRecovered);
  expect((await listRuns(other, files)).runs.filter(needsRecovery).map(({ runId }) => runId)).toEqual(['failed']);
  const { harmed } = await readStatus(other);
  expect(harmed.map((row) => row.harmed)).toEqual([['rollback "sh -c exit 9"']]);
});

test('what keeps the next run out of an account is both: targets and rollbacks that the last one left', async () => {
  const other = path.join(home, 'left');
  writeRun(other, 'both', [...died, ...rollbackFailed.filter(({ type }) => type === 'rollbacks-captured')]);
  writeRun(other, 'tried', rollbackFailed);
  writeRun(other, 'clean', rollbackRecovered);
  expect(await leftOpen(other, files, 'both')).toEqual(['use1-az1', 'the rollbacks of the experiment']);
  expect(await leftOpen(other, files, 'tried')).toEqual(['rollback "sh -c exit 9"']);
  expect(await leftOpen(other, files, 'clean')).toEqual([]);
  expect(await leftOpen(other, files, 'no such run')).toBeUndefined();
});

test('a run whose holder lives is running: no outcome, nothing to recover', async () => {
  const other = path.join(home, 'alive');
  writeRun(other, 'alive', died);
  const lock = await files.lock(path.join(other, 'runs', 'alive', 'holder.lock'));
  const run = await findRun(other, files, 'alive');
  await lock?.release();
  const { json } = showRun(run, { width: 80, paint: PLAIN, journal: '' });
  expect(json).toMatchObject({ state: 'running', outcome: null, exitCode: null, targets: null });
  expect(needsRecovery(run)).toBe(false);
});
