import type { Json } from '../kernel/json.ts';

export type Redact = <T>(value: T) => T;

/** What stands where a secret stood. */
export const REDACTED = '[redacted]';

/**
 * Replaces every secret wherever it occurs in the texts and keys of a value, also inside a longer text. Values shorter
 * than four characters are left: they would tear up every other word.
 */
export function redactor(secrets: readonly string[]): Redact {
  const known = [...new Set(secrets)].filter((secret) => secret.length >= 4).sort((a, b) => b.length - a.length);
  if (known.length === 0) return (value) => value;
  const clean = (text: string) => known.reduce((rest, secret) => rest.replaceAll(secret, REDACTED), text);
  const walk = (value: unknown): unknown => {
    if (typeof value === 'string') return clean(value);
    if (Array.isArray(value)) return value.map(walk);
    if (value === null || typeof value !== 'object') return value;
    return Object.fromEntries(Object.entries(value as Record<string, Json>).map(([k, v]) => [clean(k), walk(v)]));
  };
  return <T>(value: T) => walk(value) as T;
}
