import { describe, expect, test } from 'vitest';
import { N, ordersTable, S } from '../orders-table.ts';

describe('a search', () => {
  const filled = () => {
    const table = ordersTable();
    for (let k = 1; k <= 9; k++) {
      table.call('PutItem', {
        Item: {
          id: S(`c${k % 2}`),
          at: N(k),
          shop: S(k < 6 ? 'north' : 'south'),
          amount: N(100 - k),
          note: S(`n${k}`),
          long: S('x'),
        },
      });
    }
    table.call('PutItem', { Item: { id: S('c0'), at: N('1e1') } });
    const ats = (answer: { Items: { at: { N: string } }[] }) => answer.Items.map(({ at }) => Number(at.N));
    const query = (KeyConditionExpression: string, values: object, more: object = {}) =>
      table.call('Query', { KeyConditionExpression, ExpressionAttributeValues: values, ...more });
    return { ...table, ats, query };
  };

  test('by key finds a partition in the order of numbers, and stretches of it', () => {
    const { ats, query } = filled();
    const ExpressionAttributeNames = { '#at': 'at' };
    const of = (condition: string, values: object = {}, more: object = {}) =>
      ats(query(condition, { ':id': S('c0'), ...values }, more));
    expect(of('id = :id')).toEqual([2, 4, 6, 8, 10]);
    expect(of('id = :id', {}, { ScanIndexForward: false })).toEqual([10, 8, 6, 4, 2]);
    const named = { ExpressionAttributeNames };
    expect(of('id = :id AND #at > :n', { ':n': N(4) }, named)).toEqual([6, 8, 10]);
    expect(of('#at BETWEEN :n AND :m AND id = :id', { ':n': N(4), ':m': N(9) }, named)).toEqual([4, 6, 8]);
    expect(
      of(
        'id = :other',
        { ':other': S('none') },
        { ExpressionAttributeNames: undefined, ExpressionAttributeValues: { ':other': S('none') } },
      ),
    ).toEqual([]);
  });

  test('comes in pages that neither repeat nor miss anything, also when what a page ended with has gone', () => {
    const { call, ats, query } = filled();
    for (const isForward of [true, false]) {
      const seen: number[] = [];
      let ExclusiveStartKey: object | undefined;
      do {
        const page = query(
          'id = :id',
          { ':id': S('c1') },
          { Limit: 2, ScanIndexForward: isForward, ExclusiveStartKey },
        );
        seen.push(...ats(page));
        ExclusiveStartKey = page.LastEvaluatedKey;
      } while (ExclusiveStartKey);
      expect(seen).toEqual(isForward ? [1, 3, 5, 7, 9] : [9, 7, 5, 3, 1]);
    }
    const first = query('id = :id', { ':id': S('c1') }, { Limit: 2 });
    call('DeleteItem', { Key: first.LastEvaluatedKey });
    const { LastEvaluatedKey: ExclusiveStartKey } = first;
    expect(ats(query('id = :id', { ':id': S('c1') }, { ExclusiveStartKey }))).toEqual([5, 7, 9]);
  });

  test('counts what it read before the filter', () => {
    const { query } = filled();
    const values = { ':id': S('c0'), ':n': S('n4') };
    const { Count, ScannedCount, Items } = query('id = :id', values, {
      FilterExpression: 'note = :n',
      Select: 'COUNT',
    });
    expect({ Count, ScannedCount, Items }).toEqual({ Count: 1, ScannedCount: 5, Items: undefined });
  });

  test('by an index finds what has its keys, and shows what is projected', () => {
    const { call, ats, query, Key } = filled();
    const IndexName = 'by-shop';
    const found = query('shop = :s AND amount < :t', { ':s': S('north'), ':t': N(99) }, { IndexName });
    expect(ats(found)).toEqual([5, 4, 3, 2]);
    expect(found.Items[0]).toEqual({ id: S('c1'), at: N(5), shop: S('north'), amount: N(95) });
    const local = query('id = :id', { ':id': S('c0') }, { IndexName: 'by-amount' });
    expect(local.Items[0]).toEqual({ id: S('c0'), at: N(8), amount: N(92), note: S('n8') });
    expect(call('Scan', { IndexName }).Count).toBe(9);
    expect(call('Scan', {}).Count).toBe(10);
    call('DeleteItem', { Key: { ...Key, id: S('c1'), at: N(5) } });
    expect(ats(query('shop = :s', { ':s': S('north') }, { IndexName }))).toEqual([4, 3, 2, 1]);
  });

  test('of an index is not asked for what the index does not hold', () => {
    const { refused } = filled();
    const query = (IndexName: string, condition: string, value: object, more: object) =>
      refused('Query', {
        ...{ IndexName, KeyConditionExpression: condition, ...more },
        ExpressionAttributeValues: { ':v': value, ...('FilterExpression' in more && { ':x': S('x') }) },
      });
    const why = 'One or more parameter values were invalid:';
    const [shop, all] = ['shop = :v', 'amount, note, #l[0], #l[1]'];
    const asked = { ProjectionExpression: all, ExpressionAttributeNames: { '#l': 'long' } };
    expect(query('by-shop', shop, S('north'), asked)).toBe(
      `${why} Global secondary index by-shop does not project [note, long]`,
    );
    expect(refused('Scan', { IndexName: 'by-shop', ProjectionExpression: 'note' })).toBe(
      `${why} Global secondary index by-shop does not project [note]`,
    );
    expect(query('by-shop', shop, S('north'), { ProjectionExpression: 'id, amount' })).toBe('done');
    expect(query('by-amount', 'id = :v', S('c0'), asked), 'a local one is asked for what the table has').toBe('done');
    const FilterExpression = 'note = :x OR attribute_exists(zebra)';
    expect(query('by-shop', shop, S('north'), { FilterExpression })).toBe(
      `${why} Secondary index by-shop does not project one or more filter attributes: [note, zebra]`,
    );
    expect(query('by-amount', 'id = :v', S('c0'), { FilterExpression })).toBe(
      `${why} Secondary index by-amount does not project one or more filter attributes: [zebra]`,
    );
    const scan = { IndexName: 'by-shop', FilterExpression: 'note = :x', ExpressionAttributeValues: { ':x': S('x') } };
    expect(refused('Scan', scan)).toBe('done');
  });

  test.each([
    [-1, 4, "Value '-1' at 'segment' failed to satisfy constraint: Member must have value greater than or equal to 0"],
    [0, 0, "'0' at 'totalSegments' failed to satisfy constraint: Member must have value greater than or equal to 1"],
    [0, 1_000_001, "at 'totalSegments' failed to satisfy constraint: Member must have value less than or equal to"],
    [4, 4, 'Segment: 4 is not less than TotalSegments: 4'],
  ])('has no segment %i of %i', (Segment, TotalSegments, why) => {
    expect(ordersTable().refused('Scan', { Segment, TotalSegments })).toContain(why);
  });

  test('of everything finds each item once, in segments and in pages', () => {
    const { call, ats } = filled();
    const all = ats(call('Scan', {}));
    expect(all.toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    const segments = [0, 1, 2].flatMap((Segment) => ats(call('Scan', { Segment, TotalSegments: 3 })));
    expect(segments).toEqual(all);
    const pages: number[] = [];
    let ExclusiveStartKey: object | undefined;
    do {
      const page = call('Scan', { Limit: 3, ExclusiveStartKey, IndexName: undefined });
      pages.push(...ats(page));
      ExclusiveStartKey = page.LastEvaluatedKey;
    } while (ExclusiveStartKey);
    expect(pages).toEqual(all);
  });

  test('reads at most a megabyte at once', () => {
    const { call } = ordersTable();
    for (let k = 0; k < 4; k++) call('PutItem', { Item: { id: S('big'), at: N(k), s: S('x'.repeat(300_000)) } });
    const { Count, LastEvaluatedKey } = call('Scan', { Select: 'COUNT' });
    expect({ Count, LastEvaluatedKey }).toEqual({ Count: 3, LastEvaluatedKey: { id: S('big'), at: N(2) } });
  });

  test.each([
    ['shop = :v', 'Query condition missed key schema element: id'],
    ['id > :v', 'Query key condition not supported'],
    ['id = :v OR id = :v', 'Invalid operator used in KeyConditionExpression: OR'],
    ['id = :v AND shop = :v', 'Query condition missed key schema element: at'],
    [
      'id = :v AND id = :v',
      'Invalid KeyConditionExpression: KeyConditionExpressions must only contain one condition per key',
    ],
  ])('by a condition that is none on keys is refused: %s', (KeyConditionExpression, why) => {
    const { refused } = ordersTable();
    expect(refused('Query', { KeyConditionExpression, ExpressionAttributeValues: { ':v': S('x') } })).toBe(why);
  });
});
