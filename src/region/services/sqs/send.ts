import { createHash } from 'node:crypto';
import type {
  MessageAttributeValue,
  SendMessageBatchRequest,
  SendMessageBatchResult,
  SendMessageRequest,
  SendMessageResult,
} from '@aws-sdk/client-sqs';
import { Fault } from '../fault.ts';
import { honourOnly } from '../honour-only.ts';
import { identityOf, principalOf } from '../iam/principal.ts';
import type { RegionState } from '../state.ts';
import { type Ctx, randomUuid, type Step } from '../step.ts';
import { doEach, readEntries } from './batch.ts';
import { takenLately, withTaken } from './deduplication.ts';
import { md5Of, md5OfAttributes } from './digest.ts';
import { invalidValue, missing, otherType } from './errors.ts';
import { type Message, type MessageAttribute, type Queue, replaceQueue, requireQueue, withMessage } from './queue.ts';
import { readOwn } from './settings.ts';

const LARGEST_BATCH = 1_048_576;
const MOST_ATTRIBUTES = 10;

export const sendMessage: Step<SendMessageRequest, SendMessageResult> = (state, input, ctx) => {
  const { queue, result } = sent(requireQueue(state, input.QueueUrl), input, senderOf(state, ctx));
  replaceQueue(state, queue);
  return result;
};

export const sendMessageBatch: Step<SendMessageBatchRequest, SendMessageBatchResult> = (state, input, ctx) => {
  let queue = requireQueue(state, input.QueueUrl);
  const entries = readEntries(input.Entries);
  const size = entries.reduce((sum, entry) => sum + sizeOf(entry.MessageBody ?? '', readAttributes(entry)), 0);
  if (size > LARGEST_BATCH) {
    const why = `Batch requests cannot be longer than ${LARGEST_BATCH} bytes. You have sent ${size} bytes.`;
    throw new Fault('BatchRequestTooLong', why, 400);
  }
  const sender = senderOf(state, ctx);
  const answer = doEach(entries, ({ Id, ...entry }) => {
    const done = sent(queue, entry, sender);
    queue = done.queue;
    return done.result;
  });
  replaceQueue(state, queue);
  return answer;
};

/** Whoever sends is told to receivers by the id that IAM gave him. */
const senderOf = (state: RegionState, { nowMs, random, caller }: Ctx) => ({
  ...{ nowMs, random, sender: identityOf(state, principalOf(state, caller.accessKeyId)).userId },
});

type Entry = Omit<SendMessageRequest, 'QueueUrl'>;
interface Sent {
  readonly queue: Queue;
  readonly result: SendMessageResult & { MessageId: string; MD5OfMessageBody: string };
}

const HONOURED = [
  ...['QueueUrl', 'MessageBody', 'DelaySeconds', 'MessageAttributes', 'MessageGroupId', 'MessageDeduplicationId'],
];

/** The queue with a message, unless it is a FIFO queue that has taken it already. */
function sent(before: Queue, entry: Entry, { nowMs, random, sender }: ReturnType<typeof senderOf>): Sent {
  honourOnly(entry, HONOURED);
  const { MessageBody: body = '', MessageGroupId: group } = entry;
  const { settings } = before;
  const attributes = readAttributes(entry);
  checkBody(body, sizeOf(body, attributes), settings.maximumSize);
  const delay = readOwn(entry.DelaySeconds, 'DelaySeconds', [0, 900]) ?? settings.delay;
  if (settings.fifo && entry.DelaySeconds) throw otherType(entry.DelaySeconds, 'DelaySeconds');
  const deduplicationId = readDeduplicationId(before, entry, body);
  const same = deduplicationId !== undefined && group !== undefined ? { deduplicationId, group } : undefined;
  const known = same && takenLately(before, same, nowMs);
  const { sequence, id } = known ?? { sequence: before.sequence + 1, id: randomUuid(random) };
  const attributesMd5 = md5OfAttributes(attributes);
  const result = {
    MessageId: id,
    MD5OfMessageBody: md5Of(body),
    ...(attributesMd5 !== undefined && { MD5OfMessageAttributes: attributesMd5 }),
    ...(settings.fifo && { SequenceNumber: sequenceNumber(sequence) }),
  };
  if (known) return { queue: before, result };
  const message: Message = {
    ...{ sequence, id, body, attributes, sentMs: nowMs, sender },
    ...{ visibleMs: nowMs + delay * 1_000, receives: 0 },
    ...(group !== undefined && { group }),
    ...(deduplicationId !== undefined && { deduplicationId }),
  };
  const lately = same && withTaken(before.lately, { ...same, sequence, id, atMs: nowMs });
  return { queue: { ...withMessage(before, message), sequence, ...(lately && { lately }) }, result };
}

/** The number of a message in a FIFO queue, as it is told. */
export const sequenceNumber = (sequence: number): string => `1887${String(sequence).padStart(16, '0')}`;

/** What makes a message of a FIFO queue the same as another. */
function readDeduplicationId({ settings: { fifo } }: Queue, entry: Entry, body: string): string | undefined {
  const { MessageDeduplicationId: given, MessageGroupId: group } = entry;
  if (!fifo) {
    if (given !== undefined) throw otherType(given, 'MessageDeduplicationId');
    return undefined;
  }
  if (group === undefined || group === '') throw missing('MessageGroupId');
  if (given !== undefined) return given;
  if (fifo.byContent) return createHash('sha256').update(body).digest('hex');
  const why = 'The queue should either have ContentBasedDeduplication enabled or';
  throw invalidValue(`${why} MessageDeduplicationId provided explicitly`);
}

function checkBody(body: string, size: number, most: number): void {
  if (body === '') throw missing('MessageBody');
  if (size > most)
    throw invalidValue(`One or more parameters are invalid. Reason: Message must be shorter than ${most} bytes.`);
  const wrong = [...body].find((character) => !isAllowed(character));
  if (wrong === undefined) return;
  const allowed = '#x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF';
  const what = `Invalid binary character '#x${wrong.charCodeAt(0).toString(16)}' was found in the message body`;
  throw new Fault('InvalidMessageContents', `${what}, the set of allowed characters is ${allowed}`, 400);
}

/** The characters that XML allows. */
const isAllowed = (character: string): boolean => {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x20) return code === 0x9 || code === 0xa || code === 0xd;
  return code <= 0xd7ff || (code >= 0xe000 && code <= 0xfffd) || code >= 0x10000;
};

function sizeOf(body: string, attributes: Message['attributes']): number {
  const sizes = Object.entries(attributes).map(
    ([name, { type, text = '', bytes = '' }]) =>
      Buffer.byteLength(name) + Buffer.byteLength(type) + Buffer.byteLength(text) + Buffer.byteLength(bytes, 'base64'),
  );
  return sizes.reduce((sum, size) => sum + size, Buffer.byteLength(body));
}

function readAttributes({ MessageAttributes: given = {} }: Pick<SendMessageRequest, 'MessageAttributes'>) {
  const entries = Object.entries(given);
  if (entries.length > MOST_ATTRIBUTES) {
    throw invalidValue(
      `Number of message attributes [${entries.length}] exceeds the allowed maximum [${MOST_ATTRIBUTES}].`,
    );
  }
  return Object.fromEntries(entries.map(([name, value]) => [name, readAttribute(name, value)]));
}

function readAttribute(name: string, { DataType: type = '', ...value }: MessageAttributeValue): MessageAttribute {
  if (!/^[A-Za-z0-9_.-]{1,256}$/.test(name) || /^(aws|amazon)\./i.test(name)) {
    throw invalidValue(`The message attribute name '${name.slice(0, 256)}' is invalid.`);
  }
  const [kind] = type.split('.');
  if (kind !== 'String' && kind !== 'Number' && kind !== 'Binary') {
    const why = 'the set of supported type prefixes is Binary, Number, and String.';
    throw invalidValue(`The message attribute '${name}' has an invalid message attribute type, ${why}`);
  }
  const { StringValue: text, BinaryValue: bytes } = value;
  if (kind === 'Binary' ? !bytes?.length : !text) {
    throw invalidValue(
      `The message attribute '${name}' must contain non-empty message attribute value for message attribute type '${kind}'.`,
    );
  }
  if (kind === 'Number' && Number.isNaN(Number(text))) {
    throw invalidValue(`Can't cast the value of message (user) attribute '${name}' to a number.`);
  }
  if (kind === 'Binary') return { type, bytes: Buffer.from(bytes ?? []).toString('base64') };
  return { type, text: text ?? '' };
}
