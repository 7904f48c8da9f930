import { acts, replaceActing } from './visible.ts';

/** A command as one line that a POSIX shell reads as exactly these words: what a person may paste. */
export const shellLine = (words: readonly string[]): string =>
  words.map((word, index) => (index === 0 && word.includes('=') ? quoted(word) : shellWord(word))).join(' ');

/** A text as one word of such a line, where it stands behind the name of a variable or another word. */
export const shellWord = (text: string): string => (isPlain(text) ? text : quoted(text));

/** A program of the author's as one line for a person to paste: it runs in its folder, with its environment. */
export function commandLine({ command, cwd, env = {} }: CommandFacts): string {
  const given = Object.entries(env).map(([name, value]) => `${name}=${value}`);
  const line = shellLine(given.length > 0 ? ['env', ...given, ...command] : command);
  return cwd === undefined ? line : `cd ${shellLine([cwd])} && ${line}`;
}

interface CommandFacts {
  readonly command: readonly string[];
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Whether a shell sees no more in a word than its characters. In the first word, `=` would set a variable. */
const isPlain = (word: string): boolean => /^[\w@%+=:,./-]+$/.test(word);

/** Characters that a terminal would act on, on the way to the clipboard, are written by `printf` where the word is used. */
function quoted(word: string): string {
  let end = word.length;
  while (word[end - 1] === '\n') end--;
  const [text, breaks] = [word.slice(0, end), word.slice(end)];
  if (!acts(text)) return inQuotes(word);
  // What a shell reads back from a program loses the line breaks at its end.
  return `"$(printf -- '${asFormat(text)}')"${breaks === '' ? '' : inQuotes(breaks)}`;
}

const inQuotes = (word: string): string => `'${word.replaceAll("'", `'\\''`)}'`;

/** A text as the format of `printf`, inside of single quotes. */
export const asFormat = (text: string): string =>
  replaceActing(text.replaceAll('\\', '\\\\').replaceAll('%', '%%').replaceAll("'", `'\\''`), (character) =>
    character === '\n' ? '\\n' : [...new TextEncoder().encode(character)].map(octal).join(''),
  );

const octal = (byte: number): string => `\\${byte.toString(8).padStart(3, '0')}`;
