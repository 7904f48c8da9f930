import { execFileSync } from 'node:child_process';
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
for (const file of ['drill.yaml', 'my drill.yaml', 'drills/one.yaml']) writeFileSync(path.join(folder, file), '');
const of = (name: string) => ({ name, pid: 1 });
const status = { v: 1, regions: [of('shop'), of('drill')], running: [of('no')] };
// Stands for the command itself, which the scripts ask for the regions that are up.
writeFileSync(path.join(folder, 'chaos'), `#!/bin/sh\ncat <<'END'\n${JSON.stringify(status, null, 2)}\nEND\n`, {
  mode: 0o755,
});

const env = { PATH: `${folder}:${process.env.PATH}`, HOME: folder, TMPDIR: folder, TERM: 'dumb', LANG: 'C.UTF-8' };
const options = { cwd: folder, env, encoding: 'utf8', timeout: 30_000 } as const;
const lines = (text: string) => text.split('\n').filter((line) => line !== '');

/** What a shell offers when Tab is pressed behind a line. */
type Offers = (line: string) => string[];

/** zsh quotes a match as it would insert it. */
function zsh(before: string): Offers {
  const script = path.join(folder, `completion-${before.length}.zsh`);
  writeFileSync(script, `${before}\n${completionScript('zsh')}`);
  const capture = path.join(import.meta.dirname, 'complete.zsh');
  return (line) =>
    lines(execFileSync('zsh', ['-f', capture, script, line], options)).map((found) =>
      found.replace('offered:', '').replaceAll('\\', ''),
    );
}

/** fish offers a match with its description behind a tab, a folder with a slash, and a path in full. */
function fish(before: string): Offers {
  const script = path.join(folder, `completion-${before.length}.fish`);
  writeFileSync(script, `${before}\n${completionScript('fish')}`);
  return (line) =>
    lines(execFileSync('fish', ['--no-config', '-c', `source ${script}; complete -C $argv`, line], options)).map(
      (found) => found.replace(/\t.*/, '').replace(/\/$/, ''),
    );
}

const { commands } = JSON.parse(read('oclif.manifest.json')) as { commands: Record<string, { flags: object }> };
const names = Object.keys(commands).map((id) => id.split(':'));
const verbs = names.flatMap(([first, verb]) => (first === 'region' && verb !== undefined ? [verb] : []));

/** As somebody has it who works in a clone. */
const IN_A_CLONE = { zsh: 'chaos() { npx chaos "$@"; }', fish: "alias chaos='npx chaos'" };

describe.each([
  ['zsh', zsh],
  ['fish', fish],
] as const)('a real %s offers', (shell, open) => {
  const offered = open('');
  const at = (line: string) => [...new Set(offered(line))].sort();

  test('every command, and the second word of those that have one', () => {
    expect(at('chaos ')).toEqual([...new Set(names.map(([first]) => first))].sort());
    expect(at('chaos r')).toEqual(['recover', 'region', 'run']);
    expect(at('chaos region ')).toEqual([...verbs].sort());
  });

  test('the flags of a command', () => {
    for (const id of ['run', 'region:up', 'recover']) {
      const flags = Object.keys(commands[id]?.flags ?? {}).map((name) => `--${name}`);
      expect(at(`chaos ${id.replace(':', ' ')} --`)).toEqual([...new Set([...flags, '--help'])].sort());
    }
    expect(at('chaos run drill.yaml --ju')).toEqual(['--junit']);
  });

  test('ids, codes and words where they are asked for', () => {
    expect(at('chaos fault show ')).toEqual(catalog.faults.map(({ id }) => id).sort());
    expect(at('chaos fault show aws.ec2.s')).toEqual(['aws.ec2.stop-instances']);
    expect(at('chaos explain SPEC_')).toEqual(
      Object.keys(ERROR_CODES)
        .filter((code) => code.startsWith('SPEC_'))
        .sort(),
    );
    expect(at('chaos completion z')).toEqual(['zsh']);
  });

  test('files where a file is asked for, also those with a space in their name', () => {
    expect(at('chaos run dr')).toEqual(['drill.yaml', 'drills']);
    expect(at('chaos run my')).toEqual(['my drill.yaml']);
    expect(at('chaos run my\\ d')).toEqual(['my drill.yaml']);
    expect(at('chaos run drills/o').map((found) => path.basename(found))).toEqual(['one.yaml']);
    expect(at('chaos run drill.yaml --junit drill.')).toEqual(['drill.yaml']);
  });

  test('the regions that are up where a region is asked for, and no file', () => {
    expect(at('chaos run drill.yaml --account ')).toEqual(['drill', 'shop']);
    expect(at('chaos region down s')).toEqual(['shop']);
  });

  test('nothing where it knows nothing', () => {
    expect(at('chaos run drill.yaml --set ')).toEqual([]);
    expect(at('chaos region nonsense ')).toEqual([]);
  });

  test('the same in a clone, set up as the README says', () => {
    expect([...new Set(open(IN_A_CLONE[shell])('chaos r'))].sort()).toEqual(['recover', 'region', 'run']);
  });
});
