import type { Problem } from './errors.ts';
import { codedForms, writtenForms } from './secret-forms.ts';

export type Redact = <T>(value: T) => T;

/** What stands where a secret stood. */
export const REDACTED = '[redacted]';

/** Shorter values cannot be taken out of a text: they would tear up every other word. */
export const SECRET_MIN = 4;
/** A line of a secret of several lines is hidden by itself from this length: shorter ones stand in other texts too. */
const LINE_MIN = 8;

/**
 * Replaces every secret wherever it occurs in the texts and keys of a value, also inside a longer text, in the forms that
 * JSON, XML, URLs, web forms, shells, Base64 and hexadecimal digits give it, and each long line of it by itself. A number or
 * flag that is a secret as a whole is replaced too. Values shorter than `SECRET_MIN` are left.
 * @param mark What stands in its place.
 */
export function redactor(secrets: readonly string[], mark = REDACTED): Redact {
  const parts = [...new Set(secrets.flatMap(partsOf))];
  if (parts.length === 0) return (value) => value;
  const known = new Set(parts.flatMap(writtenForms));
  const coded = new Set(parts.flatMap(codedForms));
  const clean = (text: string) => {
    const found = [...stretchesOf(text, known), ...codedStretches(text, coded)];
    return found.length === 0 ? text : replaced(text, found, mark);
  };
  const walk = (value: unknown): unknown => {
    if (typeof value === 'string') return clean(value);
    if (Array.isArray(value)) return value.map(walk);
    if (value === null || typeof value !== 'object') return known.has(String(value)) && value !== null ? mark : value;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [clean(key), walk(inner)]));
  };
  return <T>(value: T) => walk(value) as T;
}

interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** A problem as it may be told. */
export const redactProblem = (problem: Problem, redact: Redact): Problem => ({
  ...problem,
  what: redact(problem.what),
  fix: redact(problem.fix),
  ...(problem.where && { where: { ...problem.where, text: redact(problem.where.text) } }),
});

/** The secret, what is left of it when the space around it is dropped, and its lines: a message may hold one alone. */
function partsOf(secret: string): string[] {
  const lines = secret.split(/[\r\n]+/).map((line) => line.trim());
  return [
    ...[secret, secret.trim()].filter(({ length }) => length >= SECRET_MIN),
    ...lines.filter(({ length }) => length >= LINE_MIN),
  ];
}

/** The stretches of a text that one of the forms covers. */
function stretchesOf(text: string, forms: ReadonlySet<string>): Stretch[] {
  const found: Stretch[] = [];
  for (const form of forms) {
    for (let from = text.indexOf(form); from >= 0; from = text.indexOf(form, from + 1)) {
      found.push({ from, to: from + form.length });
    }
  }
  return found;
}

/** Base64 is often broken into lines. The characters beside what is found may hold some bits of the secret as well. */
function codedStretches(text: string, forms: ReadonlySet<string>): Stretch[] {
  const found = stretchesOf(text, forms);
  if (/[\r\n]|\\[rn]/.test(text)) {
    const { joined, places } = withoutBreaks(text);
    const across = stretchesOf(joined, forms);
    found.push(...across.map(({ from, to }) => ({ from: places[from] ?? 0, to: (places[to - 1] ?? 0) + 1 })));
  }
  const isCode = (character: string | undefined) => character !== undefined && /[\w+/-]/.test(character);
  return found.map(({ from, to }) => ({
    from: isCode(text[from - 1]) ? from - 1 : from,
    to: isCode(text[to]) ? to + 1 : to,
  }));
}

/** A text without space and line breaks, written or escaped, and the place in it of every character that is left. */
function withoutBreaks(text: string): { joined: string; places: number[] } {
  let [joined, from] = ['', 0];
  const places: number[] = [];
  for (const { 0: gap, index } of [...text.matchAll(/\\[rn]|\s+/g), { 0: '', index: text.length }]) {
    joined += text.slice(from, index);
    for (; from < index; from++) places.push(from);
    from += gap.length;
  }
  return { joined, places };
}

/** The text with all these stretches, which may overlap, replaced at once. */
function replaced(text: string, stretches: readonly Stretch[], mark: string): string {
  let clean = '';
  let done = 0;
  for (const { from, to } of stretches.toSorted((a, b) => a.from - b.from)) {
    if (from >= done) clean += `${text.slice(done, from)}${mark}`;
    done = Math.max(done, to);
  }
  return clean + text.slice(done);
}
