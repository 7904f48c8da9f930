import type {
  Delete,
  DeleteItemInput,
  DeleteItemOutput,
  Put,
  PutItemInput,
  PutItemOutput,
  Update,
  UpdateItemInput,
  UpdateItemOutput,
} from '@aws-sdk/client-dynamodb';
import type { RegionState } from '../state.ts';
import type { Step } from '../step.ts';
import { consumed, unitsOfWrite } from './capacity.ts';
import { invalid, invalidValues } from './errors.ts';
import { applyUpdate } from './expressions/apply-update.ts';
import type { Path } from './expressions/path.ts';
import { project } from './expressions/projection.ts';
import { type Action, parseUpdate } from './expressions/update.ts';
import { LARGEST_ITEM, sizeOfItem } from './item-size.ts';
import { checkItem, keyNames, keyOf, readKey } from './keys.ts';
import { readItem } from './read-value.ts';
import { requireTable, type Table } from './table.ts';
import type { Item } from './value.ts';
import { perform, readCondition, refuseLegacy, returnsItem, type Write, type Written } from './write.ts';

export const putItem: Step<PutItemInput, PutItemOutput> = (state, input) => {
  refuseLegacy(input);
  checkReturnValues(input.ReturnValues, ['NONE', 'ALL_OLD']);
  const write = readPut(state, input);
  return answer(write, perform(state, write), input);
};

export const deleteItem: Step<DeleteItemInput, DeleteItemOutput> = (state, input) => {
  refuseLegacy(input);
  checkReturnValues(input.ReturnValues, ['NONE', 'ALL_OLD']);
  const write = readDelete(state, input);
  return answer(write, perform(state, write), input);
};

export const updateItem: Step<UpdateItemInput, UpdateItemOutput> = (state, input) => {
  refuseLegacy(input);
  checkReturnValues(input.ReturnValues, ['NONE', 'ALL_OLD', 'UPDATED_OLD', 'ALL_NEW', 'UPDATED_NEW']);
  const { paths, ...write } = readUpdate(state, input);
  return answer(write, perform(state, write), input, paths);
};

/** A put as a request holds it. @throws Fault ValidationException, ResourceNotFoundException. */
export function readPut(state: RegionState, input: Put | PutItemInput): Write {
  const table = requireTable(state, input.TableName);
  const { placeholders, condition } = readCondition(input);
  placeholders.checkUsed();
  const item = readItem(input.Item ?? {});
  checkItem(table, item);
  const returnsItemOnFailure = returnsItem(input.ReturnValuesOnConditionCheckFailure);
  return { table, key: keyOf(table, item), condition, returnsItemOnFailure, change: () => item };
}

export function readDelete(state: RegionState, input: Delete | DeleteItemInput): Write {
  const table = requireTable(state, input.TableName);
  const { placeholders, condition } = readCondition(input);
  placeholders.checkUsed();
  const returnsItemOnFailure = returnsItem(input.ReturnValuesOnConditionCheckFailure);
  return { table, key: readKey(table, input.Key), condition, returnsItemOnFailure, change: () => undefined };
}

/** An update, with the paths that it concerns. */
export function readUpdate(
  state: RegionState,
  input: Update | UpdateItemInput,
): Write & { readonly paths: readonly Path[] } {
  const table = requireTable(state, input.TableName);
  const { UpdateExpression: text } = input;
  const { placeholders, condition } = readCondition(input, [text]);
  const actions = text === undefined ? [] : parseUpdate(text, placeholders);
  placeholders.checkUsed();
  const key = readKey(table, input.Key);
  for (const { path } of actions) refuseKeyPath(table, path);
  return {
    ...{ table, key, condition, paths: actions.map(({ path }) => path) },
    returnsItemOnFailure: returnsItem(input.ReturnValuesOnConditionCheckFailure),
    change: (before) => updated(table, actions, before ?? key),
  };
}

function updated(table: Table, actions: readonly Action[], before: Item): Item {
  const item = applyUpdate(actions, before);
  if (sizeOfItem(item) > LARGEST_ITEM) throw invalid('Item size to update has exceeded the maximum allowed size');
  checkItem(table, item);
  return item;
}

function refuseKeyPath({ key }: Table, [name]: Path): void {
  if (!keyNames(key).includes(String(name))) return;
  throw invalidValues(`Cannot update attribute ${name}. This attribute is part of the key`);
}

function checkReturnValues(asked: string | undefined, allowed: readonly string[]): void {
  if (asked === undefined || allowed.includes(asked)) return;
  throw invalid(
    allowed.length === 2 ? 'ReturnValues can only be ALL_OLD or NONE' : 'Return values set to invalid value',
  );
}

type Asked = Pick<UpdateItemInput, 'ReturnValues' | 'ReturnConsumedCapacity'>;

function answer(write: Write, written: Written, input: Asked, paths: readonly Path[] = []): UpdateItemOutput {
  const attributes = returned(written, input.ReturnValues, paths);
  const isTold = attributes !== undefined && Object.keys(attributes).length > 0;
  const units = unitsOfWrite(written.before, written.after);
  return {
    ...(isTold && { Attributes: attributes as UpdateItemOutput['Attributes'] & object }),
    ...consumed(input.ReturnConsumedCapacity, write.table.name, units),
  };
}

function returned({ before, after }: Written, asked: string | undefined, paths: readonly Path[]): Item | undefined {
  switch (asked) {
    case 'ALL_OLD':
      return before;
    case 'ALL_NEW':
      return after;
    case 'UPDATED_OLD':
      return before && project(before, paths);
    case 'UPDATED_NEW':
      return after && project(after, paths);
    default:
      return undefined;
  }
}
