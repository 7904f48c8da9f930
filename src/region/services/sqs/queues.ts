import type {
  CreateQueueRequest,
  CreateQueueResult,
  DeleteQueueRequest,
  GetQueueUrlRequest,
  GetQueueUrlResult,
  ListDeadLetterSourceQueuesRequest,
  ListDeadLetterSourceQueuesResult,
  ListQueuesRequest,
  ListQueuesResult,
  ListQueueTagsRequest,
  ListQueueTagsResult,
  PurgeQueueRequest,
  TagQueueRequest,
  UntagQueueRequest,
} from '@aws-sdk/client-sqs';
import { Fault } from '../fault.ts';
import type { RegionState } from '../state.ts';
import type { Ctx, Step } from '../step.ts';
import { attributesOf } from './attributes.ts';
import { invalidValue } from './errors.ts';
import { noQueue, type Queue, queueNamed, replaceQueue, replaceQueues, requireQueue } from './queue.ts';
import { DEFAULTS, withAttributes } from './settings.ts';

type Nothing = Record<string, never>;

const MOST_QUEUES = 1_000;
const MOST_TAGS = 50;
/** A queue is purged at most once in this time. */
const PURGE_EVERY_MS = 60_000;

/** The queue of that name if it has all attributes that are asked for; otherwise it is made. */
export const createQueue: Step<CreateQueueRequest, CreateQueueResult> = (state, input, ctx) => {
  const { QueueName: name = '', Attributes: attributes = {} } = input;
  const QueueUrl = urlOf(state, name, ctx);
  const there = queueNamed(state, name);
  if (there) {
    refuseOther(state, there, attributes, ctx.nowMs);
    return { QueueUrl };
  }
  const isFifo = attributes.FifoQueue === 'true';
  if (
    !NAME.test(isFifo ? name.replace(/\.fifo$/, '') : name) ||
    name.length > 80 ||
    name.endsWith('.fifo') !== isFifo
  ) {
    const what = isFifo ? 'The name of a FIFO queue can only' : 'Can only';
    const suffix = isFifo ? ', must end with .fifo suffix and be 1 to 80 in length' : '. 1 to 80 in length';
    throw invalidValue(`${what} include alphanumeric characters, hyphens, or underscores${suffix}`);
  }
  const base = isFifo ? { ...DEFAULTS, fifo: { byContent: false } } : DEFAULTS;
  const { nowMs } = ctx;
  replaceQueue(state, {
    ...{ name, createdMs: nowMs, modifiedMs: nowMs, settings: withAttributes(state, base, attributes) },
    ...{ tags: readTags({}, input.tags), sequence: 0, messages: [] },
  });
  return { QueueUrl };
};

const NAME = /^[A-Za-z0-9_-]{1,80}$/;

function refuseOther(
  state: RegionState,
  queue: Queue,
  attributes: Readonly<Record<string, string>>,
  nowMs: number,
): void {
  const wanted = withAttributes(state, queue.settings, attributes);
  const [is, would] = [attributesOf(state, queue, nowMs), attributesOf(state, { ...queue, settings: wanted }, nowMs)];
  const other = Object.keys(attributes).find((name) => is[name] !== would[name]);
  if (other === undefined) return;
  const why = 'A queue already exists with the same name and a different value for attribute';
  throw new Fault('QueueNameExists', `${why} ${other}`, 400);
}

/** A queue is reached where the caller reaches the region. */
const urlOf = ({ region, accountId }: RegionState, name: string, { caller }: Ctx): string =>
  `${caller.endpoint ?? `https://sqs.${region}.amazonaws.com`}/${accountId}/${name}`;

export const getQueueUrl: Step<GetQueueUrlRequest, GetQueueUrlResult> = (state, { QueueName: name = '' }, ctx) => ({
  QueueUrl: urlOf(state, (queueNamed(state, name) ?? noQueue()).name, ctx),
});

export const listQueues: Step<ListQueuesRequest, ListQueuesResult> = (state, input, ctx) => {
  const { QueueNamePrefix: prefix = '' } = input;
  const names = Object.keys(state.stores.sqs.queues).filter((name) => name.startsWith(prefix));
  const { shown, more } = page(names.sort(), input);
  return { ...(shown.length > 0 && { QueueUrls: shown.map((name) => urlOf(state, name, ctx)) }), ...more };
};

/** The queues whose dead letters come to this one. */
export const listDeadLetterSourceQueues: Step<ListDeadLetterSourceQueuesRequest, ListDeadLetterSourceQueuesResult> = (
  state,
  input,
  ctx,
) => {
  const { name: target } = requireQueue(state, input.QueueUrl);
  const sources = Object.values(state.stores.sqs.queues).filter(({ settings }) => settings.redrive?.queue === target);
  const { shown, more } = page(sources.map(({ name }) => name).sort(), input);
  return { queueUrls: shown.map((name) => urlOf(state, name, ctx)), ...more };
};

interface PageRequest {
  readonly MaxResults?: number | undefined;
  readonly NextToken?: string | undefined;
}

/** A token is the last name that was shown. Only who asks for pages gets one. */
function page(names: readonly string[], { MaxResults: size, NextToken: token }: PageRequest) {
  if (size !== undefined && (size < 1 || size > MOST_QUEUES)) {
    throw invalidValue(`Value ${size} for parameter MaxResults is invalid. Reason: Must be from 1 to ${MOST_QUEUES}.`);
  }
  const after = token === undefined ? '' : Buffer.from(token, 'base64url').toString();
  const rest = names.filter((name) => name > after);
  const shown = rest.slice(0, size ?? MOST_QUEUES);
  const last = shown.at(-1);
  const isCut = size !== undefined && last !== undefined && rest.length > shown.length;
  return { shown, more: isCut ? { NextToken: Buffer.from(last).toString('base64url') } : {} };
}

export const deleteQueue: Step<DeleteQueueRequest, Nothing> = (state, { QueueUrl }) => {
  const { name: gone } = requireQueue(state, QueueUrl);
  replaceQueues(state, Object.fromEntries(Object.entries(state.stores.sqs.queues).filter(([name]) => name !== gone)));
  return {};
};

/** All messages are gone at once. */
export const purgeQueue: Step<PurgeQueueRequest, Nothing> = (state, { QueueUrl }, { nowMs }) => {
  const queue = requireQueue(state, QueueUrl);
  if (queue.purgedMs !== undefined && nowMs - queue.purgedMs < PURGE_EVERY_MS) {
    const why = `Only one PurgeQueue operation on ${queue.name} is allowed every 60 seconds.`;
    throw new Fault('PurgeQueueInProgress', why, 403);
  }
  replaceQueue(state, { ...queue, messages: [], purgedMs: nowMs });
  return {};
};

export const tagQueue: Step<TagQueueRequest, Nothing> = (state, { QueueUrl, Tags }) => {
  const queue = requireQueue(state, QueueUrl);
  replaceQueue(state, { ...queue, tags: readTags(queue.tags, Tags) });
  return {};
};

export const untagQueue: Step<UntagQueueRequest, Nothing> = (state, { QueueUrl, TagKeys = [] }) => {
  const queue = requireQueue(state, QueueUrl);
  const left = Object.entries(queue.tags).filter(([key]) => !TagKeys.includes(key));
  replaceQueue(state, { ...queue, tags: Object.fromEntries(left) });
  return {};
};

export const listQueueTags: Step<ListQueueTagsRequest, ListQueueTagsResult> = (state, { QueueUrl }) => {
  const { tags } = requireQueue(state, QueueUrl);
  return Object.keys(tags).length > 0 ? { Tags: tags } : {};
};

function readTags(before: Queue['tags'], given: Readonly<Record<string, string>> = {}): Queue['tags'] {
  const tags = { ...before, ...given };
  if (Object.keys(tags).length > MOST_TAGS) throw invalidValue(`A queue has at most ${MOST_TAGS} tags.`);
  return tags;
}
