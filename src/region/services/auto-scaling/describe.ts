import type {
  ActivitiesType,
  AutoScalingGroupNamesType,
  AutoScalingGroupsType,
  AutoScalingInstancesType,
  DescribeAutoScalingInstancesType,
  DescribeScalingActivitiesType,
  DescribeTagsType,
  Filter,
  TagsType,
} from '@aws-sdk/client-auto-scaling';
import { honourOnly } from '../honour-only.ts';
import type { RegionState } from '../state.ts';
import type { Step } from '../step.ts';
import { invalid, pageOf, requireGroup } from './find.ts';
import type { AutoScalingGroup } from './group.ts';
import { activityView, groupView, instanceDetails, tagsView } from './views.ts';

/** Names that no group has are passed over, as the service does. */
export const describeAutoScalingGroups: Step<AutoScalingGroupNamesType, AutoScalingGroupsType> = (state, input) => {
  honourOnly(input, ['AutoScalingGroupNames', 'NextToken', 'MaxRecords', 'Filters']);
  const { AutoScalingGroupNames: names, Filters: filters = [] } = input;
  const matches = state.autoScalingGroups.filter(
    (group) => isAsked(names, group.name) && filters.every((filter) => passes(state, group, filter)),
  );
  const { items, more } = pageOf(matches, input, { usual: 50, most: 100 });
  return { AutoScalingGroups: items.map((group) => groupView(state, group)), ...more };
};

export const describeAutoScalingInstances: Step<DescribeAutoScalingInstancesType, AutoScalingInstancesType> = (
  state,
  input,
) => {
  const all = state.autoScalingGroups.flatMap((group) => group.members.map((member) => ({ group, member })));
  const matches = all.filter(({ member }) => isAsked(input.InstanceIds, member.instanceId));
  const { items, more } = pageOf(matches, input, { usual: 50, most: 50 });
  return { AutoScalingInstances: items.map(({ group, member }) => instanceDetails(state, group, member)), ...more };
};

/** The latest first. */
export const describeScalingActivities: Step<DescribeScalingActivitiesType, ActivitiesType> = (state, input) => {
  honourOnly(input, ['ActivityIds', 'AutoScalingGroupName', 'IncludeDeletedGroups', 'MaxRecords', 'NextToken']);
  const { AutoScalingGroupName: name, ActivityIds: ids } = input;
  const groups = name === undefined ? state.autoScalingGroups : [requireGroup(state, name)];
  const matches = groups
    .flatMap((group) => group.activities.toReversed().map((activity) => ({ group, activity })))
    .filter(({ activity }) => isAsked(ids, activity.id));
  const { items, more } = pageOf(matches, input, { usual: 100, most: 100 });
  return { Activities: items.map(({ group, activity }) => activityView(state, group, activity)), ...more };
};

/** Every given filter must be met: by a group's name, and by key, value and propagation of a tag. */
export const describeTags: Step<DescribeTagsType, TagsType> = (state, input) => {
  const filters = input.Filters ?? [];
  const beyond = filters.find(({ Name = '' }) => !TAG_FILTERS.includes(Name));
  if (beyond)
    throw invalid(`Filter type ${beyond.Name} is not correct. Allowed Filter types are: ${TAG_FILTERS.join(' ')}`);
  const matches = state.autoScalingGroups
    .flatMap((group) => tagsView(state, group))
    .filter(({ ResourceId = '', Key = '', Value = '', PropagateAtLaunch }) => {
      const own = [ResourceId, Key, Value, String(PropagateAtLaunch)];
      return filters.every(({ Name = '', Values = [] }) => Values.includes(own[TAG_FILTERS.indexOf(Name)] ?? ''));
    });
  const { items, more } = pageOf(matches, input, { usual: 50, most: 100 });
  return { Tags: [...items], ...more };
};

const TAG_FILTERS = ['auto-scaling-group', 'key', 'value', 'propagate-at-launch'];

const isAsked = (names: readonly string[] | undefined, name: string) =>
  names === undefined || names.length === 0 || names.includes(name);

function passes(state: RegionState, group: AutoScalingGroup, { Name: name = '', Values: values = [] }: Filter) {
  const tags = tagsView(state, group);
  if (name === 'tag-key') return tags.some(({ Key = '' }) => values.includes(Key));
  if (name === 'tag-value') return tags.some(({ Value = '' }) => values.includes(Value));
  if (name.startsWith('tag:')) {
    const key = name.slice('tag:'.length);
    return tags.some(({ Key, Value = '' }) => Key === key && values.includes(Value));
  }
  throw invalid(`Filter type ${name} is not correct. Allowed Filter types are: tag-key, tag-value, tag:<key>`);
}
