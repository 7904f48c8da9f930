import { describe, expect, test } from 'vitest';
import { observeOpenLoop } from '../../src/engine/probing.ts';
import type { Sample } from '../../src/engine/tally.ts';
import { realClock } from '../../src/host/clock.ts';
import { defineProbe, type Observation } from '../../src/kernel/define.ts';
import type { Clock, ReadPort } from '../../src/kernel/ports.ts';
import { LampWorld } from '../support/lamps.ts';
import { probeUse } from '../support/run-lamps.ts';
import { VirtualClock } from '../support/virtual-clock.ts';

const probe = (observe: (signal: AbortSignal) => Promise<Observation>) =>
  defineProbe({
    id: 'test.probe',
    summary: 'Test.',
    details: 'Tests.',
    params: {},
    output: {},
    example: '',
    observe: (_params, _host, signal) => observe(signal),
  });

const OK: Observation = { ok: true, output: {} };

async function observeFor(
  ms: number,
  {
    clock,
    rate,
    timeoutMs = 1_000,
    observe,
  }: { clock: Clock; rate: number; timeoutMs?: number; observe: (signal: AbortSignal) => Promise<Observation> },
) {
  const samples: Sample[] = [];
  let due = 0;
  const end = new AbortController();
  const host: ReadPort = new LampWorld(['a'], 1).port(clock);
  const loop = observeOpenLoop({
    use: probeUse({ ratePerSecond: rate, timeoutMs }),
    probe: probe(observe),
    host,
    signal: end.signal,
    labelAt: () => 'baseline',
    due: () => {
      due++;
      return (sample) => samples.push(sample);
    },
  });
  await clock.sleep(ms);
  end.abort();
  await loop;
  await clock.sleep(timeoutMs + 50);
  return { samples, due: () => due };
}

describe('probes run open loop', () => {
  test('a stall of the system is seen in every sample that was due meanwhile', async () => {
    const clock = new VirtualClock();
    const stallEnds = 3_500;
    const observe = async () => {
      if (clock.nowMs() >= 2_000 && clock.nowMs() < stallEnds) await clock.sleep(stallEnds - clock.nowMs());
      return OK;
    };
    const { samples } = await clock.run(observeFor(8_000, { clock, rate: 100, timeoutMs: 5_000, observe }));
    expect(samples.length).toBeGreaterThanOrEqual(800);
    expect(samples.filter(({ latencyMs }) => latencyMs > 1_000).length).toBeGreaterThanOrEqual(49);
  });

  test('a sample that is not answered in time has failed, whether the probe honours its signal or not', async () => {
    const clock = new VirtualClock();
    const observe = () => new Promise<Observation>(() => {});
    const { samples } = await clock.run(observeFor(950, { clock, rate: 10, timeoutMs: 200, observe }));
    expect(samples).toHaveLength(10);
    expect(samples.every(({ bad, latencyMs }) => bad === 'TIMEOUT' && latencyMs === 200)).toBe(true);
  });

  test('no more than a bounded number is in flight; what cannot be sent has failed', async () => {
    const clock = new VirtualClock();
    let [inFlight, most] = [0, 0];
    const observe = async () => {
      most = Math.max(most, ++inFlight);
      await clock.sleep(60_000);
      return OK;
    };
    const { samples } = await clock.run(observeFor(3_000, { clock, rate: 100, timeoutMs: 1_000, observe }));
    expect(most).toBeGreaterThanOrEqual(100);
    expect(samples.length).toBeGreaterThanOrEqual(300);
    expect(samples.filter(({ bad }) => bad === undefined)).toEqual([]);
  });

  test('what was due while this process was busy and is too much to send at once has failed', async () => {
    const clock = new VirtualClock();
    let isBusy = false;
    const busy: Clock = {
      wallMs: () => clock.wallMs(),
      nowMs: () => clock.nowMs(),
      sleep: async (ms, signal) => {
        await clock.sleep(ms, signal);
        if (isBusy || clock.nowMs() < 1_000) return;
        isBusy = true;
        await clock.sleep(4_000);
      },
    };
    const observe = async () => {
      await clock.sleep(10);
      return OK;
    };
    const { samples, due } = await clock.run(observeFor(7_000, { clock: busy, rate: 100, observe }));
    const unsent = samples.filter(({ bad }) => bad === 'UNSENT');
    expect(unsent.length).toBeGreaterThanOrEqual(250);
    expect(unsent.length + samples.filter(({ bad }) => bad === undefined).length).toBe(due());
    expect(samples.filter(({ bad }) => bad === undefined).length).toBeLessThanOrEqual(due() - 250);
  });

  test('a probe that throws has failed', async () => {
    const clock = new VirtualClock();
    const observe = () => Promise.reject(new TypeError('x'));
    const { samples } = await clock.run(observeFor(500, { clock, rate: 10, observe }));
    expect(samples.every(({ bad }) => bad === 'PROBE FAILED')).toBe(true);
  });

  test('a process that was stopped does not blame the system for the time that it slept', async () => {
    const clock = new VirtualClock();
    let slept = false;
    const late: Clock = {
      wallMs: () => clock.wallMs(),
      nowMs: () => clock.nowMs(),
      sleep: async (ms, signal) => {
        await clock.sleep(ms, signal);
        if (slept || clock.nowMs() < 1_000) return;
        slept = true;
        await clock.sleep(60_000);
      },
    };
    const { samples } = await clock.run(observeFor(65_000, { clock: late, rate: 10, observe: async () => OK }));
    expect(samples.every(({ latencyMs }) => latencyMs < 10)).toBe(true);
    expect(samples.length).toBeLessThan(200);
  });

  test('in real time, 200 a second are all sent, and a busy moment is caught up on', async () => {
    setTimeout(() => {
      const until = performance.now() + 100;
      while (performance.now() < until);
    }, 300);
    const { samples } = await observeFor(1_000, {
      clock: realClock,
      rate: 200,
      timeoutMs: 200,
      observe: async () => OK,
    });
    expect(samples.length).toBeGreaterThanOrEqual(195);
    expect(samples.filter(({ latencyMs }) => latencyMs > 50).length).toBeGreaterThan(5);
  });
});
