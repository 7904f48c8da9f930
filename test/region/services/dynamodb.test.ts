import { describe, expect, test } from 'vitest';
import { N, ordersTable, S } from '../orders-table.ts';

describe('a transaction', () => {
  const token = { ClientRequestToken: 'token-1' };
  const update = (Key: object, more: object = {}) => ({
    Update: {
      TableName: 'orders',
      Key,
      UpdateExpression: 'ADD n :one',
      ExpressionAttributeValues: { ':one': N(1) },
      ...more,
    },
  });

  test('does all of it once, whoever asks again with its token', () => {
    const { region, call, item, Key, refused } = ordersTable();
    const Put = { TableName: 'orders', Item: { ...Key, id: S('b') } };
    const TransactItems = [update(Key), { Put }];
    for (let k = 0; k < 2; k++) call('TransactWriteItems', { TransactItems, ...token });
    expect(item().n).toEqual(N(1));
    expect(refused('TransactWriteItems', { TransactItems: [{ Put }], ...token })).toMatch(/do not match/);
    region.pass(600_000);
    call('TransactWriteItems', { TransactItems, ...token });
    expect(item().n).toEqual(N(2));
  });

  test('does nothing when one of its conditions is false, and says which', () => {
    const { region, call, put, Key, item } = ordersTable();
    put({ s: S('x') });
    const other = { ...Key, id: S('b') };
    const ConditionCheck = {
      ...{ TableName: 'orders', Key: { ...Key, id: S('c') }, ConditionExpression: 'attribute_exists(id)' },
    };
    const Delete = {
      ...{ TableName: 'orders', Key, ConditionExpression: 's = :no', ExpressionAttributeValues: { ':no': S('no') } },
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    };
    const before = region.world.snapshot();
    const call1 = () => call('TransactWriteItems', { TransactItems: [update(other), { ConditionCheck }, { Delete }] });
    expect(call1).toThrow(
      'Transaction cancelled, please refer cancellation reasons for specific reasons [None, ConditionalCheckFailed, ConditionalCheckFailed]',
    );
    const failed = { Code: 'ConditionalCheckFailed', Message: 'The conditional request failed' };
    try {
      call1();
    } catch (error) {
      const CancellationReasons = [{ Code: 'None' }, failed, { ...failed, Item: item() }];
      expect(error).toMatchObject({ code: 'TransactionCanceledException', props: { CancellationReasons } });
    }
    expect(region.world.snapshot()).toEqual(before);
  });

  test('may concern an item once', () => {
    const { refused, Key } = ordersTable();
    expect(refused('TransactWriteItems', { TransactItems: [update(Key), update({ at: N('1.0'), id: S('a') })] })).toBe(
      'Transaction request cannot include multiple operations on one item',
    );
  });
});

describe('batches', () => {
  test('write and read many items, each once', () => {
    const { call, refused, Key } = ordersTable();
    const other = { ...Key, id: S('b') };
    const orders = [{ PutRequest: { Item: { ...other, s: S('x') } } }, { DeleteRequest: { Key } }];
    expect(call('BatchWriteItem', { RequestItems: { orders } }).UnprocessedItems).toEqual({});
    const { Responses } = call('BatchGetItem', { RequestItems: { orders: { Keys: [Key, other] } } });
    expect(Responses).toEqual({ orders: [{ ...other, s: S('x') }] });
    const twice = 'Provided list of item keys contains duplicates';
    expect(refused('BatchGetItem', { RequestItems: { orders: { Keys: [Key, Key] } } })).toBe(twice);
    expect(refused('BatchWriteItem', { RequestItems: { orders: [orders[1], orders[1]] } })).toBe(twice);
  });
});

describe('tables', () => {
  test('are made, described, changed, listed and deleted', () => {
    const { region, call, refused } = ordersTable();
    const { Table } = call('DescribeTable', {});
    expect(Table).toMatchObject({
      TableStatus: 'ACTIVE',
      ItemCount: 0,
      BillingModeSummary: { BillingMode: 'PAY_PER_REQUEST' },
    });
    expect(Table.TableArn).toBe('arn:aws:dynamodb:us-east-1:123456789012:table/orders');
    expect(region.call('dynamodb', 'ListTables').TableNames).toEqual(['orders']);
    const Key = { id: S('a'), at: N(1) };
    expect(region.call('dynamodb', 'GetItem', { TableName: Table.TableArn, Key })).toEqual({});
    call('UpdateTable', {
      DeletionProtectionEnabled: true,
      GlobalSecondaryIndexUpdates: [{ Delete: { IndexName: 'by-shop' } }],
    });
    expect(
      call('DescribeTable', {}).Table.AttributeDefinitions.map((one: { AttributeName: string }) => one.AttributeName),
    ).toEqual(['id', 'at', 'amount']);
    expect(refused('DeleteTable', {})).toMatch(/protected against deletion/);
    call('UpdateTable', { DeletionProtectionEnabled: false });
    expect(call('DeleteTable', {}).TableDescription.TableStatus).toBe('DELETING');
    expect(refused('DescribeTable', {})).toBe('Requested resource not found: Table: orders not found');
    expect(refused('GetItem', { Key })).toBe('Requested resource not found');
  });
});
