import type { YAMLError } from 'yaml';

/** What is wrong with a text that is not YAML, in our words, and how to mend it. */
export function describeYamlError(error: Pick<YAMLError, 'code' | 'message'>): { what: string; fix: string } {
  const [what, fix] = ofBracket(error.message) ??
    WORDS[error.code] ?? [`the YAML is not well-formed: ${plain(error.message)}`, 'mend the line'];
  return { what: what.replace('MESSAGE', () => plain(error.message)), fix };
}

/** A bracket or quote that is not closed, whatever the parser stumbled over first. */
function ofBracket(message: string): readonly [what: string, fix: string] | undefined {
  const bracket = /end with a ([\]}])/.exec(message)?.[1] ?? /(?:Missing closing|Expected) (["'])/.exec(message)?.[1];
  if (bracket === undefined) return undefined;
  const kind = bracket === '"' || bracket === "'" ? 'quote' : 'bracket';
  return [`a ${kind} is not closed`, `add the missing ${bracket} here or above`];
}

/** The parser's own sentence, in lower case and without its full stop. */
const plain = (message: string): string =>
  `${message.charAt(0).toLowerCase()}${message.slice(1)}`.replace(/\.$/, '').slice(0, 120);

const ALONE = 'write each key on its own line, indented like its neighbours; quote a value that holds ": "';
const QUOTE = 'put the value in quotes if it is meant as text';
const WORDS: Readonly<Record<string, readonly [what: string, fix: string]>> = {
  TAB_AS_INDENT: ['a tab indents this line', 'indent with spaces'],
  BAD_INDENT: ['the indentation does not fit: MESSAGE', 'line the key up with the others of its mapping'],
  MISSING_CHAR: ['a character is missing: MESSAGE', 'add it; a comma or colon was left out here or just before'],
  UNEXPECTED_TOKEN: ['something stands where it has no meaning: MESSAGE', QUOTE],
  BLOCK_AS_IMPLICIT_KEY: ['a key stands inside the value of another', ALONE],
  BLOCK_IN_FLOW: ['a block stands inside { } or [ ]', 'write it in one line, or without the brackets'],
  BAD_SCALAR_START: ['a plain value starts with a reserved character', 'put the value in quotes'],
  BAD_DQ_ESCAPE: ['a double-quoted text holds an unknown escape', 'write \\\\ for a backslash, or use single quotes'],
  BAD_ALIAS: ['an alias or anchor has a bad name', 'write a name of letters and digits directly after * or &'],
  ALIAS_PROPS: ['an alias has an anchor or a tag of its own', 'remove it; the alias stands for the anchored value'],
  MULTIPLE_ANCHORS: ['a value has two anchors', 'keep one of them'],
  MULTIPLE_TAGS: ['a value has two tags', 'remove the tags'],
  MULTIPLE_DOCS: ['the file holds several documents', 'keep one document per file; remove the "---" line'],
  MULTILINE_IMPLICIT_KEY: ['a key spans several lines', 'add the missing ":", with a space after it'],
  KEY_OVER_1024_CHARS: ['a key is longer than 1024 characters', 'shorten it'],
  NON_STRING_KEY: ['a key is not a text', 'write a plain word as the key'],
  TAG_RESOLVE_FAILED: ['the file uses a tag that means nothing here: MESSAGE', 'remove the tag'],
  RESOURCE_EXHAUSTION: ['the YAML is nested too deeply', 'nest at most 60 levels'],
  BAD_DIRECTIVE: ['a line that starts with % is no directive', 'remove it, or quote the text'],
};
