import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { facility } from '../../src/kernel/facility.ts';
import { canonicalJson } from '../../src/kernel/json.ts';
import { connectTo } from '../support/kept-region.ts';
import { makeHome, processesOf, type Running, runCli, startCli, until } from '../support/run-cli.ts';
import { EXPERIMENT, MOMENTS, strike } from './strike.ts';

const REGION = 'kept';

const { home, remove } = makeHome();
const chaos = (...args: string[]) => runCli(args, { home });

/** What the run has written so far; a torn last line does not count. */
function entriesOf(runId: string): { type: string; [key: string]: unknown }[] {
  const text = readFileSync(path.join(home, 'runs', runId, 'journal.jsonl'), 'utf8');
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line));
}
const runIds = () => {
  try {
    return readdirSync(path.join(home, 'runs')).sort();
  } catch {
    return [];
  }
};

/** Starts a run and resolves with its id once its journal holds that many lines. */
async function startRun(args: readonly string[], lines: number): Promise<{ run: Running; runId: string }> {
  const before = new Set(runIds());
  const run = startCli(['run', EXPERIMENT, ...args], { home });
  let runId = '';
  await until(`${lines} lines in the journal`, 60_000, () => {
    if (run.child.exitCode !== null) throw new Error(`the run ended too early:\n${run.output()}`);
    runId = runIds().find((id) => !before.has(id)) ?? '';
    return runId !== '' && safely(() => entriesOf(runId).length) >= lines;
  });
  return { run, runId };
}
const safely = (count: () => number): number => {
  try {
    return count();
  } catch {
    return 0;
  }
};

const watchdogOf = (runId: string) =>
  processesOf(path.join(home, 'runs', runId)).filter(({ command }) => command.includes('watchdog.cjs'));

async function stateOfRegion(): Promise<string> {
  const port = await connectTo(home, REGION);
  const { state } = await port.read(facility('DescribeState', {}), AbortSignal.timeout(5_000));
  return canonicalJson(state);
}

const powerIsOn = async () => {
  const port = await connectTo(home, REGION);
  const { zones } = await port.read(facility('DescribeZones', {}), AbortSignal.timeout(5_000));
  return zones.every(({ power }) => power === 'on');
};

/** Journal lengths at which to strike, spread from the first line after the plan to the last but one. */
const moments = (from: number, to: number) =>
  Array.from({ length: MOMENTS }, (_, index) => Math.round(from + ((to - from) * index) / Math.max(1, MOMENTS - 1)));

describe('a kept region', () => {
  let whole = 0;
  let before = '';

  beforeAll(async () => {
    const up = await chaos('region', 'up', 'test/e2e/experiments/tiny.yaml', '--name', REGION, '--json');
    expect(up.stderr + up.stdout, up.stderr).toContain(REGION);
    before = await stateOfRegion();
    const { run, runId } = await startRun(['--account', REGION], 1);
    expect((await run.finished).code, run.output()).toBe(0);
    whole = entriesOf(runId).length;
    expect(whole).toBeGreaterThan(8);
  }, 120_000);

  afterAll(async () => {
    await chaos('region', 'down', REGION);
    await until('no process is left', 5_000, () => processesOf(home).length === 0);
    remove();
  }, 60_000);

  test(
    'the pre-image is back after tool and watchdog were both killed, at any moment, and recover ran',
    async () => {
      for (const lines of moments(2, whole - 2)) {
        const { run, runId } = await startRun(['--account', REGION], lines);
        for (const { pid } of watchdogOf(runId)) strike(pid);
        strike(run.pid);
        await run.finished;
        const recovered = await chaos('recover', runId);
        expect(recovered.code, `killed at line ${lines}: ${recovered.stdout}${recovered.stderr}`).toBe(0);
        expect(await stateOfRegion(), `killed at line ${lines}`).toBe(before);
        expect((await chaos('recover', runId)).code, 'a second recover has nothing to do').toBe(0);
      }
    },
    MOMENTS * 40_000,
  );

  test(
    'the watchdog alone restores after the tool was killed, and begins within 2 s',
    async () => {
      for (const lines of moments(2, whole - 2)) {
        const { run, runId } = await startRun(['--account', REGION], lines);
        const harmed =
          entriesOf(runId).some(({ type }) => type === 'injecting') &&
          !entriesOf(runId).some(({ type }) => type === 'reverting');
        strike(run.pid);
        const killedAt = performance.now();
        await run.finished;
        if (harmed) {
          await until('the watchdog begins', 5_000, () => entriesOf(runId).some(({ type }) => type === 'reverting'));
          expect(performance.now() - killedAt).toBeLessThan(2_000);
        }
        await until('the watchdog is done', 30_000, () => watchdogOf(runId).length === 0);
        expect(await powerIsOn(), `killed at line ${lines}`).toBe(true);
        expect(await stateOfRegion(), `killed at line ${lines}`).toBe(before);
        expect((await chaos('recover', runId)).code).toBe(0);
      }
    },
    MOMENTS * 40_000,
  );

  test('a tool that was stopped (SIGSTOP) is overruled by the watchdog and touches nothing afterwards', async () => {
    const { run, runId } = await startRun(['--account', REGION], 2);
    await until('the fault is in place', 30_000, () => entriesOf(runId).some(({ type }) => type === 'attested'));
    process.kill(run.pid, 'SIGSTOP');
    await until('the watchdog restored', 60_000, () =>
      entriesOf(runId).some(({ type, by }) => type === 'reverting' && by === 'watchdog'),
    );
    await until('the watchdog is done', 30_000, () => watchdogOf(runId).length === 0);
    expect(await stateOfRegion()).toBe(before);
    process.kill(run.pid, 'SIGCONT');
    const { code } = await run.finished;
    expect([6, 7]).toContain(code);
    expect(await stateOfRegion()).toBe(before);
  }, 120_000);

  test('the next run is refused until what a killed run left is recovered', async () => {
    const { run, runId } = await startRun(['--account', REGION], 2);
    await until('the fault is in place', 30_000, () => entriesOf(runId).some(({ type }) => type === 'attested'));
    for (const { pid } of watchdogOf(runId)) strike(pid);
    strike(run.pid);
    await run.finished;
    const refused = await chaos('run', EXPERIMENT, '--account', REGION);
    expect(refused.code, refused.stderr).toBe(8);
    expect(refused.stdout + refused.stderr).toContain(`chaos recover ${runId}`);
    expect((await chaos('recover', runId)).code).toBe(0);
    expect((await chaos('run', EXPERIMENT, '--account', REGION)).code).toBe(0);
  }, 120_000);

  test('two runs exclude each other', async () => {
    const { run, runId } = await startRun(['--account', REGION], 3);
    const second = await chaos('run', EXPERIMENT, '--account', REGION);
    expect(second.code, second.stderr).toBe(8);
    expect(second.stdout + second.stderr).toContain(runId);
    expect((await run.finished).code).toBe(0);
  }, 60_000);

  test('one Ctrl-C restores and exits 6', async () => {
    const { run, runId } = await startRun(['--account', REGION], 2);
    await until('the fault is in place', 30_000, () => entriesOf(runId).some(({ type }) => type === 'attested'));
    process.kill(run.pid, 'SIGINT');
    expect((await run.finished).code, run.output()).toBe(6);
    expect(await stateOfRegion()).toBe(before);
  }, 60_000);

  test('a second Ctrl-C stops waiting, exits 7, says how to recover, and the watchdog finishes', async () => {
    const { run, runId } = await startRun(['--account', REGION], 2);
    await until('the fault is in place', 30_000, () => entriesOf(runId).some(({ type }) => type === 'attested'));
    process.kill(run.pid, 'SIGINT');
    await run.printed(/restor/i);
    process.kill(run.pid, 'SIGINT');
    const { code } = await run.finished;
    expect(code, run.output()).toBe(7);
    expect(run.output()).toContain(`chaos recover ${runId}`);
    await until('the watchdog is done', 30_000, () => watchdogOf(runId).length === 0);
    expect(await stateOfRegion()).toBe(before);
  }, 60_000);
});
