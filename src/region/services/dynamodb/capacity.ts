import type { ConsumedCapacity, ReturnConsumedCapacity } from '@aws-sdk/client-dynamodb';
import { sizeOfItem } from './item-size.ts';
import type { Item } from './value.ts';

/** What a read unit and a write unit pay for, in bytes. */
const READ_UNIT = 4_096;
const WRITE_UNIT = 1_024;

/** The units that reading so many bytes takes. */
export const unitsOfRead = (bytes: number, isConsistent: boolean): number =>
  Math.max(1, Math.ceil(bytes / READ_UNIT)) * (isConsistent ? 1 : 0.5);

/** The units that it takes to put the one in the place of the other. */
export const unitsOfWrite = (before: Item | undefined, after: Item | undefined): number => {
  const bytes = Math.max(before ? sizeOfItem(before) : 0, after ? sizeOfItem(after) : 0);
  return Math.max(1, Math.ceil(bytes / WRITE_UNIT));
};

/** The part of an answer that tells the units, if the request asks for it. Those of indexes are not told. */
export const consumed = (
  asked: ReturnConsumedCapacity | undefined,
  table: string,
  units: number,
): { ConsumedCapacity?: ConsumedCapacity } =>
  asked === undefined || asked === 'NONE' ? {} : { ConsumedCapacity: { TableName: table, CapacityUnits: units } };

/** The same for an answer that concerns several tables. */
export function consumedByTable(
  asked: ReturnConsumedCapacity | undefined,
  uses: readonly (readonly [table: string, units: number])[],
): { ConsumedCapacity?: ConsumedCapacity[] } {
  if (asked === undefined || asked === 'NONE') return {};
  const tables = [...new Set(uses.map(([table]) => table))];
  const sumOf = (name: string) => uses.reduce((sum, [table, units]) => sum + (table === name ? units : 0), 0);
  return { ConsumedCapacity: tables.map((table) => ({ TableName: table, CapacityUnits: sumOf(table) })) };
}
