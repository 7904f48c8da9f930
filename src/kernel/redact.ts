import type { Problem } from './errors.ts';
import { asFormat } from './shell-line.ts';

export type Redact = <T>(value: T) => T;

/** What stands where a secret stood. */
export const REDACTED = '[redacted]';

/** Shorter values cannot be taken out of a text: they would tear up every other word. */
export const SECRET_MIN = 4;
/** A line of a secret of several lines is hidden by itself from this length: shorter ones stand in other texts too. */
const LINE_MIN = 8;

/**
 * Replaces every secret wherever it occurs in the texts and keys of a value, also inside a longer text, in the forms that
 * JSON, URLs, web forms and shells write it in, and each long line of it by itself. A number or flag that is a secret as
 * a whole is replaced too. Values shorter than `SECRET_MIN` are left.
 * @param mark What stands in its place.
 */
export function redactor(secrets: readonly string[], mark = REDACTED): Redact {
  const known = new Set(secrets.flatMap(partsOf).flatMap(formsOf));
  if (known.size === 0) return (value) => value;
  const clean = (text: string) => cleaned(text, known, mark);
  const walk = (value: unknown): unknown => {
    if (typeof value === 'string') return clean(value);
    if (Array.isArray(value)) return value.map(walk);
    if (value === null || typeof value !== 'object') return known.has(String(value)) && value !== null ? mark : value;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [clean(key), walk(inner)]));
  };
  return <T>(value: T) => walk(value) as T;
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

/** A text in every form in which programs write it into another one. */
function formsOf(text: string): string[] {
  const forms = [text, text.replaceAll("'", `'\\''`), asFormat(text), ...urlFormsOf(text)];
  return forms.flatMap((form) => [form, JSON.stringify(form).slice(1, -1)]);
}

function urlFormsOf(text: string): string[] {
  try {
    const component = encodeURIComponent(text);
    const strict = component.replace(/[!'()*~]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);
    const form = [component.replaceAll('%20', '+'), strict.replaceAll('%20', '+'), strict.replaceAll('%2A', '*')];
    const forms = [component, strict, encodeURI(text), ...form, strict.replaceAll('%20', '+').replaceAll('%2A', '*')];
    return [...forms, ...forms.map((one) => one.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()))];
  } catch {
    // Half a character has no form in a URL.
    return [];
  }
}

/** The text with every stretch that secrets cover, also overlapping ones, replaced at once. */
function cleaned(text: string, known: ReadonlySet<string>, mark: string): string {
  const found = [...known].flatMap((secret) => stretchesOf(text, secret)).sort((a, b) => a.from - b.from);
  let clean = '';
  let done = 0;
  for (const { from, to } of found) {
    if (from >= done) clean += `${text.slice(done, from)}${mark}`;
    done = Math.max(done, to);
  }
  return clean + text.slice(done);
}

function stretchesOf(text: string, secret: string): { from: number; to: number }[] {
  const found: { from: number; to: number }[] = [];
  for (let from = text.indexOf(secret); from >= 0; from = text.indexOf(secret, from + 1)) {
    found.push({ from, to: from + secret.length });
  }
  return found;
}
