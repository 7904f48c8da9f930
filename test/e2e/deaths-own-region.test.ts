import { afterAll, describe, expect, test } from 'vitest';
import { makeHome, processesOf, runCli, startCli, until } from '../support/run-cli.ts';
import { EXPERIMENT, MOMENTS, strike } from './strike.ts';

describe("a run's own region", () => {
  const own = makeHome();
  afterAll(own.remove);

  test(
    'no process is left within 3 s of the death of the tool, at any moment, and the next run is not refused',
    async () => {
      for (let moment = 0; moment < MOMENTS; moment++) {
        const run = startCli(['run', EXPERIMENT], { home: own.home });
        await until('the region is there', 60_000, () => processesOf(own.home).length > 3 + (moment % 5));
        await new Promise((resolve) => setTimeout(resolve, (moment * 5_500) / MOMENTS));
        strike(run.pid);
        await run.finished;
        await until(`no process is left (moment ${moment})`, 3_000, () => processesOf(own.home).length === 0);
      }
      const next = await runCli(['run', EXPERIMENT], { home: own.home });
      expect(next.code, next.stderr).toBe(0);
      await until('no process is left', 3_000, () => processesOf(own.home).length === 0);
    },
    MOMENTS * 30_000 + 60_000,
  );

  test('a Ctrl-C while the region starts ends it at once: nothing was touched, exit code 6', async () => {
    const run = startCli(['run', EXPERIMENT], { home: own.home });
    await run.printed('starting a region');
    process.kill(run.pid, 'SIGINT');
    expect((await run.finished).code, run.output()).toBe(6);
    expect(run.output()).toContain('No target was touched');
    await until('no process is left', 3_000, () => processesOf(own.home).length === 0);
  }, 30_000);
});
