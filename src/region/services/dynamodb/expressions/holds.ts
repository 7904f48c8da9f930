import { compareValues, elementsOf, equalValues, type Item, typeOf, type Value } from '../value.ts';
import type { Comparator, Condition } from './condition.ts';
import { valueAt } from './path.ts';
import type { Operand } from './reader.ts';

/**
 * Whether a condition is true of an item. What is not there is equal to nothing and has no order, so `<>` and NOT are true
 * of it.
 */
export function holds(condition: Condition, item: Item): boolean {
  const of = (operand: Operand) => resolve(operand, item);
  switch (condition.kind) {
    case 'and':
      return holds(condition.left, item) && holds(condition.right, item);
    case 'or':
      return holds(condition.left, item) || holds(condition.right, item);
    case 'not':
      return !holds(condition.inner, item);
    case 'compare':
      return compares(condition.operator, of(condition.left), of(condition.right));
    case 'between': {
      const value = of(condition.operand);
      return compares('>=', value, of(condition.low)) && compares('<=', value, of(condition.high));
    }
    case 'in': {
      const value = of(condition.operand);
      return condition.options.some((option) => compares('=', value, of(option)));
    }
    case 'exists':
      return (valueAt(item, condition.path) !== undefined) === condition.wanted;
    case 'type': {
      const value = valueAt(item, condition.path);
      return value !== undefined && typeOf(value) === condition.type;
    }
    case 'begins_with':
      return beginsWith(of(condition.operand), of(condition.part));
    case 'contains':
      return contains(of(condition.operand), of(condition.part));
  }
}

function resolve(operand: Operand, item: Item): Value | undefined {
  if (operand.kind === 'value') return operand.value;
  const value = valueAt(item, operand.path);
  if (operand.kind === 'path' || value === undefined) return value;
  const size = sizeOf(value);
  return size === undefined ? undefined : { N: String(size) };
}

/** What `size` says: characters, bytes or elements; of other types it says nothing. */
function sizeOf(value: Value): number | undefined {
  if ('S' in value) return value.S.length;
  if ('B' in value) return Buffer.byteLength(value.B, 'base64');
  if ('L' in value) return value.L.length;
  if ('M' in value) return Object.keys(value.M).length;
  return elementsOf(value)?.length;
}

function compares(operator: Comparator, left: Value | undefined, right: Value | undefined): boolean {
  if (operator === '=' || operator === '<>') {
    const isEqual = left !== undefined && right !== undefined && equalValues(left, right);
    return isEqual === (operator === '=');
  }
  const order = left && right && compareValues(left, right);
  return order !== undefined && ORDERS[operator](order);
}

const ORDERS: Readonly<Record<Exclude<Comparator, '=' | '<>'>, (order: number) => boolean>> = {
  '<': (order) => order < 0,
  '<=': (order) => order <= 0,
  '>': (order) => order > 0,
  '>=': (order) => order >= 0,
};

function beginsWith(value: Value | undefined, part: Value | undefined): boolean {
  if (!value || !part) return false;
  if ('S' in value && 'S' in part) return value.S.startsWith(part.S);
  if (!('B' in value && 'B' in part)) return false;
  const [bytes, start] = [Buffer.from(value.B, 'base64'), Buffer.from(part.B, 'base64')];
  return bytes.subarray(0, start.length).equals(start);
}

function contains(value: Value | undefined, part: Value | undefined): boolean {
  if (!value || !part) return false;
  if ('S' in value) return 'S' in part && value.S.includes(part.S);
  if ('B' in value) return 'B' in part && Buffer.from(value.B, 'base64').includes(Buffer.from(part.B, 'base64'));
  if ('L' in value) return value.L.some((inner) => equalValues(inner, part));
  if ('SS' in value) return 'S' in part && value.SS.includes(part.S);
  if ('NS' in value) return 'N' in part && value.NS.includes(part.N);
  return 'BS' in value && 'B' in part && value.BS.includes(part.B);
}
