import fc from 'fast-check';
import { expect, test } from 'vitest';
import { lineOf, readLines } from '../../../src/region/data/log-lines.ts';

const entries = fc
  .array(fc.string({ unit: 'binary' }), { minLength: 1, maxLength: 6 })
  .map((texts) => texts.map((text, k) => ({ n: k + 1, changes: [{ at: ['x'], set: text }] })));
const RUNS = { seed: 20_261_121, numRuns: 500 };

test('wherever the writing was cut short, every whole line is read and nothing else', () => {
  fc.assert(
    fc.property(entries, fc.nat(), (all, at) => {
      const lines = all.map(lineOf);
      const text = lines.join('');
      const cut = at % (text.length + 1);
      let end = 0;
      const whole = lines.filter((line) => {
        end += line.length;
        // The line break itself may be what is missing.
        return end - 1 <= cut;
      });
      expect(readLines(text.slice(0, cut))).toEqual({ entries: all.slice(0, whole.length) });
    }),
    RUNS,
  );
});

test('a line that is damaged in front of a whole one is told', () => {
  fc.assert(
    fc.property(entries, fc.nat(), (all, at) => {
      const lines = [...all, { n: all.length + 1, changes: [] }].map(lineOf);
      const text = lines.slice(0, -1).join('');
      const place = at % text.length;
      if (text[place] === '\n') return;
      const damaged = `${text.slice(0, place)}${text[place] === '#' ? '+' : '#'}${text.slice(place + 1)}${lines.at(-1)}`;
      const line = text.slice(0, place).split('\n').length;
      expect(readLines(damaged)).toEqual({ entries: all.slice(0, line - 1), damagedLine: line });
    }),
    RUNS,
  );
});
