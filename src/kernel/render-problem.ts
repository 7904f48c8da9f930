import type { Place, Problem } from './errors.ts';
import { oneLine } from './visible.ts';

/** The most columns of a line that are shown; a longer one is cut around the place. */
const COLUMNS = 100;

/**
 * A problem as text: code and what, where, the line itself with a pointer, how to fix it. Plain, without colour. Characters
 * that would move the cursor or turn the direction of writing are made visible, so that a file cannot forge output.
 */
export function renderProblem({ code, what, where, fix }: Problem): string {
  const head = `error[${code}]: ${linesOf(what)}`;
  if (!where) return `${head}\n  = fix: ${oneLine(fix)}`;
  const gutter = String(where.line);
  const pad = ' '.repeat(gutter.length);
  const { line, before, width } = cut(where);
  return [
    head,
    `${pad}--> ${oneLine(where.file)}:${where.line}:${where.column}`,
    `${pad} |`,
    `${gutter} | ${line}`.trimEnd(),
    `${pad} | ${' '.repeat(before)}${'^'.repeat(width)}`,
    `${pad} = fix: ${oneLine(fix)}`,
  ].join('\n');
}

/** The lines of a text, such as what a program wrote: those after the first stand behind a bar, so that none can pass as ours. */
const linesOf = (text: string): string => {
  const [first = '', ...rest] = text.trimEnd().split(/\r?\n/).map(oneLine);
  return [first, ...rest.map((line) => `   | ${line}`.trimEnd())].join('\n');
};

/** Several problems, those of a file in the order of its lines, one empty line between them. */
export function renderProblems(problems: readonly Problem[]): string {
  return sortProblems(problems).map(renderProblem).join('\n\n');
}

/** Problems in the order of file, line and column; those without a place come first. */
function sortProblems(problems: readonly Problem[]): Problem[] {
  const key = ({ where }: Problem) => ({ file: where?.file ?? '', line: where?.line ?? 0, column: where?.column ?? 0 });
  return problems.toSorted((a, b) => {
    const [one, two] = [key(a), key(b)];
    if (one.file !== two.file) return one.file < two.file ? -1 : 1;
    return one.line - two.line || one.column - two.column;
  });
}

/** The part of the line around the place, the columns before the pointer, and the columns under it. */
function cut({ text, column, width }: Place): { line: string; before: number; width: number } {
  const start = column - 1;
  const pointed = {
    before: text.slice(0, start),
    under: text.slice(start, start + width),
    after: text.slice(start + width),
  };
  const under = clip(oneLine(pointed.under), COLUMNS - 20, 'end');
  const room = COLUMNS - columnsOf(under);
  const before = clip(
    oneLine(pointed.before),
    Math.max(10, Math.floor(room / 2)),
    'start',
    room - columnsOf(oneLine(pointed.after.slice(0, room))),
  );
  const after = clip(oneLine(pointed.after.slice(0, COLUMNS)), room - columnsOf(before), 'end');
  return { line: `${before}${under}${after}`, before: columnsOf(before), width: Math.max(1, columnsOf(under)) };
}

/** A text cut at one end to so many columns, with a mark where it was cut. Up to `roomy` columns it stays whole. */
function clip(text: string, columns: number, end: 'start' | 'end', roomy = columns): string {
  const most = Math.max(columns, roomy);
  if (text.length <= most && columnsOf(text) <= most) return text;
  const characters = end === 'start' ? [...text.slice(-most - 1)].reverse() : [...text.slice(0, most + 1)];
  const kept: string[] = [];
  let used = 1;
  for (const character of characters) {
    used += columnsOf(character);
    if (used > most) break;
    kept.push(character);
  }
  return end === 'start' ? `…${kept.reverse().join('')}` : `${kept.join('')}…`;
}

/** How many columns of a terminal a text takes: two for East Asian wide characters and emoji, none for marks. */
export function columnsOf(text: string): number {
  let columns = 0;
  for (const character of text) columns += WIDE.test(character) ? 2 : ZERO.test(character) ? 0 : 1;
  return columns;
}

const ZERO = /^(?:\p{Mn}|\p{Me}|[\u200b-\u200d])$/u;
const WIDE =
  /^[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{16fe0}-\u{18aff}\u{1b000}-\u{1b2ff}\u{1f300}-\u{1f64f}\u{1f680}-\u{1f6ff}\u{1f900}-\u{1faff}\u{20000}-\u{3fffd}]$/u;
