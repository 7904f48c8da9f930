import { describe, expect, test } from 'vitest';
import type { Watchdog } from '../../src/kernel/ports.ts';
import { mortalAccount } from '../support/mortal-account.ts';
import { commandStep, faultStep, lampExperiment, type Scene, scene, waitStep } from '../support/run-lamps.ts';

/** A scene whose account can die. */
function mortalScene(): { at: Scene; die: () => void } {
  const before = scene();
  const { port, die } = mortalAccount(before);
  const { world, clock } = before;
  return { at: scene({ world, clock, port }), die };
}

describe('an account that dies during a run', () => {
  test.each([
    ['while a fault is held', 5_500],
    ['in the baseline', 2_000],
    ['while recovery is measured', 10_000],
  ])('%s ends the run within seconds, unavailable, with nothing left to restore', async (_when, atMs) => {
    const { at, die } = mortalScene();
    at.clock.at(atMs, die);
    const { outcome, entries } = await at.run(
      lampExperiment({ method: [commandStep('touch F', 'rm F'), faultStep()] }),
    );
    expect(outcome).toBe('unavailable');
    expect(at.clock.nowMs()).toBeLessThan(atMs + 5_000);
    expect(entries.at(-1)).toMatchObject({ why: expect.stringContaining('the region "embedded" ended') });
    expect(entries.at(-1)).not.toMatchObject({ targets: 'dirty' });
    expect(at.world.commands.at(-1)).toEqual(atMs < 4_000 ? undefined : ['rm', 'F']);
  });

  test('closes as vanished what stood in it', async () => {
    const { at, die } = mortalScene();
    at.clock.at(5_500, die);
    const { entries } = await at.run(lampExperiment());
    expect(entries.filter(({ type }) => type === 'reverted')).toMatchObject([{ injection: '1.a1', how: 'vanished' }]);
  });

  test('is told from one that is only silent: that one is waited for', async () => {
    const { at } = mortalScene();
    const { world, clock } = at;
    const silent = () => clock.nowMs() > 5_500 && clock.nowMs() < 12_000;
    const hang = () => (silent() ? clock.sleep(12_000 - clock.nowMs()) : undefined);
    world.onRead = hang;
    world.onWrite = hang;
    const { entries } = await at.run(lampExperiment({ method: [faultStep({ forMs: 2_000 })] }));
    expect(entries.filter(({ type }) => type === 'reverted')).toMatchObject([{ how: 'restored' }]);
  });
});

describe('the beat', () => {
  test('goes on while the lease, the disk and the account are silent', async () => {
    const base = scene();
    const beats: number[] = [];
    const at = scene({
      clock: base.clock,
      world: base.world,
      port: base.context.port,
      lease: { ...base.context.lease, renew: () => base.clock.sleep(10_000) },
      files: { ...base.context.files, append: () => base.clock.sleep(10_000) },
      watchdog: { ...base.context.watchdog, beat: () => beats.push(base.clock.nowMs()) },
    });
    await at.run(lampExperiment({ method: [faultStep({ forMs: 20_000 })] }));
    const gaps = beats.slice(1).map((beat, index) => beat - (beats[index] ?? 0));
    expect(Math.max(...gaps)).toBeLessThan(600);
  });
});

describe('a watchdog that dies', () => {
  /** Watchdogs of which each dies after so long. */
  function mortalWatchdog(base: Scene, livesMs: readonly number[]): { watchdog: Watchdog; started: number[] } {
    const started: number[] = [];
    const diesAt = () => (started.at(-1) ?? 0) + (livesMs[started.length - 1] ?? Infinity);
    const start = async () => void started.push(base.clock.nowMs());
    const hasDied = () => started.length > 0 && base.clock.nowMs() >= diesAt();
    return { watchdog: { ...base.context.watchdog, start, hasDied }, started };
  }
  const play = async (livesMs: readonly number[]) => {
    const base = scene();
    const { watchdog, started } = mortalWatchdog(base, livesMs);
    const at = scene({ clock: base.clock, world: base.world, port: base.context.port, watchdog });
    return { ...(await at.run(lampExperiment())), started, at };
  };

  test('is replaced at once, with a note, and the run goes on', async () => {
    const { outcome, entries, started } = await play([5_500]);
    expect(outcome).toBe('held');
    expect(started).toHaveLength(2);
    expect((started[1] ?? 0) - 5_500).toBeLessThan(1_000);
    expect(entries).toContainEqual(
      expect.objectContaining({ type: 'note', text: expect.stringContaining('watchdog') }),
    );
  });

  test('twice ends the method, and everything is restored', async () => {
    const { outcome, entries, started, at } = await play([5_000, 1_000]);
    expect(outcome).toBe('unavailable');
    expect(started).toHaveLength(2);
    expect(entries.at(-1)).toMatchObject({ targets: 'restored', why: expect.stringContaining('watchdog') });
    expect(at.world.lamps.every(({ lit }) => lit)).toBe(true);
  });
});

test('a wait is no reason to look for the account more than once a second', async () => {
  const base = scene();
  let looks = 0;
  const exists = async () => ++looks > 0;
  const { port } = base.context;
  const at = scene({ clock: base.clock, world: base.world, port: { ...port, account: { ...port.account, exists } } });
  await at.run(lampExperiment({ method: [faultStep(), waitStep(2_000)] }));
  expect(looks).toBeLessThan(at.clock.nowMs() / 1_000 + 3);
});
