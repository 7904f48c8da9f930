import {
  ConditionalCheckFailedException,
  CreateTableCommand,
  DescribeTableCommand,
  DynamoDBClient,
  ExecuteStatementCommand,
  GetItemCommand,
  PutItemCommand,
  paginateQuery,
  ResourceInUseException,
  ResourceNotFoundException,
  TransactionCanceledException,
  TransactWriteItemsCommand,
  UpdateItemCommand,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Door } from '../../../src/region/contract.ts';
import { createDoor } from '../../../src/region/wire/door.ts';
import { N, S } from '../orders-table.ts';
import { smallRegion } from '../small-region.ts';

const credentials = { accessKeyId: 'AKIDTEST', secretAccessKey: 'secret' };
const region = smallRegion();
let door: Door;
let client: DynamoDBClient;

beforeAll(async () => {
  door = await createDoor({
    region: 'us-east-1',
    credentials,
    call: region.world.call,
    knows: region.world.knows,
    facility: async (operation, input) => region.world.facility(operation, input as never),
  });
  client = new DynamoDBClient({ region: 'us-east-1', endpoint: door.endpoint, credentials, maxAttempts: 1 });
  await client.send(
    new CreateTableCommand({
      TableName,
      KeySchema: [
        { AttributeName: 'id', KeyType: 'HASH' },
        { AttributeName: 'at', KeyType: 'RANGE' },
      ],
      AttributeDefinitions: [
        { AttributeName: 'id', AttributeType: 'B' },
        { AttributeName: 'at', AttributeType: 'N' },
      ],
      ProvisionedThroughput: { ReadCapacityUnits: 5, WriteCapacityUnits: 5 },
    }),
  );
});
afterAll(() => door.close());

const TableName = 'events';
const id = { B: Uint8Array.from([0, 255, 7]) };

test('an unmodified client writes an item of every type, and reads it as it was', async () => {
  expect((await waitUntilTableExists({ client, maxWaitTime: 60 }, { TableName })).state).toBe('SUCCESS');
  const Item = {
    ...{
      id,
      at: N('12345678901234567890123456789012345678'),
      s: S('ä 😀'),
      empty: S(''),
      none: { NULL: true as const },
    },
    ...{ no: { BOOL: false }, bytes: { BS: [Uint8Array.from([1]), Uint8Array.from([2, 3])] } },
    ...{ texts: { SS: ['a', 'b'] }, numbers: { NS: ['-1.5', '2'] }, list: { L: [N(1), { L: [] }] } },
    ...{ map: { M: { '': S('x'), in: { M: { b: { B: new Uint8Array() } } } } } },
  };
  await client.send(new PutItemCommand({ TableName, Item }));
  const { Item: got } = await client.send(new GetItemCommand({ TableName, Key: { id, at: Item.at } }));
  expect(got).toEqual(Item);
  const { Table } = await client.send(new DescribeTableCommand({ TableName }));
  expect(Table).toMatchObject({ ItemCount: 1, CreationDateTime: new Date(region.nowMs()) });
});

test('it takes a lease by a condition, and whoever comes later is told who has it', async () => {
  const Key = { id: { B: Uint8Array.from([1]) }, at: N(0) };
  const take = (owner: string) =>
    client.send(
      new UpdateItemCommand({
        ...{ TableName, Key, ReturnValues: 'ALL_NEW', ReturnValuesOnConditionCheckFailure: 'ALL_OLD' },
        UpdateExpression: 'SET #o = :me ADD #t :one',
        ConditionExpression: 'attribute_not_exists(#o)',
        ExpressionAttributeNames: { '#o': 'owner', '#t': 'token' },
        ExpressionAttributeValues: { ':me': S(owner), ':one': N(1) },
      }),
    );
  const lease = { ...Key, owner: S('a'), token: N(1) };
  expect((await take('a')).Attributes).toEqual(lease);
  const error = await take('b').catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ConditionalCheckFailedException);
  expect(error).toMatchObject({
    Item: lease,
    message: 'The conditional request failed',
    $metadata: { httpStatusCode: 400 },
  });
});

test('it follows the pages of a query to their end', async () => {
  const Key = { id: { B: Uint8Array.from([2]) } };
  for (let k = 0; k < 5; k++) await client.send(new PutItemCommand({ TableName, Item: { ...Key, at: N(k - 2) } }));
  const pages = paginateQuery(
    { client, pageSize: 2 },
    { TableName, KeyConditionExpression: 'id = :id', ExpressionAttributeValues: { ':id': Key.id } },
  );
  const seen: (string | undefined)[] = [];
  for await (const { Items = [] } of pages) seen.push(...Items.map(({ at }) => at?.N));
  expect(seen).toEqual(['-2', '-1', '0', '1', '2']);
});

test('it gets every refusal as the error of its class', async () => {
  const Key = { id, at: N(0) };
  await expect(client.send(new GetItemCommand({ TableName: 'none', Key }))).rejects.toThrow(ResourceNotFoundException);
  const wrong = client.send(new GetItemCommand({ TableName, Key: { id } }));
  await expect(wrong).rejects.toMatchObject({
    name: 'ValidationException',
    message: 'The provided key element does not match the schema',
  });
  const again = new CreateTableCommand({
    ...{ TableName, KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }], BillingMode: 'PAY_PER_REQUEST' },
    AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
  });
  await expect(client.send(again)).rejects.toThrow(ResourceInUseException);
  const ConditionCheck = { TableName, Key, ConditionExpression: 'attribute_exists(id)' };
  const Put = { TableName, Item: { id, at: N(9) } };
  const error = await client
    .send(new TransactWriteItemsCommand({ TransactItems: [{ Put }, { ConditionCheck }] }))
    .catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(TransactionCanceledException);
  expect(error).toMatchObject({
    CancellationReasons: [
      { Code: 'None' },
      { Code: 'ConditionalCheckFailed', Message: 'The conditional request failed' },
    ],
  });
  await expect(client.send(new ExecuteStatementCommand({ Statement: 'SELECT' }))).rejects.toMatchObject({
    name: 'UnsupportedOperation',
  });
});
