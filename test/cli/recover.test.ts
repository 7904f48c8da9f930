import { expect, onTestFinished, test } from 'vitest';
import { recoverRuns, recoveryReport, renderRecovery } from '../../src/cli/recover.ts';
import { PLAIN } from '../../src/report/text.ts';
import { deadRun } from '../support/dead-run.ts';
import { makeHome } from '../support/run-cli.ts';

const clean = { runId: 'r1', restored: ['web-a1'], vanished: ['use1-az1'], byHand: [], failed: [] };
const failed = {
  runId: 'r2',
  restored: [],
  vanished: [],
  byHand: [],
  failed: [
    { target: 'shop.example A', why: 'changed meanwhile', manualRecovery: 'aws route53 change-resource-record-sets' },
  ],
};

test('nothing to restore is success, however often it is asked', () => {
  expect(recoveryReport([])).toMatchObject({ outcome: 'held', exitCode: 0, problems: [] });
  expect(renderRecovery(recoveryReport([]), 80, PLAIN)).toBe('Nothing is left to restore.');
  const empty = { runId: 'r3', restored: [], vanished: [], byHand: [], failed: [] };
  expect(renderRecovery(recoveryReport([empty]), 80, PLAIN)).toContain('nothing was left to restore');
});

test('one target that stays harmed makes the whole recovery dirty, and the command to repeat is exact', () => {
  expect(recoveryReport([clean, failed])).toMatchObject({
    outcome: 'dirty',
    exitCode: 7,
    problems: [
      {
        code: 'REVERT_INCOMPLETE',
        fix: expect.stringMatching(/"chaos recover r2".*"chaos recover r2 --restored-by-hand"/),
      },
    ],
  });
});

test('what nobody proved to be his own is told apart from what failed, with what to read first', () => {
  const why = "it was not played: rm   'a b'";
  const foreign = { target: 'F', why, manualRecovery: 'read it', code: 'SAFETY_SEAL' } as const;
  const report = recoveryReport([{ ...failed, failed: [...failed.failed, foreign] }]);
  expect(report.exitCode).toBe(7);
  expect(report.problems.map(({ code, what, fix }) => [code, what.includes('F'), fix === 'read it'])).toEqual([
    ['REVERT_INCOMPLETE', false, false],
    ['SAFETY_SEAL', true, true],
  ]);
  // To the letter, however narrow the terminal is.
  expect(renderRecovery(report, 20, PLAIN)).toContain(`  NOT RESTORED F: ${why}\n    then: read it`);
});

test('what was restored and could not be recorded is no success: it says what to do, and what will be done once more', () => {
  const unrecorded = { code: 'JOURNAL_WRITE', what: 'ENOSPC', fix: 'free some space' } as const;
  const report = recoveryReport([{ ...clean, unrecorded }]);
  const fix = expect.stringMatching(/free some space.*"chaos recover r1" once more.*plays undo commands.*again/);
  const problem = { code: 'JOURNAL_WRITE', what: expect.stringContaining('ENOSPC'), fix };
  expect(report).toMatchObject({ outcome: 'unavailable', exitCode: 9, problems: [problem] });
  expect(recoveryReport([failed, { ...clean, unrecorded }]).exitCode, 'harm is told first').toBe(7);
});

test('every target is listed with what became of it, and with what to do by hand', () => {
  expect(renderRecovery(recoveryReport([clean, failed]), 80, PLAIN)).toBe(
    [
      'run r1',
      '  restored web-a1',
      '  gone with its account: use1-az1',
      'run r2',
      '  NOT RESTORED shop.example A: changed meanwhile',
      '    by hand: aws route53 change-resource-record-sets',
    ].join('\n'),
  );
});

test('a run that cannot be looked after keeps no other one from being restored', async () => {
  const { home, remove } = makeHome();
  onTestFinished(remove);
  for (const [number, kind] of ['embedded', 'aws', 'embedded'].entries())
    deadRun(home, `2026010${number + 1}-000000-beef`, kind);
  const said: string[] = [];
  const request = { home, trustCommands: false, say: (text: string) => said.push(text) };
  const report = await recoverRuns({ ...request, run: undefined });
  expect(report.runs.map(({ vanished }) => vanished)).toEqual([
    ['x of 20260103-000000-beef'],
    ['x of 20260101-000000-beef'],
  ]);
  expect(report).toMatchObject({ exitCode: 9, problems: [{ code: 'ACCOUNT_UNAVAILABLE' }] });
  await expect(recoverRuns({ ...request, run: '20260102' })).rejects.toMatchObject({
    problems: [{ code: 'ACCOUNT_UNAVAILABLE' }],
  });
  expect(renderRecovery(await recoverRuns({ ...request, run: undefined }), 80, PLAIN)).toBe('Nothing was restored.');
});

test('what was restored by hand is said of one run that is named, and of no other', async () => {
  const { home, remove } = makeHome();
  onTestFinished(remove);
  const request = { home, trustCommands: false, restoredByHand: true, say: () => {} };
  for (const run of [undefined, 'last'])
    await expect(recoverRuns({ ...request, run })).rejects.toMatchObject({ problems: [{ code: 'CLI_USAGE' }] });
  const byHand = [{ target: 'shop.example A', saidBy: 'alice' }];
  const report = recoveryReport([{ ...clean, byHand }]);
  expect(report).toMatchObject({ outcome: 'held', exitCode: 0, problems: [] });
  expect(renderRecovery(report, 80, PLAIN)).toContain('  restored by hand, as alice says: shop.example A');
});
