import { expect, test } from 'vitest';
import { plainDisplay, renderHeartbeat, renderLive } from '../../src/cli/live.ts';
import type { Progress } from '../../src/engine/api.ts';
import { PLAIN, widthOf } from '../../src/report/text.ts';
import { held } from '../report/entries.ts';

const progress = (elapsedMs: number): Progress => ({
  phase: 'method',
  elapsedMs,
  remainingMs: 18_400,
  probes: [
    { name: 'checkout', samples: 812, good: 790, recentSamples: 100, recentGood: 87, p99Ms: 412.7 },
    {
      name: '名前が引ける before anything else happens',
      samples: 40,
      good: 40,
      recentSamples: 20,
      recentGood: 20,
      p99Ms: null,
    },
  ],
  faults: [{ injection: '1.use1-az1', fault: 'az.power-loss', target: 'use1-az1', remainingMs: 6_300 }],
});

test.each([60, 100])('the live part of the screen reads well at %i columns', (width) => {
  expect(renderLive(progress(9_000), width, PLAIN).join('\n')).toMatchSnapshot();
});

test.each([30, 40, 60, 80, 120])('the live part never wraps at %i columns', (width) => {
  const lines = renderLive(progress(9_000), width, PLAIN);
  expect(lines.filter((line) => widthOf(line) >= Math.max(width, 40))).toEqual([]);
});

test('a heartbeat says phase, time left, counts and faults in one line', () => {
  expect(renderHeartbeat(progress(0))).toBe(
    'method, 18s left; checkout 790/812, 名前が引ける before anything else happens 40/40; 1 fault in place',
  );
});

test('without a terminal there is a line for each event, and a heartbeat every ten seconds', () => {
  const lines: string[] = [];
  const display = plainDisplay((line) => lines.push(line));
  for (const entry of held.slice(0, 3)) display.show({ type: 'entry', entry });
  for (let ms = 500; ms <= 21_000; ms += 500) display.show({ type: 'progress', progress: progress(ms) });
  expect(lines).toEqual([
    '[   0.0s] run 20260102-030405-00aa: The shop survives the loss of one availability zone',
    '[   1.0s] planned: 1 injection, at most about 45s',
    '[   2.0s] baseline: measuring the steady state; nothing is harmed yet',
    expect.stringMatching(/^\[ {2}10\.0s\] method, 18s left; checkout 790\/812/),
    expect.stringMatching(/^\[ {2}20\.0s\] method, 18s left; checkout 790\/812/),
  ]);
});

test('lines speak of faults and targets, not of numbers of steps', () => {
  const lines: string[] = [];
  const display = plainDisplay((line) => lines.push(line));
  for (const entry of held) display.show({ type: 'entry', entry });
  expect(lines.map((line) => line.slice(10)).join('\n')).toMatchSnapshot();
});
