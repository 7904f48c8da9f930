import { elementsOf, TYPE_NAMES, typeOf, type Value, type ValueType } from '../value.ts';
import { type Path, samePath, showPath, startsWith } from './path.ts';
import type { Placeholders } from './placeholders.ts';
import { type Operand, Reader } from './reader.ts';

/** What SET sets: computed from the item as it was before the update. */
export type Source =
  | Operand
  | { readonly kind: '+' | '-'; readonly left: Source; readonly right: Source }
  | { readonly kind: 'if_not_exists'; readonly path: Path; readonly otherwise: Source }
  | { readonly kind: 'list_append'; readonly left: Source; readonly right: Source };

/** One action of an update. */
export type Action =
  | { readonly kind: 'SET'; readonly path: Path; readonly source: Source }
  | { readonly kind: 'REMOVE'; readonly path: Path }
  | { readonly kind: 'ADD' | 'DELETE'; readonly path: Path; readonly value: Value };

const CLAUSES = ['SET', 'REMOVE', 'ADD', 'DELETE'] as const;
type Clause = (typeof CLAUSES)[number];
const FUNCTIONS = ['if_not_exists', 'list_append'];
const KIND = 'UpdateExpression';
const DEEPEST = 50;

/**
 * Parses an update.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.UpdateExpressions.html
 * @throws Fault ValidationException with what DynamoDB says of it.
 */
export function parseUpdate(text: string, placeholders: Placeholders): Action[] {
  const reader = new Reader(text, KIND, placeholders);
  const actions: Action[] = [];
  const seen = new Set<Clause>();
  do {
    const clause = CLAUSES.find((name) => reader.takeIf(name));
    if (clause === undefined) throw reader.unexpected();
    if (seen.has(clause)) {
      throw reader.refuse(`The "${clause}" section can only be used once in an update expression;`);
    }
    seen.add(clause);
    do actions.push(actionOf(reader, clause));
    while (reader.takeIf(','));
  } while (reader.peek().kind !== 'end');
  checkPaths(reader, actions);
  return actions;
}

function actionOf(reader: Reader, clause: Clause): Action {
  const path = reader.path();
  if (clause === 'REMOVE') return { kind: clause, path };
  if (clause === 'SET') {
    reader.expect('=');
    return { kind: clause, path, source: sourceOf(reader, 0) };
  }
  const value = reader.value();
  const type = typeOf(value);
  const isAllowed = elementsOf(value) !== undefined || (clause === 'ADD' && type === 'N');
  if (isAllowed) return { kind: clause, path, value };
  const typeSet = `ALLOWED_FOR_${clause}_OPERAND`;
  throw reader.wrongType(clause, `${TYPE_NAMES[type]}, typeSet: ${typeSet}`, false);
}

function sourceOf(reader: Reader, depth: number): Source {
  const left = term(reader, depth);
  const sign = (['+', '-'] as const).find((symbol) => reader.takeIf(symbol));
  if (sign === undefined) return left;
  const right = term(reader, depth);
  for (const side of [left, right]) requireType(reader, sign, side, 'N');
  return { kind: sign, left, right };
}

function term(reader: Reader, depth: number): Source {
  if (depth > DEEPEST) throw reader.refuse('The expression is nested too deep;');
  if (reader.takeIf('(')) {
    const inner = sourceOf(reader, depth + 1);
    reader.expect(')');
    return inner;
  }
  const name = reader.functionName(FUNCTIONS);
  if (name === undefined) return reader.operand();
  const left = sourceOf(reader, depth + 1);
  if (!reader.takeIf(',')) throw wrongCount(reader, name, 1);
  const right = sourceOf(reader, depth + 1);
  if (reader.isNext(',')) throw wrongCount(reader, name, 3);
  reader.expect(')');
  if (name === 'list_append') {
    for (const side of [left, right]) requireType(reader, name, side, 'L');
    return { kind: name, left, right };
  }
  if (left.kind !== 'path') {
    throw reader.refuse(`Operator or function requires a document path; operator or function: ${name}`);
  }
  return { kind: 'if_not_exists', path: left.path, otherwise: right };
}

const wrongCount = (reader: Reader, name: string, count: number) => {
  const why = 'Incorrect number of operands for operator or function;';
  return reader.refuse(`${why} operator or function: ${name}, number of operands: ${count}`);
};

function requireType(reader: Reader, name: string, source: Source, type: ValueType): void {
  if (source.kind === 'value' && typeOf(source.value) !== type) {
    throw reader.wrongType(name, typeOf(source.value), true);
  }
}

/** No two actions may concern the same place, or places of which one lies in the other, or is no longer a map or list. */
function checkPaths(reader: Reader, actions: readonly Action[]): void {
  for (const [k, { path: one }] of actions.entries()) {
    for (const { path: other } of actions.slice(k + 1)) {
      const shown = `path one: ${showPath(one)}, path two: ${showPath(other)}`;
      if (samePath(one, other) || startsWith(one, other) || startsWith(other, one)) {
        const why = 'Two document paths overlap with each other; must remove or rewrite one of these paths;';
        throw reader.refuse(`${why} ${shown}`);
      }
      const at = one.findIndex((step, index) => step !== other[index]);
      if (typeof one[at] !== typeof other[at]) {
        const why = 'Two document paths conflict with each other; must remove or rewrite one of these paths;';
        throw reader.refuse(`${why} ${shown}`);
      }
    }
  }
}
