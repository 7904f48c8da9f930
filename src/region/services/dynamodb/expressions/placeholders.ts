import { invalid } from '../errors.ts';
import { readValue } from '../read-value.ts';
import type { Value } from '../value.ts';
import { type ExpressionKind, invalidExpression } from './tokens.ts';

/** What the expressions of one request may refer to, as the request holds it. */
export interface PlaceholderInput {
  readonly ExpressionAttributeNames?: Record<string, string> | undefined;
  readonly ExpressionAttributeValues?: Record<string, object> | undefined;
}

/** The placeholders of one request, which remember what was used of them. */
export interface Placeholders {
  /** The name for a `#placeholder`. */
  name(kind: ExpressionKind, placeholder: string): string;
  /** The value for a `:placeholder`. */
  value(kind: ExpressionKind, placeholder: string): Value;
  /** Throws for those that no expression has used: call it when all are parsed. */
  checkUsed(): void;
}

/** Reads the placeholders of a request. `expressions` are those that it has. */
export function placeholdersOf(input: PlaceholderInput, expressions: readonly (string | undefined)[]): Placeholders {
  const { ExpressionAttributeNames: names, ExpressionAttributeValues: given } = input;
  const hasExpression = expressions.some((expression) => expression !== undefined);
  checkGiven('ExpressionAttributeNames', names, '#', hasExpression);
  checkGiven('ExpressionAttributeValues', given, ':', hasExpression);
  const values = Object.fromEntries(Object.entries(given ?? {}).map(([key, value]) => [key, readNamed(key, value)]));
  const used = new Set<string>();
  return {
    name(kind, placeholder) {
      used.add(placeholder);
      if (names && Object.hasOwn(names, placeholder)) return names[placeholder] ?? '';
      const why = 'An expression attribute name used in the document path is not defined; attribute name:';
      throw invalidExpression(kind, `${why} ${placeholder}`);
    },
    value(kind, placeholder) {
      used.add(placeholder);
      const value = Object.hasOwn(values, placeholder) ? values[placeholder] : undefined;
      if (value) return value;
      const why = 'An expression attribute value used in expression is not defined; attribute value:';
      throw invalidExpression(kind, `${why} ${placeholder}`);
    },
    checkUsed() {
      refuseUnused('ExpressionAttributeNames', names, used);
      refuseUnused('ExpressionAttributeValues', given, used);
    },
  };
}

function checkGiven(parameter: string, given: object | undefined, sign: string, hasExpression: boolean): void {
  if (!given) return;
  if (!hasExpression) throw invalid(`${parameter} can only be specified when using expressions`);
  const keys = Object.keys(given);
  if (keys.length === 0) throw invalid(`${parameter} must not be empty`);
  const wrong = keys.find((key) => !key.startsWith(sign) || !/^[A-Za-z0-9_]+$/.test(key.slice(1)));
  if (wrong !== undefined) {
    throw invalid(`${parameter} contains invalid key: Syntax error; key: "${wrong.slice(0, 200)}"`);
  }
}

function readNamed(key: string, value: object): Value {
  try {
    return readValue(value);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw invalid(`ExpressionAttributeValues contains invalid value: ${why} for key ${key}`);
  }
}

function refuseUnused(parameter: string, given: object | undefined, used: ReadonlySet<string>): void {
  const unused = Object.keys(given ?? {}).filter((key) => !used.has(key));
  if (unused.length > 0) {
    throw invalid(`Value provided in ${parameter} unused in expressions: keys: {${unused.join(', ')}}`);
  }
}
