import { describe, expect, test } from 'vitest';
import type { Recovery } from '../../src/engine/api.ts';
import { ChaosError } from '../../src/kernel/errors.ts';
import { takeOver } from '../../src/watchdog/take-over.ts';
import { watch } from '../../src/watchdog/watch.ts';
import { MemoryDisk } from '../support/memory-files.ts';
import { VirtualClock } from '../support/virtual-clock.ts';

/** Lines that come at their times; the pipe closes at the end, if it does. */
function lines(clock: VirtualClock, said: readonly (readonly [atMs: number, line: string | null])[]) {
  const waiting = said.map(
    ([atMs, line]) =>
      new Promise<IteratorResult<string>>((resolve) => {
        clock.at(atMs, () => resolve(line === null ? { done: true, value: undefined } : { done: false, value: line }));
      }),
  );
  return { next: () => waiting.shift() ?? new Promise<IteratorResult<string>>(() => {}) };
}

/** How a watch ends to which that is said, and when. */
async function watched(...said: readonly (readonly [atMs: number, line: string | null])[]) {
  const clock = new VirtualClock();
  return { ended: await clock.run(watch(clock, lines(clock, said))), atMs: clock.nowMs() };
}

const beat = (ms: number) => JSON.stringify({ beat: ms });

describe('a watchdog', () => {
  test('that is told that all is done does nothing', async () => {
    expect((await watched([10, beat(1_000)], [500, '{"done":true}'], [600, null])).ended).toBe('done');
  });

  test('knows at once that its holder has died, when the pipe closes without that', async () => {
    expect(await watched([10, beat(60_000)], [700, null])).toEqual({ ended: 'holder died', atMs: 700 });
  });

  test('bears silence for as long as the last beat said, and no longer', async () => {
    expect(await watched([0, beat(500)], [400, beat(2_000)])).toEqual({ ended: 'holder silent', atMs: 2_400 });
  });

  test('bears a minute of silence before the first word, and no longer: a holder may hang before it', async () => {
    expect(await watched()).toEqual({ ended: 'holder silent', atMs: 60_000 });
    expect(await watched([59_000, beat(500)])).toEqual({ ended: 'holder silent', atMs: 59_500 });
  });

  test('takes no notice of a torn line', async () => {
    expect((await watched([1, '{"beat":1'], [2, 'null'], [3, '{"done":true}'])).ended).toBe('done');
  });

  test('that was asleep itself gives its holder another moment', async () => {
    const clock = new VirtualClock();
    const late = Object.create(clock) as VirtualClock;
    let slept = false;
    late.sleep = (ms, signal) => {
      const more = slept ? 0 : 60_000;
      slept = true;
      return clock.sleep(ms + more, signal);
    };
    late.nowMs = () => clock.nowMs();
    expect(await clock.run(watch(late, lines(clock, [[121_000, '{"done":true}']])))).toBe('done');
  });
});

type Failed = Recovery['failed'][number];

describe('taking over', () => {
  const options = (clock: VirtualClock, disk: MemoryDisk, failures: readonly (Error | Failed | string)[]) => {
    const left = [...failures];
    let tries = 0;
    const recover = async () => {
      tries++;
      const failure = left.shift();
      if (failure instanceof Error) throw failure;
      const one = typeof failure === 'string' ? { target: failure, why: '', manualRecovery: '' } : failure;
      const failed = one === undefined ? [] : [one];
      return { runId: 'x', restored: [], vanished: [], byHand: [], failed };
    };
    return { clock, files: disk.files(), folder: '/run', recover, log: async () => {}, tries: () => tries };
  };

  test('marks the folder of the run before anything is restored', async () => {
    const [clock, disk] = [new VirtualClock(), new MemoryDisk()];
    let marked = false;
    const how = options(clock, disk, []);
    const recover = () => {
      marked = disk.texts.has('/run/taken-over');
      return how.recover();
    };
    expect(await clock.run(takeOver('holder silent', { ...how, recover }))).toBe(true);
    expect(marked).toBe(true);
  });

  test('tries again while the account does not answer and while something is left', async () => {
    const clock = new VirtualClock();
    const how = options(clock, new MemoryDisk(), [new Error('unreachable'), 'lamp a1', new Error('unreachable')]);
    expect(await clock.run(takeOver('holder died', how))).toBe(true);
    expect(how.tries()).toBe(4);
  });

  test('restores nothing again that it could not record, and does not say that all is well', async () => {
    const [clock, said] = [new VirtualClock(), [] as string[]];
    const how = options(clock, new MemoryDisk(), []);
    const unrecorded = { code: 'JOURNAL_WRITE', what: 'ENOSPC', fix: 'free some space' } as const;
    const recover = async () => ({ ...(await how.recover()), unrecorded });
    const log = async (text: string) => void said.push(text);
    expect(await clock.run(takeOver('holder died', { ...how, recover, log }))).toBe(false);
    expect(how.tries()).toBe(1);
    expect(said.at(-1)).toMatch(/still counts as harmed: ENOSPC/);
  });

  test('gives up after ten minutes', async () => {
    const clock = new VirtualClock();
    const how = options(
      clock,
      new MemoryDisk(),
      Array.from({ length: 1_000 }, () => 'lamp a1'),
    );
    expect(await clock.run(takeOver('holder died', how))).toBe(false);
    expect(clock.nowMs()).toBeLessThanOrEqual(600_000);
    expect(how.tries()).toBeGreaterThan(40);
  });

  test('gives up at once when the journal is gone: waiting brings it not back', async () => {
    const clock = new VirtualClock();
    const gone = new ChaosError({ code: 'JOURNAL_READ', what: 'there is no journal', fix: 'look' });
    const how = options(clock, new MemoryDisk(), [gone, gone]);
    expect(await clock.run(takeOver('holder died', how))).toBe(false);
    expect(how.tries()).toBe(1);
  });

  test('gives up at once when nothing is left but what nobody proved to be its own', async () => {
    const clock = new VirtualClock();
    const foreign: Failed = { target: 'a1', why: 'no seal', manualRecovery: 'read it', code: 'SAFETY_SEAL' };
    const how = options(clock, new MemoryDisk(), [foreign, foreign]);
    expect(await clock.run(takeOver('holder died', how))).toBe(false);
    expect(how.tries()).toBe(1);
  });

  test('restores even when the mark cannot be written', async () => {
    const [clock, disk] = [new VirtualClock(), new MemoryDisk()];
    disk.full = true;
    expect(await clock.run(takeOver('holder died', options(clock, disk, [])))).toBe(true);
  });
});
