import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalNumber } from '../../../src/region/services/dynamodb/decimal.ts';
import { N, ordersTable, S } from '../orders-table.ts';

/** What may happen to an item, by small numbers, so that happenings meet each other. */
type Happening =
  | { readonly do: 'put' | 'delete' | 'read'; readonly key: number; readonly value: number; readonly expect?: number }
  | { readonly do: 'add'; readonly key: number; readonly value: number; readonly expect?: number }
  | { readonly do: 'move'; readonly from: number; readonly to: number; readonly value: number };

const key = fc.nat(5);
const value = fc.nat(3);
const happening: fc.Arbitrary<Happening> = fc.oneof(
  fc.record(
    {
      do: fc.constantFrom('put' as const, 'delete' as const, 'read' as const, 'add' as const),
      key,
      value,
      expect: value,
    },
    { requiredKeys: ['do', 'key', 'value'] },
  ) as fc.Arbitrary<Happening>,
  fc.record({ do: fc.constant('move' as const), from: key, to: key, value }),
);

/** What DynamoDB is to do, in a few lines that share nothing with it: a number for each key. */
function modelOf() {
  const numbers = new Map<number, number>();
  const one = (step: Exclude<Happening, { do: 'move' }>): string => {
    const there = numbers.get(step.key);
    if (step.do === 'read') return String(there);
    if (step.expect !== undefined && there !== step.expect) return 'ConditionalCheckFailedException';
    if (step.do === 'put') numbers.set(step.key, step.value);
    if (step.do === 'add') numbers.set(step.key, (there ?? 0) + step.value);
    if (step.do === 'delete') numbers.delete(step.key);
    return String(there);
  };
  return {
    numbers,
    live(step: Happening): string {
      if (step.do !== 'move') return one(step);
      if (step.from === step.to) return 'ValidationException';
      const isThere = numbers.get(step.from) === step.value;
      const isFree = !numbers.has(step.to);
      if (!isThere || !isFree)
        return `${isThere ? 'None' : 'ConditionalCheckFailed'} ${isFree ? 'None' : 'ConditionalCheckFailed'}`;
      numbers.delete(step.from);
      numbers.set(step.to, step.value);
      return 'moved';
    },
  };
}

const keyOf = (number: number) => ({ id: S(`p${number % 2}`), at: N(number) });

/** The same with the real steps. */
function play({ call }: ReturnType<typeof ordersTable>, step: Happening): string {
  const numberOf = (item: { n?: { N: string } } | undefined) => item?.n?.N ?? 'undefined';
  const values = (given: object) => ({ ExpressionAttributeValues: given });
  if (step.do === 'read') return numberOf(call('GetItem', { Key: keyOf(step.key) }).Item);
  if (step.do === 'move') {
    const gone = { Key: keyOf(step.from), ConditionExpression: 'n = :n', ...values({ ':n': N(step.value) }) };
    const put = { Item: { ...keyOf(step.to), n: N(step.value) }, ConditionExpression: 'attribute_not_exists(id)' };
    const TransactItems = [{ Delete: { TableName: 'orders', ...gone } }, { Put: { TableName: 'orders', ...put } }];
    call('TransactWriteItems', { TransactItems });
    return 'moved';
  }
  const condition = step.expect === undefined ? {} : { ConditionExpression: 'n = :e' };
  const given = {
    ...(step.expect !== undefined && { ':e': N(step.expect) }),
    ...(step.do === 'add' && { ':v': N(step.value) }),
  };
  const about = {
    ...{ ...condition, ReturnValues: 'ALL_OLD' },
    ...(Object.keys(given).length > 0 && values(given)),
  };
  const Key = keyOf(step.key);
  if (step.do === 'put') return numberOf(call('PutItem', { Item: { ...Key, n: N(step.value) }, ...about }).Attributes);
  if (step.do === 'delete') return numberOf(call('DeleteItem', { Key, ...about }).Attributes);
  return numberOf(call('UpdateItem', { Key, UpdateExpression: 'ADD n :v', ...about }).Attributes);
}

function outcomeOf(table: ReturnType<typeof ordersTable>, step: Happening): string {
  try {
    return play(table, step);
  } catch (error) {
    const { code, props } = error as { code: string; props: { CancellationReasons?: { Code: string }[] } };
    return props.CancellationReasons?.map(({ Code }) => Code).join(' ') ?? code;
  }
}

describe('laws of DynamoDB', () => {
  test('whatever is written in whatever order, every answer and every item is that of a plain map', () => {
    fc.assert(
      fc.property(fc.array(happening, { maxLength: 40 }), (story) => {
        const [table, model] = [ordersTable(), modelOf()];
        for (const step of story) expect([step, outcomeOf(table, step)]).toEqual([step, model.live(step)]);
        const items: { at: { N: string }; n: { N: string } }[] = table.call('Scan', {}).Items;
        const found = items.map(({ at, n }) => [Number(at.N), Number(n.N)]).sort(([a = 0], [b = 0]) => a - b);
        expect(found).toEqual([...model.numbers].sort(([a], [b]) => a - b));
        const odd = table.call('Query', {
          KeyConditionExpression: 'id = :p',
          ExpressionAttributeValues: { ':p': S('p1') },
        });
        const keys = odd.Items.map(({ at }: { at: { N: string } }) => Number(at.N));
        expect(keys).toEqual([...model.numbers.keys()].filter((number) => number % 2 === 1).sort());
      }),
      { seed: 1_020, numRuns: 40 },
    );
  });

  test('a query finds what a scan finds of its partition, in the same order, however many items there are', () => {
    const { call } = ordersTable();
    const orders = fc.sample(
      fc.record({ id: fc.constantFrom('p', 'q', 'r'), at: fc.nat(5_000), shop: fc.constantFrom('n', 's') }),
      { seed: 1_023, numRuns: 400 },
    );
    for (const { id, at, shop } of orders) {
      call('PutItem', { Item: { id: S(id), at: N(at), amount: N(at % 97), shop: S(shop) } });
    }
    for (const [IndexName, name, value] of [
      ...['p', 'q', 'r', 'none'].flatMap((id) => [[undefined, 'id', id] as const, ['by-amount', 'id', id] as const]),
      ...['n', 's'].map((shop) => ['by-shop', 'shop', shop] as const),
    ]) {
      const about = { IndexName, ExpressionAttributeValues: { ':v': S(value) } };
      const found = call('Query', { ...about, KeyConditionExpression: `${name} = :v` }).Items;
      expect(found).toEqual(call('Scan', { ...about, FilterExpression: `${name} = :v` }).Items);
      if (value !== 'none') expect(found.length).toBeGreaterThan(100);
    }
  });

  test('texts of any characters stand in the order of their UTF-8, however many there are', () => {
    const text = fc.string({
      unit: fc.constantFrom('a', 'z', '\u0001', 'é', '\ud7ff', '\ue000', '\uffff', '😀', '\u{10000}'),
      minLength: 1,
      maxLength: 4,
    });
    fc.assert(
      fc.property(fc.uniqueArray(text, { minLength: 1, maxLength: 150 }), (texts) => {
        const { region } = ordersTable();
        region.call('dynamodb', 'CreateTable', {
          ...{ TableName: 'texts', BillingMode: 'PAY_PER_REQUEST' },
          KeySchema: [
            { AttributeName: 'p', KeyType: 'HASH' },
            { AttributeName: 's', KeyType: 'RANGE' },
          ],
          AttributeDefinitions: ['p', 's'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
        });
        for (const s of texts) region.call('dynamodb', 'PutItem', { TableName: 'texts', Item: { p: S('p'), s: S(s) } });
        const query = {
          TableName: 'texts',
          KeyConditionExpression: 'p = :p',
          ExpressionAttributeValues: { ':p': S('p') },
        };
        const { Items } = region.call('dynamodb', 'Query', query);
        const sorted = texts.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
        expect(Items.map(({ s }: { s: { S: string } }) => s.S)).toEqual(sorted);
      }),
      { seed: 1_021, numRuns: 5 },
    );
  });
});

test('an expression of whatever words is taken, or refused as invalid, and nothing else', () => {
  const word = fc.constantFrom(
    ...['n', 'tags', 'cells', '#x', ':n', ':s', ':set', '=', '<>', '<', '(', ')', ',', '.', '[0]', '[9]', '+', '-'],
    ...['AND', 'OR', 'NOT', 'IN', 'BETWEEN', 'SET', 'REMOVE', 'ADD', 'DELETE', 'size(', 'contains(', 'list_append('],
    ...[
      'attribute_exists(',
      'attribute_type(',
      'begins_with(',
      'if_not_exists(',
      '"',
      '\u0000',
      '1',
      'ADD n :n',
      'SET n = :n',
    ],
  );
  const text = fc.array(word, { maxLength: 12 }).map((words) => words.join(' '));
  const { call, put, Key } = ordersTable();
  put({ n: N(1), tags: { SS: ['a'] }, cells: { L: [N(1)] } });
  const values: Record<string, object> = { ':n': N(1), ':s': S('a'), ':set': { SS: ['a'] } };
  fc.assert(
    fc.property(text, text, fc.boolean(), (one, other, isUpdate) => {
      const all = `${one} ${isUpdate ? other : ''}`;
      const used = Object.entries(values).filter(([key]) => new RegExp(`${key}(?!\\w)`).test(all));
      const placeholders = {
        ...(all.includes('#x') && { ExpressionAttributeNames: { '#x': 'n' } }),
        ...(used.length > 0 && { ExpressionAttributeValues: Object.fromEntries(used) }),
      };
      try {
        if (isUpdate) call('UpdateItem', { Key, ConditionExpression: one, UpdateExpression: other, ...placeholders });
        else call('Scan', { FilterExpression: one, ...placeholders });
      } catch (error) {
        expect(['ValidationException', 'ConditionalCheckFailedException']).toContain((error as { code?: string }).code);
      }
    }),
    { seed: 1_022, numRuns: 1_500 },
  );
});

describe('numbers', () => {
  test('are exact to 38 digits, where floating point numbers are not', () => {
    const { put, update, item } = ordersTable();
    put({ big: N('9007199254740993'), tiny: N('0.1') });
    const values = { ':a': N('0.00000000000000000001'), ':b': N('0.2') };
    update('SET big = big + :a, tiny = tiny + :b', values);
    expect(item()).toMatchObject({ big: N('9007199254740993.00000000000000000001'), tiny: N('0.3') });
  });

  test.each([
    ['007', '7'],
    ['-0', '0'],
    ['1.50', '1.5'],
    ['.5', '0.5'],
    ['5.', '5'],
    ['+1E3', '1000'],
    ['12e-3', '0.012'],
    ['-1.0e-130', `-0.${'0'.repeat(129)}1`],
    ['1e125', `1${'0'.repeat(125)}`],
    [`${'9'.repeat(38)}000`, `${'9'.repeat(38)}000`],
  ])('have one way to be written: %s', (text, number) => expect(canonicalNumber(text)).toEqual({ number }));

  test.each(['', '-', '.', '1e', '1,5', ' 1', '0x1', 'NaN', 'Infinity', '1_000'])('are no others: "%s"', (text) =>
    expect(canonicalNumber(text)).toEqual({ problem: 'not-a-number' }),
  );
});
