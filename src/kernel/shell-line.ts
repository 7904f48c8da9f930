/** A command as one line that a POSIX shell reads as exactly these words: what a person may paste. */
export const shellLine = (words: readonly string[]): string =>
  words.map((word, index) => (isPlain(word) && !(index === 0 && word.includes('=')) ? word : quoted(word))).join(' ');

/** Whether a shell sees no more in a word than its characters. In the first word, `=` would set a variable. */
const isPlain = (word: string): boolean => /^[\w@%+=:,./-]+$/.test(word);

const quoted = (word: string): string => `'${word.replaceAll("'", `'\\''`)}'`;
