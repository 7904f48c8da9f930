/** Laying out text in a column of a given width. Colour codes count for nothing; wide characters count for two. */
import { oneLine } from '../kernel/visible.ts';

/** Colours, as functions, so that what is rendered does not know whether the terminal has any. */
export interface Paint {
  readonly good: (text: string) => string;
  readonly bad: (text: string) => string;
  readonly warn: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly bold: (text: string) => string;
}

const asIs = (text: string): string => text;
export const PLAIN: Paint = { good: asIs, bad: asIs, warn: asIs, dim: asIs, bold: asIs };

/** The colours of a `Paint`: a code of a text from outside lacks the long number, and is going to be shown. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences are what it looks for.
const COLOURS = /\u001B\[\d{15};\d+m/g;
const WIDE = /[\u1100-\u115F\u2E80-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\u{1F300}-\u{1FAFF}]/gu;

/** How many columns a line takes on a terminal. */
export function widthOf(line: string): number {
  const bare = line.replace(COLOURS, '').replaceAll('\t', '  ');
  return [...bare].length + (bare.match(WIDE)?.length ?? 0);
}

export const padEnd = (line: string, width: number): string => line + ' '.repeat(Math.max(0, width - widthOf(line)));
export const padStart = (line: string, width: number): string => ' '.repeat(Math.max(0, width - widthOf(line))) + line;

/** A text as one line, shortened with an ellipsis at its end when it is too wide. Give it no colours. */
export function shorten(text: string, width: number): string {
  const line = oneLine(text);
  if (widthOf(line) <= width) return line;
  let kept = '';
  for (const character of line) {
    if (widthOf(kept + character) > width - 1) break;
    kept += character;
  }
  return `${kept}…`;
}

/**
 * Breaks a text at spaces, and words longer than a line anywhere. What stands in quotes stays on one line if it can, so
 * that a command can be copied. Every line begins with `indent`.
 */
export function wrap(text: string, width: number, indent = ''): string[] {
  const room = Math.max(10, width - widthOf(indent));
  const lines: string[] = [];
  let line = '';
  for (const word of wordsOf(text, room).flatMap(piecesOf(room))) {
    if (line !== '' && widthOf(line) + 1 + widthOf(word) > room) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, line].filter((entry) => entry !== '').map((entry) => indent + entry);
}

function wordsOf(text: string, room: number): string[] {
  const words = text.match(/"[^"\n]*"[^\s"]*|\S+/g) ?? [];
  return words.flatMap((word) => (widthOf(word) <= room ? word : word.split(/\s+/)));
}

const piecesOf =
  (room: number) =>
  (word: string): string[] => {
    if (widthOf(word) <= room) return [word];
    const pieces: string[] = [];
    let piece = '';
    for (const character of word) {
      if (widthOf(piece + character) > room) {
        pieces.push(piece);
        piece = '';
      }
      piece += character;
    }
    return [...pieces, piece];
  };

/**
 * A command for a person to paste, whole. It is one line, save where `shellLine` had to break it: what goes on behind such
 * a break begins with the quote that ends the word.
 */
export const toPaste = (command: string): string => (/\n(?![\n'])/.test(command) ? oneLine(command) : command);

/** Rows under each other, two spaces apart, with no space at the end of a line. */
export function columns(table: readonly (readonly string[])[], indent = ''): string[] {
  const rows = table.map((row) => row.map((cell) => cell.replace(/\r?\n/g, '␊')));
  const widths: number[] = [];
  for (const row of rows) {
    for (const [index, cell] of row.entries()) widths[index] = Math.max(widths[index] ?? 0, widthOf(cell));
  }
  return rows.map(
    (row) =>
      indent +
      row
        .map((cell, index) => padEnd(cell, widths[index] ?? 0))
        .join('  ')
        .trimEnd(),
  );
}

/** "1 fault", "2 faults". */
export const count = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? '' : 's'}`;

/** 12.34 is "12ms", 0.42 is "0.4ms": a latency as people compare it. */
export const latency = (ms: number): string => `${ms < 10 ? Number(ms.toFixed(1)) : Math.round(ms)}ms`;
