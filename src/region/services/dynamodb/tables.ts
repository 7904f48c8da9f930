import type {
  CreateTableInput,
  CreateTableOutput,
  DeleteTableInput,
  DeleteTableOutput,
  DescribeTableInput,
  DescribeTableOutput,
  ListTablesInput,
  ListTablesOutput,
} from '@aws-sdk/client-dynamodb';
import { Fault } from '../fault.ts';
import { honourOnly } from '../honour-only.ts';
import { randomUuid, type Step } from '../step.ts';
import { invalid } from './errors.ts';
import { checkName, readAttributes, readCapacity, readIndex, readKeySchema, refuseSameNames } from './read-table.ts';
import { type Index, nameOf, replaceTable, replaceTables, requireTable } from './table.ts';
import { tableView } from './table-view.ts';
import { readTags } from './tags.ts';

const HONOURED = [
  ...['TableName', 'KeySchema', 'AttributeDefinitions', 'LocalSecondaryIndexes', 'GlobalSecondaryIndexes'],
  ...['BillingMode', 'ProvisionedThroughput', 'DeletionProtectionEnabled', 'Tags', 'TableClass', 'SSESpecification'],
];
const MOST_NAMES = 100;

/** The table is active at once. */
export const createTable: Step<CreateTableInput, CreateTableOutput> = (state, input, { nowMs, random }) => {
  const { StreamSpecification: stream, ...rest } = input;
  honourOnly(stream?.StreamEnabled ? input : rest, HONOURED);
  const name = checkName(input.TableName);
  if (Object.hasOwn(state.stores.dynamoDb.tables, name)) {
    throw new Fault('ResourceInUseException', `Table already exists: ${name}`, 400);
  }
  const key = readKeySchema(input.KeySchema);
  const capacity = readCapacity(input.BillingMode, input.ProvisionedThroughput);
  const about = { table: key, mode: capacity.mode };
  const indexes: Index[] = [
    ...(input.LocalSecondaryIndexes ?? []).map((index) => readIndex(index, { ...about, isGlobal: false })),
    ...(input.GlobalSecondaryIndexes ?? []).map((index) => readIndex(index, { ...about, isGlobal: true })),
  ];
  refuseSameNames(indexes);
  const table = {
    name,
    arn: `arn:aws:dynamodb:${state.region}:${state.accountId}:table/${name}`,
    id: randomUuid(random),
    createdMs: nowMs,
    attributes: readAttributes(input.AttributeDefinitions, [key, ...indexes.map((index) => index.key)]),
    key,
    indexes,
    capacity,
    isProtected: input.DeletionProtectionEnabled ?? false,
    tags: readTags(input.Tags ?? []),
    rows: [],
  };
  replaceTable(state, table);
  return { TableDescription: tableView(table) };
};

export const describeTable: Step<DescribeTableInput, DescribeTableOutput> = (state, { TableName }) => ({
  Table: tableView(requireTable(state, TableName, notFound(TableName))),
});

export const listTables: Step<ListTablesInput, ListTablesOutput> = (state, input) => {
  const { Limit: limit = MOST_NAMES, ExclusiveStartTableName: start } = input;
  if (limit < 1 || limit > MOST_NAMES) {
    const why = `failed to satisfy constraint: Member must have value from 1 to ${MOST_NAMES}`;
    throw invalid(`1 validation error detected: Value '${limit}' at 'limit' ${why}`);
  }
  const names = Object.keys(state.stores.dynamoDb.tables).sort();
  const rest = names.filter((name) => start === undefined || name > start);
  const shown = rest.slice(0, limit);
  const last = shown.at(-1);
  return { TableNames: shown, ...(rest.length > limit && last !== undefined && { LastEvaluatedTableName: last }) };
};

/** The table is gone at once. */
export const deleteTable: Step<DeleteTableInput, DeleteTableOutput> = (state, { TableName }) => {
  const table = requireTable(state, TableName, notFound(TableName));
  if (table.isProtected) {
    const why = 'Resource cannot be deleted as it is currently protected against deletion.';
    throw invalid(`${why} Disable deletion protection first.`);
  }
  const left = Object.entries(state.stores.dynamoDb.tables).filter(([name]) => name !== table.name);
  replaceTables(state, Object.fromEntries(left));
  return { TableDescription: tableView(table, 'DELETING') };
};

/** How operations on tables say that there is none of that name. */
const notFound = (name: string | undefined): string =>
  `Requested resource not found: Table: ${nameOf(name ?? '')} not found`;
