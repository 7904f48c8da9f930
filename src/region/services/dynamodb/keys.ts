import { invalid, invalidValues } from './errors.ts';
import { LARGEST_ITEM, sizeOfItem } from './item-size.ts';
import { readItem } from './read-value.ts';
import type { Index, KeySchema, Table } from './table.ts';
import { attributeOf, type Item, typeOf, type Value } from './value.ts';

const LONGEST_PARTITION_KEY = 2_048;
const LONGEST_SORT_KEY = 1_024;

export const keyNames = ({ partition, sort }: KeySchema): string[] =>
  sort === undefined ? [partition] : [partition, sort];

/** The key of an item of this table. */
export const keyOf = ({ key }: Table, item: Item): Item => pick(item, keyNames(key));

/** What an item has of these attributes. */
export const pick = (item: Item, names: readonly string[]): Item =>
  Object.fromEntries(
    names.flatMap((name) => {
      const value = attributeOf(item, name);
      return value ? [[name, value]] : [];
    }),
  );

/** The key that a request holds. @throws Fault ValidationException when it is not one of this table. */
export function readKey(table: Table, given: object | undefined): Item {
  const key = readItem(given ?? {});
  const names = keyNames(table.key);
  const fits =
    Object.keys(key).length === names.length &&
    names.every((name) => {
      const value = attributeOf(key, name);
      return value !== undefined && typeOf(value) === table.attributes[name];
    });
  if (!fits) throw invalid('The provided key element does not match the schema');
  checkKeyValues(table, key);
  return key;
}

/** Checks an item that is to be put into a table. @throws Fault ValidationException. */
export function checkItem(table: Table, item: Item): void {
  for (const name of keyNames(table.key)) {
    const value = attributeOf(item, name);
    if (!value) throw invalidValues(`Missing the key ${name} in the item`);
    const [expected, actual] = [table.attributes[name] ?? '', typeOf(value)];
    if (expected !== actual) {
      throw invalidValues(`Type mismatch for key ${name} expected: ${expected} actual: ${actual}`);
    }
  }
  checkKeyValues(table, item);
  for (const index of table.indexes) checkIndexKey(table, index, item);
  if (sizeOfItem(item) > LARGEST_ITEM) throw invalid('Item size has exceeded the maximum allowed size');
}

function checkKeyValues({ key: { partition, sort } }: Table, item: Item): void {
  checkLength(
    partition,
    attributeOf(item, partition),
    LONGEST_PARTITION_KEY,
    'Size of hashkey has exceeded the maximum size limit of',
  );
  if (sort === undefined) return;
  checkLength(
    sort,
    attributeOf(item, sort),
    LONGEST_SORT_KEY,
    'Aggregated size of all range keys has exceeded the size limit of ',
  );
}

function checkLength(name: string, value: Value | undefined, longest: number, whyLong: string): void {
  const size = value ? textSize(value) : undefined;
  if (size === 0) throw invalid(emptyKey(value, ` Key: ${name}`));
  if (size !== undefined && size > longest) throw invalidValues(`${whyLong}${longest} bytes`);
}

const textSize = (value: Value): number | undefined => {
  if ('S' in value) return Buffer.byteLength(value.S);
  return 'B' in value ? Buffer.byteLength(value.B, 'base64') : undefined;
};

const emptyKey = (value: Value | undefined, where: string): string => {
  const kind = value && 'B' in value ? 'binary' : 'string';
  return `One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty ${kind} value.${where}`;
};

/** An item need not have the keys of an index; those that it has must be of the right type. */
function checkIndexKey(table: Table, { name: index, key }: Index, item: Item): void {
  for (const name of keyNames(key)) {
    const value = attributeOf(item, name);
    if (!value) continue;
    const [expected, actual] = [table.attributes[name] ?? '', typeOf(value)];
    if (expected !== actual) {
      throw invalidValues(
        `Type mismatch for Index Key ${name} Expected: ${expected} Actual: ${actual} IndexName: ${index}`,
      );
    }
    if (textSize(value) === 0) throw invalid(emptyKey(value, ` IndexName: ${index}, IndexKey: ${name}`));
  }
}
