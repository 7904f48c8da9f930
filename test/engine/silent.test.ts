import { describe, expect, test } from 'vitest';
import type { Progress } from '../../src/engine/api.ts';
import type { Entry } from '../../src/journal/entries.ts';
import { CallError } from '../../src/kernel/errors.ts';
import { LampWorld } from '../support/lamps.ts';
import { commandStep, faultStep, lampExperiment, PLACE, type Scene, scene } from '../support/run-lamps.ts';
import { VirtualClock } from '../support/virtual-clock.ts';

interface Silent {
  readonly at: Scene;
  readonly progress: Progress[];
  /** How often it was ended. */
  readonly ends: () => number;
}

/**
 * An account that from 5.5 s on answers nothing; or one whose data plane does not, so that it takes what is asked of it,
 * and nothing comes of it. One of the run's own can be ended.
 */
function silent(
  part: 'account' | 'data plane',
  isOwn: boolean,
  untilMs = 10_000_000,
  clock = new VirtualClock(),
): Silent {
  const { world, context } = scene({ clock });
  let ends = 0;
  const hang = () => (clock.nowMs() > 5_500 && ends === 0 ? clock.sleep(untilMs - clock.nowMs()) : undefined);
  if (part === 'data plane') world.frayed.add('a1');
  world.onRead = ({ operation }) => (part === 'account' || operation === 'DescribeRoute' ? hang() : undefined);
  world.onWrite = ({ service }) => (part === 'account' && service !== 'command' ? hang() : undefined);
  const own = {
    exists: async () => ends === 0,
    end: async () => {
      ends++;
    },
  };
  const account = { ...context.port.account, ...(isOwn && own) };
  const progress: Progress[] = [];
  const listen: Scene['context']['listen'] = (event) => {
    if (event.type === 'progress') progress.push(event.progress);
  };
  return { at: scene({ world, clock, port: { ...context.port, account }, listen }), progress, ends: () => ends };
}

const ABORT_AT_MS = 6_000;

const BRANCHES = ['a', 'b', 'c'].map((zone) => faultStep({ name: zone, select: { zone }, forMs: 5_000 }));
const TOGETHER = { kind: 'parallel' as const, name: 'all', place: PLACE, afterMs: 0, steps: BRANCHES };

/** A run whose lamp is dark when it is aborted, half a second after the silence began. */
function abortedRun({ at }: Silent) {
  at.clock.at(ABORT_AT_MS, () => at.abort.abort('SIGINT'));
  return at.run(lampExperiment({ method: [commandStep('touch F', 'rm F'), faultStep({ forMs: 5_000 })] }));
}

describe.each(['account', 'data plane'] as const)('an %s that answers nothing while the run restores', (part) => {
  test("is ended within seconds where it is the run's own: targets vanish with it, commands are undone", async () => {
    const own = silent(part, true);
    const { outcome, entries } = await abortedRun(own);
    expect(own.at.clock.nowMs()).toBeLessThan(ABORT_AT_MS + 15_000);
    expect(outcome).toBe('aborted');
    expect(entries.filter(({ type }) => type === 'reverted')).toMatchObject([{ how: 'vanished' }, { how: 'restored' }]);
    expect(own.ends()).toBe(1);
    const told = entries.filter(({ type }) => type === 'problem');
    expect(told, 'said once, and why').toMatchObject([
      { problem: { code: 'ACCOUNT_UNAVAILABLE', what: expect.stringContaining('did not answer') } },
    ]);
    expect(own.at.world.commands.at(-1)).toEqual(['rm', 'F']);
  });

  test('is given up within half a minute where others use it: dirty, with its target; commands are undone', async () => {
    const kept = silent(part, false);
    const { outcome, entries } = await abortedRun(kept);
    expect(kept.at.clock.nowMs()).toBeLessThan(ABORT_AT_MS + 30_000);
    expect(outcome).toBe('dirty');
    expect(entries.at(-1)).toMatchObject({ targets: 'dirty', why: expect.stringContaining('a1') });
    expect(entries.find(({ type }) => type === 'revert-failed')).toMatchObject({
      why: expect.stringContaining('AccountSilent'),
    });
    expect(kept.at.world.commands.at(-1)).toEqual(['rm', 'F']);
  });

  test('has its faults shown as in place until they are restored, and never less time than they take', async () => {
    const kept = silent(part, false);
    await abortedRun(kept);
    const endedMs = kept.at.clock.nowMs();
    const [first] = kept.progress;
    const reverting = kept.progress.filter(({ phase }) => phase === 'revert');
    expect(reverting.length).toBeGreaterThan(10);
    for (const { faults, elapsedMs, remainingMs } of reverting) {
      expect(faults.map(({ target }) => target)).toContain('a1');
      expect(elapsedMs + remainingMs).toBeGreaterThanOrEqual(endedMs);
    }
    expect(first?.remainingMs).toBeGreaterThanOrEqual(endedMs - (first?.elapsedMs ?? 0));
    expect(reverting[0]?.faults.map(({ state }) => state)).toEqual(['restoring', 'restoring']);
  });
});

describe('an account that was given up', () => {
  const failuresAtMs = (entries: readonly Entry[]) =>
    entries.flatMap((entry) => (entry.type === 'revert-failed' ? [Date.parse(entry.at) - Date.UTC(2026, 0, 1)] : []));

  test('is not asked again for the targets of other steps', async () => {
    const kept = silent('account', false);
    kept.at.clock.at(ABORT_AT_MS, () => kept.at.abort.abort('SIGINT'));
    const { outcome, entries } = await kept.at.run(lampExperiment({ method: [TOGETHER] }));
    expect(outcome).toBe('dirty');
    const failures = failuresAtMs(entries);
    expect(failures).toHaveLength(3);
    expect(Math.max(...failures)).toBeLessThan(ABORT_AT_MS + 25_000);
  });

  test('is asked once more at the very end of the run, and not for each step', async () => {
    const kept = silent('account', false);
    const { entries } = await kept.at.run(lampExperiment({ method: [TOGETHER] }));
    const failures = failuresAtMs(entries);
    expect(failures).toHaveLength(6);
    const restoresAtMs = 9_000;
    expect(failures[2], 'when the steps end').toBeLessThan(restoresAtMs + 21_000);
    // Each of the two tries asks for five seconds more, once for all steps.
    expect(failures[5], 'when the run ends').toBeLessThan(restoresAtMs + 32_000 + 5_000);
  });

  test('costs no target that was given up in a stall, or not tried because of it, when it answers again', async () => {
    const kept = silent('account', false, ABORT_AT_MS + 22_000);
    kept.at.clock.at(ABORT_AT_MS, () => kept.at.abort.abort('SIGINT'));
    const { outcome } = await kept.at.run(lampExperiment({ method: [TOGETHER] }));
    expect(outcome).toBe('aborted');
    expect(kept.at.world.lamps.every(({ lit }) => lit)).toBe(true);
  });

  test('costs no target either that failed in the stall while another one of its step heard the account again', async () => {
    for (let stallMs = 20_000; stallMs <= 25_000; stallMs += 250) {
      for (const slowMs of [1_500, 3_000, 4_500]) {
        const { world, clock } = scene({ world: new LampWorld(['a'], 2) });
        const at = scene({ world, clock });
        let stallsAtMs = Number.POSITIVE_INFINITY;
        const hang = () =>
          clock.nowMs() >= stallsAtMs ? clock.sleep(stallsAtMs + stallMs - clock.nowMs()) : undefined;
        world.onRead = () => (clock.nowMs() < stallsAtMs + stallMs ? hang() : undefined);
        world.onWrite = async ({ operation, input }) => {
          if (operation !== 'Light') return;
          if (stallsAtMs === Number.POSITIVE_INFINITY) stallsAtMs = clock.nowMs() + 5_000;
          if (clock.nowMs() >= stallsAtMs + stallMs) return;
          if (input.name === 'a2') await clock.sleep(slowMs);
          await hang();
          throw new CallError('AccessDenied', 'not now');
        };
        clock.at(ABORT_AT_MS, () => at.abort.abort('SIGINT'));
        const { outcome } = await at.run(lampExperiment({ blastRadius: { targets: 10, zones: 3 } }));
        expect(outcome, `a stall of ${stallMs} ms, calls of ${slowMs} ms`).toBe('aborted');
      }
    }
  });

  test('leaves a target whose step gave up soon the rest of its time at the end of the run', async () => {
    const answersAtMs = 9_000 + 27_000;
    const kept = silent('account', false, answersAtMs);
    const { clock, world } = kept.at;
    const { onWrite } = world;
    world.onWrite = async (call) => {
      await onWrite(call);
      // Longer than a target is tried again that had all its time, and no longer than one that had not.
      if (call.operation === 'Light' && clock.nowMs() < answersAtMs + 25_000)
        throw new CallError('RequestLimitExceeded', 'slow down', { retryable: true });
    };
    await kept.at.run(lampExperiment({ method: [faultStep({ forMs: 5_000 })] }));
    expect(world.lamps.every(({ lit }) => lit)).toBe(true);
  });

  test('is heard again by who asked it before it was given up', async () => {
    const kept = silent('account', false, 9_000 + 20_600);
    const [a, b] = BRANCHES.map((step, index) => ({ ...step, forMs: 5_000 + 1_000 * index }));
    const method = [{ ...TOGETHER, steps: a && b ? [a, b] : [] }];
    const { entries } = await kept.at.run(lampExperiment({ method }));
    const failed = entries.flatMap((entry) => (entry.type === 'revert-failed' ? [entry.injection] : []));
    expect(failed).toEqual(['1.a1']);
    expect(kept.at.world.lamps.every(({ lit }) => lit)).toBe(true);
  });

  test('is restored when it answers the last question', async () => {
    const kept = silent('account', false, 9_000 + 25_000);
    const { outcome, entries } = await kept.at.run(lampExperiment({ method: [TOGETHER] }));
    expect(failuresAtMs(entries)).toHaveLength(3);
    expect(outcome).not.toBe('dirty');
    expect(kept.at.world.lamps.every(({ lit }) => lit)).toBe(true);
  });
});

test("an account of the run's own is ended once, also where steps that are played together find it silent", async () => {
  const own = silent('account', true);
  const { entries } = await own.at.run(lampExperiment({ method: [TOGETHER] }));
  expect(own.ends()).toBe(1);
  expect(entries.filter(({ type }) => type === 'problem')).toHaveLength(1);
});

test('an account that is silent for nine seconds while it is restored is neither ended nor given up', async () => {
  const { outcome, entries } = await abortedRun(silent('account', true, ABORT_AT_MS + 9_000));
  expect(outcome).toBe('aborted');
  expect(entries.filter(({ type }) => type === 'reverted')).toMatchObject([{ how: 'restored' }, { how: 'restored' }]);
});

test('a tool that was stopped while it waited for an answer takes the account for silent no sooner than it asked again', async () => {
  const [asksAtMs, wakesAtMs] = [ABORT_AT_MS + 5_000, ABORT_AT_MS + 25_000];
  /** The process stands still while it waits for the answer to its question. */
  class Stopped extends VirtualClock {
    override sleep(ms: number, signal?: AbortSignal): Promise<void> {
      const stands = ms === 5_000 && this.nowMs() >= asksAtMs && this.nowMs() < wakesAtMs;
      return super.sleep(stands ? wakesAtMs - this.nowMs() : ms, signal);
    }
  }
  const { outcome, entries } = await abortedRun(silent('account', true, wakesAtMs + 1, new Stopped()));
  expect(outcome).toBe('aborted');
  expect(entries.filter(({ type }) => type === 'reverted')).toMatchObject([{ how: 'restored' }, { how: 'restored' }]);
});

test('an account that answers nothing keeps no aborted run from ending within seconds, and it says so', async () => {
  const { clock, context } = scene();
  const lease = { ...context.lease, release: () => clock.sleep(10_000_000) };
  const at = scene({ clock, lease });
  clock.at(2_000, () => at.abort.abort('SIGINT'));
  expect(await at.run(lampExperiment())).toMatchObject({ outcome: 'aborted' });
  expect(clock.nowMs()).toBeLessThan(2_000 + 10_000);
  const last = at.events.findLast(({ type }) => type === 'progress');
  expect(last).toMatchObject({ progress: { phase: 'baseline' } });
  expect(last?.type === 'progress' && last.progress.remainingMs).toBeLessThan(1_000);
});
