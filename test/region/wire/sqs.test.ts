import {
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  QueueDoesNotExist,
  ReceiptHandleIsInvalid,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { AwsQueryProtocol } from '@aws-sdk/core/protocols';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Door } from '../../../src/region/contract.ts';
import { Driver } from '../../../src/region/driver.ts';
import { createDoor } from '../../../src/region/wire/door.ts';
import { type SmallRegion, smallRegion } from '../small-region.ts';

const credentials = { accessKeyId: 'AKIDTEST', secretAccessKey: 'secret' };
let region: SmallRegion;
let driver: Driver;
let door: Door;

beforeAll(async () => {
  region = smallRegion();
  driver = new Driver(region.world);
  door = await createDoor({
    region: 'us-east-1',
    credentials,
    call: (...call) => driver.call(...call),
    knows: region.world.knows,
    facility: (operation, input, caller) => driver.facility(operation, input, caller),
  });
});
afterAll(async () => {
  driver.stop();
  await door.close();
});

const open = (more: object = {}) =>
  new SQSClient({ region: 'us-east-1', endpoint: door.endpoint, credentials, maxAttempts: 1, ...more });

describe.each([
  ['json', {}],
  ['query', { protocol: AwsQueryProtocol }],
])('an unmodified client that speaks %s', (QueueName, protocol) => {
  test('sends messages with attributes, and finds their sums right', async () => {
    const client = open(protocol);
    const { QueueUrl } = await client.send(
      new CreateQueueCommand({ QueueName, Attributes: { VisibilityTimeout: '5' } }),
    );
    expect(QueueUrl).toBe(`${door.endpoint}/123456789012/${QueueName}`);
    expect((await client.send(new GetQueueUrlCommand({ QueueName }))).QueueUrl).toBe(QueueUrl);
    const MessageAttributes = {
      'text.a': { DataType: 'String', StringValue: 'ä & b' },
      bytes: { DataType: 'Binary.x', BinaryValue: Uint8Array.from([0, 255]) },
      number: { DataType: 'Number', StringValue: '1.5' },
    };
    const sent = await client.send(new SendMessageCommand({ QueueUrl, MessageBody: '<a> & ü', MessageAttributes }));
    const { Messages: [message] = [] } = await client.send(
      new ReceiveMessageCommand({ QueueUrl, MessageAttributeNames: ['All'], MessageSystemAttributeNames: ['All'] }),
    );
    expect(message).toMatchObject({ Body: '<a> & ü', MessageId: sent.MessageId, MessageAttributes });
    // What the documented form comes to, computed apart from this program.
    expect(sent.MD5OfMessageAttributes).toBe('468a29ad705d5627edd99a9d1dd38333');
    expect(message?.MD5OfMessageAttributes).toBe(sent.MD5OfMessageAttributes);
    expect(message?.Attributes).toMatchObject({ ApproximateReceiveCount: '1', SenderId: '123456789012' });
    const { ReceiptHandle } = message ?? {};
    await client.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 1 }));
    await client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    const Entries = ['a', 'b'].map((Id) => ({ Id, MessageBody: Id }));
    expect((await client.send(new SendMessageBatchCommand({ QueueUrl, Entries }))).Successful).toHaveLength(2);
    const AttributeNames = ['ApproximateNumberOfMessages' as const];
    const { Attributes } = await client.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames }));
    expect(Attributes).toEqual({ ApproximateNumberOfMessages: '2' });
  });

  test('gets every refusal as the error of its class', async () => {
    const client = open(protocol);
    await expect(client.send(new GetQueueUrlCommand({ QueueName: 'none' }))).rejects.toThrow(QueueDoesNotExist);
    const { QueueUrl } = await client.send(new CreateQueueCommand({ QueueName: `${QueueName}-2` }));
    const gone = client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: 'x' }));
    await expect(gone).rejects.toThrow(ReceiptHandleIsInvalid);
    const empty = client.send(new SendMessageCommand({ QueueUrl, MessageBody: '' }));
    await expect(empty).rejects.toMatchObject({ name: 'MissingParameter', $metadata: { httpStatusCode: 400 } });
  });
});

describe('a long poll', () => {
  const queue = async (QueueName: string) => {
    const client = open();
    const { QueueUrl } = await client.send(new CreateQueueCommand({ QueueName }));
    const poll = (from = client, signal?: AbortSignal) =>
      from.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 }), signal && { abortSignal: signal });
    return {
      client,
      QueueUrl,
      poll,
      send: (body: string) => client.send(new SendMessageCommand({ QueueUrl, MessageBody: body })),
    };
  };

  test('is answered as soon as there is a message; of two one gets it, and the other goes on waiting', async () => {
    const { poll, send } = await queue('polled');
    const polls = [poll(), poll()];
    const whichever = Promise.race(polls);
    await send('one');
    expect((await whichever).Messages?.map(({ Body }) => Body)).toEqual(['one']);
    await send('two');
    const bodies = (await Promise.all(polls)).flatMap(({ Messages = [] }) => Messages.map(({ Body }) => Body));
    expect(bodies.sort()).toEqual(['one', 'two']);
  });

  test('whose caller has gone takes nothing', async () => {
    const { poll, send, client } = await queue('left');
    const calls: string[] = [];
    const from = open({ requestHandler: new NodeHttpHandler() });
    const abort = new AbortController();
    const left = poll(from, abort.signal).catch(() => calls.push('left'));
    // Another poll that comes behind it is answered only if the first one took nothing.
    await client.send(new GetQueueUrlCommand({ QueueName: 'left' }));
    abort.abort();
    from.destroy();
    await left;
    const second = poll();
    await client.send(new GetQueueUrlCommand({ QueueName: 'left' }));
    await send('one');
    expect((await second).Messages?.map(({ Body }) => Body)).toEqual(['one']);
    expect(calls).toEqual(['left']);
  });
});
