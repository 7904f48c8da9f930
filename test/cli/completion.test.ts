import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { catalog } from '../../src/catalog/index.ts';
import { completionScript } from '../../src/cli/completion.ts';
import { ERROR_CODES } from '../../src/kernel/errors.ts';
import { read } from '../support/sources.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'chaos-completion-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
mkdirSync(path.join(folder, 'drills'));
writeFileSync(path.join(folder, 'drill.yaml'), '');
writeFileSync(path.join(folder, 'completion.bash'), completionScript('bash'));
// Stands for the command itself, which the script asks for the regions that are up.
writeFileSync(
  path.join(folder, 'chaos'),
  `#!/bin/sh\ncat <<'END'\n${JSON.stringify(
    {
      v: 1,
      regions: [
        { name: 'shop', pid: 1 },
        { name: 'drill', pid: 2 },
      ],
      running: [{ name: 'no', pid: 3 }],
    },
    null,
    2,
  )}\nEND\n`,
  { mode: 0o755 },
);

/** What bash offers for the last of the words. */
function offered(...words: string[]): string[] {
  const line = words.map((word) => `'${word}'`).join(' ');
  const script = `source ./completion.bash; COMP_WORDS=(${line}); COMP_CWORD=${words.length - 1}; _chaos; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const env = { PATH: `${folder}:${process.env.PATH}` };
  const out = execFileSync('bash', ['--norc', '-uc', script], { cwd: folder, env, encoding: 'utf8' });
  return out.split('\n').filter((entry) => entry !== '');
}

const { commands } = JSON.parse(read('oclif.manifest.json')) as { commands: Record<string, { flags: object }> };
const names = Object.keys(commands).map((id) => id.split(':'));

describe('completion in bash', () => {
  test('offers every command, and the second word of those that have one', () => {
    expect(offered('chaos', '').sort()).toEqual([...new Set(names.map(([first]) => first))].sort());
    expect(offered('chaos', 'reg')).toEqual(['region']);
    const verbs = names.filter(([first]) => first === 'region').map(([, verb]) => verb);
    expect(offered('chaos', 'region', '').sort()).toEqual(verbs.sort());
  });

  test.each(Object.entries(commands))('offers the flags of %s', (id, { flags }) => {
    const expected = [...Object.keys(flags), 'help'].map((name) => `--${name}`);
    expect(offered('chaos', ...id.split(':'), '--').sort()).toEqual([...new Set(expected)].sort());
  });

  test('offers ids and codes where they are asked for', () => {
    expect(offered('chaos', 'fault', 'show', '')).toEqual(catalog.faults.map(({ id }) => id));
    expect(offered('chaos', 'probe', 'try', 'h')).toEqual(['http']);
    expect(offered('chaos', 'explain', '')).toEqual(Object.keys(ERROR_CODES));
    expect(offered('chaos', 'completion', 'z')).toEqual(['zsh']);
  });

  test('offers files where a file is asked for, and the regions that are up where a region is', () => {
    expect(offered('chaos', 'run', 'dr').sort()).toEqual(['drill.yaml', 'drills']);
    expect(offered('chaos', 'run', 'drill.yaml', '--junit', 'drill.')).toEqual(['drill.yaml']);
    expect(offered('chaos', 'run', 'drill.yaml', '--account', '')).toEqual(['shop', 'drill']);
    expect(offered('chaos', 'region', 'down', 's')).toEqual(['shop']);
  });

  test('offers nothing where it knows nothing, and never fails', () => {
    expect(offered('chaos', 'run', '--set', '')).toEqual([]);
    expect(offered('chaos', 'nonsense', '')).toEqual([]);
    expect(offered('chaos', 'region', 'nonsense', '')).toEqual([]);
  });
});

for (const shell of ['zsh', 'fish'] as const) {
  const isMissing = spawnSync(shell, ['--version']).error !== undefined;
  test.skipIf(isMissing)(`${shell} reads its script, where it is installed`, () => {
    const file = path.join(folder, `completion.${shell}`);
    writeFileSync(file, completionScript(shell));
    const { status, stderr } = spawnSync(shell, ['-n', file], { encoding: 'utf8' });
    expect(status, stderr).toBe(0);
  });
}

test.each(['zsh', 'fish'] as const)('the script for %s knows every command and every flag', (shell) => {
  const script = completionScript(shell);
  for (const [id, { flags }] of Object.entries(commands)) {
    expect(script).toContain(id.replaceAll(':', ' '));
    for (const name of Object.keys(flags)) expect(script).toMatch(new RegExp(`(--|-l )${name}\\b`));
  }
});
