import { invalid } from './errors.ts';
import type { Condition } from './expressions/condition.ts';
import { holds } from './expressions/holds.ts';
import type { Path } from './expressions/path.ts';
import type { Operand } from './expressions/reader.ts';
import { invalidExpression } from './expressions/tokens.ts';
import type { KeySchema, Table } from './table.ts';
import { type Item, typeOf, type Value } from './value.ts';

/** What a query asks for: one partition, and some of it. */
export interface KeyCondition {
  readonly partition: Value;
  readonly isWanted: (item: Item) => boolean;
}

/** Reads a condition on the keys of a table or an index. @throws Fault ValidationException with what DynamoDB says of it. */
export function readKeyCondition(condition: Condition, table: Table, key: KeySchema): KeyCondition {
  const parts = condition.kind === 'and' ? [condition.left, condition.right] : [condition];
  const named = parts.map((part) => ({ part, name: attributeOf(part) }));
  const allowed = [key.partition, key.sort];
  if (named.length === 2 && named[0]?.name === named[1]?.name) {
    throw refuse('KeyConditionExpressions must only contain one condition per key');
  }
  const partition = named.find(({ name }) => name === key.partition)?.part;
  if (!partition) throw invalid(`Query condition missed key schema element: ${key.partition}`);
  const missed = named.length === 2 && named.some(({ name }) => !allowed.includes(name));
  if (missed) {
    throw invalid(key.sort === undefined ? NOT_SUPPORTED : `Query condition missed key schema element: ${key.sort}`);
  }
  if (partition.kind !== 'compare' || partition.operator !== '=') throw invalid(NOT_SUPPORTED);
  for (const { part, name } of named) checkTypes(part, table.attributes[name]);
  const [value] = valuesOf(partition);
  const sort = named.find(({ name }) => name === key.sort)?.part;
  return { partition: value ?? NOTHING, isWanted: (item) => !sort || holds(sort, item) };
}

const NOTHING: Value = { NULL: true };
const NOT_SUPPORTED = 'Query key condition not supported';

/** The attribute that a condition is about, which must be one that keys allow. */
function attributeOf(condition: Condition): string {
  switch (condition.kind) {
    case 'compare':
      if (condition.operator === '<>') throw refuse('Invalid operator used in KeyConditionExpression: <>');
      return nameOf(condition.left);
    case 'between':
      return nameOf(condition.operand);
    case 'begins_with':
      return nameOf(condition.operand);
    default:
      throw refuse(`Invalid operator used in KeyConditionExpression: ${WORDS[condition.kind]}`);
  }
}

const WORDS = {
  ...{ and: 'AND', or: 'OR', not: 'NOT', in: 'IN', type: 'attribute_type', contains: 'contains' },
  exists: 'attribute_exists',
} as const;

function nameOf(operand: Operand): string {
  if (operand.kind !== 'path') throw invalid(NOT_SUPPORTED);
  const [name] = onlyName(operand.path);
  return name;
}

function onlyName([name, ...rest]: Path): [string] {
  if (rest.length === 0 && typeof name === 'string') return [name];
  throw refuse('KeyConditionExpressions cannot have conditions on nested attributes');
}

function checkTypes(condition: Condition, type: string | undefined): void {
  const values = valuesOf(condition);
  if (values.some((value) => typeOf(value) !== type)) {
    throw invalid('One or more parameter values were invalid: Condition parameter type does not match schema type');
  }
  if (values.some((value) => ('S' in value && value.S === '') || ('B' in value && value.B === ''))) {
    throw invalid(
      'One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value.',
    );
  }
}

function valuesOf(condition: Condition): Value[] {
  const operands =
    condition.kind === 'compare'
      ? [condition.right]
      : condition.kind === 'between'
        ? [condition.low, condition.high]
        : condition.kind === 'begins_with'
          ? [condition.part]
          : [];
  return operands.map((operand) => {
    if (operand.kind !== 'value') throw invalid(NOT_SUPPORTED);
    return operand.value;
  });
}

const refuse = (why: string) =>
  why.startsWith('Invalid operator') ? invalid(why) : invalidExpression('KeyConditionExpression', why);
