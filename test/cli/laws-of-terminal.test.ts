import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Writable } from 'node:stream';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { paintFor } from '../../src/cli/colour.ts';
import { liveDisplay, plainDisplay } from '../../src/cli/live.ts';
import { renderTrial } from '../../src/cli/probe-try.ts';
import { paintProblems } from '../../src/cli/problems.ts';
import { renderRecovery } from '../../src/cli/recover.ts';
import { type RunRow, renderRuns } from '../../src/cli/run-table.ts';
import { renderStatus } from '../../src/cli/status.ts';
import { forTerminal, tell } from '../../src/cli/terminal.ts';
import { inertJson } from '../../src/kernel/visible.ts';
import { readRun } from '../../src/report/reading.ts';
import { renderSummary } from '../../src/report/summary.ts';
import { entriesOf } from '../report/entries.ts';
import { bodies, otherTexts } from '../support/entries-that-say.ts';
import { makeHome, runCli } from '../support/run-cli.ts';
import { PLACE } from '../support/run-lamps.ts';

/** Clears the screen, sets the title, rings, paints, turns the direction, breaks the line, and gives orders to CI systems. */
const HOSTILE =
  '\u001b[2J\u001b]0;t\u0007\u001b[32mGOOD\u009b31m\u007f\u0008\r\u202e\u2066\u2028\u0085\n::error::forged\n##[error]forged ##vso[x]y\n##teamcity[x]y #\u00ad#v\u00adso[x]y\nerror[BUG]: forged\n';
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the codes of our five colours, and what ends them.
const OURS = /\u001b\[(?:1|2|22|31|32|33|39)m/g;
const ACTING = /[\p{Cc}\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/u;
const ORDER = /^[^\S\n]*::[^\n]*::|#\u00ad*#[^\n]*\[/m;

/** What of a text acts where it is shown, besides line breaks. */
function acting(text: string, hasColour: boolean): string[] {
  const bare = (hasColour ? text.replace(OURS, '') : text).replaceAll('\n', ' ');
  return [...(ACTING.exec(bare) ?? []), ...(ORDER.exec(text) ?? [])].map((found) =>
    JSON.stringify(bare.slice(Math.max(0, bare.indexOf(found) - 40)).slice(0, 80)),
  );
}

const hostile = fc.string({
  unit: fc.constantFrom(
    'a',
    ' ',
    ':',
    '::',
    '##[',
    '#',
    'v\u00adso[',
    '\n',
    '\r',
    '\t',
    '\u001b[32m',
    '\u009b',
    '\u202e',
    HOSTILE,
    '日',
  ),
});
const written = (text: string) => {
  let all = '';
  tell({ write: (piece) => (all += piece) }, text);
  return all;
};

describe.each([true, false])('with colours: %s', (hasColour) => {
  const paint = paintFor(hasColour);
  const harmless = (text: string) => expect(acting(written(text), hasColour)).toEqual([]);

  test('whatever a text holds, painted or not, only its line breaks and our colours act', () => {
    fc.assert(
      fc.property(hostile, hostile, (one, two) => {
        harmless(`${one}${paint.bold(`${two}${paint.good(one)}`)}${two}`);
        expect(written(`${one}\n${two}`)).not.toMatch(OURS);
      }),
      { seed: 7, numRuns: 300 },
    );
  });

  test('a colour ends where it ends, also inside of another', () => {
    const shown = forTerminal(paint.bold(`a${paint.dim('b')}c`));
    expect(shown.replace(OURS, '')).toBe('abc');
    expect(shown.match(OURS)?.length ?? 0).toBe(hasColour ? 5 : 0);
  });

  test('every entry of a journal is one line', () => {
    const lines: string[] = [];
    const display = plainDisplay((line) => lines.push(line));
    for (const entry of entriesOf([...bodies(HOSTILE), ...otherTexts(HOSTILE)])) display.show({ type: 'entry', entry });
    expect(lines.length).toBeGreaterThan(12);
    for (const line of lines) expect(written(line)).toMatch(/^\[ +\d+\.\ds\] [^\n]*\n$/);
    harmless(lines.join('\n'));
  });

  const row: RunRow = {
    runId: 'r',
    state: 'died',
    outcome: 'dirty',
    startedAt: '',
    tookMs: 1,
    title: HOSTILE,
    account: HOSTILE,
    harmed: [HOSTILE],
  };
  const harming = { runId: 'r', inPlace: [HOSTILE], notRestored: [HOSTILE] };
  const problem = { code: 'SPEC_TYPE', what: HOSTILE, fix: HOSTILE, where: { ...PLACE, text: HOSTILE } } as const;
  const failed = [{ target: HOSTILE, why: HOSTILE, manualRecovery: HOSTILE }];
  const unreadable = { runId: 'r', problems: [problem] };
  const recovery = { v: 1, outcome: 'dirty', exitCode: 7, problems: [] } as const;
  const reading = readRun(entriesOf([...bodies(HOSTILE), ...otherTexts(HOSTILE)]));

  test.each([
    ['a summary', renderSummary(reading, { journal: HOSTILE }, 80, paint), /^::/m],
    ['problems', paintProblems([problem], paint), /^ *(::|error\[BUG)/m],
    ['a table of runs', renderRuns([row], paint), /^ *(::|error|forged)/m],
    [
      'a status',
      renderStatus(
        {
          v: 1,
          home: HOSTILE,
          regions: [],
          damaged: [{ name: HOSTILE, what: HOSTILE, fix: HOSTILE }],
          running: [],
          harmed: [row],
          harming: [harming],
          unreadable: [unreadable],
        },
        paint,
      ),
      /^ +(::|error|forged)/m,
    ],
    [
      'a recovery',
      renderRecovery(
        {
          ...recovery,
          runs: [
            {
              runId: 'r',
              restored: [HOSTILE],
              vanished: [HOSTILE],
              byHand: [{ target: HOSTILE, saidBy: HOSTILE }],
              failed,
            },
          ],
        },
        80,
        paint,
      ),
      /^(::|error|forged)/m,
    ],
    [
      'a trial',
      renderTrial({ probe: 'http', ok: false, error: HOSTILE, latencyMs: 1, output: { body: HOSTILE } }, paint),
      /^ *(::|error|forged)/m,
    ],
  ])('%s forges nothing', (_, text, forged) => {
    harmless(text);
    expect(written(text).replace(OURS, '')).not.toMatch(forged);
  });

  test('what a summary tells to paste is one line', () => {
    expect(renderSummary(reading, { journal: '' }, 80, paint)).toMatch(/^ {2}by hand: run .*GOOD.*forged␊$/m);
  });

  test('a live display moves the cursor, and nothing in it does', () => {
    let all = '';
    const stream = new Writable({
      write: (chunk: Buffer, _encoding, done) => {
        all += chunk.toString();
        done();
      },
    });
    const display = liveDisplay(Object.assign(stream, { columns: 70, rows: 20 }), paint);
    const probe = { name: HOSTILE, samples: 9, good: 8, recentSamples: 2, recentGood: 1, p99Ms: 3 };
    const fault = { injection: '1.x', fault: 'az.power-loss', target: HOSTILE, remainingMs: 6_300 } as const;
    const faults = (['in place', 'restoring', 'not restored'] as const).map((state) => ({ ...fault, state }));
    const progress = { phase: 'method', elapsedMs: 1, remainingMs: 18_400, probes: [probe], faults } as const;
    display.show({ type: 'progress', progress });
    for (const entry of entriesOf(otherTexts(HOSTILE))) display.show({ type: 'entry', entry });
    display.end();
    // biome-ignore lint/suspicious/noControlCharactersInRegex: how a line is redrawn.
    const rest = all.replace(/\u001b\[(?:2K|\d*[AG]|0?J|K)/g, '');
    expect(rest).toContain('in place');
    expect(acting(rest, hasColour)).toEqual([]);
  });
});

test('JSON says exactly what a text is, and nothing in it acts', () => {
  fc.assert(
    fc.property(hostile, (text) => {
      const json = inertJson({ [text]: [text] }, 2);
      expect(JSON.parse(json)).toEqual({ [text]: [text] });
      expect(acting(json, false)).toEqual([]);
    }),
    { seed: 7, numRuns: 300 },
  );
});

describe('the program', () => {
  const { home, remove } = makeHome();
  afterAll(remove);
  const folder = path.join(home, 'stranger');
  mkdirSync(folder);
  const command = (script: string) => ['sh', '-c', `${script} #${HOSTILE}`];
  const tolerance = { success: { atLeast: '40%' } };
  const probe = { name: HOSTILE, probe: 'command', with: { command: ['true'], rate: '20/s' }, tolerance };
  const sound = {
    version: 1,
    title: HOSTILE,
    account: 'host',
    steadyStateHypothesis: { probes: [probe], baseline: '250ms', stay: '250ms', recoverWithin: '5s' },
    method: [
      { name: HOSTILE, command: command(`printf '%s' "$E" >&2; exit 3`), undo: command('exit 0'), env: { E: HOSTILE } },
      { wait: '250ms' },
    ],
  };
  const unsound = {
    ...sound,
    [HOSTILE]: 1,
    account: `\${${HOSTILE}}`,
    method: [{ fault: HOSTILE }, { fault: 'az.power-loss', for: HOSTILE, select: { [HOSTILE]: HOSTILE } }],
  };
  const files = {
    sound: path.join(folder, `sound${HOSTILE.replaceAll('/', '')}.yaml`),
    unsound: path.join(folder, `unsound${HOSTILE.replaceAll('/', '')}.yaml`),
    report: path.join(folder, 'junit.xml'),
  };
  writeFileSync(files.sound, JSON.stringify(sound));
  writeFileSync(files.unsound, JSON.stringify(unsound));

  const look = async (args: readonly string[], hasColour: boolean) => {
    const env = { TMPDIR: home, ...(hasColour ? { NO_COLOR: '', FORCE_COLOR: '1' } : {}) };
    const { stdout, stderr } = await runCli(args, { home, env });
    for (const text of [stdout, stderr]) expect(acting(text, hasColour), args[0]).toEqual([]);
    expect(stdout + stderr, args[0]).toMatch(/GOOD/);
    return stdout;
  };

  test('whatever an experiment holds and a program says, shows it and does nothing that it says', async () => {
    await Promise.all([
      look(['run', files.sound, '--junit', files.report], true),
      look(['plan', files.sound], false),
      look(['validate', files.unsound], true),
      look(['fault', 'show', HOSTILE], false),
      look([HOSTILE], true),
    ]);
    const [json] = await Promise.all([
      look(['journal', 'show', 'last', '--json'], false),
      look(['journal', 'show', 'last'], true),
    ]);
    expect(JSON.parse(json)).toMatchObject({ title: HOSTILE });
    expect(readFileSync(files.report, 'utf8')).not.toMatch(/[^\t\n\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u);
  });
});
