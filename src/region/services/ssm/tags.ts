import type {
  AddTagsToResourceRequest,
  AddTagsToResourceResult,
  ListTagsForResourceRequest,
  ListTagsForResourceResult,
  RemoveTagsFromResourceRequest,
  RemoveTagsFromResourceResult,
  Tag,
} from '@aws-sdk/client-ssm';
import { Fault } from '../fault.ts';
import type { RegionState, Tags } from '../state.ts';
import type { Step } from '../step.ts';
import { checkLength, invalid } from './check.ts';
import { findParameter } from './parameters/name.ts';
import type { Parameter } from './ssm-state.ts';

const MOST_TAGS = 50;

export const addTagsToResource: Step<AddTagsToResourceRequest, AddTagsToResourceResult> = (state, input) => {
  const parameter = requireResource(state, input);
  const tags = { ...parameter.tags, ...readTags(input.Tags) };
  if (Object.keys(tags).length > MOST_TAGS) throw tooMany();
  parameter.tags = tags;
  return {};
};

export const removeTagsFromResource: Step<RemoveTagsFromResourceRequest, RemoveTagsFromResourceResult> = (
  state,
  input,
) => {
  const parameter = requireResource(state, input);
  const gone = input.TagKeys ?? [];
  parameter.tags = Object.fromEntries(Object.entries(parameter.tags).filter(([key]) => !gone.includes(key)));
  return {};
};

export const listTagsForResource: Step<ListTagsForResourceRequest, ListTagsForResourceResult> = (state, input) => ({
  TagList: Object.entries(requireResource(state, input).tags).map(([Key, Value]) => ({ Key, Value })),
});

/** Tags of a request. */
export function readTags(given: readonly Tag[] | undefined): Tags {
  const tags = given ?? [];
  if (tags.length > MOST_TAGS) throw tooMany();
  for (const { Key: key = '', Value: value = '' } of tags) {
    checkLength(key, 'tags.key', [1, 128]);
    checkLength(value, 'tags.value', [0, 256]);
    if (/^aws:/i.test(key)) throw invalid('Tag keys that begin with "aws:" are reserved.');
  }
  return Object.fromEntries(tags.map(({ Key = '', Value = '' }) => [Key, Value]));
}

/** Parameters alone have tags here. */
function requireResource(
  state: RegionState,
  { ResourceType: type, ResourceId: id = '' }: { ResourceType?: string | undefined; ResourceId?: string | undefined },
): Parameter {
  if (type !== 'Parameter') {
    throw new Fault('InvalidResourceType', `The region has no tags on resources of type "${type}".`, 400);
  }
  const found = findParameter(state, id);
  if (found) return found;
  const why = 'The resource ID is not valid. Verify that you entered the correct ID and try again.';
  throw new Fault('InvalidResourceId', why, 400);
}

const tooMany = () => new Fault('TooManyTagsError', `A resource can have at most ${MOST_TAGS} tags.`, 400);
