/** A command as one line that a POSIX shell reads as exactly these words: what a person may paste. */
export const shellLine = (words: readonly string[]): string =>
  words.map((word, index) => (isPlain(word) && !(index === 0 && word.includes('=')) ? word : quoted(word))).join(' ');

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

const quoted = (word: string): string => `'${word.replaceAll("'", `'\\''`)}'`;
