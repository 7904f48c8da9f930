import type {
  ChangeTagsForResourceRequest,
  ChangeTagsForResourceResponse,
  ListTagsForResourceRequest,
  ListTagsForResourceResponse,
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
) => ({
  ResourceTagSet: {
    ResourceType: type as TagResourceType,
    ResourceId: id as string,
    Tags: Object.entries(requireTagged(state, type, id).tags).map(([Key, Value]) => ({ Key, Value })),
  },
});

const MOST_TAGS = 50;

function requireTagged(state: RegionState, type: string | undefined, id: string | undefined): HealthCheck | HostedZone {
  if (type === 'healthcheck') return requireHealthCheck(state, id);
  if (type === 'hostedzone') return requireZone(state, id);
  throw invalidInput(`Invalid resource type: ${type}`);
}
