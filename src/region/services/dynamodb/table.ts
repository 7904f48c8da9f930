import type { Sorted } from '../sorted.ts';
import type { RegionState, Tags } from '../state.ts';
import { noResource } from './errors.ts';
import type { Item } from './value.ts';

/** Tables and what is remembered of transactions. It is replaced, never changed in place. */
export interface DynamoDbState {
  readonly tables: Readonly<Record<string, Table>>;
  /** Transactions that were done, by client token, for ten minutes. */
  readonly transactions: Readonly<Record<string, { readonly digest: string; readonly atMs: number }>>;
}

export interface Table {
  readonly name: string;
  readonly arn: string;
  readonly id: string;
  readonly createdMs: number;
  /** The types of the attributes that are keys of the table or of an index. */
  readonly attributes: Readonly<Record<string, KeyType>>;
  readonly key: KeySchema;
  readonly indexes: readonly Index[];
  readonly capacity: Capacity;
  readonly isProtected: boolean;
  readonly tags: Tags;
  /** The attribute that says when an item may go: only kept, nothing goes by it. */
  readonly expiryAttribute?: string;
  /** In the order of the hash of the partition key, then of the keys: the order of a scan. */
  readonly rows: Sorted<Item>;
}

type KeyType = 'S' | 'N' | 'B';

export interface KeySchema {
  readonly partition: string;
  readonly sort?: string;
}

export interface Index {
  readonly name: string;
  readonly isGlobal: boolean;
  readonly key: KeySchema;
  readonly projection: 'ALL' | 'KEYS_ONLY' | 'INCLUDE';
  /** What is in it besides keys, if the projection is `INCLUDE`. */
  readonly included: readonly string[];
  readonly capacity?: Capacity;
}

/** Provisioned units; none are counted: whatever is asked for is done. */
export interface Capacity {
  readonly mode: 'PROVISIONED' | 'PAY_PER_REQUEST';
  readonly read: number;
  readonly write: number;
}

/** The table of that name or ARN. @throws Fault ResourceNotFoundException. */
export function requireTable({ stores }: RegionState, nameOrArn: string | undefined, message?: string): Table {
  const { tables } = stores.dynamoDb;
  const name = nameOf(nameOrArn ?? '');
  const table = Object.hasOwn(tables, name) ? tables[name] : undefined;
  if (!table || (name !== nameOrArn && table.arn !== nameOrArn)) throw noResource(message);
  return table;
}

/** The name in an ARN of a table; a name as it is. */
export const nameOf = (nameOrArn: string): string =>
  /^arn:aws:dynamodb:[^/]*:table\/(.*)$/.exec(nameOrArn)?.[1] ?? nameOrArn;

/** Puts a table in the place of that of its name. */
export function replaceTable(state: RegionState, table: Table): void {
  replaceTables(state, { ...state.stores.dynamoDb.tables, [table.name]: table });
}

export function replaceTables(state: RegionState, tables: DynamoDbState['tables']): void {
  state.stores = { ...state.stores, dynamoDb: { ...state.stores.dynamoDb, tables } };
}
