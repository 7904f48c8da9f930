import { invalid } from '../errors.ts';

export interface Token {
  readonly kind: 'word' | 'name' | 'value' | 'number' | 'symbol' | 'end';
  readonly text: string;
  readonly at: number;
}

/** The parameter of a request that holds an expression; messages call it so. */
export type ExpressionKind =
  | 'ConditionExpression'
  | 'FilterExpression'
  | 'KeyConditionExpression'
  | 'ProjectionExpression'
  | 'UpdateExpression';

/** How long an expression may be, in bytes. */
const LONGEST = 4_096;
const PATTERNS: readonly (readonly [Token['kind'], RegExp])[] = [
  ['word', /[A-Za-z_][A-Za-z0-9_]*/y],
  ['name', /#[A-Za-z0-9_]+/y],
  ['value', /:[A-Za-z0-9_]+/y],
  ['number', /\d+/y],
  ['symbol', /<>|<=|>=|[=<>().,+\-[\]]/y],
];

/** The tokens of an expression, with one at the end that stands for it. */
export function tokensOf(text: string, kind: ExpressionKind): Token[] {
  if (text.trim() === '') throw invalidExpression(kind, 'The expression can not be empty;');
  const size = Buffer.byteLength(text);
  if (size > LONGEST) {
    const why = `Expression size has exceeded the maximum allowed size; expression size: ${size}`;
    throw invalidExpression(kind, why);
  }
  const tokens: Token[] = [];
  let at = afterSpace(text, 0);
  while (at < text.length) {
    const token = tokenAt(text, at);
    if (!token) throw syntaxError(kind, text, at, text[at] ?? '');
    tokens.push(token);
    at = afterSpace(text, at + token.text.length);
  }
  return [...tokens, { kind: 'end', text: '<EOF>', at }];
}

function tokenAt(text: string, at: number): Token | undefined {
  for (const [kind, pattern] of PATTERNS) {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0];
    if (found !== undefined) return { kind, text: found, at };
  }
  return undefined;
}

function afterSpace(text: string, from: number): number {
  let at = from;
  while (at < text.length && ' \t\r\n'.includes(text[at] ?? '')) at++;
  return at;
}

/** What is wrong with an expression, by the parameter that holds it. */
export const invalidExpression = (kind: ExpressionKind, why: string) => invalid(`Invalid ${kind}: ${why}`);

/** A token that is not expected where it stands. */
export function syntaxError(kind: ExpressionKind, text: string, at: number, token: string) {
  const near = text.slice(Math.max(0, at - NEAR), at + NEAR).trim();
  return invalidExpression(kind, `Syntax error; token: "${token}", near: "${near}"`);
}

const NEAR = 12;
