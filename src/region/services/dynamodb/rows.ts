import { findAt, onwardFrom, type Place, putAt, removeAt } from '../sorted.ts';
import type { Index, KeySchema, Table } from './table.ts';
import { attributeOf, compareValues, type Item, type Value } from './value.ts';

/** The item of that key. */
export const rowOf = (table: Table, key: Item): Item | undefined => findAt(table.rows, placeOf(table.key, key));

/** The table with an item in the place of that of its key. */
export const withRow = (table: Table, item: Item): Table => ({
  ...table,
  rows: putAt(table.rows, item, placeOf(table.key, item)),
});

export const withoutRow = (table: Table, key: Item): Table => ({
  ...table,
  rows: removeAt(table.rows, placeOf(table.key, key)),
});

/** The items of one partition, in the order of their sort keys. */
export function partitionOf(table: Table, key: KeySchema, value: Value, index?: Index): Item[] {
  if (index?.isGlobal) {
    const members = itemsOf(table, index).filter((item) => isAt(item, key.partition, value));
    return members.sort((a, b) => compareSortKeys(key, a, b) || compareKeys(table.key, a, b));
  }
  const found: Item[] = [];
  for (const item of onwardFrom(table.rows, placeOf({ partition: key.partition }, { [key.partition]: value }))) {
    if (!isAt(item, key.partition, value)) break;
    found.push(item);
  }
  if (!index) return found;
  const members = found.filter((item) => isMember(table, index, item));
  return members.sort((a, b) => compareSortKeys(key, a, b) || compareKeys(table.key, a, b));
}

/** Everything in a table or an index, in the order of a scan. */
export function itemsOf(table: Table, index?: Index): Item[] {
  const all = [...onwardFrom(table.rows)];
  if (!index) return all;
  return all.filter((item) => isMember(table, index, item)).sort(orderOf(table, index));
}

/** The order in which a scan meets items. */
export const orderOf =
  (table: Table, index?: Index) =>
  (a: Item, b: Item): number =>
    (index ? compareKeys(index.key, a, b) : 0) || compareKeys(table.key, a, b);

/** An index holds the items that have its keys. */
const isMember = (table: Table, { key }: Index, item: Item): boolean =>
  [key.partition, key.sort].every((name) => {
    const value = name === undefined ? undefined : attributeOf(item, name);
    return name === undefined || (value !== undefined && (table.attributes[name] ?? '') in value);
  });

const isAt = (item: Item, name: string, value: Value): boolean => {
  const there = attributeOf(item, name);
  return there !== undefined && compareValues(there, value) === 0;
};

const placeOf =
  (schema: KeySchema, key: Item): Place<Item> =>
  (item) =>
    compareKeys(schema, item, key);

function compareKeys(schema: KeySchema, a: Item, b: Item): number {
  const [one, other] = [attributeOf(a, schema.partition), attributeOf(b, schema.partition)];
  if (!one || !other) return 0;
  return hashOf(one) - hashOf(other) || (compareValues(one, other) ?? 0) || compareSortKeys(schema, a, b);
}

function compareSortKeys({ sort }: KeySchema, a: Item, b: Item): number {
  const [one, other] = [sort, sort].map((name, k) => (name === undefined ? undefined : attributeOf(k ? b : a, name)));
  return (one && other && compareValues(one, other)) ?? 0;
}

/** The hash of a partition key: FNV-1a of 32 bits. */
export function hashOf(value: Value): number {
  const text = String(Object.values(value)[0]);
  let hash = 0x811c9dc5;
  for (let k = 0; k < text.length; k++) hash = Math.imul(hash ^ text.charCodeAt(k), 0x01000193);
  return hash >>> 0;
}
