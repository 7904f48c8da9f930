import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { checkNode } from '../../src/cli/doctor.ts';
import { chaosHome, ensureHome, showPath } from '../../src/cli/home.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'chaos-home-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('CHAOS_HOME moves .chaos, and an empty one does not', () => {
  expect(chaosHome({ CHAOS_HOME: folder })).toBe(folder);
  expect(chaosHome({ CHAOS_HOME: '' })).toBe(path.resolve('.chaos'));
});

test('the home is made with its parents, for its owner alone', () => {
  const home = ensureHome(path.join(folder, 'a', 'b'));
  expect(statSync(home).mode & 0o777).toBe(0o700);
  expect(ensureHome(home)).toBe(home);
});

test('a home that is no folder, or lies below something that is none, is refused before anything is touched', () => {
  const file = path.join(folder, 'file');
  writeFileSync(file, '');
  for (const home of [file, path.join(file, 'below')]) {
    expect(() => ensureHome(home)).toThrowError(
      expect.objectContaining({ problems: [expect.objectContaining({ code: 'JOURNAL_WRITE' })] }),
    );
  }
});

test.runIf(process.platform === 'linux')('a home below /proc is refused, and not tried forever', () => {
  expect(() => ensureHome('/proc/no/such')).toThrowError(/ENOENT/);
});

test('a path is shown relative when it lies below the working folder', () => {
  expect(showPath('/home/me/here/.chaos/runs/x', '/home/me/here')).toBe('.chaos/runs/x');
  expect(showPath('/elsewhere/x', '/home/me/here')).toBe('/elsewhere/x');
});

test('an old Node is broken, one without fixes is worth a note, a maintained one is fine', () => {
  expect(['18.20.0', '20.18.9', '20.19.0', '22.0.0', '24.1.0'].map((version) => checkNode(version).state)).toEqual([
    'broken',
    'broken',
    'note',
    'ok',
    'ok',
  ]);
});
