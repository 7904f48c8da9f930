import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Problem } from '../../src/kernel/errors.ts';
import { columnsOf, renderProblem, renderProblems } from '../../src/kernel/render-problem.ts';

const at = (file: string, line: number, column: number, width: number, text: string): Problem => ({
  code: 'SPEC_TYPE',
  what: 'a thing is wrong',
  where: { file, line, column, width, text },
  fix: 'mend it',
});

describe('a problem as text', () => {
  test('names the code and the thing, the place, the line with a pointer, and the fix', () => {
    const text = '    fault: aws.ec2.stop-instance';
    const problem: Problem = {
      code: 'SPEC_UNKNOWN_FAULT',
      what: 'no fault named "aws.ec2.stop-instance"',
      where: { file: 'experiments/az-outage.yaml', line: 14, column: 12, width: 21, text },
      fix: 'did you mean "aws.ec2.stop-instances"? "chaos fault list" shows all.',
    };
    expect(renderProblem(problem)).toBe(
      [
        'error[SPEC_UNKNOWN_FAULT]: no fault named "aws.ec2.stop-instance"',
        '  --> experiments/az-outage.yaml:14:12',
        '   |',
        '14 |     fault: aws.ec2.stop-instance',
        '   |            ^^^^^^^^^^^^^^^^^^^^^',
        '   = fix: did you mean "aws.ec2.stop-instances"? "chaos fault list" shows all.',
      ].join('\n'),
    );
  });

  test('without a place it is two lines', () => {
    expect(renderProblem({ code: 'CLI_USAGE', what: 'no file', fix: 'name one' })).toBe(
      'error[CLI_USAGE]: no file\n  = fix: name one',
    );
  });

  test('several are in the order of their places, and those without a place come first', () => {
    const { where: _, ...bare } = at('a', 1, 1, 1, 'x');
    const shown = renderProblems([
      at('b', 1, 1, 1, 'x'),
      at('a', 10, 1, 1, 'x'),
      at('a', 2, 5, 1, '12345'),
      at('a', 2, 1, 1, 'x'),
      bare,
    ]);
    expect(shown.match(/--> .*/g)).toEqual(['--> a:2:1', '--> a:2:5', '--> a:10:1', '--> b:1:1']);
    expect(shown.startsWith('error[SPEC_TYPE]: a thing is wrong\n  = fix')).toBe(true);
  });

  test('of several lines, each stands on a line of its own, behind a bar that keeps it from passing as ours', () => {
    const what = 'it did not start; it wrote:\n\n  throw new Error("no disk");\r\n\terror[BUG]: forged\n';
    expect(renderProblem({ code: 'REGION_START', what, fix: 'mend it' }).split('\n')).toEqual([
      'error[REGION_START]: it did not start; it wrote:',
      '   |',
      '   |   throw new Error("no disk");',
      '   |   error[BUG]: forged',
      '  = fix: mend it',
    ]);
  });

  test('nothing in it can move the cursor or turn the direction of writing', () => {
    const nasty = 'a\u001b[2J\r\n\u0007\u202e\u2028b';
    const shown = renderProblem({ ...at(nasty, 1, 2, 3, nasty), what: nasty, fix: nasty });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that there are none is the point.
    expect(shown).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e\u2028]/);
    expect(shown.split('\n')).toHaveLength(7);
  });

  const piece = fc.constantFrom('a', ' ', '\t', '停', '🛒', 'e\u0301', 'long '.repeat(30));
  const line = fc.array(piece, { minLength: 1, maxLength: 60 }).map((all) => all.join(''));

  test('the pointer stands under what it points at, in every line, and the line is never much longer than a screen', () => {
    const place = line.chain((before) =>
      fc.record({ before: fc.constant(before), under: fc.constantFrom('X', '東京', 'key:'), after: line }),
    );
    fc.assert(
      fc.property(place, ({ before, under, after }) => {
        const problem = at('f', 3, before.length + 1, under.length, before + under + after);
        const [, , , shown = '', pointer = ''] = renderProblem(problem).split('\n');
        const start = pointer.indexOf('^');
        let [index, columns] = [0, 0];
        for (const character of shown) {
          if (columns >= start) break;
          columns += columnsOf(character);
          index += character.length;
        }
        expect(
          shown
            .slice(index)
            .replace(/^\u0301/, '')
            .startsWith(under),
        ).toBe(true);
        expect(pointer.length - start).toBe(columnsOf(under));
        expect(columnsOf(shown)).toBeLessThanOrEqual(4 + 102);
      }),
      { seed: 6, numRuns: 500 },
    );
  });

  test('a line of a megabyte is shown in no time', () => {
    const text = `${'x'.repeat(500_000)}HERE${'y'.repeat(500_000)}`;
    const before = process.cpuUsage();
    const shown = renderProblem(at('f', 1, 500_001, 4, text));
    expect(process.cpuUsage(before).user / 1_000).toBeLessThan(500);
    expect(shown).toContain('xHEREy');
    expect(shown.length).toBeLessThan(400);
  });
});

test('columns: wide characters take two, marks none', () => {
  expect(['abc', '停電', '🛒', 'e\u0301', ''].map(columnsOf)).toEqual([3, 4, 2, 1, 0]);
});
