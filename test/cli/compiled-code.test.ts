import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { root } from '../support/sources.ts';

const run = promisify(execFile);
let copy: string;
let sound: Buffer;
const codeFile = () => path.join(copy, 'dist/code.cache');

beforeAll(() => {
  copy = mkdtempSync(path.join(tmpdir(), 'chaos-code-'));
  for (const name of ['bin', 'dist', 'package.json', 'oclif.manifest.json', 'experiments']) {
    cpSync(path.join(root, name), path.join(copy, name), { recursive: true });
  }
  sound = readFileSync(codeFile());
});
beforeEach(() => writeFileSync(codeFile(), sound));
afterAll(() => rmSync(copy, { recursive: true }));

const node = (args: readonly string[]) => run(process.execPath, args, { cwd: tmpdir(), env: { HOME: copy } });

const validates = async (flags: readonly string[] = []) =>
  expect(await node([...flags, `${copy}/bin/run.js`, 'validate', `${copy}/experiments/az-outage.yaml`])).toEqual({
    stdout: '1 experiment valid\n',
    stderr: '',
  });

/** How V8 took the code of each module that was loaded: true when it refused it, null when it was given none. */
async function refusals(flags: readonly string[] = []): Promise<Record<string, boolean | null>> {
  const script = `
    const { openBuild } = require(${JSON.stringify(`${copy}/bin/load.js`)});
    const { load, compiled } = openBuild(${JSON.stringify(`${copy}/dist`)});
    load('main.cjs');
    const refused = ([name, { script }]) => [name, script.cachedDataRejected ?? null];
    console.log(JSON.stringify(Object.fromEntries([...compiled].map(refused))));`;
  return JSON.parse((await node([...flags, '-e', script])).stdout);
}

describe('the compiled code of a build', () => {
  test('serves every module of a start, from any folder, wherever the package lies', async () => {
    const refused = await refusals();
    expect(Object.keys(refused).length).toBeGreaterThan(3);
    expect(new Set(Object.values(refused))).toEqual(new Set([false]));
    await validates();
  });

  test('is refused under other flags, and nothing is said of it', async () => {
    expect(new Set(Object.values(await refusals(['--stack-size=900'])))).toEqual(new Set([true]));
    await validates(['--stack-size=900']);
  });

  test('is not used for a module that has changed since, not even by one letter', async () => {
    const file = path.join(copy, 'dist/main.cjs');
    const text = readFileSync(file, 'utf8');
    writeFileSync(file, text.replace(' ', '\t'));
    const { 'main.cjs': main, ...others } = await refusals();
    writeFileSync(file, text);
    expect(main).toBeNull();
    expect(new Set(Object.values(others))).toEqual(new Set([false]));
  });

  const flipped = (from: number, step: number) => Buffer.from(sound.map((b, i) => (i % step === from ? b ^ 0xff : b)));
  test.each<[string, () => Buffer]>([
    ['damaged in every module', () => Buffer.concat([sound.subarray(0, head()), flipped(7, 100).subarray(head())])],
    ['damaged in its first line', () => flipped(3, sound.length)],
    ['cut short', () => sound.subarray(0, sound.length / 2)],
    ['cut within its first line', () => sound.subarray(0, 20)],
    ['empty', () => Buffer.alloc(0)],
  ])('changes nothing but the time when it is %s', async (_how, code) => {
    writeFileSync(codeFile(), code());
    await validates();
  });

  test('changes nothing but the time when there is none', async () => {
    rmSync(codeFile());
    await validates();
  });

  const head = () => sound.indexOf('\n') + 1;
});
