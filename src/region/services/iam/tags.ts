import type { Tag } from '@aws-sdk/client-iam';
import { Fault } from '../fault.ts';
import type { RegionState, Tags } from '../state.ts';
import type { Steps } from '../step.ts';
import { limitExceeded } from './documents.ts';
import { requireHolder, requireOwnPolicy } from './find.ts';
import type { HolderStep } from './input.ts';
import { pageOf } from './names.ts';

const MOST_TAGS = 50;

/** Tags as a map, checked as IAM checks them: keys that differ in case alone are the same. */
export function readTags(given: readonly Tag[] | undefined): Tags {
  const keys = new Set<string>();
  for (const { Key = '', Value = '' } of given ?? []) {
    if (keys.has(Key.toLowerCase()))
      throw invalid('Duplicate tag keys found. Please note that Tag keys are case insensitive.');
    if (Key === '' || Key.length > 128 || Value.length > 256) throw invalid(`The tag '${Key}' is of a wrong length.`);
    if (/^aws:/i.test(Key)) throw invalid("Tag keys may not begin with 'aws:'.");
    keys.add(Key.toLowerCase());
  }
  const tags = Object.fromEntries((given ?? []).map(({ Key = '', Value = '' }) => [Key, Value]));
  return requireFew(tags);
}

export const tagsView = (tags: Tags): Tag[] => Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));

/** `TagRole`, `UntagRole`, `ListRoleTags`; the same of users and managed policies. */
export function tagSteps(kind: 'User' | 'Role' | 'Policy'): Steps {
  const find = (state: RegionState, input: Parameters<HolderStep>[1]): { tags: Tags } =>
    kind === 'Policy' ? requireOwnPolicy(state, input.PolicyArn) : requireHolder(state, kind, input[`${kind}Name`]);
  const tag: HolderStep = (state, input) => {
    const tagged = find(state, input);
    tagged.tags = requireFew({ ...tagged.tags, ...readTags(input.Tags) });
  };
  const untag: HolderStep = (state, input) => {
    const tagged = find(state, input);
    const goes = input.TagKeys ?? [];
    tagged.tags = Object.fromEntries(Object.entries(tagged.tags).filter(([key]) => !goes.includes(key)));
  };
  const list: HolderStep = (state, input) => {
    const { items, page } = pageOf(tagsView(find(state, input).tags), ({ Key = '' }) => Key, input);
    return { Tags: items, ...page };
  };
  return { [`Tag${kind}`]: tag, [`Untag${kind}`]: untag, [`List${kind}Tags`]: list };
}

function requireFew(tags: Tags): Tags {
  if (Object.keys(tags).length > MOST_TAGS)
    throw limitExceeded(`Cannot exceed quota for TagsPerResource: ${MOST_TAGS}`);
  return tags;
}

const invalid = (message: string): Fault => new Fault('InvalidInput', message, 400);
