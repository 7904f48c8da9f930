import type { DescribeInstancesRequest, DescribeInstancesResult, Reservation } from '@aws-sdk/client-ec2';
import { Fault } from '../fault.ts';
import type { Instance, RegionState } from '../state.ts';
import type { Step } from '../step.ts';
import { applyFilters } from './filter.ts';
import { endDryRun, findInstances } from './find-instances.ts';
import { instanceFacets, instanceView } from './instance-view.ts';
import { page } from './page.ts';

export const describeInstances: Step<DescribeInstancesRequest, DescribeInstancesResult> = (state, input) => {
  const { InstanceIds: ids, Filters: filters } = input;
  if (ids && ids.length > 0 && input.MaxResults !== undefined) throw bothIdsAndPages();
  const candidates = ids && ids.length > 0 ? inOrder(findInstances(state, ids)) : state.instances;
  const matches = applyFilters(candidates, filters, instanceFacets(state), ({ tags }) => tags);
  const { items, next } = page(matches, input, ({ ordinal }) => ordinal, 5);
  endDryRun(input);
  return { Reservations: reservationsOf(state, items), ...(next !== undefined && { NextToken: next }) };
};

export const bothIdsAndPages = (): Fault =>
  new Fault('InvalidParameterCombination', 'The parameters InstanceIds and MaxResults cannot be used together.');

export const inOrder = (instances: readonly Instance[]): readonly Instance[] =>
  [...instances].sort((a, b) => a.ordinal - b.ordinal);

/** Instances under the launches that made them. */
export function reservationsOf(state: RegionState, instances: readonly Instance[]): Reservation[] {
  const launches = new Map<string, Instance[]>();
  for (const instance of instances) {
    const members = launches.get(instance.reservationId);
    if (members) members.push(instance);
    else launches.set(instance.reservationId, [instance]);
  }
  return [...launches].map(([ReservationId, members]) => ({
    ReservationId,
    OwnerId: state.accountId,
    Groups: [],
    Instances: members.map((instance) => instanceView(state, instance)),
  }));
}
