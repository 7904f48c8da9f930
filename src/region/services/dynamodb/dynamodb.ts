import type { Steps } from '../step.ts';
import { batchGetItem, batchWriteItem } from './batch.ts';
import { getItem } from './get-item.ts';
import { query, scan } from './query.ts';
import { createTable, deleteTable, describeTable, listTables } from './tables.ts';
import { listTagsOfResource, tagResource, untagResource } from './tags.ts';
import { transactGetItems, transactWriteItems } from './transact.ts';
import { describeTimeToLive, updateTable, updateTimeToLive } from './update-table.ts';
import { deleteItem, putItem, updateItem } from './write-item.ts';

/** The operations of DynamoDB that the region has behaviour for. */
export const DYNAMODB: Steps = {
  CreateTable: createTable,
  DescribeTable: describeTable,
  ListTables: listTables,
  UpdateTable: updateTable,
  DeleteTable: deleteTable,
  UpdateTimeToLive: updateTimeToLive,
  DescribeTimeToLive: describeTimeToLive,
  TagResource: tagResource,
  UntagResource: untagResource,
  ListTagsOfResource: listTagsOfResource,
  PutItem: putItem,
  GetItem: getItem,
  UpdateItem: updateItem,
  DeleteItem: deleteItem,
  Query: query,
  Scan: scan,
  BatchGetItem: batchGetItem,
  BatchWriteItem: batchWriteItem,
  TransactWriteItems: transactWriteItems,
  TransactGetItems: transactGetItems,
};
