import { expect, test } from 'vitest';
import { hasColour, paintFor } from '../../src/cli/colour.ts';
import { paintProblems } from '../../src/cli/problems.ts';
import { forTerminal } from '../../src/cli/terminal.ts';

const terminal = { isTTY: true };
const file = {};

test.each([
  ['a terminal has colours', terminal, {}, false, true],
  ['a file has none', file, {}, false, false],
  ['the flag outranks everything', terminal, { FORCE_COLOR: '1' }, true, false],
  ['NO_COLOR outranks FORCE_COLOR', terminal, { NO_COLOR: '1', FORCE_COLOR: '1' }, false, false],
  ['an empty NO_COLOR says nothing', terminal, { NO_COLOR: '' }, false, true],
  ['FORCE_COLOR colours a file', file, { FORCE_COLOR: '1' }, false, true],
  ['FORCE_COLOR=0 is a no', terminal, { FORCE_COLOR: '0' }, false, false],
  ['FORCE_COLOR outranks a dumb terminal', terminal, { FORCE_COLOR: '1', TERM: 'dumb' }, false, true],
  ['a dumb terminal has none', terminal, { TERM: 'dumb' }, false, false],
])('%s', (_rule, stream, environment, flag, expected) => {
  expect(hasColour(stream, environment, flag)).toBe(expected);
});

const problem = {
  code: 'SPEC_UNKNOWN_FAULT',
  what: 'no fault named "x"',
  where: { file: 'a.yaml', line: 3, column: 5, width: 1, text: '    x' },
  fix: 'did you mean "y"?',
} as const;

test('colour changes nothing but colour', () => {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences are what it looks for.
  const bare = forTerminal(paintProblems([problem], paintFor(true))).replace(/\u001B\[\d+m/g, '');
  expect(bare).toBe(paintProblems([problem], paintFor(false)));
});

test('the code, the pointer and the fix are set off', () => {
  const painted = forTerminal(paintProblems([problem], paintFor(true)));
  expect(painted).toContain('\u001B[31merror[SPEC_UNKNOWN_FAULT]:');
  expect(painted).toContain('\u001B[31m^\u001B[39m');
  expect(painted).toContain('\u001B[32mfix:');
});
