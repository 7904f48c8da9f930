import {
  type Document,
  isAlias,
  isMap,
  isNode,
  isSeq,
  Lexer,
  LineCounter,
  type Node,
  type Pair,
  parseDocument,
} from 'yaml';
import type { Place, Problem } from '../kernel/errors.ts';
import { checkBytes } from './bytes.ts';
import { describeYamlError } from './yaml-problems.ts';
import { dataOf, keyOf, resolveAliases, YAML_LIMITS } from './yaml-value.ts';

export { FILE_BYTES_MAX, problemOfReading } from './bytes.ts';

/** Where a value stands in its document: keys and indexes from the root. */
export type Path = readonly (string | number)[];

/** A file as YAML, or every reason why it is none. */
export interface Opened {
  readonly source?: Source;
  readonly problems: Problem[];
}

/** Reads a file as YAML. */
export function openSource(file: string, bytes: string | Uint8Array): Opened {
  const { text, problems } = checkBytes(file, bytes);
  if (text === undefined) return { problems };
  const source = new Source(file, text);
  return source.problems.length > 0 ? { problems: [...source.problems] } : { source, problems: [] };
}

/**
 * YAML text that remembers where every value stood, so that each complaint can point at it. Any text is answered within
 * a second or so: its tokens, its depth and the values that its aliases stand for are bounded.
 */
export class Source {
  readonly file: string;
  readonly text: string;
  /** The plain data of the document; meaningless when there are problems. */
  readonly value: unknown;
  readonly problems: readonly Problem[];
  readonly #lines = new LineCounter();
  readonly #text: readonly string[];
  #root: Node | null = null;
  #aliases = new Map<Node, Node>();

  constructor(file: string, text: string) {
    this.file = file;
    this.text = text;
    this.#text = text.split('\n');
    const problems: Problem[] = [];
    this.problems = problems;
    if (hasTooManyTokens(text)) {
      const fix = 'split it; an experiment is a page or two of YAML';
      problems.push({ code: 'YAML_SYNTAX', what: `the file "${file}" holds too much YAML`, fix });
      return;
    }
    const shielded = shield(text);
    const document = parseDocument(shielded.text, {
      lineCounter: this.#lines,
      // Checked while converting: here it would take quadratic time.
      uniqueKeys: false,
      prettyErrors: false,
      logLevel: 'error',
    });
    this.#read(document, shielded.restore, problems);
    if (problems.length === 0) this.value = this.#convert(document, shielded.restore, problems);
  }

  #read(document: Document, restore: (text: string) => string, problems: Problem[]): void {
    const lines = new Set<number>();
    for (const error of [...document.errors, ...document.warnings]) {
      const where = this.#placeAt(error.pos[0], error.pos[1]);
      // One mistake makes several errors; the first of a line says it best.
      if (lines.has(where.line) || lines.size >= 10) continue;
      lines.add(where.line);
      const { what, fix } = describeYamlError(error);
      problems.push({ code: 'YAML_SYNTAX', what: restore(what), where, fix });
    }
  }

  #convert(document: Document, restore: (text: string) => string, problems: Problem[]): unknown {
    this.#root = document.contents;
    const tell = (node: Node | Pair, what: string, fix: string) => {
      if (problems.length >= 100) return;
      const range = isNode(node) ? node.range : undefined;
      problems.push({ code: 'YAML_SYNTAX', what, where: this.#placeAt(range?.[0] ?? 0, range?.[1] ?? 1), fix });
    };
    this.#aliases = resolveAliases(this.#root, tell);
    return problems.length > 0 ? undefined : dataOf(this.#root, { aliases: this.#aliases, tell, restore });
  }

  /**
   * The place of the value at a path, or of its key. For what is absent: the key of the nearest parent that exists.
   */
  place(path: Path, what: 'key' | 'value' = 'value'): Place {
    let best: Node | null = null;
    let node = this.#root;
    for (const [depth, step] of path.entries()) {
      const [key, value] = this.#child(node, step);
      if (!value && !key) return this.#placeOf(best ?? firstKey(this.#root));
      const last = depth === path.length - 1;
      if (last && what === 'value' && value && !isBlank(value)) return this.#placeOf(value);
      best = key ?? value;
      node = value;
    }
    return this.#placeOf(best ?? firstKey(this.#root));
  }

  /** Key and value of one step of a path: through aliases, then among the pairs, then among what is merged in. */
  #child(parent: Node | null, step: string | number): [key: Node | null, value: Node | null] {
    const node = this.#follow(parent);
    if (isSeq(node)) {
      const item = node.items[Number(step)];
      return [null, isNode(item) ? item : null];
    }
    if (!isMap(node)) return [null, null];
    const pair = node.items.find((item) => keyOf(item) === String(step));
    if (pair) return [isNode(pair.key) ? pair.key : null, isNode(pair.value) ? pair.value : null];
    const merge = this.#follow(node.items.find((item) => keyOf(item) === '<<')?.value as Node | undefined);
    for (const one of isSeq(merge) ? merge.items : [merge]) {
      const found = isNode(one) ? this.#child(one, step) : undefined;
      if (found?.[0] || found?.[1]) return found;
    }
    return [null, null];
  }

  #follow(node: Node | null | undefined): Node | null {
    return isAlias(node) ? (this.#aliases.get(node) ?? null) : (node ?? null);
  }

  #placeOf(node: Node | null): Place {
    return this.#placeAt(node?.range?.[0] ?? 0, node?.range?.[1] ?? 1);
  }

  #placeAt(start: number, end: number): Place {
    const { line, col } = this.#lines.linePos(Math.min(start, Math.max(0, this.text.length - 1)));
    const text = (this.#text[line - 1] ?? '').replace(/\r$/, '');
    const column = Math.max(1, Math.min(col, text.length + 1));
    const width = Math.max(1, Math.min(end - start, text.trimEnd().length - column + 1));
    return { file: this.file, line: Math.max(1, line), column, width, text };
  }
}

const isBlank = (node: Node): boolean => (node.range?.[1] ?? 0) <= (node.range?.[0] ?? 0);

function firstKey(root: Node | null): Node | null {
  const key = isMap(root) ? root.items[0]?.key : root;
  return isNode(key) ? key : null;
}

function hasTooManyTokens(text: string): boolean {
  // No character makes more than four tokens: most texts are too short to be counted.
  if (text.length * 4 < YAML_LIMITS.tokens) return false;
  let tokens = 0;
  for (const _ of new Lexer().lex(text)) if (++tokens > YAML_LIMITS.tokens) return true;
  return false;
}

/**
 * `${zone}` unquoted inside `{ }` is no YAML, yet it is how people write it. So the three brackets of each reference are
 * replaced, for the parser alone, by three characters that the text does not hold: every place stays the same.
 */
function shield(text: string): { text: string; restore: (text: string) => string } {
  let first = 0xe000;
  const marks = () => [first, first + 1, first + 2].map((code) => String.fromCharCode(code));
  while (marks().some((mark) => text.includes(mark)) && first < 0xf8f0) first += 3;
  const [dollar = '', open = '', close = ''] = marks();
  const shielded = text.replace(REFERENCE, (_all, name: string) => `${dollar}${open}${name}${close}`);
  const back = new Map([dollar, open, close].map((mark, i) => [mark, '${}'.charAt(i)]));
  const pattern = new RegExp(`[${dollar}${open}${close}]`, 'g');
  return { text: shielded, restore: (value) => value.replace(pattern, (mark) => back.get(mark) ?? mark) };
}

const REFERENCE = /\$\{([A-Za-z0-9_.:-]*)\}/g;
