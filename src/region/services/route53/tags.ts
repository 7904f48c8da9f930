import type {
  ChangeTagsForResourceRequest,
  ChangeTagsForResourceResponse,
  ListTagsForResourceRequest,
  ListTagsForResourceResponse,
  ListTagsForResourcesRequest,
  ListTagsForResourcesResponse,
  ResourceTagSet,
  TagResourceType,
} from '@aws-sdk/client-route-53';
import type { HealthCheck, HostedZone, RegionState } from '../state.ts';
import type { Step } from '../step.ts';
import { invalidInput, requireZone } from './find-zone.ts';
import { requireHealthCheck } from './health-checks.ts';

/** Removes and adds tags; a key that is given anew has the new value. */
export const changeTagsForResource: Step<ChangeTagsForResourceRequest, ChangeTagsForResourceResponse> = (
  state,
  { ResourceType: type, ResourceId: id, AddTags: added = [], RemoveTagKeys: removed = [] },
) => {
  const tagged = requireTagged(state, type, id);
  const kept = Object.entries(tagged.tags).filter(([key]) => !removed.includes(key));
  const tags = Object.fromEntries([...kept, ...added.map(({ Key = '', Value = '' }) => [Key, Value] as const)]);
  if (Object.keys(tags).length > MOST_TAGS) throw invalidInput(`A resource has at most ${MOST_TAGS} tags.`);
  tagged.tags = tags;
  return {};
};

export const listTagsForResource: Step<ListTagsForResourceRequest, ListTagsForResourceResponse> = (
  state,
  { ResourceType: type, ResourceId: id },
) => ({ ResourceTagSet: tagSet(state, type, id) });

/** Of at most ten resources of one type. */
export const listTagsForResources: Step<ListTagsForResourcesRequest, ListTagsForResourcesResponse> = (
  state,
  { ResourceType: type, ResourceIds: ids = [] },
) => {
  if (ids.length < 1 || ids.length > MOST_RESOURCES) {
    throw invalidInput(`ResourceIds must have from 1 to ${MOST_RESOURCES} members.`);
  }
  return { ResourceTagSets: ids.map((id) => tagSet(state, type, id)) };
};

const tagSet = (state: RegionState, type: TagResourceType | undefined, id: string | undefined): ResourceTagSet => {
  const { tags } = requireTagged(state, type, id);
  return {
    ...(type && { ResourceType: type }),
    ...(id !== undefined && { ResourceId: id }),
    Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
  };
};

const MOST_RESOURCES = 10;
const MOST_TAGS = 50;

function requireTagged(state: RegionState, type: string | undefined, id: string | undefined): HealthCheck | HostedZone {
  if (type === 'healthcheck') return requireHealthCheck(state, id);
  if (type === 'hostedzone') return requireZone(state, id);
  throw invalidInput(`Invalid resource type: ${type}`);
}
