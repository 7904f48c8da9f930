import { readdirSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { asTyped } from '../../src/cli/as-typed.ts';
import { root } from '../support/sources.ts';

const NPX = { npm_command: 'exec', npm_lifecycle_event: 'npx' };

test.each([
  ['run "chaos recover r1" first', 'run "npx chaos recover r1" first'],
  [`run "CHAOS_HOME='/a b' chaos recover r1"`, `run "CHAOS_HOME='/a b' npx chaos recover r1"`],
  ['run "CHAOS_HOME=/tmp/x chaos abort r1"', 'run "CHAOS_HOME=/tmp/x npx chaos abort r1"'],
  ['restore with: chaos recover r1', 'restore with: npx chaos recover r1'],
  ['run "chaos --help" to see', 'run "npx chaos --help" to see'],
  ['the watchdog of chaos run 3', 'the watchdog of chaos run 3'],
  ['"chaos engineering": chaos monkeys', '"chaos engineering": chaos monkeys'],
])('advice is given as this program was started: %s', (text, expected) => {
  expect(asTyped(text, NPX)).toBe(expected);
  expect(asTyped(text, {})).toBe(text);
  expect(asTyped(text, { npm_command: 'run-script', npm_lifecycle_event: 'test' })).toBe(text);
});

test('every command of the program is known as one', () => {
  const commands = readdirSync(path.join(root, 'src/commands')).map((name) => path.parse(name).name);
  for (const command of commands) expect(asTyped(`"chaos ${command} x"`, NPX)).toBe(`"npx chaos ${command} x"`);
});
