import fc from 'fast-check';
import { expect, test } from 'vitest';
import { paintFor } from '../../src/cli/colour.ts';
import { shellLine } from '../../src/kernel/shell-line.ts';
import { oneLine } from '../../src/kernel/visible.ts';
import { columns, latency, padEnd, shorten, toPaste, widthOf, wrap } from '../../src/report/text.ts';

const widths = fc.integer({ min: 12, max: 120 });

test('wrapped lines are never wider than asked, and no word is lost', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ minLength: 1, maxLength: 30 })), widths, (words, width) => {
      const lines = wrap(words.join(' '), width, '  ');
      expect(lines.every((line) => widthOf(line) <= width)).toBe(true);
      expect(lines.join('').replace(/\s/g, '')).toBe(words.join('').replace(/\s/g, ''));
    }),
    { seed: 7 },
  );
});

test('a command in quotes is not torn apart', () => {
  expect(wrap('end it with "chaos abort 20261121-114902-3f9a", or wait', 40)).toEqual([
    'end it with',
    '"chaos abort 20261121-114902-3f9a", or',
    'wait',
  ]);
});

test('a shortened line is never wider than asked', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), widths, (line, width) => widthOf(shorten(line, width)) <= width),
    { seed: 7 },
  );
});

test('our colours take no room, the codes of others as much as shows of them, wide characters two columns', () => {
  expect(widthOf(paintFor(true).bad('red'))).toBe(3);
  expect(widthOf('\u001B[31mred')).toBe(widthOf(oneLine('\u001B[31mred')));
  expect(oneLine('\u001B[31mred\n')).toBe('␛[31mred␊');
  expect(widthOf('日本')).toBe(4);
  expect(padEnd('日本', 6)).toBe('日本  ');
});

test('a command to paste is one line, but for the end of a word that ends in line breaks', () => {
  const made = shellLine(['sh', '-c', 'set -e\nundo\n', 'x\n\n']);
  expect(toPaste(made)).toBe(made);
  expect(made.split('\n').slice(1)).toEqual(["' 'x", '', "'"]);
  expect(toPaste('undo\nHELD')).toBe('undo␊HELD');
});

test('columns are aligned and carry no space at the end of a line', () => {
  expect(
    columns([
      ['a', 'bb'],
      ['ccc', 'd'],
    ]),
  ).toEqual(['a    bb', 'ccc  d']);
});

test('a latency keeps a tenth below ten milliseconds', () => {
  expect([0.42, 9.96, 12.4, 340.6].map(latency)).toEqual(['0.4ms', '10ms', '12ms', '341ms']);
});
