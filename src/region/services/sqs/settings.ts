import { Fault } from '../fault.ts';
import type { RegionState } from '../state.ts';
import { invalidAttribute, invalidValue, wrongValue } from './errors.ts';
import { arnOf, type QueueSettings, queueNamed } from './queue.ts';

type Numbers = 'delay' | 'maximumSize' | 'retention' | 'wait' | 'visibility';

/** Attributes that are numbers: what they set, and from where to where. */
const NUMBERS: Readonly<Record<string, readonly [setting: Numbers, least: number, most: number]>> = {
  DelaySeconds: ['delay', 0, 900],
  MaximumMessageSize: ['maximumSize', 1_024, 1_048_576],
  MessageRetentionPeriod: ['retention', 60, 1_209_600],
  ReceiveMessageWaitTimeSeconds: ['wait', 0, 20],
  VisibilityTimeout: ['visibility', 0, 43_200],
};
const OF_FIFO: readonly string[] = ['ContentBasedDeduplication', 'DeduplicationScope', 'FifoThroughputLimit'];
const KNOWN_ELSEWHERE = ['KmsMasterKeyId', 'KmsDataKeyReusePeriodSeconds', 'RedriveAllowPolicy'];

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html */
export const DEFAULTS: QueueSettings = {
  delay: 0,
  maximumSize: 1_048_576,
  retention: 345_600,
  wait: 0,
  visibility: 30,
};

/** The settings with attributes set. @throws Fault for one that is unknown, or has a value that it may not have. */
export function withAttributes(
  state: RegionState,
  before: QueueSettings,
  attributes: Readonly<Record<string, string>>,
): QueueSettings {
  const after = Object.entries(attributes).reduce(
    (settings, [name, value]) => withAttribute(state, settings, name, value),
    before,
  );
  if (after.fifo?.limit === 'perMessageGroupId' && after.fifo.scope !== 'messageGroup') {
    throw invalidAttribute('FifoThroughputLimit');
  }
  return after;
}

function withAttribute(state: RegionState, before: QueueSettings, name: string, value: string): QueueSettings {
  const number = Object.hasOwn(NUMBERS, name) ? NUMBERS[name] : undefined;
  if (number) {
    const [setting, least, most] = number;
    return { ...before, [setting]: readNumber(name, value, least, most) };
  }
  if (name === 'Policy') return withPolicy(before, value);
  if (name === 'RedrivePolicy') return withRedrive(state, before, value);
  if (name === 'FifoQueue') {
    if (value === 'true' && before.fifo) return before;
    throw new Fault('InvalidAttributeName', 'Unknown Attribute FifoQueue.', 400);
  }
  if (before.fifo && OF_FIFO.includes(name)) return { ...before, fifo: withFifo(before.fifo, name, value) };
  if (name === 'SqsManagedSseEnabled') return withEncryption(before, readWord(name, value, ['false', 'true']));
  if (KNOWN_ELSEWHERE.includes(name)) {
    throw new Fault('UnsupportedOperation', `The region does not honour the attribute "${name}".`, 400);
  }
  throw new Fault('InvalidAttributeName', `Unknown Attribute ${name}.`, 400);
}

/** The group is a narrower scope than the queue; only in that is the throughput limited by group. */
function withFifo({ byContent, scope, limit }: Fifo, name: string, value: string): Fifo {
  if (name === 'ContentBasedDeduplication') {
    const word = readWord(name, value, ['false', 'true']);
    return { byContent: word === 'true', ...(scope && { scope }), ...(limit && { limit }) };
  }
  if (name === 'DeduplicationScope') {
    const word = readWord(name, value, ['queue', 'messageGroup']);
    return { byContent, ...(word === 'messageGroup' && { scope: word }), ...(limit && { limit }) };
  }
  const word = readWord(name, value, ['perQueue', 'perMessageGroupId']);
  return { byContent, ...(scope && { scope }), ...(word === 'perMessageGroupId' && { limit: word }) };
}

type Fifo = NonNullable<QueueSettings['fifo']>;

const withEncryption = ({ isUnencrypted: _before, ...rest }: QueueSettings, word: 'true' | 'false'): QueueSettings => ({
  ...rest,
  ...(word === 'false' && { isUnencrypted: true }),
});

function readWord<T extends string>(name: string, value: string, words: readonly T[]): T {
  const word = words.find((one) => one === value);
  if (word === undefined) throw invalidAttribute(name);
  return word;
}

function readNumber(name: string, value: string, least: number, most: number): number {
  const number = /^\d{1,9}$/.test(value) ? Number(value) : Number.NaN;
  if (number >= least && number <= most) return number;
  throw invalidAttribute(name);
}

function withPolicy({ policy: _policy, ...rest }: QueueSettings, value: string): QueueSettings {
  if (value === '') return rest;
  parsed('Policy', value);
  return { ...rest, policy: value };
}

function withRedrive(state: RegionState, { redrive: _redrive, ...rest }: QueueSettings, value: string): QueueSettings {
  if (value === '') return rest;
  const { deadLetterTargetArn: arn, maxReceiveCount } = parsed('RedrivePolicy', value);
  const most = Number(maxReceiveCount);
  if (typeof arn !== 'string')
    throw wrongValue(
      value,
      'RedrivePolicy',
      'Redrive policy does not contain mandatory attribute: deadLetterTargetArn.',
    );
  if (!Number.isInteger(most) || most < 1 || most > 1_000) {
    throw wrongValue(value, 'RedrivePolicy', 'Invalid value for maxReceiveCount: it must be from 1 to 1000.');
  }
  const queue = arn.slice(arn.lastIndexOf(':') + 1);
  const target = arn === arnOf(state, queue) ? queueNamed(state, queue) : undefined;
  if (!target) throw wrongValue(value, 'RedrivePolicy', 'Dead letter target does not exist.');
  if ((target.settings.fifo === undefined) !== (rest.fifo === undefined)) {
    throw wrongValue(value, 'RedrivePolicy', 'Dead-letter queue must be same type of queue as the source.');
  }
  return { ...rest, redrive: { queue, most } };
}

function parsed(name: string, value: string): Readonly<Record<string, unknown>> {
  try {
    const given: unknown = JSON.parse(value);
    if (typeof given === 'object' && given !== null) return given as Record<string, unknown>;
  } catch {
    // The same as what is no object.
  }
  throw invalidAttribute(name);
}

/** A number that a request may set for itself instead of the queue's. */
export function readOwn(
  value: number | undefined,
  name: string,
  [least, most]: readonly [number, number],
): number | undefined {
  if (value === undefined || (Number.isInteger(value) && value >= least && value <= most)) return value;
  throw invalidValue(
    `Value ${value} for parameter ${name} is invalid. Reason: Must be >= ${least} and <= ${most}, if provided.`,
  );
}
