import type {
  DescribeTimeToLiveInput,
  DescribeTimeToLiveOutput,
  GlobalSecondaryIndexUpdate,
  UpdateTableInput,
  UpdateTableOutput,
  UpdateTimeToLiveInput,
  UpdateTimeToLiveOutput,
} from '@aws-sdk/client-dynamodb';
import { honourOnly } from '../honour-only.ts';
import type { Step } from '../step.ts';
import { invalid, invalidValues, noResource } from './errors.ts';
import { readAttributes, readCapacity, readIndex, refuseSameNames } from './read-table.ts';
import { type Capacity, type Index, replaceTable, requireTable, type Table } from './table.ts';
import { tableView } from './table-view.ts';

const HONOURED = [
  ...['TableName', 'AttributeDefinitions', 'BillingMode', 'ProvisionedThroughput'],
  ...['GlobalSecondaryIndexUpdates', 'DeletionProtectionEnabled', 'TableClass'],
];

/** Billing, protection and global indexes; what is changed is in force at once. */
export const updateTable: Step<UpdateTableInput, UpdateTableOutput> = (state, input) => {
  honourOnly(input, HONOURED);
  const table = requireTable(state, input.TableName);
  const { BillingMode: mode = table.capacity.mode, ProvisionedThroughput: throughput } = input;
  const isSame = input.BillingMode === undefined && throughput === undefined;
  const capacity = isSame ? table.capacity : readCapacity(mode, throughput);
  const indexes = (input.GlobalSecondaryIndexUpdates ?? []).reduce<readonly Index[]>(
    (before, update) => withUpdate(table, before, update, capacity.mode),
    table.indexes,
  );
  refuseSameNames(indexes);
  const keys = [table.key, ...indexes.map(({ key }) => key)];
  const updated: Table = {
    ...table,
    capacity,
    indexes,
    attributes: attributesOf(table, input, keys),
    isProtected: input.DeletionProtectionEnabled ?? table.isProtected,
  };
  replaceTable(state, updated);
  return { TableDescription: tableView(updated) };
};

/** Those of the table that are still keys, and those that the request adds. */
function attributesOf(table: Table, { AttributeDefinitions: given = [] }: UpdateTableInput, keys: Table['key'][]) {
  const used = new Set(keys.flatMap(({ partition, sort }) => [partition, sort]));
  const known = Object.entries(table.attributes).map(([AttributeName, AttributeType]) => ({
    AttributeName,
    AttributeType,
  }));
  const added = given.filter(({ AttributeName: name = '' }) => !Object.hasOwn(table.attributes, name));
  return readAttributes([...known.filter(({ AttributeName }) => used.has(AttributeName)), ...added], keys);
}

function withUpdate(
  table: Table,
  indexes: readonly Index[],
  { Create: create, Delete: gone, Update: update }: GlobalSecondaryIndexUpdate,
  mode: Capacity['mode'],
): readonly Index[] {
  if (create) return [...indexes, readIndex(create, { isGlobal: true, table: table.key, mode })];
  const name = gone?.IndexName ?? update?.IndexName;
  const index = indexes.find((one) => one.isGlobal && one.name === name);
  if (!index) throw noResource(`Requested resource not found: Index: ${name} not found`);
  if (gone) return indexes.filter((one) => one !== index);
  const capacity = readCapacity(mode, update?.ProvisionedThroughput);
  return indexes.map((one) => (one === index ? { ...one, capacity } : one));
}

/** Kept and told; nothing goes by it, as in a region nothing has to within days. */
export const updateTimeToLive: Step<UpdateTimeToLiveInput, UpdateTimeToLiveOutput> = (state, input) => {
  const { expiryAttribute: before, ...table } = requireTable(state, input.TableName);
  const { AttributeName: name = '', Enabled: isEnabled = false } = input.TimeToLiveSpecification ?? {};
  if (name === '') throw invalidValues('TimeToLiveSpecification.AttributeName is empty');
  if (isEnabled === (before !== undefined))
    throw invalid(`TimeToLive is already ${isEnabled ? 'enabled' : 'disabled'}`);
  if (before !== undefined && before !== name) {
    throw invalid(`TimeToLive is active on a different AttributeName: current AttributeName is ${before}`);
  }
  replaceTable(state, isEnabled ? { ...table, expiryAttribute: name } : table);
  return { TimeToLiveSpecification: { AttributeName: name, Enabled: isEnabled } };
};

export const describeTimeToLive: Step<DescribeTimeToLiveInput, DescribeTimeToLiveOutput> = (state, { TableName }) => {
  const { expiryAttribute: name } = requireTable(state, TableName);
  return {
    TimeToLiveDescription:
      name === undefined ? { TimeToLiveStatus: 'DISABLED' } : { TimeToLiveStatus: 'ENABLED', AttributeName: name },
  };
};
