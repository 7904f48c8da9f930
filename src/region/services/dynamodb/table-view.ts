import type {
  GlobalSecondaryIndexDescription,
  KeySchemaElement,
  LocalSecondaryIndexDescription,
  Projection,
  ProvisionedThroughputDescription,
  TableDescription,
} from '@aws-sdk/client-dynamodb';
import { countOf, onwardFrom } from '../sorted.ts';
import { sizeOfItem } from './item-size.ts';
import { itemsOf } from './rows.ts';
import type { Capacity, Index, KeySchema, Table } from './table.ts';

/** A table as it is described. It is there at once, and so are its indexes: nothing takes time here. */
export function tableView(table: Table, status: 'ACTIVE' | 'DELETING' = 'ACTIVE'): TableDescription {
  const { indexes, capacity } = table;
  const locals = indexes.filter(({ isGlobal }) => !isGlobal).map((index) => localView(table, index));
  const globals = indexes.filter(({ isGlobal }) => isGlobal).map((index) => globalView(table, index));
  const created = new Date(table.createdMs);
  const summary = { BillingMode: 'PAY_PER_REQUEST', LastUpdateToPayPerRequestDateTime: created } as const;
  return {
    TableName: table.name,
    TableArn: table.arn,
    TableId: table.id,
    TableStatus: status,
    CreationDateTime: created,
    KeySchema: schemaView(table.key),
    AttributeDefinitions: Object.entries(table.attributes).map(([AttributeName, AttributeType]) => ({
      AttributeName,
      AttributeType,
    })),
    ProvisionedThroughput: capacityView(capacity),
    ...(capacity.mode === 'PAY_PER_REQUEST' && { BillingModeSummary: summary }),
    ItemCount: countOf(table.rows),
    TableSizeBytes: sizeOf([...onwardFrom(table.rows)]),
    DeletionProtectionEnabled: table.isProtected,
    ...(locals.length > 0 && { LocalSecondaryIndexes: locals }),
    ...(globals.length > 0 && { GlobalSecondaryIndexes: globals }),
  };
}

const localView = (table: Table, index: Index): LocalSecondaryIndexDescription => {
  const items = itemsOf(table, index);
  return {
    IndexName: index.name,
    IndexArn: `${table.arn}/index/${index.name}`,
    KeySchema: schemaView(index.key),
    Projection: projectionView(index),
    ItemCount: items.length,
    IndexSizeBytes: sizeOf(items),
  };
};

const globalView = (table: Table, index: Index): GlobalSecondaryIndexDescription => ({
  ...localView(table, index),
  IndexStatus: 'ACTIVE',
  ProvisionedThroughput: capacityView(index.capacity ?? table.capacity),
});

const sizeOf = (items: Parameters<typeof sizeOfItem>[0][]): number =>
  items.reduce((sum, item) => sum + sizeOfItem(item), 0);

const schemaView = ({ partition, sort }: KeySchema): KeySchemaElement[] => [
  { AttributeName: partition, KeyType: 'HASH' },
  ...(sort === undefined ? [] : [{ AttributeName: sort, KeyType: 'RANGE' } as const]),
];

const projectionView = ({ projection, included }: Index): Projection => ({
  ProjectionType: projection,
  ...(projection === 'INCLUDE' && { NonKeyAttributes: [...included] }),
});

const capacityView = ({ read, write }: Capacity): ProvisionedThroughputDescription => ({
  NumberOfDecreasesToday: 0,
  ReadCapacityUnits: read,
  WriteCapacityUnits: write,
});
