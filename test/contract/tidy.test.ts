import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { filesBelow, functionsOf, parse, read, root } from '../support/sources.ts';

const sources = filesBelow('src', '.ts');
const LINES_PER_FILE = 250;
const LINES_PER_FUNCTION = 60;

test('no source file is longer than 250 lines', () => {
  const long = sources.map((file) => ({ file, lines: read(file).trimEnd().split('\n').length }));
  expect(long.filter(({ lines }) => lines > LINES_PER_FILE)).toEqual([]);
});

test('no function is longer than 60 lines', () => {
  const long = sources.flatMap((file) =>
    functionsOf(parse(file))
      .filter(({ lines }) => lines > LINES_PER_FUNCTION)
      .map(({ name, line, lines }) => `${file}:${line}: ${name} has ${lines} lines`),
  );
  expect(long).toEqual([]);
});

test('no source holds a leftover: FIXME, TODO, any, a silenced compiler, a skipped test', () => {
  const broken: string[] = [];
  for (const file of [...sources, ...filesBelow('test', '.ts')].filter((f) => f !== 'test/contract/tidy.test.ts')) {
    for (const [index, line] of read(file).split('\n').entries()) {
      if (/\bFIXME\b|\bTODO\b|@ts-ignore|@ts-nocheck|\.(?:only|todo)\(|: any\b/.test(line))
        broken.push(`${file}:${index + 1}: ${line.trim()}`);
    }
  }
  expect(broken).toEqual([]);
});

test('what tests share registers no hook: it is loaded once for many files, and the hook would be for the first alone', () => {
  const shared = filesBelow('test', '.ts').filter((file) => !file.endsWith('.test.ts'));
  expect(shared.filter((file) => /^\s*(?:before|after)(?:Each|All)\(/m.test(read(file)))).toEqual([]);
});

test('file names are kebab-case', () => {
  const odd = [...sources, ...filesBelow('experiments')].filter((file) => !/^[a-z0-9/.-]+$/.test(file));
  expect(odd).toEqual([]);
});

test('a test file stands where its source stands', () => {
  const folders = new Set(sources.map((file) => file.split('/')[1]));
  const ofTheirOwn = ['contract', 'e2e', 'examples', 'interop', 'simulation', 'support'];
  const lost = filesBelow('test', '.test.ts').filter((file) => {
    const folder = file.split('/')[1] ?? '';
    return !folders.has(folder) && !ofTheirOwn.includes(folder);
  });
  expect(lost).toEqual([]);
});

test('the top level holds what a repository of this kind carries, and nothing else', () => {
  const allowed = new Set([
    'bin',
    'src',
    'experiments',
    'test',
    'bench',
    'scripts',
    'package.json',
    'package-lock.json',
    'tsconfig.json',
    'oclif.manifest.json',
    'README.md',
    'ARCHITECTURE.md',
    'CONTRIBUTING.md',
    'CHANGELOG.md',
    'LICENSE',
    'NOTICE',
    'biome.json',
    'vitest.config.ts',
    'knip.json',
    'node_modules',
    'dist',
    'coverage',
  ]);
  const odd = readdirSync(root).filter((name) => !name.startsWith('.') && !allowed.has(name));
  expect(odd).toEqual([]);
});
