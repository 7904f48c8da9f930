import { createHash } from 'node:crypto';
import type {
  CancellationReason,
  ConditionCheck,
  TransactGetItemsInput,
  TransactGetItemsOutput,
  TransactWriteItem,
  TransactWriteItemsInput,
  TransactWriteItemsOutput,
} from '@aws-sdk/client-dynamodb';
import { canonicalJson } from '../../../kernel/json.ts';
import { Fault } from '../fault.ts';
import type { RegionState } from '../state.ts';
import type { Step } from '../step.ts';
import { consumedByTable, unitsOfRead, unitsOfWrite } from './capacity.ts';
import { invalid } from './errors.ts';
import { read } from './get-item.ts';
import { readKey } from './keys.ts';
import { requireTable } from './table.ts';
import { decide, readCondition, returnsItem, store, type Write, type Written } from './write.ts';
import { readDelete, readPut, readUpdate } from './write-item.ts';

const MOST_ITEMS = 100;
/** For how long a transaction is known by its token. */
const REMEMBERED_MS = 600_000;

/** All or nothing: every condition is judged on the items as they were before. */
export const transactWriteItems: Step<TransactWriteItemsInput, TransactWriteItemsOutput> = (
  state,
  input,
  { nowMs },
) => {
  const { TransactItems: items = [], ClientRequestToken: token } = input;
  checkCount(items.length);
  const digest = createHash('sha256').update(canonicalJson(items)).digest('hex');
  const remembered = recent(state, nowMs);
  const done = token !== undefined && Object.hasOwn(remembered, token) ? remembered[token] : undefined;
  if (done && done.digest !== digest) {
    const why = 'Request parameters do not match with those used previously with the same client token';
    throw new Fault('IdempotentParameterMismatchException', why, 400);
  }
  const writes = items.map((item) => readTransactItem(state, item));
  refuseTwice(writes);
  if (done) return consumedByTable(input.ReturnConsumedCapacity, unitsOf(writes.map((write) => ({ write }))));
  const written = decideAll(writes);
  for (const { write, result } of written) store(state, write, result);
  if (token !== undefined) {
    const transactions = { ...remembered, [token]: { digest, atMs: nowMs } };
    state.stores = { ...state.stores, dynamoDb: { ...state.stores.dynamoDb, transactions } };
  }
  return consumedByTable(input.ReturnConsumedCapacity, unitsOf(written));
};

/** Several items as they are at one moment, which they always are here. */
export const transactGetItems: Step<TransactGetItemsInput, TransactGetItemsOutput> = (state, input) => {
  const { TransactItems: items = [] } = input;
  checkCount(items.length);
  const reads = items.map(({ Get: get }) => read(state, { ...get, TableName: get?.TableName, Key: get?.Key }));
  const Responses = reads.map(({ item }) => (item ? { Item: item } : {}));
  const uses = reads.map(({ table, size }): [string, number] => [table, 2 * unitsOfRead(size, true)]);
  return {
    Responses: Responses as TransactGetItemsOutput['Responses'] & object,
    ...consumedByTable(input.ReturnConsumedCapacity, uses),
  };
};

function checkCount(count: number): void {
  if (count > 0 && count <= MOST_ITEMS) return;
  const bound = count === 0 ? 'greater than or equal to 1' : `less than or equal to ${MOST_ITEMS}`;
  const why = `failed to satisfy constraint: Member must have length ${bound}`;
  throw invalid(`1 validation error detected: Value at 'transactItems' ${why}`);
}

function readTransactItem(state: RegionState, item: TransactWriteItem): Write {
  const actions = [item.Put, item.Update, item.Delete, item.ConditionCheck].filter((action) => action !== undefined);
  if (actions.length !== 1) {
    throw invalid('TransactItems can only contain one of Check, Put, Update or Delete');
  }
  if (item.Put) return readPut(state, item.Put);
  if (item.Update) return readUpdate(state, item.Update);
  return item.Delete ? readDelete(state, item.Delete) : readCheck(state, item.ConditionCheck);
}

function readCheck(state: RegionState, check: ConditionCheck | undefined): Write {
  const table = requireTable(state, check?.TableName);
  const { placeholders, condition } = readCondition(check ?? {});
  placeholders.checkUsed();
  const returnsItemOnFailure = returnsItem(check?.ReturnValuesOnConditionCheckFailure);
  return { table, key: readKey(table, check?.Key), condition, returnsItemOnFailure, change: (before) => before };
}

function refuseTwice(writes: readonly Write[]): void {
  const texts = writes.map(({ table, key }) => canonicalJson([table.name, key]));
  if (new Set(texts).size < texts.length) {
    throw invalid('Transaction request cannot include multiple operations on one item');
  }
}

interface Decided {
  readonly write: Write;
  readonly result: Written;
}

/** @throws Fault TransactionCanceledException with a reason for every item, when one is refused. */
function decideAll(writes: readonly Write[]): Decided[] {
  const outcomes = writes.map((write) => {
    try {
      return { write, result: decide(write) };
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      return reasonOf(error);
    }
  });
  const decided = outcomes.filter((outcome): outcome is Decided => 'result' in outcome);
  if (decided.length === outcomes.length) return decided;
  const reasons = outcomes.map((outcome) => ('result' in outcome ? { Code: 'None' } : outcome));
  const codes = reasons.map(({ Code }) => Code).join(', ');
  const why = 'Transaction cancelled, please refer cancellation reasons for specific reasons';
  throw new Fault('TransactionCanceledException', `${why} [${codes}]`, 400, { CancellationReasons: reasons });
}

const reasonOf = ({ code, message, props }: Fault): CancellationReason =>
  code === 'ConditionalCheckFailedException'
    ? { Code: 'ConditionalCheckFailed', Message: message, ...props }
    : { Code: 'ValidationError', Message: message };

/** A transaction costs twice what its writes cost by themselves. */
const unitsOf = (done: readonly { readonly write: Write; readonly result?: Written }[]) =>
  done.map(({ write, result }): [string, number] => [
    write.table.name,
    2 * unitsOfWrite(result?.before, result?.after),
  ]);

const recent = ({ stores }: RegionState, nowMs: number) =>
  Object.fromEntries(
    Object.entries(stores.dynamoDb.transactions).filter(([, { atMs }]) => nowMs - atMs < REMEMBERED_MS),
  );
