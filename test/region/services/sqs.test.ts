import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { RegionState } from '../../../src/region/services/state.ts';
import { Waiting } from '../../../src/region/services/waiting.ts';
import { smallRegion } from '../small-region.ts';

/** A queue, and short words for what is done to it. */
function queueOf(Attributes: Record<string, string> = {}, region = smallRegion(), QueueName = 'jobs') {
  const { QueueUrl } = region.call('sqs', 'CreateQueue', { QueueName, Attributes });
  const call = (operation: string, input: object = {}) => region.call('sqs', operation, { QueueUrl, ...input });
  const refused = (operation: string, input: object = {}): string => {
    const before = region.world.snapshot();
    try {
      call(operation, input);
      return 'done';
    } catch (error) {
      expect(region.world.snapshot()).toEqual(before);
      return `${(error as { code: string }).code}: ${(error as Error).message}`;
    }
  };
  const send = (MessageBody: string, more: object = {}) => call('SendMessage', { MessageBody, ...more });
  const receive = (more: object = {}) => call('ReceiveMessage', { AttributeNames: ['All'], ...more }).Messages ?? [];
  const bodies = (more: object = {}): string[] =>
    receive({ MaxNumberOfMessages: 10, ...more }).map(({ Body }: { Body: string }) => Body);
  const counts = () => {
    const { Attributes: all } = call('GetQueueAttributes', { AttributeNames: ['All'] });
    const count = (name: string) => Number(all[`ApproximateNumberOfMessages${name}`]);
    return [count(''), count('NotVisible'), count('Delayed')];
  };
  return { region, QueueUrl, call, refused, send, receive, bodies, counts };
}

describe('a queue', () => {
  test('hands a message to one receiver at a time, until it is deleted', () => {
    const { region, call, send, receive, bodies, counts } = queueOf({ VisibilityTimeout: '10' });
    send('a');
    const [first] = receive();
    expect(first.Attributes).toMatchObject({ ApproximateReceiveCount: '1', SentTimestamp: String(region.nowMs()) });
    expect([bodies(), counts()]).toEqual([[], [0, 1, 0]]);
    region.pass(9_999);
    expect(bodies()).toEqual([]);
    region.pass(1);
    const [second] = receive();
    expect(second.Attributes.ApproximateReceiveCount).toBe('2');
    // What an earlier receiving gave is too old to delete by.
    call('DeleteMessage', { ReceiptHandle: first.ReceiptHandle });
    expect(counts()).toEqual([0, 1, 0]);
    call('DeleteMessage', { ReceiptHandle: second.ReceiptHandle });
    call('DeleteMessage', { ReceiptHandle: second.ReceiptHandle });
    expect(counts()).toEqual([0, 0, 0]);
  });

  test('gives a receiver more time, or takes the message back', () => {
    const { region, call, refused, send, receive, bodies } = queueOf();
    send('a');
    const [{ ReceiptHandle }] = receive({ VisibilityTimeout: 5 });
    region.pass(4_000);
    call('ChangeMessageVisibility', { ReceiptHandle, VisibilityTimeout: 5 });
    region.pass(4_999);
    expect(bodies()).toEqual([]);
    call('ChangeMessageVisibility', { ReceiptHandle, VisibilityTimeout: 0 });
    expect(refused('ChangeMessageVisibility', { ReceiptHandle, VisibilityTimeout: 5 })).toMatch(/^MessageNotInflight/);
    expect(bodies()).toEqual(['a']);
    expect(refused('ChangeMessageVisibility', { ReceiptHandle, VisibilityTimeout: 5 })).toMatch(
      /does not exist or is not/,
    );
    region.pass(30_000);
    const [{ ReceiptHandle: late }] = receive();
    region.pass(1_000);
    expect(refused('ChangeMessageVisibility', { ReceiptHandle: late, VisibilityTimeout: 43_200 })).toMatch(
      /beyond the limit/,
    );
  });

  test('holds back what is delayed, by the queue or by the message, and forgets what is old', () => {
    const { region, send, bodies, counts } = queueOf({ DelaySeconds: '2', MessageRetentionPeriod: '60' });
    send('queue');
    send('own', { DelaySeconds: 0 });
    expect(counts()).toEqual([1, 0, 1]);
    expect(bodies({ VisibilityTimeout: 0 })).toEqual(['own']);
    region.pass(2_000);
    expect(bodies({ VisibilityTimeout: 0 })).toEqual(['queue', 'own']);
    region.pass(58_000);
    expect([bodies(), counts()]).toEqual([[], [0, 0, 0]]);
  });

  test('puts dead letters where its redrive policy says', () => {
    const region = smallRegion();
    const dead = queueOf({}, region, 'dead');
    const { Attributes } = dead.call('GetQueueAttributes', { AttributeNames: ['QueueArn'] });
    const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: Attributes.QueueArn, maxReceiveCount: '2' });
    const { send, bodies, receive } = queueOf({ RedrivePolicy }, region);
    send('poison');
    send('fine');
    expect(bodies({ VisibilityTimeout: 0 })).toEqual(['poison', 'fine']);
    expect(receive({ VisibilityTimeout: 0 })).toHaveLength(1);
    expect(bodies({ VisibilityTimeout: 0 })).toEqual(['fine']);
    const [letter] = dead.receive();
    expect(letter).toMatchObject({ Body: 'poison', Attributes: { ApproximateReceiveCount: '1' } });
    expect(letter.Attributes.DeadLetterQueueSourceArn).toBe('arn:aws:sqs:us-east-1:123456789012:jobs');
    expect(dead.call('ListDeadLetterSourceQueues').queueUrls).toEqual([
      'https://sqs.us-east-1.amazonaws.com/123456789012/jobs',
    ]);
    dead.call('DeleteQueue');
    send('alone');
    for (let k = 0; k < 4; k++) expect(bodies({ VisibilityTimeout: 0 })).toContain('alone');
  });

  test('is the same for who asks for the same, and refused to who asks for another', () => {
    const { region, QueueUrl, call, refused } = queueOf({ VisibilityTimeout: '10' });
    const create = (Attributes: object) => region.call('sqs', 'CreateQueue', { QueueName: 'jobs', Attributes });
    expect(create({ VisibilityTimeout: '10' })).toEqual({ QueueUrl });
    expect(refused('CreateQueue', { QueueName: 'jobs', Attributes: { VisibilityTimeout: '11' } })).toBe(
      'QueueNameExists: A queue already exists with the same name and a different value for attribute VisibilityTimeout',
    );
    expect(region.call('sqs', 'GetQueueUrl', { QueueName: 'jobs' })).toEqual({ QueueUrl });
    expect(region.call('sqs', 'ListQueues', { QueueNamePrefix: 'j' })).toEqual({ QueueUrls: [QueueUrl] });
    call('TagQueue', { Tags: { team: 'x' } });
    expect(call('ListQueueTags')).toEqual({ Tags: { team: 'x' } });
    call('PurgeQueue');
    expect(refused('PurgeQueue')).toMatch(/^PurgeQueueInProgress/);
    call('DeleteQueue');
    expect(refused('PurgeQueue')).toBe('QueueDoesNotExist: The specified queue does not exist.');
  });

  test.each([
    ['SendMessage', { MessageBody: '' }, 'MissingParameter: The request must contain the parameter MessageBody.'],
    ['SendMessage', { MessageBody: 'a\u0000' }, "InvalidMessageContents: Invalid binary character '#x0' was found"],
    ['SendMessage', { MessageBody: 'x'.repeat(1_025) }, 'Message must be shorter than 1024 bytes.'],
    [
      'SendMessage',
      { MessageBody: 'x', DelaySeconds: 901 },
      'Value 901 for parameter DelaySeconds is invalid. Reason: Must be >= 0 and <= 900',
    ],
    ['SendMessage', { MessageBody: 'x', MessageDeduplicationId: 'd' }, 'not valid for this queue type'],
    [
      'SendMessage',
      { MessageBody: 'x', MessageAttributes: { a: { DataType: 'Text', StringValue: 'x' } } },
      'invalid message attribute type',
    ],
    ['ReceiveMessage', { MaxNumberOfMessages: 11 }, 'Must be >= 1 and <= 10'],
    ['DeleteMessage', { ReceiptHandle: 'x' }, 'ReceiptHandleIsInvalid'],
    [
      'SetQueueAttributes',
      { Attributes: { DelaySeconds: '901' } },
      'InvalidAttributeValue: Invalid value for the parameter DelaySeconds.',
    ],
    ['SetQueueAttributes', { Attributes: { Colour: 'x' } }, 'InvalidAttributeName: Unknown Attribute Colour.'],
    [
      'SetQueueAttributes',
      {
        Attributes: {
          RedrivePolicy: '{"deadLetterTargetArn":"arn:aws:sqs:us-east-1:123456789012:none","maxReceiveCount":1}',
        },
      },
      'Dead letter target does not exist.',
    ],
    ['SendMessageBatch', { Entries: [] }, 'EmptyBatchRequest'],
    [
      'SendMessageBatch',
      { Entries: Array.from({ length: 11 }, (_, k) => ({ Id: `${k}`, MessageBody: 'x' })) },
      'TooManyEntriesInBatchRequest',
    ],
    ['SendMessageBatch', { Entries: [{ Id: 'a' }, { Id: 'a' }] }, 'BatchEntryIdsNotDistinct: Id a repeated.'],
  ])('refuses what is wrong, in the words of the service: %s %#', (operation, input, why) => {
    expect(queueOf({ MaximumMessageSize: '1024' }).refused(operation, input)).toContain(why);
  });

  test('takes each entry of a batch by itself', () => {
    const { call, counts, receive } = queueOf();
    const Entries = [
      { Id: 'good', MessageBody: 'a' },
      { Id: 'bad', MessageBody: '' },
    ];
    const { Successful, Failed } = call('SendMessageBatch', { Entries });
    expect(Successful).toMatchObject([{ Id: 'good', MD5OfMessageBody: '0cc175b9c0f1b6a831c399e269772661' }]);
    expect(Failed).toMatchObject([{ Id: 'bad', SenderFault: true, Code: 'MissingParameter' }]);
    const [{ ReceiptHandle }] = receive();
    call('ChangeMessageVisibilityBatch', { Entries: [{ Id: 'a', ReceiptHandle, VisibilityTimeout: 0 }] });
    expect(counts()).toEqual([1, 0, 0]);
    call('DeleteMessageBatch', { Entries: [{ Id: 'a', ReceiptHandle }] });
    expect(counts()).toEqual([0, 0, 0]);
  });
});

describe('a FIFO queue', () => {
  const fifo = (more: object = {}) => queueOf({ FifoQueue: 'true', ...more }, smallRegion(), 'jobs.fifo');
  const of = (MessageGroupId: string, MessageDeduplicationId: string) => ({ MessageGroupId, MessageDeduplicationId });

  test('keeps the order of each group, and hands out nothing of a group that somebody has', () => {
    const { call, send, receive, bodies } = fifo();
    for (const k of [1, 2, 3]) for (const group of ['a', 'b']) send(`${group}${k}`, of(group, `${group}${k}`));
    const [first] = receive();
    expect(first.Body).toBe('a1');
    expect(bodies()).toEqual(['b1', 'b2', 'b3']);
    expect(bodies()).toEqual([]);
    call('DeleteMessage', { ReceiptHandle: first.ReceiptHandle });
    expect(bodies()).toEqual(['a2', 'a3']);
  });

  test('takes a message once in five minutes', () => {
    const { region, send, bodies, refused } = fifo({ ContentBasedDeduplication: 'true' });
    const sent = send('x', { MessageGroupId: 'a' });
    region.pass(299_999);
    expect(send('x', { MessageGroupId: 'a' })).toEqual(sent);
    expect(sent.SequenceNumber).toMatch(/^\d{20}$/);
    region.pass(1);
    send('x', { MessageGroupId: 'a' });
    expect(bodies()).toEqual(['x', 'x']);
    expect(refused('SendMessage', { MessageBody: 'x' })).toMatch(/MessageGroupId/);
  });

  test('takes a message once in each group where that is its scope, and tells what it is set to', () => {
    const attributes = ({ call }: ReturnType<typeof queueOf>) =>
      call('GetQueueAttributes', { AttributeNames: ['DeduplicationScope', 'FifoThroughputLimit'] }).Attributes;
    const queue = fifo({ FifoThroughputLimit: 'perMessageGroupId', DeduplicationScope: 'messageGroup' });
    for (const group of ['a', 'b', 'a']) queue.send(`of ${group}`, of(group, 'same'));
    expect(queue.bodies()).toEqual(['of a', 'of b']);
    expect(attributes(queue)).toEqual({
      DeduplicationScope: 'messageGroup',
      FifoThroughputLimit: 'perMessageGroupId',
    });
    queue.call('SetQueueAttributes', { Attributes: { DeduplicationScope: 'queue', FifoThroughputLimit: 'perQueue' } });
    queue.send('of c', of('c', 'same'));
    expect(queue.bodies(), 'the scope is the queue now').toEqual([]);
    expect(attributes(queue)).toEqual({ DeduplicationScope: 'queue', FifoThroughputLimit: 'perQueue' });
    expect(attributes(fifo())).toEqual({ DeduplicationScope: 'queue', FifoThroughputLimit: 'perQueue' });
  });

  test.each([
    [{ DeduplicationScope: 'bogus' }, 'InvalidAttributeValue: Invalid value for the parameter DeduplicationScope.'],
    [{ FifoThroughputLimit: 'perMessageGroupId' }, 'Invalid value for the parameter FifoThroughputLimit.'],
    [{ SqsManagedSseEnabled: 'perhaps' }, 'Invalid value for the parameter SqsManagedSseEnabled.'],
  ])('refuses settings that it cannot have: %j', (Attributes, why) => {
    expect(fifo().refused('SetQueueAttributes', { Attributes })).toContain(why);
  });

  test('knows what it took in the last five minutes, whenever that was sent', () => {
    const step = fc.record({ pass: fc.nat(200_000), id: fc.constantFrom('x', 'y'), group: fc.constantFrom('a', 'b') });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 25 }), fc.boolean(), (steps, isByGroup) => {
        const { region, send } = fifo(isByGroup ? { DeduplicationScope: 'messageGroup' } : {});
        const taken = new Map<string, { readonly atMs: number; readonly number: string }>();
        for (const { pass, id, group } of steps) {
          region.pass(pass);
          const key = isByGroup ? `${group} ${id}` : id;
          const before = taken.get(key);
          const number = send('m', of(group, id)).SequenceNumber;
          const isKnown = before !== undefined && region.nowMs() - before.atMs < 300_000;
          expect(number === before?.number).toBe(isKnown);
          if (!isKnown) taken.set(key, { atMs: region.nowMs(), number });
        }
      }),
      { seed: 1_031, numRuns: 25 },
    );
  });

  test('changes no more of what it knows with one message than a chunk or two, however much that is', () => {
    const { region, send } = fifo();
    const known = () => {
      const { queues } = (region.world.kept() as unknown as RegionState).stores.sqs;
      return queues['jobs.fifo']?.lately?.young ?? [];
    };
    for (let k = 0; k < 500; k++) send('m', of('a', `id-${k}`));
    const before = new Set(known());
    send('m', of('a', 'id-250x'));
    expect(known().length).toBeGreaterThan(8);
    expect(known().filter((chunk) => !before.has(chunk)).length).toBeLessThanOrEqual(2);
  });

  test('does not let a message be deleted by whoever had it too long', () => {
    const { region, send, receive, refused } = fifo();
    send('x', of('a', '1'));
    const [{ ReceiptHandle }] = receive({ VisibilityTimeout: 1 });
    region.pass(1_000);
    expect(refused('DeleteMessage', { ReceiptHandle })).toMatch(/The receipt handle has expired/);
  });
});

test('a queue that is not to be encrypted says so, and one of the standard type knows nothing of deduplication', () => {
  const queue = queueOf({ SqsManagedSseEnabled: 'false' });
  const told = () => queue.call('GetQueueAttributes', { AttributeNames: ['SqsManagedSseEnabled'] }).Attributes;
  expect(told()).toEqual({ SqsManagedSseEnabled: 'false' });
  queue.call('SetQueueAttributes', { Attributes: { SqsManagedSseEnabled: 'true' } });
  expect(told()).toEqual({ SqsManagedSseEnabled: 'true' });
  const Attributes = { DeduplicationScope: 'queue' };
  expect(queue.refused('SetQueueAttributes', { Attributes })).toBe(
    'InvalidAttributeName: Unknown Attribute DeduplicationScope.',
  );
});

test('whoever is willing to wait is told for how long, and when something has changed', () => {
  const { region, call, send } = queueOf({ ReceiveMessageWaitTimeSeconds: '3' });
  send('later', { DelaySeconds: 2 });
  const waiting = call('ReceiveMessage') as Waiting;
  expect(waiting).toBeInstanceOf(Waiting);
  expect(waiting).toMatchObject({ sinceMs: region.nowMs(), forMs: 2_000 });
  expect(waiting.hasChanged()).toBe(false);
  send('now');
  expect(waiting.hasChanged()).toBe(true);
  expect(call('ReceiveMessage').Messages).toHaveLength(1);
  const again = { accessKeyId: 'a', requestId: 'r', sinceMs: waiting.sinceMs - 3_000 };
  const { QueueUrl } = region.call('sqs', 'GetQueueUrl', { QueueName: 'jobs' });
  expect(region.world.call('sqs', 'ReceiveMessage', { QueueUrl }, again)).toEqual({});
});
