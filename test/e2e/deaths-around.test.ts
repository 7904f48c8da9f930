import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, type TestContext, test } from 'vitest';
import { makeHome, processesOf, type Running, startCli, until } from '../support/run-cli.ts';

const EXPERIMENT = 'test/e2e/experiments/with-command.yaml';

type EntryText = { readonly type: string; readonly [key: string]: unknown };

interface Scene {
  readonly home: string;
  /** What the command of the experiment makes, and its undo removes. */
  readonly file: string;
  readonly run: Running;
  entries(): readonly EntryText[];
  last(): EntryText | undefined;
  /** Signals the process of this run whose command names that program. */
  signal(program: string, how: NodeJS.Signals): void;
  /** Resolves once its journal holds an entry of that type. */
  reaches(entry: string): Promise<unknown>;
  /** Resolves when no process of it is left. */
  empty(withinMs: number): Promise<unknown>;
}

/** Starts a run in a folder of its own, which is removed once every process of it has ended. */
function start({ onTestFinished }: TestContext, dark = '30s', env: NodeJS.ProcessEnv = {}): Scene {
  const { home, remove } = makeHome();
  const file = path.join(home, 'F');
  const empty = (ms: number) => until('no process is left', ms, () => processesOf(home).length === 0);
  onTestFinished(async () => {
    await empty(10_000);
    remove();
  });
  const run = startCli(['run', EXPERIMENT, '--set', `file=${file}`, '--set', `dark=${dark}`], { home, env });
  const entries = () => {
    const runs = path.join(home, 'runs');
    const [id] = existsSync(runs) ? readdirSync(runs) : [];
    const journal = path.join(runs, id ?? '', 'journal.jsonl');
    const lines = existsSync(journal) ? readFileSync(journal, 'utf8').split('\n').slice(0, -1) : [];
    return lines.map((line) => JSON.parse(line) as EntryText);
  };
  return {
    home,
    file,
    run,
    entries,
    last: () => entries().at(-1),
    signal: (program, how) => {
      const found = processesOf(home).filter(({ command }) => command.includes(program));
      expect(found, program).toHaveLength(1);
      for (const { pid } of found) process.kill(pid, how);
    },
    reaches: (entry) =>
      until(entry, 60_000, () => {
        if (run.child.exitCode !== null) throw new Error(run.output());
        return entries().some(({ type }) => type === entry);
      }),
    empty,
  };
}

/** Starts a run and resolves once its zone is dark. */
async function dark(context: TestContext, forText?: string, env?: NodeJS.ProcessEnv): Promise<Scene> {
  const scene = start(context, forText, env);
  await scene.reaches('attested');
  expect(existsSync(scene.file)).toBe(true);
  return scene;
}

describe('a fresh region', () => {
  test('that dies with its tool leaves no command behind: the watchdog undoes it, also where no key can be kept', async (context) => {
    const { run, file, last } = await dark(context, '30s', { HOME: '/nonexistent' });
    expect(run.output()).toMatch(/no key can be kept in "\/nonexistent.*needs --trust-commands/);
    process.kill(run.pid, 'SIGKILL');
    await run.finished;
    await until('the watchdog is done', 20_000, () => last()?.type === 'run-ended');
    expect(existsSync(file)).toBe(false);
    expect(last()).toMatchObject({ targets: 'restored' });
  }, 90_000);

  test.for(['region.cjs', 'plane.cjs'])(
    'whose %s is killed ends the run within seconds: unavailable, commands undone',
    { timeout: 90_000 },
    async (program, context) => {
      const { run, file, entries, signal } = await dark(context);
      const began = performance.now();
      signal(program, 'SIGKILL');
      const { code } = await run.finished;
      expect(code, run.output()).toBe(9);
      expect(performance.now() - began).toBeLessThan(8_000);
      expect(existsSync(file)).toBe(false);
      expect(entries()).toContainEqual(expect.objectContaining({ type: 'reverted', how: 'vanished' }));
    },
  );
});

// Together: they mostly wait.
describe.concurrent('a fresh region of which a part is stopped', () => {
  test.for<[string, (scene: Scene) => void]>([
    ['its tool is told to end', ({ run }) => void process.kill(run.pid, 'SIGTERM')],
    ['its control plane is killed', ({ signal }) => signal('region.cjs', 'SIGKILL')],
  ])(
    'leaves no process behind when its data plane is stopped and %s',
    { timeout: 90_000 },
    async ([, die], context) => {
      const scene = start(context);
      await scene.reaches('planned');
      scene.signal('plane.cjs', 'SIGSTOP');
      die(scene);
      await scene.run.finished;
      await scene.empty(3_000);
    },
  );

  test.for(['region.cjs', 'plane.cjs'])(
    'is ended by an aborted run when %s is stopped: commands undone, nothing left',
    { timeout: 90_000 },
    async (program, context) => {
      const { run, file, last, signal, empty } = await dark(context);
      const began = performance.now();
      signal(program, 'SIGSTOP');
      process.kill(run.pid, 'SIGINT');
      const { code } = await run.finished;
      expect(code, run.output()).toBe(6);
      expect(performance.now() - began).toBeLessThan(20_000);
      expect(existsSync(file)).toBe(false);
      expect(last()).toMatchObject({ targets: 'restored' });
      await empty(3_000);
    },
  );

  test('for ten seconds gets its run deposed by nobody', async (context) => {
    const { run, entries, last, signal } = await dark(context, '4s');
    signal('region.cjs', 'SIGSTOP');
    await new Promise((resolve) => setTimeout(resolve, 10_000));
    signal('region.cjs', 'SIGCONT');
    const { code } = await run.finished;
    expect(code, run.output()).not.toBe(6);
    expect(entries().some(({ by }) => by === 'watchdog')).toBe(false);
    expect(last()).toMatchObject({ targets: 'restored' });
  }, 120_000);
});

test('a watchdog that is killed is replaced, and the new one restores when the tool dies', async (context) => {
  const { run, file, entries, last, signal } = await dark(context);
  signal('watchdog.cjs', 'SIGKILL');
  await until('another one watches', 10_000, () => entries().some(({ type }) => type === 'note'));
  process.kill(run.pid, 'SIGKILL');
  await run.finished;
  await until('the watchdog is done', 20_000, () => last()?.type === 'run-ended');
  expect(existsSync(file)).toBe(false);
}, 90_000);
