import { createHash } from 'node:crypto';
import type { Change } from './changes.ts';

/** One entry of the log: what changed at once, by the number that follows that of the entry before. */
export interface LogEntry {
  readonly n: number;
  readonly changes: readonly Change[];
}

/** An entry as a line that shows by its sum whether it is whole. */
export function lineOf(entry: LogEntry): string {
  const text = JSON.stringify(entry);
  return `${sumOf(text)} ${text}\n`;
}

/**
 * The entries of a log. What stands behind the last whole line is torn: its writing was cut short, so nobody was told that
 * it is kept; it is left out.
 * @returns `damagedLine` when a line is not whole and others that are stand behind it: then something else harmed the log.
 */
export function readLines(text: string): { readonly entries: readonly LogEntry[]; readonly damagedLine?: number } {
  const entries = text.split('\n').map(entryOf);
  const broken = entries.includes(undefined) ? entries.indexOf(undefined) : entries.length;
  const whole = entries.slice(0, broken) as LogEntry[];
  const goesOn = entries.slice(broken).some((entry) => entry !== undefined);
  return { entries: whole, ...(goesOn && { damagedLine: broken + 1 }) };
}

function entryOf(line: string): LogEntry | undefined {
  const text = line.slice(SUM_LENGTH + 1);
  if (text === '' || line !== `${sumOf(text)} ${text}`) return undefined;
  return JSON.parse(text) as LogEntry;
}

const SUM_LENGTH = 16;
const sumOf = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, SUM_LENGTH);
