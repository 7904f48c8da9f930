import type { QueryInput, QueryOutput, ScanInput } from '@aws-sdk/client-dynamodb';
import { consumed, unitsOfRead } from './capacity.ts';
import { invalid, invalidValues } from './errors.ts';
import type { Condition } from './expressions/condition.ts';
import { parseCondition } from './expressions/condition.ts';
import { holds } from './expressions/holds.ts';
import type { Path } from './expressions/path.ts';
import type { Placeholders } from './expressions/placeholders.ts';
import { parseProjection, project } from './expressions/projection.ts';
import { sizeOfItem } from './item-size.ts';
import { keyNames, pick } from './keys.ts';
import { readItem } from './read-value.ts';
import type { Index, Table } from './table.ts';
import { type Item, typeOf } from './value.ts';

/** What one page of a query or a scan reads at most. */
const PAGE_BYTES = 1_024 * 1_024;

type SearchInput = Pick<
  QueryInput & ScanInput,
  | 'Limit'
  | 'Select'
  | 'ProjectionExpression'
  | 'FilterExpression'
  | 'ConsistentRead'
  | 'ExclusiveStartKey'
  | 'ReturnConsumedCapacity'
>;

/** What queries and scans have in common. */
export interface Search {
  readonly table: Table;
  readonly index: Index | undefined;
  readonly filter: Condition | undefined;
  readonly paths: readonly Path[] | undefined;
  readonly start: Item | undefined;
}

/** @throws Fault ValidationException for what a request asks for wrongly. */
export function readSearch(
  table: Table,
  indexName: string | undefined,
  input: SearchInput,
  placeholders: Placeholders,
): Search {
  const index = indexName === undefined ? undefined : table.indexes.find(({ name }) => name === indexName);
  if (indexName !== undefined && !index) throw invalid(`The table does not have the specified index: ${indexName}`);
  if (index?.isGlobal && input.ConsistentRead) {
    throw invalid('Consistent reads are not supported on global secondary indexes');
  }
  if (input.Limit !== undefined && input.Limit < 1) throw tooSmall(input.Limit);
  const { FilterExpression: filterText, ProjectionExpression: projectionText } = input;
  const filter = filterText === undefined ? undefined : parseCondition(filterText, 'FilterExpression', placeholders);
  const paths = projectionText === undefined ? undefined : parseProjection(projectionText, placeholders);
  checkSelect(input, index);
  if (index?.isGlobal) {
    const missing = notProjected(table, index, paths?.map(([name]) => String(name)) ?? []);
    if (missing.length > 0) {
      throw invalidValues(`Global secondary index ${index.name} does not project [${missing.join(', ')}]`);
    }
  }
  return { table, index, filter, paths, start: readStart(table, index, input.ExclusiveStartKey) };
}

const tooSmall = (limit: number) => {
  const why = 'failed to satisfy constraint: Member must have value greater than or equal to 1';
  return invalid(`1 validation error detected: Value '${limit}' at 'limit' ${why}`);
};

function checkSelect(
  { Select: select, ProjectionExpression: projection }: SearchInput,
  index: Index | undefined,
): void {
  if (projection !== undefined && select !== undefined && select !== 'SPECIFIC_ATTRIBUTES') {
    throw invalid(`Cannot specify the ProjectionExpression when choosing to get ${select}`);
  }
  if (select === 'SPECIFIC_ATTRIBUTES' && projection === undefined) {
    throw invalid('Must specify the AttributesToGet or ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES');
  }
  if (select === 'ALL_PROJECTED_ATTRIBUTES' && !index) {
    throw invalid('ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName');
  }
  if (select === 'ALL_ATTRIBUTES' && index?.isGlobal && index.projection !== 'ALL') {
    const why = `One or more parameter values were invalid: Select type ALL_ATTRIBUTES is not supported for global`;
    throw invalid(`${why} secondary index ${index.name} because its projection type is not ALL`);
  }
}

/** Those of the attributes that an index does not hold. */
export const notProjected = (table: Table, index: Index, names: readonly string[]): readonly string[] =>
  index.projection === 'ALL' ? [] : [...new Set(names)].filter((name) => !namesHeld(table, index).includes(name));

function readStart(table: Table, index: Index | undefined, given: object | undefined): Item | undefined {
  if (!given) return undefined;
  const start = readItem(given);
  const names = startNames(table, index);
  const fits =
    Object.keys(start).length === names.length && names.every((name) => typeAt(start, name) === table.attributes[name]);
  if (!fits) throw invalid('The provided starting key is invalid');
  return start;
}

const typeAt = (item: Item, name: string): string | undefined => {
  const [value] = Object.values(pick(item, [name]));
  return value && typeOf(value);
};

/** The attributes that say where a page ends: the keys of the index and of the table. */
const startNames = ({ key }: Table, index: Index | undefined): string[] => [
  ...new Set([...(index ? keyNames(index.key) : []), ...keyNames(key)]),
];

/** What an index holds that does not hold everything. */
const namesHeld = (table: Table, index: Index): string[] => [...startNames(table, index), ...index.included];

/** One page of what a search meets. `met` are the items in their order, from where the page begins. */
export function pageOf(search: Search, met: Iterable<Item>, input: SearchInput): QueryOutput {
  const { table, index, filter } = search;
  const found: Item[] = [];
  let [scanned, bytes] = [0, 0];
  let last: Item | undefined;
  let isCut = false;
  for (const item of met) {
    const size = sizeOfItem(item);
    isCut = scanned > 0 && bytes + size > PAGE_BYTES;
    if (isCut) break;
    scanned++;
    bytes += size;
    last = item;
    const seen = projected(search, item, input.Select);
    if (!filter || holds(filter, seen)) found.push(seen);
    isCut = scanned === input.Limit;
    if (isCut) break;
  }
  const { paths } = search;
  const Items = found.map((item) => (paths ? project(item, paths) : item));
  return {
    Count: found.length,
    ScannedCount: scanned,
    ...(input.Select !== 'COUNT' && { Items: Items as QueryOutput['Items'] & object }),
    ...(isCut &&
      last && { LastEvaluatedKey: pick(last, startNames(table, index)) as QueryOutput['Items'] & object & never }),
    ...consumed(input.ReturnConsumedCapacity, table.name, unitsOfRead(bytes, input.ConsistentRead === true)),
  };
}

/** What a search sees of an item: in an index only what is projected, unless a local one is asked for more. */
function projected({ table, index, paths }: Search, item: Item, select: string | undefined): Item {
  if (!index || index.projection === 'ALL') return item;
  if (!index.isGlobal && (select === 'ALL_ATTRIBUTES' || paths)) return item;
  return pick(item, namesHeld(table, index));
}
