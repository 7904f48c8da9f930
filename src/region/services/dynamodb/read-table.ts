import type {
  AttributeDefinition,
  GlobalSecondaryIndex,
  KeySchemaElement,
  LocalSecondaryIndex,
  Projection,
  ProvisionedThroughput,
} from '@aws-sdk/client-dynamodb';
import { invalid, invalidValues } from './errors.ts';
import { keyNames } from './keys.ts';
import type { Capacity, Index, KeySchema, Table } from './table.ts';

const NAME = /^[a-zA-Z0-9_.-]{3,255}$/;

/** @throws Fault ValidationException for a name that no table and no index may have. */
export function checkName(name: string | undefined): string {
  if (name !== undefined && NAME.test(name)) return name;
  const why = 'Table/index names must be between 3 and 255 characters long, and may contain only the characters';
  throw invalid(`Invalid table/index name.  ${why} a-z, A-Z, 0-9, '_', '-', and '.'`);
}

export function readKeySchema(given: readonly KeySchemaElement[] | undefined): KeySchema {
  const [first, second, ...more] = given ?? [];
  if (first?.KeyType !== 'HASH' || first.AttributeName === undefined) {
    throw invalidValues('Invalid KeySchema: The first KeySchemaElement is not a HASH key type');
  }
  if (more.length > 0 || (second && second.KeyType !== 'RANGE')) {
    throw invalidValues('Invalid KeySchema: The second KeySchemaElement is not a RANGE key type');
  }
  const partition = first.AttributeName;
  if (second?.AttributeName === partition) {
    throw invalidValues('Both the Hash Key and the Range Key element in the KeySchema have the same name');
  }
  return { partition, ...(second?.AttributeName !== undefined && { sort: second.AttributeName }) };
}

/** The types of all key attributes, of which there may be none too few and none too many. */
export function readAttributes(
  given: readonly AttributeDefinition[] | undefined,
  keys: readonly KeySchema[],
): Table['attributes'] {
  const named = (given ?? []).map(({ AttributeName: name = '', AttributeType: type }) => {
    if (type === 'S' || type === 'N' || type === 'B') return [name, type] as const;
    const why = 'failed to satisfy constraint: Member must satisfy enum value set: [B, N, S]';
    throw invalid(`1 validation error detected: Value '${type}' at 'attributeDefinitions.attributeType' ${why}`);
  });
  const attributes = Object.fromEntries(named);
  const used = new Set(keys.flatMap(keyNames));
  const lacking = [...used].filter((name) => !Object.hasOwn(attributes, name));
  if (lacking.length > 0) {
    const shown = `Keys: [${lacking.join(', ')}], AttributeDefinitions: [${Object.keys(attributes).join(', ')}]`;
    throw invalidValues(`Some index key attributes are not defined in AttributeDefinitions. ${shown}`);
  }
  if (named.length !== used.size) {
    const why = 'Number of attributes in KeySchema does not exactly match number of attributes defined in';
    throw invalidValues(`${why} AttributeDefinitions`);
  }
  return attributes;
}

export function readCapacity(mode: string | undefined, given: ProvisionedThroughput | undefined): Capacity {
  if (mode === 'PAY_PER_REQUEST') {
    if (!given) return { mode, read: 0, write: 0 };
    const why = 'Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST';
    throw invalidValues(why);
  }
  const { ReadCapacityUnits: read, WriteCapacityUnits: write } = given ?? {};
  if (read === undefined || write === undefined) {
    const why = 'ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED';
    throw invalidValues(why);
  }
  if (read < 1 || write < 1) throw invalidValues('Provisioned capacity must be at least one unit');
  return { mode: 'PROVISIONED', read, write };
}

/** An index as a request describes it. `table` is the key of its table. */
export function readIndex(
  given: GlobalSecondaryIndex | LocalSecondaryIndex,
  { isGlobal, table, mode }: { readonly isGlobal: boolean; readonly table: KeySchema; readonly mode: Capacity['mode'] },
): Index {
  const name = checkName(given.IndexName);
  const key = readKeySchema(given.KeySchema);
  if (!isGlobal && (key.partition !== table.partition || key.sort === undefined)) {
    throw invalidValues(`Index KeySchema does not have the hash key of its table and a range key for index: ${name}`);
  }
  const capacity = isGlobal
    ? { capacity: readCapacity(mode, (given as GlobalSecondaryIndex).ProvisionedThroughput) }
    : {};
  return { name, isGlobal, key, ...readProjection(given.Projection), ...capacity };
}

function readProjection(given: Projection | undefined): Pick<Index, 'projection' | 'included'> {
  const { ProjectionType: projection, NonKeyAttributes: included = [] } = given ?? {};
  if (projection !== 'ALL' && projection !== 'KEYS_ONLY' && projection !== 'INCLUDE') {
    throw invalidValues(`Unknown ProjectionType: ${projection ?? 'null'}`);
  }
  if ((projection === 'INCLUDE') === included.length > 0) return { projection, included };
  throw invalidValues(
    projection === 'INCLUDE'
      ? 'ProjectionType is INCLUDE, but NonKeyAttributes is not specified'
      : `ProjectionType is ${projection}, but NonKeyAttributes is specified`,
  );
}

/** @throws Fault ValidationException when two indexes have one name. */
export function refuseSameNames(indexes: readonly Index[]): void {
  const twice = indexes.find(({ name }, k) => indexes.findIndex((other) => other.name === name) < k);
  if (twice) throw invalidValues(`Duplicate index name: ${twice.name}`);
}
