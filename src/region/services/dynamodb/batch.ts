import type {
  BatchGetItemInput,
  BatchGetItemOutput,
  BatchWriteItemInput,
  BatchWriteItemOutput,
  WriteRequest,
} from '@aws-sdk/client-dynamodb';
import type { RegionState } from '../state.ts';
import type { Step } from '../step.ts';
import { consumedByTable, unitsOfRead, unitsOfWrite } from './capacity.ts';
import { invalid } from './errors.ts';
import { read } from './get-item.ts';
import { requireTable } from './table.ts';
import type { Item } from './value.ts';
import { perform, refuseLegacy, type Write } from './write.ts';
import { readDelete, readPut } from './write-item.ts';

const MOST_READS = 100;
const MOST_WRITES = 25;

/** Everything that is asked for is answered in one go. */
export const batchGetItem: Step<BatchGetItemInput, BatchGetItemOutput> = (state, input) => {
  const asked = Object.entries(input.RequestItems ?? {});
  const count = asked.reduce((sum, [, { Keys = [] }]) => sum + Keys.length, 0);
  if (count === 0) throw outOfRange('BatchGetItem', MOST_READS);
  if (count > MOST_READS) throw invalid('Too many items requested for the BatchGetItem call');
  const uses: [string, number][] = [];
  const found = asked.map(([TableName, { Keys = [], ConsistentRead, ...rest }]) => {
    refuseLegacy(rest);
    const reads = Keys.map((Key) => read(state, { ...rest, TableName, Key }));
    refuseTwice(reads.map(({ key }) => key));
    for (const { table, size } of reads) uses.push([table, unitsOfRead(size, ConsistentRead === true)]);
    return [TableName, reads.flatMap(({ item }) => (item ? [item] : []))] as const;
  });
  return {
    Responses: Object.fromEntries(found) as BatchGetItemOutput['Responses'] & object,
    UnprocessedKeys: {},
    ...consumedByTable(input.ReturnConsumedCapacity, uses),
  };
};

/** All of them, in their order: each by itself, as DynamoDB does them, but none if one is refused. */
export const batchWriteItem: Step<BatchWriteItemInput, BatchWriteItemOutput> = (state, input) => {
  const asked = Object.entries(input.RequestItems ?? {});
  const count = asked.reduce((sum, [, requests = []]) => sum + requests.length, 0);
  if (count === 0) throw outOfRange('BatchWriteItem', MOST_WRITES);
  if (count > MOST_WRITES) throw invalid('Too many items requested for the BatchWriteItem call');
  const writes = asked.flatMap(([table, requests = []]) => {
    const ofTable = requests.map((request) => readRequest(state, table, request));
    refuseTwice(ofTable.map(({ key }) => key));
    return ofTable;
  });
  const uses = writes.map((write): [string, number] => {
    const { before, after } = perform(state, write);
    return [write.table.name, unitsOfWrite(before, after)];
  });
  return { UnprocessedItems: {}, ...consumedByTable(input.ReturnConsumedCapacity, uses) };
};

function readRequest(state: RegionState, name: string, { PutRequest: put, DeleteRequest: gone }: WriteRequest): Write {
  const TableName = requireTable(state, name).name;
  if (put && !gone) return readPut(state, { TableName, Item: put.Item });
  if (gone && !put) return readDelete(state, { TableName, Key: gone.Key });
  throw invalid(
    'Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes',
  );
}

function refuseTwice(keys: readonly Item[]): void {
  const texts = keys.map((key) => JSON.stringify(Object.entries(key).sort(([a], [b]) => (a < b ? -1 : 1))));
  if (new Set(texts).size < texts.length) throw invalid('Provided list of item keys contains duplicates');
}

const outOfRange = (operation: string, most: number) =>
  invalid(`The batch of a ${operation} call must hold from 1 to ${most} items`);
