import { Fault } from '../fault.ts';
import type { Sorted } from '../sorted.ts';
import { findAt, putAt, removeAt } from '../sorted.ts';
import type { RegionState, Tags } from '../state.ts';
import type { Lately } from './deduplication.ts';

/** Queues by name. It is replaced, never changed in place. */
export interface SqsState {
  readonly queues: Readonly<Record<string, Queue>>;
}

export interface Queue {
  readonly name: string;
  readonly createdMs: number;
  readonly modifiedMs: number;
  readonly purgedMs?: number;
  readonly settings: QueueSettings;
  readonly tags: Tags;
  /** The number that the last message got. */
  readonly sequence: number;
  /** In the order of their numbers. */
  readonly messages: Sorted<Message>;
  /** What a FIFO queue has taken lately. */
  readonly lately?: Lately;
}

/** What attributes set. Durations are in seconds, as the API has them. */
export interface QueueSettings {
  readonly delay: number;
  readonly maximumSize: number;
  readonly retention: number;
  readonly wait: number;
  readonly visibility: number;
  /** Kept and told, and not judged. */
  readonly policy?: string;
  readonly redrive?: { readonly queue: string; readonly most: number };
  /** The service itself encrypts what rests, as it does unless told otherwise. It is told, and nothing more. */
  readonly isUnencrypted?: true;
  readonly fifo?: FifoSettings;
}

interface FifoSettings {
  readonly byContent: boolean;
  /** Within what the same deduplication id is the same message. Absent: within the queue. */
  readonly scope?: 'messageGroup';
  /** Of what the throughput is limited. Absent: of the queue. It is told, and nothing is limited. */
  readonly limit?: 'perMessageGroupId';
}

export interface Message {
  readonly sequence: number;
  readonly id: string;
  readonly body: string;
  readonly attributes: Readonly<Record<string, MessageAttribute>>;
  readonly sentMs: number;
  readonly sender: string;
  /** Before that time nobody receives it: it is delayed, or somebody has it. */
  readonly visibleMs: number;
  readonly receives: number;
  readonly firstReceivedMs?: number;
  readonly receivedMs?: number;
  /** Part of the last receipt handle. */
  readonly receipt?: string;
  readonly group?: string;
  readonly deduplicationId?: string;
  /** The queue from which it came as a dead letter. */
  readonly source?: string;
}

export interface MessageAttribute {
  readonly type: string;
  readonly text?: string;
  /** Base64. */
  readonly bytes?: string;
}

export const arnOf = ({ region, accountId }: RegionState, name: string): string =>
  `arn:aws:sqs:${region}:${accountId}:${name}`;

/** The queue of a URL, of which only the last part counts: a region is reached by several. */
export function requireQueue(state: RegionState, url: string | undefined): Queue {
  return queueNamed(state, (url ?? '').slice((url ?? '').lastIndexOf('/') + 1)) ?? noQueue();
}

export const queueNamed = ({ stores }: RegionState, name: string): Queue | undefined =>
  Object.hasOwn(stores.sqs.queues, name) ? stores.sqs.queues[name] : undefined;

export function noQueue(): never {
  throw new Fault('QueueDoesNotExist', 'The specified queue does not exist.', 400);
}

export function replaceQueue(state: RegionState, queue: Queue): void {
  replaceQueues(state, { ...state.stores.sqs.queues, [queue.name]: queue });
}

export function replaceQueues(state: RegionState, queues: SqsState['queues']): void {
  state.stores = { ...state.stores, sqs: { queues } };
}

const placeOf = (sequence: number) => (message: Message) => message.sequence - sequence;

export const messageOf = (queue: Queue, sequence: number): Message | undefined =>
  findAt(queue.messages, placeOf(sequence));

export const withMessage = (queue: Queue, message: Message): Queue => ({
  ...queue,
  messages: putAt(queue.messages, message, placeOf(message.sequence)),
});

export const withoutMessage = (queue: Queue, sequence: number): Queue => ({
  ...queue,
  messages: removeAt(queue.messages, placeOf(sequence)),
});

export const isExpired = ({ settings }: Queue, { sentMs }: Message, nowMs: number): boolean =>
  sentMs + settings.retention * 1_000 <= nowMs;
