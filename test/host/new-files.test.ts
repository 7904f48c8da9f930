import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { inPlaceOf, placeFiles } from '../../src/host/new-files.ts';

const root = mkdtempSync(path.join(tmpdir(), 'chaos-new-files-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** Every name below a folder, with what the files among them hold. */
function treeOf(folder: string): Record<string, string> {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return Object.fromEntries(
    names.sort().map((name) => {
      const file = path.join(folder, name);
      return [name, statSync(file).isDirectory() ? '(folder)' : readFileSync(file, 'utf8')];
    }),
  );
}

const bytes = (text: string) => new TextEncoder().encode(text);
const NAMES = ['a', 'b', 'deep/c', 'deep/down/d', 'deep/down/e', 'there/f'];

test('all of the files are written, or the folder is as it was before', async () => {
  let run = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.shuffledSubarray(NAMES, { minLength: 1 }),
      fc.subarray(NAMES),
      fc.option(fc.constantFrom('in the way', 'vanished')),
      fc.nat(),
      async (names, present, trouble, at) => {
        const folder = path.join(root, `${run++}`);
        mkdirSync(folder);
        for (const name of present) {
          mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
          writeFileSync(path.join(folder, name), `old ${name}`);
        }
        const before = treeOf(folder);
        // One file is another than was seen: it has appeared meanwhile, or gone.
        const odd = trouble === null ? undefined : names[at % names.length];
        const files = names.map((name) => ({
          path: path.join(folder, name),
          bytes: bytes(`new ${name}`),
          replaces: present.includes(name) !== (name === odd),
        }));
        const failed = await placeFiles(files).then(
          () => false,
          () => true,
        );
        expect(failed).toBe(odd !== undefined);
        const written = Object.fromEntries(names.map((name) => [name, `new ${name}`]));
        const texts = Object.entries(treeOf(folder)).filter(([, text]) => text !== '(folder)');
        if (failed) expect(treeOf(folder)).toEqual(before);
        else expect(Object.fromEntries(texts)).toEqual({ ...onlyFiles(before), ...written });
      },
    ),
    { seed: 20_261_121, numRuns: 150 },
  );
});

const onlyFiles = (tree: Record<string, string>) =>
  Object.fromEntries(Object.entries(tree).filter(([, text]) => text !== '(folder)'));

test('what is in the place of a file is told apart', async () => {
  mkdirSync(path.join(root, 'x/folder'), { recursive: true });
  writeFileSync(path.join(root, 'x/file'), 'text');
  const seen = (name: string, text: string) => inPlaceOf({ path: path.join(root, 'x', name), bytes: bytes(text) });
  expect(await seen('none', '')).toBe('nothing');
  expect(await seen('file', 'text')).toBe('the same');
  expect(await seen('file', 'TEXT')).toBe('another');
  expect(await seen('folder', '')).toBe('no file');
});
