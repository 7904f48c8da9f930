import { Writable } from 'node:stream';
import { expect, test } from 'vitest';
import { liveDisplay, plainDisplay, renderHeartbeat, renderLive } from '../../src/cli/live.ts';
import type { Progress } from '../../src/engine/api.ts';
import type { Entry } from '../../src/journal/entries.ts';
import { PLAIN, widthOf } from '../../src/report/text.ts';
import { held, refused } from '../report/entries.ts';

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
  faults: [
    { injection: '1.use1-az1', fault: 'az.power-loss', target: 'use1-az1', state: 'in place', remainingMs: 6_300 },
  ],
});
const inState = (state: 'restoring' | 'not restored'): Progress => ({
  ...progress(0),
  faults: [{ injection: '1.a', fault: 'az.power-loss', target: 'a', state, remainingMs: 0 }],
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
    'method, at most 19s left; checkout 790/812, 名前が引ける before anything else happens 40/40; 1 fault in place',
  );
});

test('a fault counts as in place until it is restored, and its failed restoring is said', () => {
  expect(renderHeartbeat(inState('restoring'))).toMatch(/; 1 fault in place$/);
  expect(renderHeartbeat(inState('not restored'))).toMatch(/; 1 fault in place \(NOT RESTORED: 1\)$/);
  expect(renderLive(inState('restoring'), 80, PLAIN).at(-1)).toBe('  in place, being restored: az.power-loss on a');
  expect(renderLive(inState('not restored'), 80, PLAIN).at(-1)).toBe('  NOT RESTORED: az.power-loss on a');
});

test('of the time left nothing is claimed before there is a plan and past its time; what is left is rounded up', () => {
  const left = (remainingMs: number) => ({ ...progress(0), remainingMs });
  expect(renderHeartbeat(left(0))).toMatch(/^method; checkout/);
  expect(renderHeartbeat(left(1))).toMatch(/^method, at most 1s left;/);
  expect(renderLive(left(0), 80, PLAIN)[0]).toBe('method: the faults go in');
});

test('a plan of an older version, which does not say how long it takes at most, shows no figure for it', () => {
  const lines: string[] = [];
  const display = plainDisplay((line) => lines.push(line));
  for (const entry of held) {
    const { atMostMs: _, ...older } = { atMostMs: 0, ...entry };
    display.show({ type: 'entry', entry: older as Entry });
  }
  expect(lines[1]).toBe('[   1.0s] planned: 1 injection, usually about 45s');
  expect(lines.join('\n')).not.toMatch(/undefined|NaN|null/);
});

test('without a terminal there is a line for each event, and a heartbeat every ten seconds', () => {
  const lines: string[] = [];
  const display = plainDisplay((line) => lines.push(line));
  for (const entry of held.slice(0, 3)) display.show({ type: 'entry', entry });
  for (let ms = 500; ms <= 21_000; ms += 500) display.show({ type: 'progress', progress: progress(ms) });
  expect(lines).toEqual([
    '[   0.0s] run 20260102-030405-00aa: The shop survives the loss of one availability zone',
    '[   1.0s] planned: 1 injection, usually about 45s, at most 4.2m',
    '[   2.0s] baseline: measuring the steady state; nothing is harmed yet',
    expect.stringMatching(/^\[ {2}10\.0s\] method, at most 19s left; checkout 790\/812/),
    expect.stringMatching(/^\[ {2}20\.0s\] method, at most 19s left; checkout 790\/812/),
  ]);
});

test('a refusal is said once, with every reason', () => {
  const lines: string[] = [];
  const display = plainDisplay((line) => lines.push(line));
  for (const entry of refused) display.show({ type: 'entry', entry });
  expect(lines.filter((line) => line.includes('refused'))).toHaveLength(1);
});

test('a run that met no target says so, once, and not that it was refused', () => {
  const lines: string[] = [];
  const display = plainDisplay((text) => lines.push(text));
  const problem = { code: 'TARGET_NONE', what: 'no instance matches', fix: 'select others' } as const;
  for (const entry of refused) {
    const shown: Entry = entry.type === 'refused' ? { ...entry, problems: [problem] } : entry;
    display.show({ type: 'entry', entry: shown.type === 'run-ended' ? { ...shown, outcome: 'not exercised' } : shown });
  }
  expect(lines.filter((line) => line.includes('not exercised'))).toEqual([
    expect.stringContaining('not exercised: no instance matches'),
  ]);
});

test('lines speak of faults and targets, not of numbers of steps', () => {
  const lines: string[] = [];
  const display = plainDisplay((line) => lines.push(line));
  for (const entry of held) display.show({ type: 'entry', entry });
  expect(lines.map((line) => line.slice(10)).join('\n')).toMatchSnapshot();
});

/** A terminal of a few columns and rows, as it looks after everything that was written to it. */
function terminal(columns: number, rows: number) {
  const lines: string[] = [''];
  let [row, column] = [0, 0];
  const put = (character: string) => {
    if (column === columns) newLine();
    const line = (lines[row] ?? '').padEnd(column);
    lines[row] = line.slice(0, column) + character + line.slice(column + 1);
    column += 1;
  };
  const newLine = () => {
    row += 1;
    column = 0;
    lines[row] ??= '';
  };
  const write = (text: string) => {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences are what it looks for.
    for (const [token] of text.matchAll(/\u001B\[\??(?:\d+;?)*[A-Za-z]|\n|./gu)) {
      const times = Number(/\d+/.exec(token)?.[0] ?? 1);
      if (token === '\n') newLine();
      else if (token.endsWith('A') && token.startsWith('\u001B')) row = Math.max(0, row - times);
      else if (token.endsWith('B') && token.startsWith('\u001B')) row += times;
      else if (token.endsWith('G') && token.startsWith('\u001B')) column = 0;
      else if (token === '\u001B[2K') lines[row] = '';
      else if (token === '\u001B[K') lines[row] = (lines[row] ?? '').slice(0, column);
      else if (!token.startsWith('\u001B')) put(token);
    }
  };
  const stream = Object.assign(
    new Writable({
      write: (chunk: Buffer, _encoding, done) => {
        write(chunk.toString());
        done();
      },
    }),
    { columns, rows },
  );
  return { stream, screen: () => lines.map((line) => line.trimEnd()).join('\n') };
}

test('what is said while the live part is shown stays on the terminal, whole, above it', () => {
  const { stream, screen } = terminal(60, 12);
  const display = liveDisplay(stream, PLAIN);
  const long = `SIGINT: ${'ending the run and restoring every target '.repeat(3)}END`;
  display.show({ type: 'progress', progress: progress(1_000) });
  display.say(long);
  for (const ms of [1_500, 2_000, 2_500])
    display.show({ type: 'progress', progress: { ...progress(ms), remainingMs: ms } });
  expect(screen().replaceAll('\n', '')).toContain(long.slice(0, 60).trimEnd());
  expect(screen()).toMatch(/END\nmethod, at most 3s left/);
  display.end();
  expect(screen()).toMatch(/END\n*$/);
});
