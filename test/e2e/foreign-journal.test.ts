import { cpSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { digestOf, type UndoRecord } from '../../src/journal/undo.ts';
import { makeHome, processesOf, runCli, startCli, until } from '../support/run-cli.ts';

const EXPERIMENT = 'test/e2e/experiments/on-this-machine.yaml';
const ID = '20260101-000000-beef';

let home: string;
let remove: () => void;
let marker: string;
/** A home of the user's, and projects in it: each with a record folder of its own. */
const chaos = (project: string, ...args: string[]) =>
  runCli(args, { home, env: { CHAOS_HOME: path.join(home, project) } });

beforeEach(() => {
  ({ home, remove } = makeHome());
  marker = path.join(home, 'marker');
});
afterEach(() => remove());

/** A project that somebody else has made: with the record of a run that never was. */
function ship(project: string, undo: UndoRecord['undo']): string {
  const folder = path.join(home, project, 'runs', ID);
  const record: UndoRecord = { injection: '1.x', fault: 'command', means: 'command', undo };
  const account = { kind: 'embedded', name: 'gone' };
  const facts = { injection: '1.x', target: 'x', fault: 'command', means: 'command', reversal: 'reverts' };
  const entries = [
    { type: 'run-started', runId: ID, tool: '1', experiment: { file: 'x', digest: '', title: 'x' }, parameters: {} },
    { type: 'captured', ...facts, digest: digestOf(record), seal: 'ab'.repeat(32), restoresWithinMs: 1_000 },
    { type: 'injecting', injection: '1.x', calls: [] },
  ];
  const reach = { account: { ...account, instance: 'i' }, reach: account, pid: 1 };
  const lines = entries.map((entry, index) =>
    JSON.stringify({ v: 1, seq: index + 1, at: '2026-01-01T00:00:00.000Z', ...entry, ...(index === 0 && reach) }),
  );
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'journal.jsonl'), `${lines.join('\n')}\n`);
  writeFileSync(path.join(folder, 'undo.jsonl'), `${JSON.stringify(record)}\n{"secrets":["touch"]}\n`);
  return folder;
}

test("a command in a stranger's record is shown and not run, until the user who has read it says so", async () => {
  const folder = ship('theirs', { command: ['touch', marker], cwd: '/', env: {}, timeoutMs: 5_000 });
  for (const args of [['recover'], ['recover', ID], ['status'], ['journal', 'show', ID]])
    await chaos('theirs', ...args);
  expect(existsSync(marker)).toBe(false);
  const { code, stdout, stderr } = await chaos('theirs', 'recover');
  expect(code).toBe(7);
  // A record that calls its own command a secret does not hide it: what it says of secrets is not this user's.
  expect(stdout).toContain(`cd / && touch ${marker}`);
  expect(stdout + stderr).not.toContain('[redacted]');
  expect((await chaos('theirs', 'journal', 'show', ID, '--all')).stdout).not.toContain('[redacted]');
  expect(stderr).toContain('error[SAFETY_SEAL]');
  expect(stderr).toContain(`read "${path.join(folder, 'undo.jsonl')}", where nothing is hidden`);
  expect(stderr).toContain(`"chaos recover ${ID} --trust-commands"`);
  expect((await chaos('theirs', 'recover', '--trust-commands')).code, 'no run is named').toBe(2);
  expect((await chaos('theirs', 'recover', 'last', '--trust-commands')).code, 'nobody knows which is last').toBe(2);
  expect(existsSync(marker)).toBe(false);
  expect((await chaos('theirs', 'recover', ID, '--trust-commands')).code).toBe(0);
  expect(existsSync(marker)).toBe(true);
}, 30_000);

test('a run of his own is recovered after kill -9 without a word, a copy of its record elsewhere is not', async () => {
  const env = { CHAOS_HOME: path.join(home, 'own'), XDG_RUNTIME_DIR: home };
  const run = startCli(['run', EXPERIMENT, '--yes', '--set', `file=${marker}`], { home, env });
  await until('the command was played', 20_000, () => {
    if (run.child.exitCode !== null) throw new Error(run.output());
    return existsSync(marker);
  });
  for (const { pid } of processesOf(path.join(home, 'own'))) process.kill(pid, 'SIGKILL');
  await run.finished;
  cpSync(path.join(home, 'own'), path.join(home, 'copy'), { recursive: true });
  const [id = ''] = readdirSync(path.join(home, 'copy/runs'));
  const elsewhere = await chaos('copy', 'recover', id);
  expect(elsewhere.code, elsewhere.stderr).toBe(7);
  expect(elsewhere.stdout).toContain(`rm ${marker}`);
  expect(existsSync(marker)).toBe(true);
  const own = await chaos('own', 'recover');
  expect(own.code, own.stdout + own.stderr).toBe(0);
  expect(existsSync(marker)).toBe(false);
}, 60_000);
