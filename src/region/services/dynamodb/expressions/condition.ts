import { compareValues, TYPE_NAMES, typeOf, VALUE_TYPES, type Value, type ValueType } from '../value.ts';
import type { Path } from './path.ts';
import { samePath } from './path.ts';
import type { Placeholders } from './placeholders.ts';
import { type Operand, Reader } from './reader.ts';
import type { ExpressionKind } from './tokens.ts';

export type Comparator = '=' | '<>' | '<' | '<=' | '>' | '>=';

/** A condition, as it was parsed. */
export type Condition =
  | { readonly kind: 'and' | 'or'; readonly left: Condition; readonly right: Condition }
  | { readonly kind: 'not'; readonly inner: Condition }
  | { readonly kind: 'compare'; readonly operator: Comparator; readonly left: Operand; readonly right: Operand }
  | { readonly kind: 'between'; readonly operand: Operand; readonly low: Operand; readonly high: Operand }
  | { readonly kind: 'in'; readonly operand: Operand; readonly options: readonly Operand[] }
  | { readonly kind: 'exists'; readonly path: Path; readonly wanted: boolean }
  | { readonly kind: 'type'; readonly path: Path; readonly type: string }
  | { readonly kind: 'begins_with' | 'contains'; readonly operand: Operand; readonly part: Operand };

const COMPARATORS: readonly string[] = ['=', '<>', '<', '<=', '>', '>='];
const FUNCTIONS = ['attribute_exists', 'attribute_not_exists', 'attribute_type', 'begins_with', 'contains', 'size'];
/** How many parentheses and NOTs may be open at once. */
const DEEPEST = 150;
const MOST_OPTIONS = 100;

/**
 * Parses a condition.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.OperatorsAndFunctions.html
 * @throws Fault ValidationException with what DynamoDB says of it.
 */
export function parseCondition(text: string, kind: ExpressionKind, placeholders: Placeholders): Condition {
  const reader = new Reader(text, kind, placeholders);
  const condition = anyOf(reader, 0);
  reader.expectEnd();
  return condition;
}

function anyOf(reader: Reader, depth: number): Condition {
  let left = allOf(reader, depth);
  while (reader.takeIf('OR')) left = { kind: 'or', left, right: allOf(reader, depth) };
  return left;
}

function allOf(reader: Reader, depth: number): Condition {
  let left = negated(reader, depth);
  while (reader.takeIf('AND')) left = { kind: 'and', left, right: negated(reader, depth) };
  return left;
}

function negated(reader: Reader, depth: number): Condition {
  if (depth > DEEPEST) throw reader.refuse('The expression is nested too deep;');
  if (reader.takeIf('NOT')) return { kind: 'not', inner: negated(reader, depth + 1) };
  if (!reader.takeIf('(')) return simple(reader);
  const inner = anyOf(reader, depth + 1);
  reader.expect(')');
  if (reader.parenthesised.has(inner)) throw reader.refuse('The expression has redundant parentheses;');
  reader.parenthesised.add(inner);
  return inner;
}

function simple(reader: Reader): Condition {
  const name = reader.peek().text;
  if (name !== 'size' && reader.functionName(FUNCTIONS) !== undefined) return functionCall(reader, name);
  const operand = reader.operand(FUNCTIONS);
  if (reader.takeIf('BETWEEN')) return between(reader, operand);
  if (reader.takeIf('IN')) return oneOf(reader, operand);
  const token = reader.take();
  const operator = COMPARATORS.find((text) => token.kind === 'symbol' && token.text === text) as Comparator | undefined;
  if (operator === undefined) throw reader.unexpected(token);
  const right = reader.operand(FUNCTIONS);
  if (operand.kind === 'path' && right.kind === 'path' && samePath(operand.path, right.path)) {
    throw reader.notDistinct(operator, operand.path);
  }
  if (operator !== '=' && operator !== '<>') checkOrdered(reader, operator, [operand, right]);
  return { kind: 'compare', operator, left: operand, right };
}

const ORDERED: readonly ValueType[] = ['S', 'N', 'B'];

function checkOrdered(reader: Reader, operator: string, operands: readonly Operand[]): void {
  for (const operand of operands) {
    if (operand.kind !== 'value' || ORDERED.includes(typeOf(operand.value))) continue;
    throw reader.wrongType(operator, TYPE_NAMES[typeOf(operand.value)], false);
  }
}

function between(reader: Reader, operand: Operand): Condition {
  const low = reader.operand(FUNCTIONS);
  reader.expect('AND');
  const high = reader.operand(FUNCTIONS);
  checkOrdered(reader, 'BETWEEN', [operand, low, high]);
  if (low.kind === 'value' && high.kind === 'value') checkBounds(reader, low.value, high.value);
  return { kind: 'between', operand, low, high };
}

function checkBounds(reader: Reader, low: Value, high: Value): void {
  const shown = `lower bound operand: AttributeValue: ${show(low)}, upper bound operand: AttributeValue: ${show(high)}`;
  const order = compareValues(low, high);
  if (order === undefined) {
    throw reader.refuse(`The BETWEEN operator requires same data type for lower and upper bounds; ${shown}`);
  }
  if (order > 0) {
    const why = 'The BETWEEN operator requires upper bound to be greater than or equal to lower bound;';
    throw reader.refuse(`${why} ${shown}`);
  }
}

const show = (value: Value): string => {
  const [[type, inner] = ['', '']] = Object.entries(value);
  return `{${type}:${String(inner)}}`;
};

function oneOf(reader: Reader, operand: Operand): Condition {
  const options: Operand[] = [];
  reader.expect('(');
  do options.push(reader.operand(FUNCTIONS));
  while (reader.takeIf(','));
  reader.expect(')');
  if (options.length > MOST_OPTIONS) {
    const why = `number of operands: ${options.length}`;
    throw reader.refuse(`The IN operator is provided with too many operands; ${why}`);
  }
  return { kind: 'in', operand, options };
}

function functionCall(reader: Reader, name: string): Condition {
  const given = [reader.operand(FUNCTIONS)];
  while (reader.takeIf(',')) given.push(reader.operand(FUNCTIONS));
  reader.expect(')');
  const [operand, part] = given;
  const wanted = name.startsWith('attribute_') && name !== 'attribute_type' ? 1 : 2;
  if (!operand || given.length !== wanted) {
    const why = 'Incorrect number of operands for operator or function;';
    throw reader.refuse(`${why} operator or function: ${name}, number of operands: ${given.length}`);
  }
  if (!part) return { kind: 'exists', path: pathOf(reader, name, operand), wanted: name === 'attribute_exists' };
  if (name === 'attribute_type') return typeTest(reader, pathOf(reader, name, operand), part);
  if (operand.kind === 'path' && part.kind === 'path' && samePath(operand.path, part.path)) {
    throw reader.notDistinct(name, operand.path);
  }
  if (name === 'begins_with') checkTexts(reader, [operand, part]);
  return { kind: name === 'begins_with' ? 'begins_with' : 'contains', operand, part };
}

function pathOf(reader: Reader, name: string, operand: Operand): Path {
  if (operand.kind === 'path') return operand.path;
  throw reader.refuse(`Operator or function requires a document path; operator or function: ${name}`);
}

function typeTest(reader: Reader, path: Path, part: Operand): Condition {
  if (part.kind !== 'value') throw reader.wrongType('attribute_type', 'PATH', true);
  if (!('S' in part.value)) throw reader.wrongType('attribute_type', typeOf(part.value), true);
  const type = part.value.S;
  if (VALUE_TYPES.some((known) => known === type)) return { kind: 'type', path, type };
  const known = 'B,NULL,SS,BOOL,L,BS,N,NS,S,M';
  throw reader.refuse(`Invalid attribute type name found; type: ${type}, valid types: {${known}}`);
}

function checkTexts(reader: Reader, operands: readonly Operand[]): void {
  for (const operand of operands) {
    if (operand.kind !== 'value') continue;
    const type = typeOf(operand.value);
    if (type !== 'S' && type !== 'B') throw reader.wrongType('begins_with', type, true);
  }
}
