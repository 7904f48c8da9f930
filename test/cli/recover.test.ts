import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { recoverRuns, recoveryReport, renderRecovery } from '../../src/cli/recover.ts';
import { digestOf } from '../../src/journal/undo.ts';
import { PLAIN } from '../../src/report/text.ts';

import { makeHome } from '../support/run-cli.ts';

const clean = { runId: 'r1', restored: ['web-a1'], vanished: ['use1-az1'], failed: [] };
const failed = {
  runId: 'r2',
  restored: [],
  vanished: [],
  failed: [
    { target: 'shop.example A', why: 'changed meanwhile', manualRecovery: 'aws route53 change-resource-record-sets' },
  ],
};

test('nothing to restore is success, however often it is asked', () => {
  expect(recoveryReport([])).toMatchObject({ outcome: 'held', exitCode: 0, problems: [] });
  expect(renderRecovery(recoveryReport([]), 80, PLAIN)).toBe('Nothing is left to restore.');
  const empty = { runId: 'r3', restored: [], vanished: [], failed: [] };
  expect(renderRecovery(recoveryReport([empty]), 80, PLAIN)).toContain('nothing was left to restore');
});

test('one target that stays harmed makes the whole recovery dirty, and the command to repeat is exact', () => {
  expect(recoveryReport([clean, failed])).toMatchObject({
    outcome: 'dirty',
    exitCode: 7,
    problems: [{ code: 'REVERT_INCOMPLETE', fix: expect.stringContaining('"chaos recover r2"') }],
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

/** A run that died in the middle of its fault, on an account that may be gone. */
function recordRun(home: string, runId: string, kind: string): void {
  const folder = path.join(home, 'runs', runId);
  const account = { kind, name: 'gone', instance: 'i' };
  const record = { injection: '1.x', fault: 'aws.ec2.stop-instances', means: 'api', undo: {} } as const;
  const facts = { injection: '1.x', target: `x of ${runId}`, fault: record.fault, means: record.means };
  const entries = [
    {
      type: 'run-started',
      runId,
      tool: '1',
      experiment: { file: 'x', digest: '', title: 'x' },
      parameters: {},
      account,
    },
    { type: 'captured', ...facts, reversal: 'reverts', digest: digestOf(record), restoresWithinMs: 1_000 },
    { type: 'injecting', injection: '1.x', calls: [] },
  ];
  const lines = entries.map((entry, index) =>
    JSON.stringify({
      v: 1,
      seq: index + 1,
      at: '2026-01-01T00:00:00.000Z',
      reach: { kind, name: 'gone' },
      pid: 1,
      ...entry,
    }),
  );
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'journal.jsonl'), `${lines.join('\n')}\n`);
  writeFileSync(path.join(folder, 'undo.jsonl'), `${JSON.stringify(record)}\n`);
}

test('a run that cannot be looked after keeps no other one from being restored', async () => {
  const { home, remove } = makeHome();
  onTestFinished(remove);
  for (const [number, kind] of ['embedded', 'aws', 'embedded'].entries())
    recordRun(home, `2026010${number + 1}-000000-beef`, kind);
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
