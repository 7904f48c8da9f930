import { expect } from 'vitest';
import { type SmallRegion, smallRegion } from './small-region.ts';

/** A text as an attribute. */
export const S = (text: string) => ({ S: text });
/** A number as an attribute. */
export const N = (number: number | string) => ({ N: String(number) });

/** A table with a sort key and two indexes, and short words for what is done to it. */
export function ordersTable(region: SmallRegion = smallRegion()) {
  const TableName = 'orders';
  const keys = (partition: string, sort: string) => [
    { AttributeName: partition, KeyType: 'HASH' },
    { AttributeName: sort, KeyType: 'RANGE' },
  ];
  region.call('dynamodb', 'CreateTable', {
    TableName,
    KeySchema: keys('id', 'at'),
    AttributeDefinitions: Object.entries({ id: 'S', at: 'N', shop: 'S', amount: 'N' }).map(([name, type]) => ({
      AttributeName: name,
      AttributeType: type,
    })),
    BillingMode: 'PAY_PER_REQUEST',
    GlobalSecondaryIndexes: [
      { IndexName: 'by-shop', KeySchema: keys('shop', 'amount'), Projection: { ProjectionType: 'KEYS_ONLY' } },
    ],
    LocalSecondaryIndexes: [
      {
        IndexName: 'by-amount',
        KeySchema: keys('id', 'amount'),
        Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['note'] },
      },
    ],
  });
  const call = (operation: string, input: object) => region.call('dynamodb', operation, { TableName, ...input });
  /** What a call is refused with, which must have changed nothing; `done` when it is not refused. */
  const refused = (operation: string, input: object): string => {
    const before = region.world.snapshot();
    try {
      call(operation, input);
      return 'done';
    } catch (error) {
      expect(region.world.snapshot()).toEqual(before);
      return (error as Error).message;
    }
  };
  const Key = { id: S('a'), at: N(1) };
  const item = () => call('GetItem', { Key }).Item;
  const put = (attributes: object = {}, more: object = {}) =>
    call('PutItem', { Item: { ...Key, ...attributes }, ...more });
  const update = (UpdateExpression: string, values?: object, more: object = {}) =>
    call('UpdateItem', {
      Key,
      UpdateExpression,
      ...(values && { ExpressionAttributeValues: values }),
      ...more,
    });
  return { region, call, refused, Key, item, put, update };
}
