import type {
  ListTagsForResourceInput,
  ListTagsForResourceOutput,
  Tag,
  TagResourceInput,
  TagResourceOutput,
  UntagResourceInput,
  UntagResourceOutput,
} from '@aws-sdk/client-cloudwatch';
import { Fault } from '../fault.ts';
import type { RegionState, Tags } from '../state.ts';
import type { Step } from '../step.ts';
import { invalidValue } from './check.ts';
import type { Alarm } from './cloudwatch-state.ts';

const MOST_TAGS = 50;

export const tagResource: Step<TagResourceInput, TagResourceOutput> = (state, input) => {
  const alarm = requireArn(state, input.ResourceARN);
  alarm.tags = withTags(alarm.tags, checkTags(input.Tags ?? []));
  return {};
};

export const untagResource: Step<UntagResourceInput, UntagResourceOutput> = (state, input) => {
  const alarm = requireArn(state, input.ResourceARN);
  const gone = new Set(input.TagKeys ?? []);
  alarm.tags = Object.fromEntries(Object.entries(alarm.tags).filter(([key]) => !gone.has(key)));
  return {};
};

export const listTagsForResource: Step<ListTagsForResourceInput, ListTagsForResourceOutput> = (state, input) => ({
  Tags: Object.entries(requireArn(state, input.ResourceARN).tags).map(([Key, Value]) => ({ Key, Value })),
});

export function checkTags(tags: readonly Tag[]): Tags {
  for (const { Key: key = '', Value: value = '' } of tags) {
    if (key === '' || key.length > 128 || value.length > 256) throw invalidValue(`The tag "${key}" is invalid.`);
    if (key.startsWith('aws:')) throw invalidValue(`The tag "${key}" has a key that is reserved.`);
  }
  return Object.fromEntries(tags.map(({ Key = '', Value = '' }) => [Key, Value]));
}

/** The tags with others set. */
export function withTags(tags: Readonly<Tags>, more: Readonly<Tags>): Tags {
  const all = Object.fromEntries([...Object.entries(tags), ...Object.entries(more)]);
  if (Object.keys(all).length > MOST_TAGS) throw invalidValue(`A resource has at most ${MOST_TAGS} tags.`);
  return all;
}

function requireArn({ cloudWatch }: RegionState, arn: string | undefined): Alarm {
  const alarm = cloudWatch.alarms.find((one) => one.arn === arn);
  if (alarm) return alarm;
  const props = { ResourceType: 'alarm', ResourceId: arn ?? '' };
  throw new Fault('ResourceNotFoundException', `There is no alarm "${arn}".`, 404, props);
}
