import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { commandLine, shellLine } from '../../src/kernel/shell-line.ts';

test('plain words stay bare, and a script of several words stays one', () => {
  expect(shellLine(['systemctl', 'restart', 'web@1.service', '--now', 'a=b'])).toBe(
    'systemctl restart web@1.service --now a=b',
  );
  expect(shellLine(['sh', '-c', 'echo cannot >&2; exit 5'])).toBe("sh -c 'echo cannot >&2; exit 5'");
  expect(shellLine(['A=1', 'B=2', "it's", '', '~', '#no'])).toBe("'A=1' B=2 'it'\\''s' '' '~' '#no'");
});

test('a command by hand runs in its folder and with its environment, whatever they hold', () => {
  expect(commandLine({ command: ['mend', 'it'] })).toBe('mend it');
  const [cwd, env] = [mkdtempSync(path.join(tmpdir(), "it's a folder ")), { A: '1', B: "two 'words'" }];
  const line = commandLine({ command: ['sh', '-c', 'printf "%s|" "$PWD" "$A" "$B"'], cwd, env });
  expect(execFileSync('/bin/sh', ['-c', line], { encoding: 'utf8' })).toBe(`${cwd}|1|two 'words'|`);
  rmSync(cwd, { recursive: true });
});

test('a word that a CI system could take for an order, with what follows on the line, holds none', () => {
  const line = shellLine(['echo', '##teamcity', '[x]', 'a##b', '#c']);
  expect(line).not.toContain('##');
  expect(execFileSync('/bin/sh', ['-c', line], { encoding: 'utf8' })).toBe('##teamcity [x] a##b #c\n');
});

test('a shell reads back the very words', () => {
  const word = fc.oneof(
    fc.string({
      unit: fc.constantFrom(
        'a',
        ' ',
        "'",
        '"',
        '\\',
        '$',
        '`',
        '!',
        '*',
        '~',
        '=',
        '\n',
        '#',
        '{',
        ';',
        'é',
        '%',
        '-',
        '\t',
        '\u001b',
        '\u0085',
        '\u202e',
      ),
    }),
    fc.string(),
  );
  const bare = word.map((text) => text.replaceAll('\0', ''));
  fc.assert(
    fc.property(fc.array(bare, { maxLength: 20 }), (words) => {
      const script = `for word in ${shellLine(words)}; do printf '%s\\0' "$word"; done`;
      const said = execFileSync('/bin/sh', ['-c', script], { encoding: 'utf8' });
      expect(said.split('\0').slice(0, -1)).toEqual(words.map((text) => Buffer.from(text).toString()));
    }),
    { seed: 7, numRuns: 40 },
  );
});
