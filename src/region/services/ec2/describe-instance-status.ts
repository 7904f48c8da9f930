import type {
  DescribeInstanceStatusRequest,
  DescribeInstanceStatusResult,
  InstanceStatus,
  StatusType,
  SummaryStatus,
} from '@aws-sdk/client-ec2';
import type { Instance, RegionState } from '../state.ts';
import type { Step } from '../step.ts';
import { bothIdsAndPages, inOrder } from './describe-instances.ts';
import { applyFilters, type Facets } from './filter.ts';
import { endDryRun, findInstances } from './find-instances.ts';
import { instanceFacets, stateView, zoneOf } from './instance-view.ts';
import { page } from './page.ts';
import { instanceStatus, systemStatus } from './status.ts';

export const describeInstanceStatus: Step<DescribeInstanceStatusRequest, DescribeInstanceStatusResult> = (
  state,
  input,
) => {
  const { InstanceIds: ids } = input;
  if (ids && ids.length > 0 && input.MaxResults !== undefined) throw bothIdsAndPages();
  const candidates = ids && ids.length > 0 ? inOrder(findInstances(state, ids)) : state.instances;
  const shown = candidates.filter((instance) => input.IncludeAllInstances || instance.state === 'running');
  const matches = applyFilters(shown, input.Filters, statusFacets(state));
  const { items, next } = page(matches, input, ({ ordinal }) => ordinal);
  endDryRun(input);
  return {
    InstanceStatuses: items.map((instance) => statusView(state, instance)),
    ...(next !== undefined && { NextToken: next }),
  };
};

function statusView(state: RegionState, instance: Instance): InstanceStatus {
  const zone = zoneOf(state, instance);
  return {
    InstanceId: instance.instanceId,
    AvailabilityZone: zone.zoneName,
    AvailabilityZoneId: zone.zoneId,
    InstanceState: stateView(instance.state),
    ...(instance.lost && { Events: [RETIREMENT] }),
    SystemStatus: summary(systemStatus(instance)),
    InstanceStatus: summary(instanceStatus(instance)),
  };
}

/** What EC2 tells of an instance whose hardware is beyond repair: stop it and start it again, or let it be replaced. */
const RETIREMENT = {
  Code: 'instance-retirement',
  Description: 'The instance is running on degraded hardware',
} as const;

const REACHABILITY: Partial<Record<SummaryStatus, StatusType>> = {
  ok: 'passed',
  impaired: 'failed',
  initializing: 'initializing',
};

function summary(status: SummaryStatus): NonNullable<InstanceStatus['SystemStatus']> {
  const reachability = REACHABILITY[status];
  return {
    Status: status,
    ...(reachability !== undefined && { Details: [{ Name: 'reachability', Status: reachability }] }),
  };
}

const statusFacets = (state: RegionState): Facets<Instance> => {
  const facets = instanceFacets(state);
  return {
    ...pick(facets, ['availability-zone', 'availability-zone-id', 'instance-state-code', 'instance-state-name']),
    'system-status.status': (instance) => [systemStatus(instance)],
    'instance-status.status': (instance) => [instanceStatus(instance)],
    'system-status.reachability': (instance) => [REACHABILITY[systemStatus(instance)] ?? ''],
    'instance-status.reachability': (instance) => [REACHABILITY[instanceStatus(instance)] ?? ''],
  };
};

const pick = <T>(facets: Facets<T>, names: readonly string[]): Facets<T> =>
  Object.fromEntries(Object.entries(facets).filter(([name]) => names.includes(name)));
