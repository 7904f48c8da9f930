import type { ReturnValuesOnConditionCheckFailure } from '@aws-sdk/client-dynamodb';
import { Fault } from '../fault.ts';
import type { RegionState } from '../state.ts';
import { invalid, unsupported } from './errors.ts';
import { type Condition, parseCondition } from './expressions/condition.ts';
import { holds } from './expressions/holds.ts';
import { type PlaceholderInput, type Placeholders, placeholdersOf } from './expressions/placeholders.ts';
import { rowOf, withoutRow, withRow } from './rows.ts';
import { replaceTable, requireTable, type Table } from './table.ts';
import type { Item } from './value.ts';

/** A write of one item whose request is right in itself: what is left to see is whether it fits the item. */
export interface Write {
  readonly table: Table;
  readonly key: Item;
  readonly condition: Condition | undefined;
  readonly returnsItemOnFailure: boolean;
  /** The item after it; absent when there is none any more. */
  readonly change: (before: Item | undefined) => Item | undefined;
}

/** What a write did. */
export interface Written {
  readonly before: Item | undefined;
  readonly after: Item | undefined;
}

export interface ConditionalInput extends PlaceholderInput {
  readonly ConditionExpression?: string | undefined;
  readonly ReturnValuesOnConditionCheckFailure?: ReturnValuesOnConditionCheckFailure | undefined;
}

/** The condition of a write, with its placeholders: what else they are for is parsed before they are checked. */
export function readCondition(
  input: ConditionalInput,
  others: readonly (string | undefined)[] = [],
): { readonly placeholders: Placeholders; readonly condition: Condition | undefined } {
  const { ConditionExpression: text } = input;
  const placeholders = placeholdersOf(input, [text, ...others]);
  const condition = text === undefined ? undefined : parseCondition(text, 'ConditionExpression', placeholders);
  return { placeholders, condition };
}

/** What the write makes of the item that is there. @throws Fault when its condition is false, or it does not fit. */
export function decide({ table, key, condition, change, returnsItemOnFailure }: Write): Written {
  const before = rowOf(table, key);
  if (condition && !holds(condition, before ?? {})) {
    const props = before && returnsItemOnFailure ? { Item: before } : {};
    throw new Fault('ConditionalCheckFailedException', 'The conditional request failed', 400, props);
  }
  return { before, after: change(before) };
}

/** Decides, and then stores. */
export function perform(state: RegionState, write: Write): Written {
  const written = decide(write);
  store(state, write, written);
  return written;
}

export function store(state: RegionState, { table: { name }, key }: Write, { before, after }: Written): void {
  if (before === after) return;
  const table = requireTable(state, name);
  replaceTable(state, after ? withRow(table, after) : withoutRow(table, key));
}

/** How a write tells the item when its condition is false. */
export function returnsItem(asked: string | undefined): boolean {
  if (asked === undefined || asked === 'NONE' || asked === 'ALL_OLD') return asked === 'ALL_OLD';
  throw invalid('ReturnValuesOnConditionCheckFailure can only be ALL_OLD or NONE');
}

const LEGACY = [
  ...['Expected', 'ConditionalOperator', 'AttributeUpdates', 'KeyConditions'],
  ...['QueryFilter', 'ScanFilter', 'AttributesToGet'],
];

/** Refuses the parameters that expressions have replaced. */
export function refuseLegacy(input: object): void {
  const given = Object.entries(input).find(([name, value]) => value !== undefined && LEGACY.includes(name));
  if (given) throw unsupported(`"${given[0]}": expressions say the same`);
}
