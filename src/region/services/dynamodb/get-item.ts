import type { GetItemInput, GetItemOutput } from '@aws-sdk/client-dynamodb';
import type { RegionState } from '../state.ts';
import type { Step } from '../step.ts';
import { consumed, unitsOfRead } from './capacity.ts';
import type { Path } from './expressions/path.ts';
import { type PlaceholderInput, placeholdersOf } from './expressions/placeholders.ts';
import { parseProjection, project } from './expressions/projection.ts';
import { sizeOfItem } from './item-size.ts';
import { readKey } from './keys.ts';
import { rowOf } from './rows.ts';
import { requireTable } from './table.ts';
import type { Item } from './value.ts';
import { refuseLegacy } from './write.ts';

/** Every read is consistent, also one that does not ask for it. */
export const getItem: Step<GetItemInput, GetItemOutput> = (state, input) => {
  refuseLegacy(input);
  const { table, item, size } = read(state, input);
  const units = unitsOfRead(size, input.ConsistentRead === true);
  return {
    ...(item && { Item: item as GetItemOutput['Item'] & object }),
    ...consumed(input.ReturnConsumedCapacity, table, units),
  };
};

interface ReadInput extends PlaceholderInput {
  readonly TableName: string | undefined;
  readonly Key: object | undefined;
  readonly ProjectionExpression?: string | undefined;
}

/** What a request asks for of one item; `size` is that of the whole item. */
export function read(
  state: RegionState,
  input: ReadInput,
): { readonly table: string; readonly key: Item; readonly item: Item | undefined; readonly size: number } {
  const table = requireTable(state, input.TableName);
  const paths = readProjection(input);
  const key = readKey(table, input.Key);
  const whole = rowOf(table, key);
  const item = whole && paths ? project(whole, paths) : whole;
  return { table: table.name, key, item, size: whole ? sizeOfItem(whole) : 0 };
}

/** The paths of a projection, whose placeholders serve nothing else. */
function readProjection(
  input: PlaceholderInput & { readonly ProjectionExpression?: string | undefined },
): Path[] | undefined {
  const { ProjectionExpression: text } = input;
  const placeholders = placeholdersOf(input, [text]);
  const paths = text === undefined ? undefined : parseProjection(text, placeholders);
  placeholders.checkUsed();
  return paths;
}
