export type Redact = <T>(value: T) => T;

/** What stands where a secret stood. */
export const REDACTED = '[redacted]';

/**
 * Replaces every secret wherever it occurs in the texts and keys of a value, also inside a longer text and in the forms
 * that JSON and URLs write it in. A number or flag that is a secret as a whole is replaced too. Values shorter than four
 * characters are left: they would tear up every other word.
 */
export function redactor(secrets: readonly string[]): Redact {
  const known = new Set(secrets.filter((secret) => secret.length >= 4).flatMap(formsOf));
  if (known.size === 0) return (value) => value;
  const clean = (text: string) => cleaned(text, known);
  const walk = (value: unknown): unknown => {
    if (typeof value === 'string') return clean(value);
    if (Array.isArray(value)) return value.map(walk);
    if (value === null || typeof value !== 'object')
      return known.has(String(value)) && value !== null ? REDACTED : value;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [clean(key), walk(inner)]));
  };
  return <T>(value: T) => walk(value) as T;
}

function formsOf(secret: string): string[] {
  const inJson = JSON.stringify(secret).slice(1, -1);
  try {
    return [secret, inJson, encodeURIComponent(secret)];
  } catch {
    // Half a character has no form in a URL.
    return [secret, inJson];
  }
}

/** The text with every stretch that secrets cover, also overlapping ones, replaced at once. */
function cleaned(text: string, known: ReadonlySet<string>): string {
  const found = [...known].flatMap((secret) => stretchesOf(text, secret)).sort((a, b) => a.from - b.from);
  let clean = '';
  let done = 0;
  for (const { from, to } of found) {
    if (from >= done) clean += `${text.slice(done, from)}${REDACTED}`;
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
