import { RE2JS, RE2JSException } from 're2js';
import type { Pattern } from './experiment.ts';

/** So many instructions a compiled pattern may have: the time of a match is at most their number times the characters. */
const SIZE_MAX = 500;
/** So long a pattern may be written. */
const LENGTH_MAX = 1_000;

/** What the engine cannot do: looks ahead and behind, and references to a group. */
const BEYOND = /^(?:[^\\]|\\[\s\S])*?(?:\(\?<?[=!]|\\[1-9]|\\k)/;

/**
 * A pattern as JavaScript writes it, on an engine that never goes back in the text: the time of a match grows with the
 * length of the text and with nothing else, whatever the pattern is. It knows no lookaround and no back references.
 * Returns why the pattern cannot be taken, as the end of a sentence that begins with the pattern.
 */
export function readPattern(source: string): Pattern | string {
  if (source.length > LENGTH_MAX) return `is longer than ${LENGTH_MAX} characters`;
  try {
    new RegExp(source, 'u');
    if (BEYOND.test(source)) return 'looks around or refers back';
    const compiled = RE2JS.compile(RE2JS.translateRegExp(source));
    if (compiled.programSize() > SIZE_MAX) return 'repeats too much too often';
    return { source, test: (text) => compiled.test(text) };
  } catch (error) {
    if (!(error instanceof RE2JSException || error instanceof SyntaxError)) throw error;
    return 'is no regular expression';
  }
}
