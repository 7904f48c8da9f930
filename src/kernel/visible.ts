/** Characters that move a cursor, ring, colour, erase or turn the direction of writing, on some terminal. */
const MIGHTY = /[\p{Cc}\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu;
const TAB = '  ';

/**
 * A text from outside as one line that only shows: every character that a terminal would act on stands as a picture of
 * itself (`␛` for an escape, `␊` for a line break), or as `�` where there is none, one column each. A tab becomes two spaces.
 */
export const oneLine = (text: string): string => text.replaceAll('\t', TAB).replace(MIGHTY, picture);

/** The same for a text that is meant as several lines: its line breaks stay. */
export const visible = (text: string): string => text.split(/\r?\n/).map(oneLine).join('\n');

function picture(character: string): string {
  const code = character.charCodeAt(0);
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  return code === 0x7f ? '␡' : '\ufffd';
}

/**
 * The first of two number signs: CI systems take `##name[` for an order anywhere in their log, also with characters between
 * that have no form. What stands behind them may come from elsewhere, so the two alone are enough.
 */
export const DOUBLE_SIGN = /#(?=[^\p{L}\p{N}\p{P}\p{S}\s]*#)/gu;

/** All of these. */
const ACTING = new RegExp(`${MIGHTY.source}|${DOUBLE_SIGN.source}`, 'gu');

/** Whether anything in a text is acted on where it is shown, a line break or a tab included. */
export const acts = (text: string): boolean => text.search(ACTING) >= 0;

/** The text with something else for each character that is acted on. */
export const replaceActing = (text: string, other: (character: string) => string): string =>
  text.replace(ACTING, (character) => other(character));

/** JSON text of exactly that value, on which nothing acts that shows it. The line breaks of `indent` stay. */
export const inertJson = (value: unknown, indent?: number): string =>
  replaceActing(JSON.stringify(value, null, indent), (character) =>
    character === '\n' ? character : `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
