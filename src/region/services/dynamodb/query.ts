import type { QueryInput, QueryOutput, ScanInput, ScanOutput } from '@aws-sdk/client-dynamodb';
import type { Step } from '../step.ts';
import { invalid, invalidValues } from './errors.ts';
import { type Condition, parseCondition } from './expressions/condition.ts';
import { placeholdersOf } from './expressions/placeholders.ts';
import type { Operand } from './expressions/reader.ts';
import { type KeyCondition, readKeyCondition } from './key-condition.ts';
import { keyNames } from './keys.ts';
import { hashOf, itemsOf, orderOf, partitionOf } from './rows.ts';
import { notProjected, pageOf, readSearch, type Search } from './search.ts';
import { type KeySchema, requireTable } from './table.ts';
import { attributeOf, compareValues, type Item } from './value.ts';
import { refuseLegacy } from './write.ts';

/** The items of one partition. An index shows every write at once. */
export const query: Step<QueryInput, QueryOutput> = (state, input) => {
  refuseLegacy(input);
  const table = requireTable(state, input.TableName);
  const { KeyConditionExpression: text, ScanIndexForward: isForward = true } = input;
  if (text === undefined) {
    throw invalid('Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.');
  }
  const placeholders = placeholdersOf(input, [text]);
  const condition = parseCondition(text, 'KeyConditionExpression', placeholders);
  const search = readSearch(table, input.IndexName, input, placeholders);
  placeholders.checkUsed();
  const key = search.index?.key ?? table.key;
  const wanted = readKeyCondition(condition, table, key);
  if (search.filter) refuseKeys(search.filter, key);
  refuseUnprojected(search);
  const all = partitionOf(table, key, wanted.partition, search.index).filter(wanted.isWanted);
  return pageOf(search, behindStart(isForward ? all : all.reverse(), search, wanted, isForward), input);
};

/** All items, or those of one of several segments. */
export const scan: Step<ScanInput, ScanOutput> = (state, input) => {
  refuseLegacy(input);
  const table = requireTable(state, input.TableName);
  const isOfSegment = readSegment(input);
  const placeholders = placeholdersOf(input, [input.FilterExpression, input.ProjectionExpression]);
  const search = readSearch(table, input.IndexName, input, placeholders);
  placeholders.checkUsed();
  const { partition } = search.index?.key ?? table.key;
  const order = orderOf(table, search.index);
  const { start } = search;
  const met = itemsOf(table, search.index).filter(
    (item) => isOfSegment(item, partition) && (!start || order(item, start) > 0),
  );
  return pageOf(search, met, input);
};

/** What comes behind the key at which the page before ended, which need not be there any more. */
function behindStart(all: readonly Item[], search: Search, wanted: KeyCondition, isForward: boolean): readonly Item[] {
  const { start, table, index } = search;
  if (!start) return all;
  const { partition } = index?.key ?? table.key;
  const value = attributeOf(start, partition);
  if (!value || compareValues(value, wanted.partition) !== 0 || !wanted.isWanted(start)) {
    throw invalid('The provided starting key is outside query boundaries based on provided conditions');
  }
  const order = orderOf(table, index);
  return all.filter((item) => (isForward ? order(item, start) > 0 : order(item, start) < 0));
}

function readSegment({
  Segment: segment,
  TotalSegments: total,
}: ScanInput): (item: Item, partition: string) => boolean {
  if (segment === undefined && total === undefined) return () => true;
  if (total === undefined) {
    throw invalid(
      'The TotalSegments parameter is required but was not present in the request when Segment parameter is present',
    );
  }
  if (segment === undefined) {
    throw invalid(
      'The Segment parameter is required but was not present in the request when parameter TotalSegments is present',
    );
  }
  checkRange(segment, 'segment', [0, 999_999]);
  checkRange(total, 'totalSegments', [1, 1_000_000]);
  if (segment >= total) {
    const shown = `Segment: ${segment} is not less than TotalSegments: ${total}`;
    throw invalid(`The Segment parameter is zero-based and must be less than parameter TotalSegments: ${shown}`);
  }
  return (item, partition) => {
    const value = attributeOf(item, partition);
    return value !== undefined && Math.floor((hashOf(value) / 2 ** 32) * total) === segment;
  };
}

function checkRange(value: number, member: string, [least, most]: readonly [number, number]): void {
  if (value >= least && value <= most) return;
  const bound = value < least ? `greater than or equal to ${least}` : `less than or equal to ${most}`;
  const why = `failed to satisfy constraint: Member must have value ${bound}`;
  throw invalid(`1 validation error detected: Value '${value}' at '${member}' ${why}`);
}

/** A filter of a query may not concern the keys that the query is by. */
function refuseKeys(condition: Condition, key: KeySchema): void {
  const name = namesIn(condition).find((one) => keyNames(key).includes(one));
  if (name === undefined) return;
  const why = 'Filter Expression can only contain non-primary key attributes: Primary key attribute:';
  throw invalid(`${why} ${name}`);
}

/** Nor may it concern what its index does not hold, of whatever kind that is. A scan may, and finds nothing. */
function refuseUnprojected({ table, index, filter }: Search): void {
  const missing = index && filter ? notProjected(table, index, namesIn(filter)) : [];
  if (missing.length === 0) return;
  const what = `Secondary index ${index?.name} does not project one or more filter attributes`;
  throw invalidValues(`${what}: [${missing.toSorted().join(', ')}]`);
}

function namesIn(condition: Condition): string[] {
  switch (condition.kind) {
    case 'and':
    case 'or':
      return [...namesIn(condition.left), ...namesIn(condition.right)];
    case 'not':
      return namesIn(condition.inner);
    case 'compare':
      return [condition.left, condition.right].flatMap(nameOf);
    case 'between':
      return [condition.operand, condition.low, condition.high].flatMap(nameOf);
    case 'in':
      return [condition.operand, ...condition.options].flatMap(nameOf);
    case 'exists':
    case 'type':
      return [String(condition.path[0])];
    default:
      return [condition.operand, condition.part].flatMap(nameOf);
  }
}

const nameOf = (operand: Operand): string[] => (operand.kind === 'value' ? [] : [String(operand.path[0])]);
