import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { findKey, ownKey, passingKey, runKey, sealWith } from '../../src/host/key.ts';
import { root } from '../support/sources.ts';

let home: string;
const folder = () => path.join(home, '.local/state/chaos');
const file = () => path.join(folder(), 'key');
const here = () => ({ HOME: home });

beforeEach(() => {
  home = mkdtempSync(path.join(tmpdir(), 'chaos-key-'));
});
afterEach(() => {
  chmodSync(home, 0o700);
  rmSync(home, { recursive: true, force: true });
});

describe('the key of a user', () => {
  test('is made at first use, readable by its owner alone, and found again', async () => {
    expect(await findKey(here())).toMatchObject({ why: expect.stringContaining('ENOENT') });
    const { key } = await ownKey(here());
    expect(key).toHaveLength(32);
    expect([statSync(file()).mode & 0o777, statSync(folder()).mode & 0o777]).toEqual([0o600, 0o700]);
    expect(await ownKey(here())).toEqual({ key });
    expect(await findKey(here())).toEqual({ key });
    expect(readdirSync(folder())).toEqual(['key']);
  });

  test('lies in XDG_STATE_HOME, which is ignored where it would lead into the project', async () => {
    const state = path.join(home, 'state');
    const { key } = await ownKey({ ...here(), XDG_STATE_HOME: state });
    expect(readFileSync(path.join(state, 'chaos/key'), 'utf8')).toBe(`${key?.toString('hex')}\n`);
    await ownKey({ ...here(), XDG_STATE_HOME: 'state' });
    expect(readdirSync(path.join(home, '.local/state/chaos'))).toEqual(['key']);
  });

  test('is one for all who ask for it at once, whoever comes first', async () => {
    for (let round = 0; round < 20; round++) {
      const environment = { ...here(), XDG_STATE_HOME: path.join(home, `state-${round}`) };
      // They share nothing but the disk. Each begins a moment after the one before.
      const asked = Array.from({ length: 12 }, async (_, index) => {
        for (let turn = 0; turn < index; turn++) await setImmediate();
        return (await ownKey(environment)).key?.toString('hex');
      });
      const own = path.join(environment.XDG_STATE_HOME, 'chaos');
      expect([...new Set(await Promise.all(asked))]).toEqual([readFileSync(path.join(own, 'key'), 'utf8').trim()]);
      expect(readdirSync(own)).toEqual(['key']);
    }
  });

  test.each([
    ['there is no home', () => ({ HOME: '/nonexistent' })],
    ['the home takes no folder', () => ({ HOME: '/proc' })],
    ['the home is a file', () => ({ HOME: path.join(root, 'package.json') })],
    ['the home is no absolute path', () => ({ HOME: 'home' })],
  ])('is passed over with the reason where %s', async (_why, environment) => {
    expect(await ownKey(environment())).toEqual({ why: expect.stringMatching(/no key can be kept|no home for a key/) });
    expect(passingKey()).not.toEqual(passingKey());
  });

  const spoilt: readonly (readonly [string, (own: string) => void])[] = [
    ['can be read or written by others', (own) => chmodSync(own, 0o640)],
    ['is damaged', (own) => writeFileSync(own, '')],
    ['is damaged', (own) => writeFileSync(own, readFileSync(own, 'utf8').slice(0, 20))],
    ['is damaged', (own) => writeFileSync(own, `${'g'.repeat(64)}\n`)],
    ['can be written by others', (own) => chmodSync(path.dirname(own), 0o770)],
    ['is no file', (own) => [rmSync(own), mkdirSync(own, { mode: 0o700 })]],
    [
      'is a symbolic link',
      (own) => {
        renameSync(own, `${own}.real`);
        symlinkSync(`${own}.real`, own);
      },
    ],
  ];
  test.each(spoilt)('is refused when it %s, with what to remove, and the fix works', async (why, spoil) => {
    const { key } = await ownKey(here());
    spoil(file());
    const problem = {
      code: 'SAFETY_KEY',
      what: expect.stringContaining(why),
      fix: expect.stringContaining('remove "'),
    };
    await expect(ownKey(here())).rejects.toMatchObject({ problems: [problem] });
    await expect(findKey(here())).rejects.toMatchObject({ problems: [problem] });
    const { problems } = await ownKey(here()).catch((error) => error);
    rmSync(/remove "([^"]+)"/.exec(problems[0].fix)?.[1] ?? '', { recursive: true });
    expect((await ownKey(here())).key).not.toEqual(key);
  });

  test.runIf(process.getuid?.() === 0)('is refused when it belongs to another user', async () => {
    await ownKey(here());
    const { chownSync } = await import('node:fs');
    chownSync(file(), 12_345, 12_345);
    await expect(findKey(here())).rejects.toMatchObject({ problems: [{ code: 'SAFETY_KEY' }] });
  });
});

describe('what a run is sealed with', () => {
  test('differs by user, run and folder, and is the same through a link to the folder', async () => {
    const [key, other] = [passingKey(), passingKey()];
    const [here, there, link] = [path.join(home, 'a'), path.join(home, 'b'), path.join(home, 'c')];
    mkdirSync(here);
    mkdirSync(there);
    symlinkSync(here, link);
    const keys = await Promise.all([
      runKey(key, here, 'r1'),
      runKey(key, here, 'r2'),
      runKey(key, there, 'r1'),
      runKey(other, here, 'r1'),
    ]);
    expect(new Set(keys.map((one) => sealWith(one)('text'))).size).toBe(4);
    expect(await runKey(key, link, 'r1')).toBe(keys[0]);
    expect(sealWith(keys[0])('text')).toBe(sealWith(keys[0])('text'));
    expect(sealWith(keys[0])('text')).not.toBe(sealWith(keys[0])('texts'));
  });
});
