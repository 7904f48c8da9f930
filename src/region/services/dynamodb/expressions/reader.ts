import type { Value } from '../value.ts';
import { type Path, showPath } from './path.ts';
import type { Placeholders } from './placeholders.ts';
import { RESERVED_WORDS } from './reserved-words.ts';
import { type ExpressionKind, invalidExpression, syntaxError, type Token, tokensOf } from './tokens.ts';

/** What a comparison, an addition or a function is applied to. */
export type Operand =
  | { readonly kind: 'path'; readonly path: Path }
  | { readonly kind: 'value'; readonly value: Value }
  | { readonly kind: 'size'; readonly path: Path };

/** Reads one expression from left to right: what all kinds of expressions have in common. */
export class Reader {
  readonly kind: ExpressionKind;
  readonly placeholders: Placeholders;
  /** What stood in parentheses of its own. */
  readonly parenthesised = new Set<object>();
  readonly #text: string;
  readonly #tokens: readonly Token[];
  #next = 0;

  constructor(text: string, kind: ExpressionKind, placeholders: Placeholders) {
    this.kind = kind;
    this.placeholders = placeholders;
    this.#text = text;
    this.#tokens = tokensOf(text, kind);
  }

  /** The token that comes next, or one behind it. */
  peek(ahead = 0): Token {
    return this.#tokens[this.#next + ahead] ?? { kind: 'end', text: '<EOF>', at: this.#text.length };
  }

  take(): Token {
    const token = this.peek();
    this.#next++;
    return token;
  }

  /** Takes the next token if it is this symbol, or this keyword in capitals or not. */
  takeIf(text: string): boolean {
    if (!this.isNext(text)) return false;
    this.#next++;
    return true;
  }

  isNext(text: string, ahead = 0): boolean {
    const token = this.peek(ahead);
    if (token.kind === 'symbol') return token.text === text;
    return token.kind === 'word' && token.text.toUpperCase() === text;
  }

  expect(text: string): void {
    if (!this.takeIf(text)) throw this.unexpected();
  }

  /** Throws unless everything was read. */
  expectEnd(): void {
    if (this.peek().kind !== 'end') throw this.unexpected();
  }

  unexpected(token: Token = this.peek()) {
    return syntaxError(this.kind, this.#text, token.at, token.text);
  }

  refuse(why: string) {
    return invalidExpression(this.kind, why);
  }

  /** A document path, such as `a.#b[3]`. */
  path(): Path {
    const path: (string | number)[] = [this.#attributeName()];
    for (;;) {
      if (this.takeIf('.')) path.push(this.#attributeName());
      else if (this.takeIf('[')) {
        const index = this.take();
        if (index.kind !== 'number') throw this.unexpected(index);
        path.push(Number(index.text));
        this.expect(']');
      } else return path;
    }
  }

  #attributeName(): string {
    const token = this.take();
    if (token.kind === 'name') return this.placeholders.name(this.kind, token.text);
    if (token.kind !== 'word') throw this.unexpected(token);
    if (RESERVED_WORDS.has(token.text.toUpperCase())) {
      throw this.refuse(`Attribute name is a reserved keyword; reserved keyword: ${token.text}`);
    }
    return token.text;
  }

  /** The name of the function whose call begins here, if one does. Takes the name and the parenthesis. */
  functionName(known: readonly string[]): string | undefined {
    const token = this.peek();
    if (token.kind !== 'word' || !this.isNext('(', 1)) return undefined;
    if (this.#isKeyword(token)) return undefined;
    if (!known.includes(token.text)) throw this.refuse(`Invalid function name; function: ${token.text}`);
    this.#next += 2;
    return token.text;
  }

  #isKeyword(token: Token): boolean {
    return ['NOT', 'AND', 'OR', 'IN', 'BETWEEN'].includes(token.text.toUpperCase());
  }

  /** A path, a `:value` or, where it is allowed, `size(path)`. */
  operand(functions: readonly string[] = []): Operand {
    if (this.peek().kind === 'value') return { kind: 'value', value: this.value() };
    if (this.functionName(functions) === undefined) return { kind: 'path', path: this.path() };
    const path = this.path();
    this.expect(')');
    return { kind: 'size', path };
  }

  value(): Value {
    const token = this.take();
    if (token.kind !== 'value') throw this.unexpected(token);
    return this.placeholders.value(this.kind, token.text);
  }

  /** An operand of a type that the operator or function never takes. */
  wrongType(operator: string, type: string, isFunction: boolean) {
    const what = isFunction ? 'operator or function' : 'operator';
    const why = `Incorrect operand type for operator or function; ${what}: ${operator}, operand type: ${type}`;
    return this.refuse(why);
  }

  notDistinct(operator: string, path: Path) {
    const why = 'The first operand must be distinct from the remaining operands for this operator or function;';
    return this.refuse(`${why} operator: ${operator}, first operand: ${showPath(path)}`);
  }
}
