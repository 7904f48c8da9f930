import { compareNumbers } from './decimal.ts';

/**
 * The value of an attribute, as the state holds it: numbers are canonical, bytes are base64, sets are in order, so that
 * equal values have equal text. It is never changed in place.
 */
export type Value =
  | { readonly S: string }
  | { readonly N: string }
  | { readonly B: string }
  | { readonly BOOL: boolean }
  | { readonly NULL: true }
  | { readonly M: Item }
  | { readonly L: readonly Value[] }
  | { readonly SS: readonly string[] }
  | { readonly NS: readonly string[] }
  | { readonly BS: readonly string[] };

/** Attributes by their names, which may be any text. */
export type Item = Readonly<Record<string, Value>>;

export const VALUE_TYPES = ['S', 'N', 'B', 'BOOL', 'NULL', 'M', 'L', 'SS', 'NS', 'BS'] as const;
export type ValueType = (typeof VALUE_TYPES)[number];

/** How the types are called in messages about operands. */
export const TYPE_NAMES: Readonly<Record<ValueType, string>> = {
  ...{ S: 'STRING', N: 'NUMBER', B: 'BINARY', BOOL: 'BOOLEAN', NULL: 'NULL', M: 'MAP', L: 'LIST' },
  ...{ SS: 'STRING_SET', NS: 'NUMBER_SET', BS: 'BINARY_SET' },
};

export const typeOf = (value: Value): ValueType => VALUE_TYPES.find((type) => type in value) ?? 'NULL';

/** The elements of a set; undefined for what is none. */
export function elementsOf(value: Value): readonly string[] | undefined {
  if ('SS' in value) return value.SS;
  if ('NS' in value) return value.NS;
  return 'BS' in value ? value.BS : undefined;
}

/** A set of that type, in order. */
export function setOf(type: 'SS' | 'NS' | 'BS', elements: readonly string[]): Value {
  const order = { SS: compareText, NS: compareNumbers, BS: compareBytes }[type];
  const sorted = elements.toSorted(order);
  return type === 'SS' ? { SS: sorted } : type === 'NS' ? { NS: sorted } : { BS: sorted };
}

/** An attribute of an item; only what the item itself has, whatever its name means to the language. */
export const attributeOf = (item: Item, name: string): Value | undefined =>
  Object.hasOwn(item, name) ? item[name] : undefined;

export function equalValues(a: Value, b: Value): boolean {
  if (a === b) return true;
  if ('M' in a) return 'M' in b && equalItems(a.M, b.M);
  if ('L' in a) {
    if (!('L' in b)) return false;
    const others = b.L;
    return a.L.length === others.length && a.L.every((inner, k) => isEqual(inner, others[k]));
  }
  return JSON.stringify(a) === JSON.stringify(b);
}

const isEqual = (value: Value, other: Value | undefined): boolean => other !== undefined && equalValues(value, other);

function equalItems(a: Item, b: Item): boolean {
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => isIn(b, name, a[name]));
}

const isIn = (item: Item, name: string, value: Value | undefined): boolean =>
  value !== undefined && isEqual(value, attributeOf(item, name));

/** The order of two values of one type that has an order: text by its UTF-8, numbers, bytes. Undefined for others. */
export function compareValues(a: Value, b: Value): number | undefined {
  if ('S' in a && 'S' in b) return compareText(a.S, b.S);
  if ('N' in a && 'N' in b) return compareNumbers(a.N, b.N);
  if ('B' in a && 'B' in b) return compareBytes(a.B, b.B);
  return undefined;
}

/** The order of the UTF-8 of two texts, which is that of their code points. */
function compareText(a: string, b: string): number {
  const { length } = a.length < b.length ? a : b;
  for (let k = 0; k < length; k++) {
    const [one, other] = [a.charCodeAt(k), b.charCodeAt(k)];
    if (one !== other) return aboveSurrogates(one) - aboveSurrogates(other);
  }
  return a.length - b.length;
}

/** Surrogates stand for code points above all others, and have smaller numbers than some. */
const aboveSurrogates = (unit: number): number => (unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit);

const compareBytes = (a: string, b: string): number =>
  Buffer.compare(Buffer.from(a, 'base64'), Buffer.from(b, 'base64'));
