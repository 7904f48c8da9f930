import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, test } from 'vitest';
import { makeHome, runCli } from '../support/run-cli.ts';
import { root } from '../support/sources.ts';

const { home, remove } = makeHome();
afterAll(remove);

const chaos = (args: readonly string[], options: { env?: NodeJS.ProcessEnv; stdin?: string } = {}) =>
  runCli(args, { home, ...options });

const shell = async (script: string, env: NodeJS.ProcessEnv = {}) => {
  const bin = path.join(root, 'bin/run.js');
  const text = script.replaceAll('chaos ', `"${process.execPath}" "${bin}" `);
  return promisify(execFile)('bash', ['--norc', '-o', 'pipefail', '-c', text], {
    cwd: root,
    env: { PATH: process.env.PATH, CHAOS_HOME: home, ...env },
  });
};

const sound = readFileSync(path.join(root, 'experiments/az-outage.yaml'), 'utf8').replace(
  'blueprint: regions/',
  `blueprint: ${root}/experiments/regions/`,
);

describe('a wrong command line', () => {
  test.each([
    [['validate'], 'missing 1 required arg: files', 'run "chaos validate --help"'],
    [['validate', 'a.yaml', '--jsn'], 'nonexistent flag: --jsn', 'did you mean "--json"? "chaos validate --help"'],
    [['validate', 'a.yaml', '--nothing-like-it'], '--nothing-like-it', 'run "chaos validate --help"'],
    [['run', 'a.yaml', '--sets', 'x'], '--sets', 'did you mean "--set"? "chaos run --help"'],
    [['run', 'a.yaml', '--set'], '--set', 'run "chaos run --help"'],
    [['explain', 'SAFETY_DIRY'], '"SAFETY_DIRY"', 'did you mean "SAFETY_DIRTY"?'],
    [['validate', 'experiments/az-outage.yaml', '--set', 'zone'], '"zone"', 'write it like --set name=value'],
    [['journal', 'show', 'nothing'], 'no run "nothing" is recorded here', 'chaos journal list'],
    [['fault', 'show', 'az.power-los'], 'no fault named "az.power-los"', 'did you mean "az.power-loss"?'],
    [['region', 'operations', 'ec3'], 'the region has no service named "ec3"', 'did you mean "ec2"?'],
    [['region', 'status'], 'error[ACCOUNT_UNKNOWN]: no region is up', 'chaos region up'],
    [['run', 'experiments/lose-one-instance.yaml', '--account', 'nowhere'], 'account named "nowhere"', 'region up'],
  ])('%j exits 2 and says what to try, with and without --json', async (args, what, fix) => {
    const [plain, json] = await Promise.all([chaos(args), chaos([...args, '--json'])]);
    expect({ plain: plain.code, json: json.code }).toEqual({ plain: 2, json: 2 });
    expect(plain.stdout).toBe('');
    expect(plain.stderr).toMatch(/^error\[[A-Z_]+\]: /);
    expect(plain.stderr).toContain(what);
    expect(plain.stderr).toContain(fix);
  });

  test('an unknown command is suggested, never run', async () => {
    const { code, stdout, stderr } = await chaos(['vaildate', 'experiments']);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toBe('error[CLI_USAGE]: no command "vaildate"\n  = fix: did you mean "chaos validate"?\n');
  });

  test('a flag before the command is explained', async () => {
    const { code, stderr } = await chaos(['--json', 'validate', 'x']);
    expect(code).toBe(2);
    expect(stderr).toContain('put flags behind the command');
  });
});

describe('the streams', () => {
  test('under --json there is one object on standard output, whatever the outcome', async () => {
    const bad = await chaos(['validate', 'nowhere.yaml', '--json']);
    expect(JSON.parse(bad.stdout)).toMatchObject({
      valid: false,
      exitCode: 2,
      files: [{ problems: [{ code: 'YAML_READ' }] }],
    });
    expect(bad.code).toBe(2);
    const usage = await chaos(['run', 'nowhere.yaml', '--json']);
    expect(JSON.parse(usage.stdout)).toMatchObject({
      outcome: 'invalid',
      exitCode: 2,
      problems: [{ code: 'YAML_READ' }],
    });
  });

  test('CHAOS_JSON stands for --json', async () => {
    const { stdout } = await chaos(['fault', 'list'], { env: { CHAOS_JSON: 'true' } });
    expect(JSON.parse(stdout)).toContainEqual({ id: 'az.power-loss', summary: expect.any(String) });
  });

  test('a reader that goes away early is a quiet end', async () => {
    const { stdout, stderr } = await shell('chaos explain | head -1');
    expect(stdout).toBe('exit  outcome        meaning\n');
    expect(stderr).toBe('');
  });

  test('problems of an early gone reader of standard error do not change the exit code', async () => {
    await expect(shell('chaos validate nowhere.yaml 2> >(exec head -c 1 >/dev/null)')).rejects.toMatchObject({
      code: 2,
    });
  });

  test('"-" reads an experiment from standard input', async () => {
    const good = await chaos(['validate', '-'], { stdin: sound });
    expect(good).toMatchObject({ code: 0, stdout: '1 experiment valid\n' });
    const bad = await chaos(['validate', '-'], { stdin: sound.replace('az.power-loss', 'az.power-los') });
    expect(bad.code).toBe(2);
    expect(bad.stderr).toContain('--> stdin:');
    expect(bad.stderr).toContain('did you mean "az.power-loss"?');
  });

  test('--set takes one value and leaves the file behind it alone', async () => {
    const { code, stdout } = await chaos(['validate', '--set', 'zone=use1-az2', 'experiments/az-outage.yaml']);
    expect({ code, stdout }).toEqual({ code: 0, stdout: '1 experiment valid\n' });
  });

  test('a value of a parameter that is wrong is the one thing that is said of it', async () => {
    const { code, stderr } = await chaos(['validate', '-', '--set', 'darkFor=3'], { stdin: sound });
    expect(code).toBe(2);
    expect(stderr.match(/error\[/g), stderr).toHaveLength(1);
    expect(stderr).not.toContain('SPEC_SAMPLE');
  });

  test('--quiet leaves one line of a plan', async () => {
    const { code, stdout, stderr } = await chaos(['plan', 'experiments/az-outage.yaml', '-q']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^experiments\/az-outage\.yaml: 1 injection, .*\n$/);
  });

  test('a blueprint is checked as one, and counted as one', async () => {
    const one = await chaos(['validate', 'experiments/regions/shop.yaml']);
    expect(one).toMatchObject({ code: 0, stdout: '1 blueprint valid\n' });
    const both = await chaos(['validate', 'experiments', 'experiments/regions']);
    expect(both).toMatchObject({ code: 0, stdout: '7 experiments and 6 blueprints valid\n' });
  });

  test('to run a blueprint is refused with what it is for', async () => {
    for (const path of ['experiments/regions', 'experiments/regions/shop.yaml']) {
      const { code, stderr } = await chaos(['run', path]);
      expect(code).toBe(2);
      expect(stderr).toContain('shop.yaml" is the blueprint of a region, not an experiment');
      expect(stderr).toContain('"chaos region up experiments/regions/shop.yaml"');
    }
  });

  test('colours appear when forced, and NO_COLOR takes them away', async () => {
    const coloured = await chaos(['validate', 'nowhere.yaml'], { env: { NO_COLOR: '', FORCE_COLOR: '1' } });
    expect(coloured.stderr).toContain('\u001B[31m');
    const plain = await chaos(['validate', 'nowhere.yaml'], { env: { NO_COLOR: '1', FORCE_COLOR: '1' } });
    expect(plain.stderr).not.toContain('\u001B[');
  });

  test('every problem of every file is told at once', async () => {
    const { stderr, stdout, code } = await chaos(['validate', 'nowhere.yaml', 'experiments', 'also-nowhere.yaml']);
    expect(code).toBe(2);
    expect(stderr.match(/error\[YAML_READ\]/g)).toHaveLength(2);
    expect(stdout).toBe('2 problems in 2 files; 7 experiments valid\n');
  });
});

describe('help', () => {
  test('every command has a summary and an example, and every flag a variable', () => {
    const manifest = JSON.parse(readFileSync(path.join(root, 'oclif.manifest.json'), 'utf8')) as {
      commands: Record<string, { summary?: string; examples?: string[]; flags: Record<string, { env?: string }> }>;
    };
    const lacking = Object.entries(manifest.commands).flatMap(([id, { summary, examples, flags }]) => [
      ...(summary?.endsWith('.') && examples?.length ? [] : [id]),
      ...Object.entries(flags)
        .filter(([name, { env }]) => env !== `CHAOS_${name.toUpperCase().replaceAll('-', '_')}`)
        .map(([name]) => `${id} --${name}`),
    ]);
    expect(lacking).toEqual([]);
  });

  test('"chaos help run" and "chaos run --help" say the same', async () => {
    const [asked, flagged] = await Promise.all([chaos(['help', 'run']), chaos(['run', '--help'])]);
    expect(asked).toEqual(flagged);
    expect(asked.stdout).toContain('EXAMPLES');
  });

  test('-h is --help, before and behind a command', async () => {
    const [all, short] = await Promise.all([chaos(['--help']), chaos(['-h'])]);
    expect(short).toEqual(all);
    const [run, shortRun] = await Promise.all([chaos(['run', '--help']), chaos(['run', '-h'])]);
    expect(shortRun).toEqual(run);
    expect(run).toMatchObject({ code: 0, stdout: expect.stringContaining('EXAMPLES') });
  });

  test.each(['--version', '-v'])('a lone %s is the name and the version', async (flag) => {
    expect(await chaos([flag])).toMatchObject({ code: 0, stdout: expect.stringMatching(/^chaos \d+\.\d+\.\d+\n$/) });
  });
});
