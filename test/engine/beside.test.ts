import { describe, expect, test } from 'vitest';
import { readingPort } from '../../src/engine/send.ts';
import { type Catalog, defineFault, defineProbe, type Fault } from '../../src/kernel/define.ts';
import { CallError } from '../../src/kernel/errors.ts';
import type { ReadPort } from '../../src/kernel/ports.ts';
import { darken, lampMeans, litProbe } from '../support/lamps.ts';
import { faultStep, lampExperiment, type Scene, scene } from '../support/run-lamps.ts';

const LONG = lampExperiment({ method: [faultStep({ forMs: 40_000 })] });

describe('the lease of the account', () => {
  const leased = (renew: () => Promise<void>): Scene =>
    scene({ lease: { acquire: async () => [], renew, release: async () => {} } });

  test('is renewed at least every ten seconds, as long as the run goes on', async () => {
    const renewals = [0];
    const at: Scene = leased(async () => void renewals.push(at.clock.nowMs()));
    expect(await at.run(LONG)).toMatchObject({ outcome: 'held' });
    const gaps = [...renewals.slice(1), at.clock.nowMs()].map((atMs, k) => atMs - (renewals[k] ?? 0));
    expect(Math.max(...gaps)).toBeLessThanOrEqual(10_000);
  });

  test('that another run holds by now ends the method, and everything is restored', async () => {
    const lostAtMs = 12_000;
    const at: Scene = leased(async () => {
      if (at.clock.nowMs() >= lostAtMs) throw new CallError('LeaseHeld', 'run x holds the account');
    });
    const { outcome } = await at.run(LONG);
    expect(outcome).toBe('unavailable');
    expect(at.entries()).toContainEqual(
      expect.objectContaining({
        type: 'problem',
        problem: expect.objectContaining({ what: expect.stringContaining('lost') }),
      }),
    );
    const reverted = at.entries().find(({ type }) => type === 'reverted');
    expect(Date.parse(reverted?.at ?? '') - Date.UTC(2026, 0, 1)).toBeLessThan(lostAtMs + 10_000);
    expect(at.world.lamps.every(({ lit }) => lit)).toBe(true);
  });

  test('that cannot be renewed just now is tried again', async () => {
    let tries = 0;
    const at = leased(async () => {
      if (++tries === 2) throw new CallError('TIMEOUT', 'no answer', { retryable: true });
    });
    expect(await at.run(LONG)).toMatchObject({ outcome: 'held' });
    expect(tries).toBeGreaterThan(3);
  });
});

describe('the watchdog', () => {
  test('is told about four times a second that the run lives, and hears of no silence beyond the end of a fault', async () => {
    const beats: { atMs: number; untilMs: number; dark: boolean }[] = [];
    const base = scene().context.watchdog;
    const at: Scene = scene({
      watchdog: {
        ...base,
        beat: (ms) => {
          const dark = at.world.lamps.some(({ lit }) => !lit);
          beats.push({ atMs: at.clock.nowMs(), untilMs: at.clock.nowMs() + ms, dark });
        },
      },
    });
    await at.run(LONG);
    expect(beats.length).toBeGreaterThan((at.clock.nowMs() / 1_000) * 3);
    const gaps = beats.slice(1).map(({ atMs }, k) => atMs - (beats[k]?.atMs ?? 0));
    expect(Math.max(...gaps)).toBeLessThanOrEqual(1_000);
    const injectedMs = beats.find(({ dark }) => dark)?.atMs ?? 0;
    const [endMs, marginMs, landsMs] = [injectedMs + 40_000, 10_000, 5_000];
    const tooLong = beats.filter(({ atMs, untilMs }) => untilMs > Math.max(atMs, endMs) + marginMs + landsMs);
    expect(tooLong).toEqual([]);
    const idle = beats.filter(({ atMs }) => atMs < injectedMs - 1_000 || atMs > endMs + 1_000);
    expect(idle.length).toBeGreaterThan(10);
    expect(idle.filter(({ atMs, untilMs }) => untilMs - atMs > marginMs)).toEqual([]);
  });

  test('watches before the first call is sent, however long it takes to start', async () => {
    let watching = false;
    const seen: boolean[] = [];
    const base = scene().context.watchdog;
    const at: Scene = scene({
      watchdog: {
        ...base,
        start: async () => {
          await at.clock.sleep(20_000);
          watching = true;
        },
      },
    });
    at.world.onWrite = () => void seen.push(watching);
    expect(await at.run(lampExperiment())).toMatchObject({ outcome: 'held' });
    expect(seen).toEqual([true, true]);
  });

  test('that does not start keeps everything from being touched', async () => {
    const base = scene().context.watchdog;
    const at: Scene = scene({
      watchdog: {
        ...base,
        start: async () => {
          await at.clock.sleep(6_000);
          throw new CallError('HOST_TOOL', 'the watchdog did not start');
        },
      },
    });
    await at.run(lampExperiment());
    expect(at.world.sent).toEqual([]);
  });
});

describe('what only reads cannot write', () => {
  test('a reading port has no way to write', () => {
    expect('write' in readingPort(scene().context.port)).toBe(false);
  });

  test('a run hands no way to write to its probes and faults', async () => {
    const [asked, able] = [new Set<string>(), new Set<string>()];
    const note = (who: string, host: ReadPort): undefined => {
      asked.add(who);
      if ('write' in host) able.add(who);
    };
    const { capture, compare, attest, target } = lampMeans;
    const api: typeof lampMeans = {
      ...lampMeans,
      target: { ...target, find: (...args) => note('find', args[1]) ?? target.find(...args) },
      capture: (...args) => note('capture', args[2]) ?? capture(...args),
      compare: (...args) => note('compare', args[1]) ?? compare(...args),
      attest: (...args) => note('attest', args[1]) ?? attest(...args),
    };
    const fault = defineFault({ ...darken, means: { api } });
    const probe = defineProbe({
      ...litProbe,
      observe: (...args) => note('observe', args[1]) ?? litProbe.observe(...args),
    });
    const catalog: Catalog = {
      faults: [{ id: darken.id, summary: darken.summary, load: async () => fault as Fault }],
      probes: [{ id: litProbe.id, summary: litProbe.summary, load: async () => probe }],
    };
    expect(await scene({ catalog }).run(lampExperiment())).toMatchObject({ outcome: 'held' });
    expect([...asked].sort()).toEqual(['attest', 'capture', 'compare', 'find', 'observe']);
    expect([...able]).toEqual([]);
  });
});
