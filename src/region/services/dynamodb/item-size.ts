import { significantDigits } from './decimal.ts';
import type { Item, Value } from './value.ts';

/** How large an item may be. */
export const LARGEST_ITEM = 400 * 1_024;

/**
 * The size of an item in bytes, with the names of its attributes.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
 */
export const sizeOfItem = (item: Item): number =>
  Object.entries(item).reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + sizeOfValue(value), 0);

function sizeOfValue(value: Value): number {
  if ('S' in value) return Buffer.byteLength(value.S);
  if ('N' in value) return sizeOfNumber(value.N);
  if ('B' in value) return Buffer.byteLength(value.B, 'base64');
  if ('SS' in value) return total(value.SS.map((text) => Buffer.byteLength(text)));
  if ('NS' in value) return total(value.NS.map(sizeOfNumber));
  if ('BS' in value) return total(value.BS.map((bytes) => Buffer.byteLength(bytes, 'base64')));
  if ('L' in value) return CONTAINER + total(value.L.map((inner) => 1 + sizeOfValue(inner)));
  if ('M' in value) return CONTAINER + sizeOfItem(value.M) + Object.keys(value.M).length;
  return 1;
}

/** What a list or map takes besides its contents. */
const CONTAINER = 3;

/** About a byte for every two digits, and one more. */
const sizeOfNumber = (text: string): number => Math.ceil(significantDigits(text) / 2) + (text.startsWith('-') ? 2 : 1);

const total = (sizes: readonly number[]): number => sizes.reduce((sum, size) => sum + size, 0);
