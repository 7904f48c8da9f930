import type { Problem } from '../kernel/errors.ts';

/** The largest file that is read as an experiment, a blueprint or a configuration. */
export const FILE_BYTES_MAX = 1_048_576;

/** The text of a file, or why its bytes are not the text of one. */
export function checkBytes(file: string, bytes: string | Uint8Array): { text?: string; problems: Problem[] } {
  if (bytes.length > FILE_BYTES_MAX) return { problems: [problemOfReading(file, 'TOO_LARGE')] };
  if (bytes.length === 0) return { problems: [problemOfReading(file, 'EMPTY')] };
  const text = typeof bytes === 'string' ? bytes.replace(/^\uFEFF/, '') : decode(bytes);
  if (text === undefined || text.includes('\0')) return { problems: [problemOfReading(file, 'NOT_TEXT')] };
  if (text.trim() === '') return { problems: [problemOfReading(file, 'EMPTY')] };
  return { text, problems: [] };
}

/**
 * The problem of a file that could not be read, from the code of the system's error (`ENOENT`, `EISDIR`, `EACCES`, ...)
 * or one of ours: `NOT_A_FILE`, `TOO_LARGE`, `EMPTY`, `NOT_TEXT`.
 */
export function problemOfReading(file: string, code: string): Problem {
  const [what, fix] = READING[code] ?? [`the file "${file}" cannot be read (${code})`, 'check the path and the disk'];
  return { code: 'YAML_READ', what: what.replace('FILE', () => file), fix };
}

const LIMIT = 'keep the file below 1 MiB; an experiment is a page or two of YAML';
const READING: Readonly<Record<string, readonly [what: string, fix: string]>> = {
  ENOENT: ['no file "FILE"', 'check the path; it is relative to the current folder'],
  ENOTDIR: ['no file "FILE"', 'check the path; a part of it is a file, not a folder'],
  EISDIR: ['"FILE" is a folder, not a file', 'name a YAML file inside it'],
  NOT_A_FILE: ['"FILE" is a device or a pipe, not a file', 'name a YAML file, or write - to read standard input'],
  EACCES: ['the file "FILE" may not be read', 'give yourself permission to read it'],
  EPERM: ['the file "FILE" may not be read', 'give yourself permission to read it'],
  ELOOP: ['"FILE" is a symbolic link that leads back to itself', 'name the file that the link was meant for'],
  ENAMETOOLONG: ['the path "FILE" is too long', 'name a file that exists'],
  TOO_LARGE: ['the file "FILE" is larger than 1 MiB', LIMIT],
  ERR_FS_FILE_TOO_LARGE: ['the file "FILE" is larger than 1 MiB', LIMIT],
  EMPTY: ['the file "FILE" is empty', 'write an experiment into it; experiments/ holds examples'],
  NOT_TEXT: ['the file "FILE" is not UTF-8 text', 'name a YAML file, saved as UTF-8'],
};

function decode(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
