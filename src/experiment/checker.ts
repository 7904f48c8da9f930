import type { z } from 'zod';
import type { ErrorCode, Problem } from '../kernel/errors.ts';
import type { Redact } from '../kernel/redact.ts';
import type { Fields } from '../kernel/schema.ts';
import { nearest, suggest } from '../kernel/suggest.ts';
import { keysAt } from './known-keys.ts';
import type { Path, Source } from './source.ts';

/** What was read of a mapping: the fields that were right. Those that were not have a problem each. */
export type Read<F extends Fields> = { readonly [K in keyof F]?: Exclude<z.output<F[K]>, undefined> };

interface Complaint {
  readonly fix: string;
  /** Where it points: at the value, unless the key itself is wrong. */
  readonly at?: 'key' | 'value';
}

interface HowToCheck {
  readonly unresolved?: ReadonlySet<string>;
  readonly hidden?: readonly string[];
  readonly redact?: Redact;
}

/** At most so many problems are told of one file; one more says that there are others. */
const PROBLEMS_MAX = 200;
/** The most items of one list that are read. */
const ITEMS_MAX = 1_000;

/** Reads the values of one document by their declared fields and collects every problem, each with its place. */
export class Checker {
  readonly problems: Problem[] = [];
  readonly #source: Source;
  readonly #value: unknown;
  readonly #unresolved: ReadonlySet<string>;
  readonly #hidden: readonly string[];
  readonly #redact: Redact;

  /**
   * @param value The document after substitution; the same shape as the source.
   * @param how.hidden References to values of the environment: they may be secrets and are never shown.
   * @param how.redact Applied to a value before it is shortened: of a secret that was cut, nobody could tell what it is.
   * @param how.unresolved Paths (as JSON) whose value could not be filled in: they have their problem already.
   */
  constructor(
    source: Source,
    value: unknown,
    { unresolved = new Set(), hidden = [], redact = (shown) => shown }: HowToCheck = {},
  ) {
    this.#source = source;
    this.#value = value;
    this.#unresolved = unresolved;
    this.#hidden = hidden;
    this.#redact = redact;
  }

  /** The value at a path; undefined when there is none. */
  at(path: Path): unknown {
    return valueAt(this.#value, path);
  }

  place(path: Path, what: 'key' | 'value' = 'value') {
    return this.#source.place(path, what);
  }

  /** Records a problem, unless the value has one already because a reference in it leads nowhere. */
  say(code: ErrorCode, path: Path, what: string, { fix, at = 'value' }: Complaint): void {
    if (path.some((_, depth) => this.#unresolved.has(JSON.stringify(path.slice(0, depth + 1))))) return;
    if (this.problems.length > PROBLEMS_MAX) return;
    if (this.problems.length === PROBLEMS_MAX) {
      this.problems.push({ code, what: `"${this.#source.file}" has more problems`, fix: 'mend those above first' });
    } else this.problems.push({ code, what, where: this.#source.place(path, at), fix });
  }

  /** Reads the mapping at a path. `ignore` says which keys are none of its business. */
  fields<const F extends Fields>(shape: F, path: Path, ignore: (key: string) => boolean = () => false): Read<F> {
    const value = this.at(path);
    if (value === undefined) return {};
    if (!isMapping(value)) {
      this.#form(path, value, 'write a mapping of keys and values');
      return {};
    }
    for (const key of Object.keys(value)) {
      if (!Object.hasOwn(shape, key) && !ignore(key)) this.unknownKey([...path, key], Object.keys(shape));
    }
    return this.values(shape, path, value);
  }

  /** Checks values by their fields: those of the mapping at `path`, or others that stand for it. */
  values<const F extends Fields>(shape: F, path: Path, value: Readonly<Record<string, unknown>>): Read<F> {
    const read: Record<string, unknown> = {};
    for (const [key, field] of Object.entries(shape)) {
      const result = field.safeParse(Object.hasOwn(value, key) ? value[key] : undefined);
      if (!result.success) {
        if (!Object.hasOwn(value, key) && isMisspelt(key, value, shape)) continue;
        this.#issues(field, [...path, key], result.error.issues);
      } else if (result.data !== undefined) read[key] = result.data;
    }
    return read as Read<F>;
  }

  /** Reads the one value at a path. */
  value<F extends z.ZodType>(field: F, path: Path): z.output<F> | undefined {
    const result = field.safeParse(this.at(path));
    if (result.success) return result.data;
    this.#issues(field, path, result.error.issues);
    return undefined;
  }

  /** The indexes of the list at a path; none when it is no list, which is then a problem. */
  items(path: Path): readonly number[] {
    const value = this.at(path);
    if (Array.isArray(value)) {
      if (value.length > ITEMS_MAX) this.#form(path, value, `write at most ${ITEMS_MAX} items`);
      return Array.from({ length: Math.min(value.length, ITEMS_MAX) }, (_, index) => index);
    }
    if (value !== undefined) this.#form(path, value, 'write a list');
    return [];
  }

  unknownKey(path: Path, known: readonly string[]): void {
    const key = String(path.at(-1));
    const home = known.find((one) => HOMES[one as keyof typeof HOMES]?.includes(key));
    const fix = home === undefined ? suggest(key, known) : `move it into "${home}"`;
    this.say('SPEC_UNKNOWN_KEY', path, `unknown key "${clip(this.#redact(key))}"`, { fix, at: 'key' });
  }

  #issues(field: z.ZodType, base: Path, issues: readonly z.core.$ZodIssue[]): void {
    const told = new Set<string>();
    for (const issue of issues) {
      const inner = issue.path.filter((step) => typeof step !== 'symbol');
      const path = [...base, ...inner];
      if (issue.code === 'unrecognized_keys') {
        for (const key of issue.keys) this.unknownKey([...path, key], keysAt(field, inner));
        continue;
      }
      // A value that breaks one rule usually breaks the next as well.
      if (told.has(JSON.stringify(path))) continue;
      told.add(JSON.stringify(path));
      const value = this.at(path);
      if (value === undefined) this.#missing(path, issue.message);
      else this.#form(path, value, issue.message);
    }
  }

  #missing(path: Path, hint: string): void {
    const key = String(path.at(-1));
    this.say('SPEC_MISSING', path, `"${key}" is missing`, { fix: `add "${key}:" and ${hint}` });
  }

  #form(path: Path, value: unknown, hint: string): void {
    const written = valueAt(this.#source.value, path);
    const isHidden = typeof written === 'string' && this.#hidden.some((reference) => written.includes(reference));
    this.say('SPEC_TYPE', path, `${nameOf(path)} ${describeValue(this.#redact(isHidden ? written : value))}`, {
      fix: hint,
    });
  }
}

function valueAt(root: unknown, path: Path): unknown {
  let value = root;
  for (const step of path) {
    if (value === null || typeof value !== 'object' || !Object.hasOwn(value, step)) return undefined;
    value = (value as Record<string | number, unknown>)[step];
  }
  return value;
}

/** Keys that people write beside the mapping that they belong into. */
const HOMES = {
  select: ['count', 'percent', 'choose'],
  with: ['rate', 'timeout'],
  steadyStateHypothesis: ['recoverWithin', 'baseline', 'stay'],
};

/** Whether a key that is missing is there with a slip in it: that has its own problem. */
export function isMisspelt(key: string, value: Readonly<Record<string, unknown>>, shape: Fields): boolean {
  return Object.keys(value).some((other) => !Object.hasOwn(shape, other) && nearest(other, [key]) !== undefined);
}

export const isMapping = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function nameOf(path: Path): string {
  const last = path.at(-1);
  if (last === undefined) return 'the document';
  if (typeof last === 'string') return `"${last}"`;
  const list = path.findLast((step) => typeof step === 'string');
  return list === undefined ? `item ${last + 1}` : `item ${last + 1} of "${list}"`;
}

/** What was found instead: `cannot be "5 sec"`, `is empty`, `cannot be a list`. */
function describeValue(value: unknown): string {
  if (value === null) return 'is empty';
  if (Array.isArray(value)) return value.length === 0 ? 'is an empty list' : 'cannot be a list as it stands';
  if (typeof value === 'object') return 'cannot be a mapping as it stands';
  if (typeof value === 'string') return `cannot be "${clip(value)}"`;
  return `cannot be ${String(value)}`;
}

/** A text short enough to stand in a sentence: its first line, and not all of a long one. */
function clip(text: string): string {
  const [line = ''] = text.split('\n');
  return line.length > 40 || line !== text ? `${line.slice(0, 39)}…` : line;
}
