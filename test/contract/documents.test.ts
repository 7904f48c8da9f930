import { existsSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { catalog } from '../../src/catalog/index.ts';
import { ERROR_CODES } from '../../src/kernel/errors.ts';
import { filesBelow, read, root } from '../support/sources.ts';

const documents = ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'NOTICE'];

test('every link of a document to a file leads to one', () => {
  const lost = documents.flatMap((document) =>
    [...read(document).matchAll(/\]\((?!https?:|#)([^)#]+)/g)]
      .map((match) => match[1] ?? '')
      .filter((target) => !existsSync(path.join(root, target)))
      .map((target) => `${document}: ${target}`),
  );
  expect(lost).toEqual([]);
});

test('every path in backquotes of the map exists', () => {
  const lost = [...read('ARCHITECTURE.md').matchAll(/`((?:src|test|bin|scripts|experiments|bench)\/[a-z0-9/.*-]*)`/g)]
    .map((match) => match[1] ?? '')
    .filter((target) => !target.includes('*') && !existsSync(path.join(root, target)));
  expect(lost).toEqual([]);
});

test('the nineteen invariants stand in ARCHITECTURE.md', () => {
  const numbered = read('ARCHITECTURE.md').match(/^\d+\. \*\*/gm) ?? [];
  expect(numbered.length).toBe(19);
});

test('every error code is raised somewhere, and met by some test', () => {
  const sources = filesBelow('src', '.ts')
    .filter((file) => file !== 'src/kernel/errors.ts')
    .map(read)
    .join('\n');
  const tests = [...filesBelow('test', '.ts'), ...filesBelow('test', '.txt')]
    .filter((file) => !file.startsWith('test/contract/'))
    .map(read)
    .join('\n');
  const codes = Object.keys(ERROR_CODES);
  expect(
    codes.filter((code) => !sources.includes(code)),
    'raised nowhere',
  ).toEqual([]);
  expect(
    codes.filter((code) => !tests.includes(code)),
    'met by no test',
  ).toEqual([]);
});

test('the catalog holds the faults and probes that the documents name', () => {
  const ids = new Set([...catalog.faults, ...catalog.probes].map(({ id }) => id));
  const named = [...`${read('README.md')}${read('CONTRIBUTING.md')}`.matchAll(/`((?:aws|az|host)\.[a-z0-9.-]+)`/g)].map(
    (m) => m[1] ?? '',
  );
  expect(named.length).toBeGreaterThan(5);
  expect(named.filter((id) => !ids.has(id))).toEqual([]);
});
