import { Fault } from '../fault.ts';
import type { RegionState } from '../state.ts';
import type { AutoScalingGroup, Member } from './group.ts';

/** The group of that name. */
export function requireGroup(state: RegionState, name: string | undefined): AutoScalingGroup {
  if (name === undefined || name === '') throw invalid("A value is required for the parameter 'AutoScalingGroupName'");
  const group = state.autoScalingGroups.find((one) => one.name === name);
  if (!group) throw invalid(`AutoScalingGroup name not found - AutoScalingGroup '${name}' not found`);
  return group;
}

/** The group that manages an instance, with the member. */
export function requireManaged(
  state: RegionState,
  instanceId: string | undefined,
): { readonly group: AutoScalingGroup; readonly member: Member } {
  if (instanceId === undefined) throw invalid("A value is required for the parameter 'InstanceId'");
  for (const group of state.autoScalingGroups) {
    const member = group.members.find((one) => one.instanceId === instanceId);
    if (member) return { group, member };
  }
  throw invalid(`Instance Id not found - No managed instance found for instance ID: ${instanceId}`);
}

/** The members of a group that are named, each once. */
export function requireMembers(group: AutoScalingGroup, ids: readonly string[] | undefined): readonly Member[] {
  const wanted = [...new Set(ids ?? [])];
  if (wanted.length === 0) throw invalid("A value is required for the parameter 'InstanceIds'");
  return wanted.map((id) => {
    const member = group.members.find((one) => one.instanceId === id);
    if (!member) throw invalid(`The instance ${id} is not part of Auto Scaling group ${group.name}.`);
    return member;
  });
}

export const invalid = (message: string): Fault => new Fault('ValidationError', message, 400);

/** A page by `NextToken` and `MaxRecords`, as the service has it. */
export function pageOf<T>(
  things: readonly T[],
  {
    NextToken: token,
    MaxRecords: size,
  }: { readonly NextToken?: string | undefined; readonly MaxRecords?: number | undefined },
  { usual, most }: { readonly usual: number; readonly most: number },
): { readonly items: readonly T[]; readonly more: { readonly NextToken?: string } } {
  const from = token === undefined ? 0 : Number(/^at:(\d+)$/.exec(token)?.[1] ?? Number.NaN);
  if (Number.isNaN(from)) throw new Fault('InvalidNextToken', 'The token is invalid.', 400);
  const asked = size ?? usual;
  if (!Number.isInteger(asked) || asked < 1 || asked > most) {
    throw invalid(`Member must have a value from 1 to ${most}: MaxRecords is ${asked}`);
  }
  const end = from + asked;
  return { items: things.slice(from, end), more: end < things.length ? { NextToken: `at:${end}` } : {} };
}

/** A flag that a request must give. */
export function requireFlag(name: string, value: boolean | undefined): boolean {
  if (value === undefined) throw invalid(`A value is required for the parameter '${name}'`);
  return value;
}
