import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { abortRun } from '../../src/cli/abort.ts';
import { bootId, startTimeOf } from '../../src/host/process-table.ts';
import type { Entry } from '../../src/journal/entries.ts';
import { FILES } from '../../src/journal/folder.ts';
import { died, refused } from '../report/entries.ts';
import { makeHome, runCli, startCli, until } from '../support/run-cli.ts';
import { read } from '../support/sources.ts';

const ID = '20260101-000000-beef';
let home: string;

beforeEach(() => {
  const made = makeHome();
  onTestFinished(made.remove);
  home = made.home;
});

/** The record of a run, whose journal and lock each name a process. */
async function record(entries: readonly Entry[], named: number, holder: number): Promise<void> {
  const folder = path.join(home, 'runs', ID);
  mkdirSync(path.join(folder, FILES.holder), { recursive: true });
  const lines = entries.map((entry) => JSON.stringify(entry.type === 'run-started' ? { ...entry, pid: named } : entry));
  writeFileSync(path.join(folder, FILES.journal), `${lines.join('\n')}\n`);
  const identity = { pid: holder, startTime: await startTimeOf(holder), boot: await bootId() };
  writeFileSync(path.join(folder, FILES.holder, '1'), JSON.stringify(identity));
}

/** A process that has come to run the program it was given, by the first word that it says. */
async function started(program: string, ...args: string[]): Promise<ChildProcess & { readonly pid: number }> {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'ignore'], cwd: home });
  onTestFinished(() => void child.kill('SIGKILL'));
  if (child.stdout) await once(child.stdout, 'data');
  return Object.assign(child, { pid: child.pid ?? 0 });
}

const STAYS = 'console.log("here"); setInterval(() => {}, 1000)';
const isUnharmed = ({ exitCode, signalCode }: ChildProcess) => exitCode === null && signalCode === null;
const refusal = { problems: [{ code: 'SAFETY_OWNERSHIP', fix: expect.stringContaining('ps -o') }] };

test('a process that a forged record names, with its lock and all, gets no signal', async () => {
  const theirs = [
    await started('sh', '-c', 'echo here; exec sleep 60'),
    await started(process.execPath, '-e', STAYS),
    await started(process.execPath, '-e', STAYS, 'bin/run.js', 'run'),
  ];
  for (const one of theirs) {
    await record(died, one.pid, one.pid);
    await expect(abortRun(home, ID, () => {})).rejects.toMatchObject(refusal);
    await expect(abortRun(home, undefined, () => {})).rejects.toMatchObject(refusal);
    expect(isUnharmed(one)).toBe(true);
  }
});

/** A program of the name of this one, that ends at once when it is asked to, and restores nothing. */
function forgetful(): string {
  mkdirSync(path.join(home, 'bin'));
  const { name } = JSON.parse(read('package.json')) as { name: string };
  writeFileSync(path.join(home, 'package.json'), JSON.stringify({ name }));
  writeFileSync(path.join(home, 'bin/run.js'), STAYS);
  return 'bin/run.js';
}

test('a process that the journal names and that does not hold the lock gets no signal', async () => {
  const run = [process.execPath, forgetful(), 'run'] as const;
  const [one, other] = [await started(...run), await started(...run)];
  await record(died, one.pid, other.pid);
  await expect(abortRun(home, ID, () => {})).rejects.toMatchObject(refusal);
  expect([one, other].map(isUnharmed)).toEqual([true, true]);
});

test('a run that died when it was asked to end is not said to have restored anything', async () => {
  const child = await started(process.execPath, forgetful(), 'run', 'x.yaml');
  await record(died, child.pid, child.pid);
  const graceMs = 200;
  await expect(abortRun(home, ID, () => {}, graceMs)).rejects.toMatchObject({
    problems: [
      { code: 'REVERT_INCOMPLETE', what: expect.stringContaining('use1-az1'), fix: expect.stringContaining(ID) },
    ],
  });
  await expect(
    abortRun(home, ID, () => {}, graceMs),
    'it is dead by now',
  ).rejects.toMatchObject({
    problems: [{ code: 'REVERT_INCOMPLETE' }],
  });
  const again = await started(process.execPath, 'bin/run.js', 'run');
  await record(refused.slice(0, 1), again.pid, again.pid);
  await expect(
    abortRun(home, ID, () => {}, graceMs),
    'it touched nothing',
  ).rejects.toMatchObject({
    problems: [{ code: 'RUN_UNKNOWN' }],
  });
});

test('a run that goes on is ended, and has restored what it harmed', async () => {
  const marker = path.join(home, 'marker');
  const env = { XDG_RUNTIME_DIR: home };
  const experiment = 'test/e2e/experiments/on-this-machine.yaml';
  const run = startCli(['run', experiment, '--yes', '--set', `file=${marker}`], { home, env });
  await until('the command was played', 20_000, () => {
    if (run.child.exitCode !== null) throw new Error(run.output());
    return existsSync(marker);
  });
  const aborted = await runCli(['abort'], { home, env });
  expect(aborted.code, aborted.stderr).toBe(0);
  expect(aborted.stdout).toContain('aborted, targets restored');
  expect((await run.finished).code).toBe(6);
  expect(existsSync(marker)).toBe(false);
}, 60_000);
