import { invalid } from '../errors.ts';
import { sumOf } from '../read-value.ts';
import { elementsOf, type Item, setOf, typeOf, type Value } from '../value.ts';
import { closeHoles, valueAt, withoutValueAt, withValueAt } from './path.ts';
import type { Action, Source } from './update.ts';

/**
 * The item after an update. Everything is computed from the item as it was, and indexes of lists are those of the lists as
 * they were. @throws Fault ValidationException when the update does not fit the item.
 */
export function applyUpdate(actions: readonly Action[], before: Item): Item {
  const removed = actions.filter(({ kind }) => kind === 'REMOVE').map(({ path }) => path);
  const valued = actions.flatMap((action) => {
    const value = action.kind === 'REMOVE' ? undefined : newValue(action, before);
    return value === undefined ? [] : [{ path: action.path, value }];
  });
  // What lies behind the end of a list is appended in the order of its indexes.
  valued.sort((a, b) => lastIndex(a.path) - lastIndex(b.path));
  let item = before;
  for (const path of removed) item = withoutValueAt(item, path);
  for (const { path, value } of valued)
    item = value === GONE ? withoutValueAt(item, path) : withValueAt(item, path, value);
  const emptied = valued.filter(({ value }) => value === GONE).map(({ path }) => path);
  return closeHoles(item, [...removed, ...emptied]);
}

const lastIndex = (path: readonly (string | number)[]): number => {
  const last = path.at(-1);
  return typeof last === 'number' ? last : -1;
};

/** In the place of a value: the attribute goes. */
const GONE: Value = { SS: [] };

function newValue(action: Exclude<Action, { kind: 'REMOVE' }>, item: Item): Value | undefined {
  if (action.kind === 'SET') return evaluate(action.source, item);
  const there = valueAt(item, action.path);
  return action.kind === 'ADD' ? added(there, action.value) : without(there, action.value);
}

function evaluate(source: Source, item: Item): Value {
  switch (source.kind) {
    case 'value':
      return source.value;
    case 'path':
    case 'size': {
      const value = valueAt(item, source.path);
      if (value) return value;
      throw invalid('The provided expression refers to an attribute that does not exist in the item');
    }
    case 'if_not_exists':
      return valueAt(item, source.path) ?? evaluate(source.otherwise, item);
    case 'list_append': {
      const [left, right] = [evaluate(source.left, item), evaluate(source.right, item)];
      if (!('L' in left && 'L' in right)) throw wrongType();
      return { L: [...left.L, ...right.L] };
    }
    case '+':
    case '-': {
      const [left, right] = [evaluate(source.left, item), evaluate(source.right, item)];
      if (!('N' in left && 'N' in right)) throw wrongType();
      return { N: sumOf(left.N, right.N, source.kind === '+' ? 1n : -1n) };
    }
  }
}

function added(there: Value | undefined, value: Value): Value {
  if (!there) return value;
  if ('N' in there && 'N' in value) return { N: sumOf(there.N, value.N, 1n) };
  const [type, elements] = sameSets(there, value);
  return setOf(type, [...new Set([...elements, ...(elementsOf(value) ?? [])])]);
}

function without(there: Value | undefined, value: Value): Value | undefined {
  if (!there) return undefined;
  const [type, elements] = sameSets(there, value);
  const left = elements.filter((element) => !elementsOf(value)?.includes(element));
  return left.length === 0 ? GONE : setOf(type, left);
}

function sameSets(there: Value, value: Value): ['SS' | 'NS' | 'BS', readonly string[]] {
  const [type, elements] = [typeOf(there), elementsOf(there)];
  if (type !== typeOf(value) || !elements || !(type === 'SS' || type === 'NS' || type === 'BS')) throw wrongType();
  return [type, elements];
}

const wrongType = () => invalid('An operand in the update expression has an incorrect data type');
