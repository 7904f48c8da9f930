import type {
  AddTagsInput,
  AddTagsOutput,
  DescribeTagsInput,
  DescribeTagsOutput,
  RemoveTagsInput,
  RemoveTagsOutput,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { Fault } from '../fault.ts';
import type { LoadBalancer, RegionState, Tags } from '../state.ts';
import type { Step } from '../step.ts';
import { noLoadBalancer } from './find.ts';

/** Of at most 20 load balancers, listeners and target groups. */
export const describeTags: Step<DescribeTagsInput, DescribeTagsOutput> = (state, { ResourceArns: arns = [] }) => {
  if (arns.length > MOST_RESOURCES) throw invalid(`At most ${MOST_RESOURCES} resources can be described at once`);
  return {
    TagDescriptions: arns.map((arn) => ({
      ResourceArn: arn,
      Tags: Object.entries(ownerOf(state, arn).tags?.[arn] ?? {}).map(([Key, Value]) => ({ Key, Value })),
    })),
  };
};

/** A key that is given anew has the new value. */
export const addTags: Step<AddTagsInput, AddTagsOutput> = (state, { ResourceArns: arns = [], Tags: given = [] }) => {
  const keys = given.map(({ Key }) => Key);
  if (new Set(keys).size < keys.length)
    throw new Fault('DuplicateTagKeys', 'A tag key was specified more than once', 400);
  const added = Object.fromEntries(given.map(({ Key = '', Value = '' }) => [Key, Value] as const));
  changeTags(state, arns, (tags) => ({ ...tags, ...added }));
  return {};
};

export const removeTags: Step<RemoveTagsInput, RemoveTagsOutput> = (
  state,
  { ResourceArns: arns = [], TagKeys: keys = [] },
) => {
  changeTags(state, arns, (tags) => Object.fromEntries(Object.entries(tags).filter(([key]) => !keys.includes(key))));
  return {};
};

const MOST_RESOURCES = 20;
const MOST_TAGS = 50;

function changeTags(state: RegionState, arns: readonly string[], change: (tags: Tags) => Tags): void {
  const changes = arns.map((arn) => {
    const owner = ownerOf(state, arn);
    return { owner, arn, tags: change(owner.tags?.[arn] ?? {}) };
  });
  if (changes.some(({ tags }) => Object.keys(tags).length > MOST_TAGS)) {
    throw new Fault('TooManyTags', `A resource has at most ${MOST_TAGS} tags`, 400);
  }
  for (const { owner, arn, tags } of changes) owner.tags = { ...owner.tags, [arn]: tags };
}

/** The load balancer that an ARN names, or whose listener or target group it does. */
function ownerOf(state: RegionState, arn: string): LoadBalancer {
  const found = state.loadBalancers.find(
    (one) => one.arn === arn || one.listenerArn === arn || one.targetGroup.arn === arn,
  );
  if (found) return found;
  if (arn.includes(':targetgroup/')) throw new Fault('TargetGroupNotFound', `Target groups '${arn}' not found`, 400);
  if (arn.includes(':listener/')) throw new Fault('ListenerNotFound', `Listeners '${arn}' not found`, 400);
  if (arn.includes(':loadbalancer/')) throw noLoadBalancer(arn);
  throw invalid(`'${arn}' is not a valid load balancer ARN`);
}

const invalid = (why: string) => new Fault('ValidationError', why, 400);
