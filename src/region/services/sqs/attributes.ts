import type {
  GetQueueAttributesRequest,
  GetQueueAttributesResult,
  SetQueueAttributesRequest,
} from '@aws-sdk/client-sqs';
import { Fault } from '../fault.ts';
import { onwardFrom } from '../sorted.ts';
import type { RegionState } from '../state.ts';
import type { Step } from '../step.ts';
import { arnOf, isExpired, type Queue, replaceQueue, requireQueue } from './queue.ts';
import { withAttributes } from './settings.ts';

export const getQueueAttributes: Step<GetQueueAttributesRequest, GetQueueAttributesResult> = (
  state,
  input,
  { nowMs },
) => {
  const all = attributesOf(state, requireQueue(state, input.QueueUrl), nowMs);
  const names: readonly string[] = input.AttributeNames ?? [];
  const unknown = names.find((name) => !KNOWN.includes(name));
  if (unknown !== undefined) throw new Fault('InvalidAttributeName', `Unknown Attribute ${unknown}.`, 400);
  const shown = Object.entries(all).filter(([name]) => names.includes('All') || names.includes(name));
  return shown.length > 0 ? { Attributes: Object.fromEntries(shown) } : {};
};

/** In force at once. */
export const setQueueAttributes: Step<SetQueueAttributesRequest, Record<string, never>> = (state, input, { nowMs }) => {
  const queue = requireQueue(state, input.QueueUrl);
  const settings = withAttributes(state, queue.settings, input.Attributes ?? {});
  replaceQueue(state, { ...queue, settings, modifiedMs: nowMs });
  return {};
};

const KNOWN: readonly string[] = [
  ...[
    'All',
    'Policy',
    'RedrivePolicy',
    'RedriveAllowPolicy',
    'VisibilityTimeout',
    'MaximumMessageSize',
    'DelaySeconds',
  ],
  ...['MessageRetentionPeriod', 'ReceiveMessageWaitTimeSeconds', 'QueueArn', 'CreatedTimestamp', 'FifoQueue'],
  ...['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible', 'ApproximateNumberOfMessagesDelayed'],
  ...['LastModifiedTimestamp', 'ContentBasedDeduplication', 'DeduplicationScope', 'FifoThroughputLimit'],
  ...['KmsMasterKeyId', 'KmsDataKeyReusePeriodSeconds', 'SqsManagedSseEnabled'],
];

/** Every attribute of a queue, as text. The numbers of messages are exact. */
export function attributesOf(state: RegionState, queue: Queue, nowMs: number): Record<string, string> {
  const { settings, createdMs, modifiedMs } = queue;
  const { redrive, fifo, policy } = settings;
  const messages = [...onwardFrom(queue.messages)].filter((message) => !isExpired(queue, message, nowMs));
  const hidden = messages.filter(({ visibleMs }) => visibleMs > nowMs);
  const held = hidden.filter(({ receives }) => receives > 0).length;
  const numbers = {
    ApproximateNumberOfMessages: messages.length - hidden.length,
    ApproximateNumberOfMessagesNotVisible: held,
    ApproximateNumberOfMessagesDelayed: hidden.length - held,
    CreatedTimestamp: Math.floor(createdMs / 1_000),
    LastModifiedTimestamp: Math.floor(modifiedMs / 1_000),
    DelaySeconds: settings.delay,
    MaximumMessageSize: settings.maximumSize,
    MessageRetentionPeriod: settings.retention,
    ReceiveMessageWaitTimeSeconds: settings.wait,
    VisibilityTimeout: settings.visibility,
  };
  const target = redrive && { deadLetterTargetArn: arnOf(state, redrive.queue), maxReceiveCount: redrive.most };
  return {
    QueueArn: arnOf(state, queue.name),
    ...Object.fromEntries(Object.entries(numbers).map(([name, number]) => [name, String(number)])),
    SqsManagedSseEnabled: String(!settings.isUnencrypted),
    ...(policy !== undefined && { Policy: policy }),
    ...(target && { RedrivePolicy: JSON.stringify(target) }),
    ...(fifo && {
      FifoQueue: 'true',
      ContentBasedDeduplication: String(fifo.byContent),
      DeduplicationScope: fifo.scope ?? 'queue',
      FifoThroughputLimit: fifo.limit ?? 'perQueue',
    }),
  };
}
