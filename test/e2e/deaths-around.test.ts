import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { makeHome, processesOf, type Running, startCli, until } from '../support/run-cli.ts';

const EXPERIMENT = 'test/e2e/experiments/with-command.yaml';

let home: string;
let remove: () => void;
let file: string;
let run: Running;
let folder: string;
const entries = () =>
  readFileSync(path.join(folder, 'journal.jsonl'), 'utf8')
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as { type: string; [key: string]: unknown });
const last = () => entries().at(-1);

/** Kills the process of this run whose command names that program. */
function signal(program: string, how: NodeJS.Signals): void {
  const found = processesOf(home).filter(({ command }) => command.includes(program));
  expect(found, program).toHaveLength(1);
  for (const { pid } of found) process.kill(pid, how);
}

/** Starts a run and resolves once its zone is dark. */
async function bites(dark = '30s'): Promise<void> {
  run = startCli(['run', EXPERIMENT, '--set', `file=${file}`, '--set', `dark=${dark}`], { home });
  await until('the fault bites', 60_000, () => {
    if (run.child.exitCode !== null) throw new Error(run.output());
    const runs = path.join(home, 'runs');
    const [id] = existsSync(runs) ? readdirSync(runs) : [];
    folder = path.join(runs, id ?? '');
    if (id === undefined || !existsSync(path.join(folder, 'journal.jsonl'))) return false;
    return entries().some(({ type }) => type === 'attested');
  });
  expect(existsSync(file)).toBe(true);
}

beforeEach(() => {
  ({ home, remove } = makeHome());
  file = path.join(home, 'F');
});
afterEach(async () => {
  await until('no process is left', 10_000, () => processesOf(home).length === 0);
  remove();
});

describe('a fresh region', () => {
  test('that dies with its tool leaves no command behind: the watchdog undoes it', async () => {
    await bites();
    process.kill(run.pid, 'SIGKILL');
    await run.finished;
    await until('the watchdog is done', 20_000, () => last()?.type === 'run-ended');
    expect(existsSync(file)).toBe(false);
    expect(last()).toMatchObject({ targets: 'restored' });
  }, 90_000);

  test.each(['region.cjs', 'plane.cjs'])(
    'whose %s is killed ends the run within seconds: unavailable, commands undone',
    async (program) => {
      await bites();
      const began = performance.now();
      signal(program, 'SIGKILL');
      const { code } = await run.finished;
      expect(code, run.output()).toBe(9);
      expect(performance.now() - began).toBeLessThan(8_000);
      expect(existsSync(file)).toBe(false);
      expect(entries()).toContainEqual(expect.objectContaining({ type: 'reverted', how: 'vanished' }));
    },
    90_000,
  );

  test('that is silent for ten seconds gets its run deposed by nobody', async () => {
    await bites('4s');
    signal('region.cjs', 'SIGSTOP');
    await new Promise((resolve) => setTimeout(resolve, 10_000));
    signal('region.cjs', 'SIGCONT');
    const { code } = await run.finished;
    expect(code, run.output()).not.toBe(6);
    expect(entries().some(({ by }) => by === 'watchdog')).toBe(false);
    expect(last()).toMatchObject({ targets: 'restored' });
  }, 120_000);
});

test('a watchdog that is killed is replaced, and the new one restores when the tool dies', async () => {
  await bites();
  signal('watchdog.cjs', 'SIGKILL');
  await until('another one watches', 10_000, () => entries().some(({ type }) => type === 'note'));
  process.kill(run.pid, 'SIGKILL');
  await run.finished;
  await until('the watchdog is done', 20_000, () => last()?.type === 'run-ended');
  expect(existsSync(file)).toBe(false);
}, 90_000);
