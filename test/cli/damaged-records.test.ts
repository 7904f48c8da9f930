import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { recoverRuns, renderRecovery } from '../../src/cli/recover.ts';
import { renderRuns, rowsOf } from '../../src/cli/run-table.ts';
import { listRuns } from '../../src/cli/runs.ts';
import { outcomeOfStatus, readStatus, renderStatus } from '../../src/cli/status.ts';
import { liveFiles } from '../../src/host/files.ts';
import { PLAIN } from '../../src/report/text.ts';
import { died } from '../report/entries.ts';
import { deadRun } from '../support/dead-run.ts';
import { makeHome, runCli } from '../support/run-cli.ts';

const files = liveFiles();
const DAMAGED = '20260102-000000-beef';
const HARMED = '20260101-000000-beef';
let home: string;

/** Two dead runs that left something harmed; the record of the later one is damaged by each test. */
beforeEach(() => {
  const made = makeHome();
  onTestFinished(made.remove);
  home = made.home;
});

const journalOf = (runId: string) => path.join(home, 'runs', runId, 'journal.jsonl');
const append = (line: object) =>
  writeFileSync(journalOf(DAMAGED), `${readFileSync(journalOf(DAMAGED), 'utf8')}${JSON.stringify(line)}\n`);

const DAMAGES: readonly (readonly [string, string, () => void])[] = [
  [
    'a line is missing',
    'lacks entries: number 3 follows 1',
    () => {
      const [first, , ...others] = readFileSync(journalOf(DAMAGED), 'utf8').split('\n');
      writeFileSync(journalOf(DAMAGED), [first, ...others].join('\n'));
    },
  ],
  ['its journal is missing', 'is missing, though undo data', () => rmSync(journalOf(DAMAGED))],
  ['its journal is empty', 'is empty, though undo data', () => writeFileSync(journalOf(DAMAGED), '')],
  [
    'a rollback lacks its command',
    'number 4: "command" is no list',
    () => append({ v: 1, seq: 4, at: 'x', type: 'rollback', number: 1 }),
  ],
  [
    'an injection is a number and has no calls',
    'number 4: "injection" is not a text',
    () => append({ v: 1, seq: 4, at: 'x', type: 'injecting', injection: 7 }),
  ],
  [
    'its journal is a folder',
    'EISDIR',
    () => {
      rmSync(journalOf(DAMAGED));
      mkdirSync(journalOf(DAMAGED));
    },
  ],
];

test.each(DAMAGES)(
  'where %s, the run is named, nothing is said to be well, and the others are restored',
  async (_, what, damage) => {
    for (const runId of [DAMAGED, HARMED]) deadRun(home, runId, 'embedded');
    damage();
    const status = await readStatus(home);
    expect(status.unreadable).toMatchObject([{ runId: DAMAGED, problems: [{ code: 'JOURNAL_READ' }] }]);
    expect(status.unreadable[0]?.problems[0]?.what).toContain(what);
    const text = renderStatus(status, PLAIN);
    expect(text).toContain(`${HARMED}: x of ${HARMED}; restore with`);
    expect(text).toContain(`  ${DAMAGED}: JOURNAL_READ: `);
    expect(outcomeOfStatus(status)).toBe('dirty');

    const rows = rowsOf(await listRuns(home, files));
    expect(rows.map(({ runId, state }) => [runId, state])).toEqual([
      [DAMAGED, 'unreadable'],
      [HARMED, 'died'],
    ]);
    expect(renderRuns(rows, PLAIN)).toMatch(new RegExp(`^${DAMAGED} +unreadable `, 'm'));

    const recover = () => recoverRuns({ home, run: undefined, trustCommands: false, say: () => {} });
    const report = await recover();
    expect(report).toMatchObject({ exitCode: 9, problems: [{ code: 'JOURNAL_READ' }], runs: [{ runId: HARMED }] });
    expect(report.problems[0]?.what).toContain(path.join('runs', DAMAGED));
    expect(report.runs[0]?.vanished).toEqual([`x of ${HARMED}`]);
    const again = await recover();
    expect(again.exitCode).toBe(9);
    expect(renderRecovery(again, 80, PLAIN)).toBe('Nothing was restored.');
    const after = await readStatus(home);
    expect(renderStatus(after, PLAIN)).not.toContain('othing is left harmed');
    expect(outcomeOfStatus(after)).toBe('unavailable');
  },
);

test('a folder in which nothing was recorded yet is no damage: its run is starting, or was ended before it began', async () => {
  const folder = path.join(home, 'runs', DAMAGED);
  mkdirSync(folder, { recursive: true });
  expect(await listRuns(home, files)).toEqual({ runs: [], unreadable: [] });
  writeFileSync(path.join(folder, 'journal.jsonl'), '');
  expect(await listRuns(home, files)).toEqual({ runs: [], unreadable: [] });
  const lock = await files.lock(path.join(folder, 'holder.lock'));
  expect(await listRuns(home, files)).toEqual({ runs: [], unreadable: [] });
  await lock?.release();
  writeFileSync(path.join(home, 'runs', 'notes.txt'), 'a file of the user');
  expect(await listRuns(home, files)).toEqual({ runs: [], unreadable: [] });
  expect(renderStatus(await readStatus(home), PLAIN)).toContain('Nothing is left harmed.');
});

test('a journal that tells of harm and not of its run is damaged', async () => {
  deadRun(home, DAMAGED, 'embedded');
  const lines = died.slice(2).map((entry, index) => JSON.stringify({ ...entry, seq: index + 1 }));
  writeFileSync(journalOf(DAMAGED), `${lines.join('\n')}\n`);
  expect((await listRuns(home, files)).unreadable).toMatchObject([{ runId: DAMAGED }]);
});

test('a defect that one run meets is told for that run, and the others are restored', async () => {
  for (const runId of [DAMAGED, HARMED]) deadRun(home, runId, 'embedded');
  rmSync(path.join(home, 'runs', DAMAGED, 'undo.jsonl'));
  // What no check foresees: a folder where a file is to be read.
  mkdirSync(path.join(home, 'runs', DAMAGED, 'undo.jsonl'));
  const report = await recoverRuns({ home, run: undefined, trustCommands: false, say: () => {} });
  expect(report).toMatchObject({ exitCode: 1, problems: [{ code: 'BUG' }], runs: [{ runId: HARMED }] });
  expect(report.problems[0]?.what).toContain(DAMAGED);
  expect(report.problems[0]?.fix).toContain(`"chaos recover ${DAMAGED}"`);
});

test('the commands exit as the table says: 9 while a record cannot be read, 7 when something is harmed too', async () => {
  for (const runId of [DAMAGED, HARMED]) deadRun(home, runId, 'embedded');
  rmSync(journalOf(DAMAGED));
  expect((await runCli(['status'], { home })).code).toBe(7);
  const recovered = await runCli(['recover'], { home });
  expect(recovered.code).toBe(9);
  expect(recovered.stderr).toContain('error[JOURNAL_READ]');
  const { code, stdout } = await runCli(['status'], { home });
  expect(code).toBe(9);
  expect(stdout).toContain(DAMAGED);
  expect((await runCli(['journal', 'list'], { home })).stdout).toContain('unreadable');
}, 30_000);
