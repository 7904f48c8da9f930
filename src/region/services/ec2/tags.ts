import type {
  CreateTagsRequest,
  DeleteTagsRequest,
  DescribeTagsRequest,
  DescribeTagsResult,
  ResourceType,
  Tag,
  TagDescription,
  TagSpecification,
} from '@aws-sdk/client-ec2';
import { Fault } from '../fault.ts';
import type { RegionState, Tags } from '../state.ts';
import type { Step } from '../step.ts';
import { applyFilters } from './filter.ts';
import { endDryRun, findInstances } from './find-instances.ts';
import { tagsView } from './instance-view.ts';
import { page } from './page.ts';

interface Tagged {
  readonly id: string;
  readonly type: ResourceType;
  tags: Tags;
}

export const createTags: Step<CreateTagsRequest, void> = (state, input) => {
  const resources = requireResources(state, input.Resources);
  const tags = readTags(input.Tags);
  for (const { id, tags: present } of resources) {
    if (Object.keys({ ...present, ...tags }).length > MAX_TAGS) {
      throw new Fault('TagLimitExceeded', `The resource '${id}' would have more than ${MAX_TAGS} tags.`);
    }
  }
  endDryRun(input);
  for (const { holder } of resources) holder.tags = { ...holder.tags, ...tags };
};

/** Removes a tag by its key or, when a value is given, only if it has that value; without tags, removes them all. */
export const deleteTags: Step<DeleteTagsRequest, void> = (state, input) => {
  const resources = requireResources(state, input.Resources);
  endDryRun(input);
  const goes = (key: string, value: string) =>
    !input.Tags || input.Tags.length === 0
      ? !key.startsWith('aws:')
      : input.Tags.some((tag) => tag.Key === key && (tag.Value === undefined || tag.Value === value));
  for (const { holder } of resources) {
    holder.tags = Object.fromEntries(Object.entries(holder.tags).filter(([key, value]) => !goes(key, value)));
  }
};

export const describeTags: Step<DescribeTagsRequest, DescribeTagsResult> = (state, input) => {
  const all = everything(state).flatMap(({ id, type, tags }) =>
    tagsView(tags).map((tag): TagDescription => ({ ResourceId: id, ResourceType: type, ...tag })),
  );
  const numbered = all.map((tag, k) => ({ tag, k }));
  const matches = applyFilters(
    numbered,
    input.Filters,
    {
      key: ({ tag }) => [tag.Key ?? ''],
      value: ({ tag }) => [tag.Value ?? ''],
      'resource-id': ({ tag }) => [tag.ResourceId ?? ''],
      'resource-type': ({ tag }) => [tag.ResourceType ?? ''],
    },
    ({ tag }) => ({ [tag.Key ?? '']: tag.Value ?? '' }),
  );
  const { items, next } = page(matches, input, ({ k }) => k, 5);
  endDryRun(input);
  return { Tags: items.map(({ tag }) => tag), ...(next !== undefined && { NextToken: next }) };
};

/** The tags that a request gives to what it creates. */
export const specifiedTags = (specifications: readonly TagSpecification[] | undefined, type: ResourceType): Tags =>
  readTags((specifications ?? []).filter((one) => one.ResourceType === type).flatMap(({ Tags: tags }) => tags ?? []));

/** Tags as a map, checked as EC2 checks them. */
function readTags(tags: readonly Tag[] | undefined): Tags {
  const read = new Map<string, string>();
  for (const { Key: key = '', Value: value = '' } of tags ?? []) {
    if (key === '' || key.length > 127 || value.length > 255) {
      throw new Fault('InvalidParameterValue', `Tag key or value is of a length that is not allowed: '${key}'`);
    }
    if (key.startsWith('aws:')) {
      throw new Fault('InvalidParameterValue', `Tag keys starting with 'aws:' are reserved for internal use`);
    }
    if (read.has(key)) throw new Fault('InvalidParameterValue', `Duplicate tag key '${key}' specified.`);
    read.set(key, value);
  }
  return Object.fromEntries(read);
}

const MAX_TAGS = 50;

function requireResources(state: RegionState, ids: readonly string[] | undefined) {
  if (!ids || ids.length === 0) {
    throw new Fault('MissingParameter', 'The request must contain the parameter ResourceId');
  }
  findInstances(
    state,
    ids.filter((id) => id.startsWith('i-')),
  );
  const byId = new Map(everything(state).map((resource) => [resource.id, resource]));
  return [...new Set(ids)].map((id) => {
    const holder = byId.get(id);
    if (!holder) throw new Fault('InvalidID', `The ID '${id}' is not valid`);
    return { id, tags: holder.tags, holder };
  });
}

/** Everything that can carry tags. Writing to `tags` writes to the state. */
function everything(state: RegionState): Tagged[] {
  const tagged = (id: string, type: ResourceType, holder: { tags: Tags }): Tagged => ({
    id,
    type,
    get tags() {
      return holder.tags;
    },
    set tags(tags) {
      holder.tags = tags;
    },
  });
  return [
    ...state.instances.map((instance) => tagged(instance.instanceId, 'instance', instance)),
    ...state.zones.map((zone) => tagged(zone.subnetId, 'subnet', zone)),
    tagged(state.vpc.vpcId, 'vpc', state.vpc),
    ...state.network.acls.map((acl) => tagged(acl.networkAclId, 'network-acl', acl)),
    ...state.network.securityGroups.map((group) => tagged(group.groupId, 'security-group', group)),
    ...state.network.securityGroups.flatMap(({ rules }) =>
      rules.map((rule) => tagged(rule.ruleId, 'security-group-rule', rule)),
    ),
    tagged(state.network.routeTable.routeTableId, 'route-table', state.network.routeTable),
  ];
}
