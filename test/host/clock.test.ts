import { expect, test } from 'vitest';
import { realClock } from '../../src/host/clock.ts';
import { wakeAt } from '../../src/host/metronome.ts';
import { runScript } from './support.ts';

test('no sleep ends before its time, however short or long, alone or among others', async () => {
  const lengths = [0, 0.2, 0.9, 1, 1.5, 2.4, 2.6, 7.3, 20, 99.5, 100, 130];
  const early = await Promise.all(
    lengths
      .flatMap((ms) => [ms, ms])
      .map(async (ms) => {
        const until = performance.now() + ms;
        await realClock.sleep(ms);
        return Math.max(0, until - performance.now());
      }),
  );
  expect(early.filter((ms) => ms > 0)).toEqual([]);
});

test('a sleep whose signal aborts rejects with its reason at once, and one that is aborted already never begins', async () => {
  const controller = new AbortController();
  const reason = new Error('enough');
  const sleeps = [1, 50, 60_000].map((ms) => realClock.sleep(ms, controller.signal));
  controller.abort(reason);
  expect(await Promise.allSettled(sleeps)).toEqual(sleeps.map(() => ({ status: 'rejected', reason })));
  await expect(realClock.sleep(0, controller.signal)).rejects.toBe(reason);
});

test('moments come in their order, whatever the order in which they were asked for, and one taken back never', async () => {
  const order: number[] = [];
  const start = performance.now() + 100;
  await new Promise<void>((resolve) => {
    for (const at of [9, 3, 6, 12]) {
      wakeAt(start + at, () => {
        order.push(at);
        if (at === 12) resolve();
      });
    }
    wakeAt(start + 5, () => order.push(5))();
    // This thread comes to all of them at once, as on a busy machine.
    while (performance.now() < start + 15);
  });
  expect(order).toEqual([3, 6, 9, 12]);
});

test('neither a sleep that is over nor the warming up keeps a process alive', async () => {
  const child = await runScript(`
    import { realClock } from './src/host/clock.ts';
    import { warmUp } from './src/host/warm.ts';
    await Promise.all([warmUp(), realClock.sleep(5)]);
  `);
  expect(await new Promise((resolve) => child.once('exit', resolve))).toBe(0);
});
