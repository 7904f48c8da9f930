import type { Message as MessageView, ReceiveMessageRequest, ReceiveMessageResult } from '@aws-sdk/client-sqs';
import { honourOnly } from '../honour-only.ts';
import { onwardFrom } from '../sorted.ts';
import type { RegionState } from '../state.ts';
import { type Ctx, randomDigits, type Step } from '../step.ts';
import { Waiting } from '../waiting.ts';
import { md5Of, md5OfAttributes } from './digest.ts';
import { handleOf } from './handle.ts';
import {
  arnOf,
  isExpired,
  type Message,
  type Queue,
  queueNamed,
  replaceQueue,
  requireQueue,
  withMessage,
  withoutMessage,
} from './queue.ts';
import { sequenceNumber } from './send.ts';
import { readOwn } from './settings.ts';

const HONOURED = [
  ...['QueueUrl', 'AttributeNames', 'MessageSystemAttributeNames', 'MessageAttributeNames'],
  ...['MaxNumberOfMessages', 'VisibilityTimeout', 'WaitTimeSeconds'],
];

/**
 * Hands out what nobody has, the oldest first; nobody else gets it until its visibility time-out is over. In a FIFO queue
 * nothing of a group is handed out while somebody has something of it. Without a message, whoever is willing waits.
 */
export const receiveMessage: Step<ReceiveMessageRequest, ReceiveMessageResult | Waiting> = (state, input, ctx) => {
  honourOnly(input, HONOURED);
  const queue = requireQueue(state, input.QueueUrl);
  const most = readOwn(input.MaxNumberOfMessages, 'MaxNumberOfMessages', [1, 10]) ?? 1;
  const wait = readOwn(input.WaitTimeSeconds, 'WaitTimeSeconds', [0, 20]) ?? queue.settings.wait;
  const visibility = readOwn(input.VisibilityTimeout, 'VisibilityTimeout', [0, 43_200]) ?? queue.settings.visibility;
  const hasDeadLetters = queueNamed(state, queue.settings.redrive?.queue ?? '') !== undefined;
  const found = look(queue, { most, hasDeadLetters, nowMs: ctx.nowMs });
  for (const { sequence } of found.expired) drop(state, queue.name, sequence);
  for (const message of found.dead) moveToDeadLetters(state, queue, message, ctx);
  const messages = found.free.map((message) => hold(state, queue.name, message, visibility, ctx));
  if (messages.length > 0) return { Messages: messages.map((message) => view(state, queue, message, input)) };
  return waitFor(state, queue.name, found.nextMs, wait, ctx);
};

interface Found {
  readonly free: Message[];
  readonly dead: Message[];
  readonly expired: Message[];
  /** When something may be free that is not now. */
  nextMs: number;
}

/** Without its dead-letter queue a queue goes on to hand out what it has. */
function look(
  queue: Queue,
  { most, hasDeadLetters, nowMs }: { readonly most: number; readonly hasDeadLetters: boolean; readonly nowMs: number },
): Found {
  const found: Found = { free: [], dead: [], expired: [], nextMs: Number.POSITIVE_INFINITY };
  const { fifo, redrive } = queue.settings;
  const held = new Set<string>();
  for (const message of onwardFrom(queue.messages)) {
    if (found.free.length === most) break;
    if (isExpired(queue, message, nowMs)) found.expired.push(message);
    else if (message.visibleMs > nowMs) {
      found.nextMs = Math.min(found.nextMs, message.visibleMs);
      if (fifo && message.group !== undefined) held.add(message.group);
    } else if (message.group !== undefined && held.has(message.group)) continue;
    else if (redrive && hasDeadLetters && message.receives >= redrive.most) found.dead.push(message);
    else found.free.push(message);
  }
  return found;
}

/** Nothing yet: the caller is to ask again when something has changed or is free, within the time that it has left. */
function waitFor(state: RegionState, name: string, nextMs: number, wait: number, { nowMs, caller }: Ctx) {
  const sinceMs = caller.sinceMs ?? nowMs;
  const leftMs = sinceMs + wait * 1_000 - nowMs;
  if (leftMs <= 0) return {};
  const seen = queueNamed(state, name);
  return new Waiting(sinceMs, Math.min(leftMs, nextMs - nowMs), () => queueNamed(state, name) !== seen);
}

function drop(state: RegionState, name: string, sequence: number): void {
  const queue = queueNamed(state, name);
  if (queue) replaceQueue(state, withoutMessage(queue, sequence));
}

/** Dead letters keep what they are and when they were sent, and get a number of their new queue. */
function moveToDeadLetters(state: RegionState, from: Queue, message: Message, { nowMs }: Ctx): void {
  const target = queueNamed(state, from.settings.redrive?.queue ?? '');
  if (!target) return;
  drop(state, from.name, message.sequence);
  const { receipt: _receipt, firstReceivedMs: _firstReceivedMs, ...rest } = message;
  const sequence = target.sequence + 1;
  const letter: Message = { ...rest, sequence, receives: 0, visibleMs: nowMs, source: from.name };
  replaceQueue(state, { ...withMessage(target, letter), sequence });
}

function hold(state: RegionState, name: string, before: Message, visibility: number, { nowMs, random }: Ctx): Message {
  const message: Message = {
    ...before,
    receives: before.receives + 1,
    firstReceivedMs: before.firstReceivedMs ?? nowMs,
    receivedMs: nowMs,
    visibleMs: nowMs + visibility * 1_000,
    receipt: randomDigits(random, 16, 36),
  };
  const queue = queueNamed(state, name);
  if (queue) replaceQueue(state, withMessage(queue, message));
  return message;
}

function view(state: RegionState, queue: Queue, message: Message, input: ReceiveMessageRequest): MessageView {
  const asked: readonly string[] = [...(input.AttributeNames ?? []), ...(input.MessageSystemAttributeNames ?? [])];
  const system = Object.entries(systemAttributes(state, queue, message)).filter(
    ([name, value]) => value !== undefined && (asked.includes('All') || asked.includes(name)),
  );
  const own = Object.entries(message.attributes).filter(([name]) => isAsked(name, input.MessageAttributeNames ?? []));
  const attributes = Object.fromEntries(own);
  const md5 = md5OfAttributes(attributes);
  const shown = own.map(([name, { type, text, bytes }]) => [
    name,
    {
      DataType: type,
      ...(bytes === undefined ? { StringValue: text } : { BinaryValue: Buffer.from(bytes, 'base64') }),
    },
  ]);
  return {
    MessageId: message.id,
    ReceiptHandle: handleOf(queue.name, message),
    MD5OfBody: md5Of(message.body),
    Body: message.body,
    ...(system.length > 0 && { Attributes: Object.fromEntries(system) }),
    ...(md5 !== undefined && { MessageAttributes: Object.fromEntries(shown), MD5OfMessageAttributes: md5 }),
  };
}

const systemAttributes = (state: RegionState, { settings }: Queue, message: Message) => ({
  SenderId: message.sender,
  SentTimestamp: String(message.sentMs),
  ApproximateReceiveCount: String(message.receives),
  ApproximateFirstReceiveTimestamp: String(message.firstReceivedMs),
  MessageGroupId: message.group,
  MessageDeduplicationId: message.deduplicationId,
  SequenceNumber: settings.fifo && sequenceNumber(message.sequence),
  DeadLetterQueueSourceArn: message.source === undefined ? undefined : arnOf(state, message.source),
});

/** Names may be asked for by what they begin with. */
const isAsked = (name: string, asked: readonly string[]): boolean =>
  asked.some((one) => one === 'All' || one === name || (one.endsWith('.*') && name.startsWith(one.slice(0, -2))));
