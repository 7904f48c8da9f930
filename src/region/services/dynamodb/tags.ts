import type {
  ListTagsOfResourceInput,
  ListTagsOfResourceOutput,
  Tag,
  TagResourceInput,
  UntagResourceInput,
} from '@aws-sdk/client-dynamodb';
import type { Tags } from '../state.ts';
import type { Step } from '../step.ts';
import { invalid } from './errors.ts';
import { replaceTable, requireTable } from './table.ts';

const MOST_TAGS = 50;

export const tagResource: Step<TagResourceInput, Record<string, never>> = (state, input) => {
  const table = requireTable(state, input.ResourceArn);
  const tags = { ...table.tags, ...readTags(input.Tags ?? []) };
  if (Object.keys(tags).length > MOST_TAGS) throw invalid(`A table has at most ${MOST_TAGS} tags.`);
  replaceTable(state, { ...table, tags });
  return {};
};

export const untagResource: Step<UntagResourceInput, Record<string, never>> = (state, input) => {
  const table = requireTable(state, input.ResourceArn);
  const gone = new Set(input.TagKeys ?? []);
  const left = Object.entries(table.tags).filter(([key]) => !gone.has(key));
  replaceTable(state, { ...table, tags: Object.fromEntries(left) });
  return {};
};

export const listTagsOfResource: Step<ListTagsOfResourceInput, ListTagsOfResourceOutput> = (state, input) => ({
  Tags: Object.entries(requireTable(state, input.ResourceArn).tags).map(([Key, Value]) => ({ Key, Value })),
});

/** @throws Fault ValidationException for tags that no resource may have. */
export function readTags(given: readonly Tag[]): Tags {
  for (const { Key: key = '', Value: value = '' } of given) {
    if (key === '' || key.length > 128 || value.length > 256) throw invalid(`The tag "${key}" is invalid.`);
    if (key.startsWith('aws:')) throw invalid(`The tag "${key}" has a key that is reserved.`);
  }
  return Object.fromEntries(given.map(({ Key = '', Value = '' }) => [Key, Value]));
}
