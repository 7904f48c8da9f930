import type {
  ChangeMessageVisibilityBatchRequest,
  ChangeMessageVisibilityBatchResult,
  ChangeMessageVisibilityRequest,
  DeleteMessageBatchRequest,
  DeleteMessageBatchResult,
  DeleteMessageRequest,
} from '@aws-sdk/client-sqs';
import { Fault } from '../fault.ts';
import type { Step } from '../step.ts';
import { doEach, readEntries } from './batch.ts';
import { missing, wrongValue } from './errors.ts';
import { readHandle } from './handle.ts';
import { isExpired, messageOf, type Queue, replaceQueue, requireQueue, withMessage, withoutMessage } from './queue.ts';
import { readOwn } from './settings.ts';

type Nothing = Record<string, never>;

/** How long somebody may have a message in all, from when he received it. */
const LONGEST_MS = 43_200_000;

export const deleteMessage: Step<DeleteMessageRequest, Nothing> = (state, input, { nowMs }) => {
  replaceQueue(state, deleted(requireQueue(state, input.QueueUrl), input.ReceiptHandle, nowMs));
  return {};
};

export const deleteMessageBatch: Step<DeleteMessageBatchRequest, DeleteMessageBatchResult> = (
  state,
  input,
  { nowMs },
) => {
  let queue = requireQueue(state, input.QueueUrl);
  const answer = doEach(readEntries(input.Entries), ({ ReceiptHandle }) => {
    queue = deleted(queue, ReceiptHandle, nowMs);
    return {};
  });
  replaceQueue(state, queue);
  return answer;
};

/**
 * A handle of an earlier receiving deletes nothing, and is no error, since a message may be received more than once. In a
 * FIFO queue it is one, and so is a handle whose time is over.
 */
function deleted(queue: Queue, handle: string | undefined, nowMs: number): Queue {
  if (!handle) throw missing('ReceiptHandle');
  const { sequence, receipt } = readHandle(queue.name, handle);
  const message = messageOf(queue, sequence);
  if (!message) return queue;
  const isOver = message.receipt !== receipt || message.visibleMs <= nowMs;
  if (queue.settings.fifo && isOver) throw wrongValue(handle, 'ReceiptHandle', 'The receipt handle has expired.');
  return message.receipt === receipt ? withoutMessage(queue, sequence) : queue;
}

export const changeMessageVisibility: Step<ChangeMessageVisibilityRequest, Nothing> = (state, input, { nowMs }) => {
  replaceQueue(state, changed(requireQueue(state, input.QueueUrl), input, nowMs));
  return {};
};

export const changeMessageVisibilityBatch: Step<
  ChangeMessageVisibilityBatchRequest,
  ChangeMessageVisibilityBatchResult
> = (state, input, { nowMs }) => {
  let queue = requireQueue(state, input.QueueUrl);
  const answer = doEach(readEntries(input.Entries), (entry) => {
    queue = changed(queue, entry, nowMs);
    return {};
  });
  replaceQueue(state, queue);
  return answer;
};

interface Change {
  readonly ReceiptHandle: string | undefined;
  readonly VisibilityTimeout?: number | undefined;
}

/** From now on, so long: none at all hands it back at once. */
function changed(queue: Queue, { ReceiptHandle: handle, VisibilityTimeout: seconds }: Change, nowMs: number): Queue {
  if (!handle) throw missing('ReceiptHandle');
  if (seconds === undefined) throw missing('VisibilityTimeout');
  readOwn(seconds, 'VisibilityTimeout', [0, 43_200]);
  const { sequence, receipt } = readHandle(queue.name, handle);
  const message = messageOf(queue, sequence);
  if (!message || message.receipt !== receipt || isExpired(queue, message, nowMs)) {
    const why = 'Message does not exist or is not available for visibility timeout change.';
    throw wrongValue(handle, 'ReceiptHandle', why);
  }
  if (message.visibleMs <= nowMs) throw new Fault('MessageNotInflight', 'The specified message is not in flight.', 400);
  const visibleMs = nowMs + seconds * 1_000;
  if (visibleMs - (message.receivedMs ?? nowMs) > LONGEST_MS) {
    const why = 'Total VisibilityTimeout for the message is beyond the limit [43200 seconds]';
    throw wrongValue(seconds, 'VisibilityTimeout', why);
  }
  return withMessage(queue, { ...message, visibleMs });
}
