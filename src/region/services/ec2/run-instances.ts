import type { Reservation, RunInstancesRequest } from '@aws-sdk/client-ec2';
import { canonicalJson } from '../../../kernel/json.ts';
import { joinNetwork } from '../dependencies/join-network.ts';
import { roomIn } from '../dependencies/room.ts';
import { Fault } from '../fault.ts';
import { requireNamedProfile } from '../iam/instance-session.ts';
import type { RegionState, Tags } from '../state.ts';
import { randomDigits, type Step } from '../step.ts';
import { addInstance, freeAddresses, nextPlaces, noAddress } from './add-instance.ts';
import { reservationsOf } from './describe-instances.ts';
import { noSubnet } from './describe-places.ts';
import { endDryRun } from './find-instances.ts';
import { hasCapacity, requireCapacity } from './lifecycle.ts';
import { securityGroupIds } from './network/interfaces.ts';
import { specifiedTags } from './tags.ts';
import { enter } from './transition.ts';

/**
 * Launches instances of a group of the blueprint, since an instance here is a process and the group says which program
 * it runs: the launch template of that name, or the tag `group`, names it. The zone is the one of `SubnetId` or
 * `Placement`, otherwise the first of the group's zones that has
 * capacity.
 */
export const runInstances: Step<RunInstancesRequest, Reservation> = (state, input, ctx) => {
  const { ClientToken: token, ...rest } = input;
  const asked = canonicalJson({ ...rest, DryRun: undefined });
  const earlier = token ? launchOf(state, token, ctx.nowMs) : undefined;
  if (earlier) {
    if (earlier.input === asked) return reservationView(state, earlier.reservationId);
    const why = 'The request uses the same client token as a previous, but non-identical request.';
    throw new Fault('IdempotentParameterMismatch', why);
  }
  const count = countOf(state, input);
  const tags = specifiedTags(input.TagSpecifications, 'instance');
  const group = groupOf(state, input, tags);
  const zoneId = zoneOfLaunch(state, input, group);
  requireCapacity(state, zoneId, count.min);
  const groupIds = input.SecurityGroupIds?.length ? securityGroupIds(state, input.SecurityGroupIds) : undefined;
  const profile = input.IamInstanceProfile && requireNamedProfile(state, input.IamInstanceProfile);
  const addresses = freeAddresses(state, zoneId, count.max).length;
  if (addresses < count.min) throw noAddress(zoneId);
  endDryRun(input);
  const most = Math.min(count.max, addresses, roomIn(state, zoneId));
  const reservationId = `r-0${randomDigits(ctx.random, 16)}`;
  for (const [k, place] of nextPlaces(state, { group, zoneId }, most).entries()) {
    const instance = addInstance(
      state,
      {
        group,
        zoneId,
        tags,
        reservationId,
        state: 'pending',
        launchIndex: k,
        place,
        ...(groupIds && { groupIds }),
        ...(profile && { profile }),
        ...(token && { clientToken: token }),
        ...(input.ImageId && { imageId: input.ImageId }),
        ...(input.InstanceType && { instanceType: input.InstanceType }),
      },
      ctx,
    );
    enter(state, instance, 'pending', ctx.nowMs);
    joinNetwork(state, instance, ctx.nowMs);
  }
  if (token) rememberLaunch(state, token, { input: asked, reservationId, atMs: ctx.nowMs });
  return reservationView(state, reservationId);
};

const MAX_AT_ONCE = 100;
const TOKEN_LIFE_MS = 24 * 3_600_000;

function reservationView(state: RegionState, reservationId: string): Reservation {
  const members = state.instances.filter((instance) => instance.reservationId === reservationId);
  return reservationsOf(state, members)[0] ?? { ReservationId: reservationId, OwnerId: state.accountId, Instances: [] };
}

const launchOf = (state: RegionState, token: string, nowMs: number) => {
  const launch = Object.hasOwn(state.launches, token) ? state.launches[token] : undefined;
  return launch && nowMs - launch.atMs < TOKEN_LIFE_MS ? launch : undefined;
};

function rememberLaunch(state: RegionState, token: string, launch: RegionState['launches'][string]): void {
  const fresh = Object.entries(state.launches).filter(([, { atMs }]) => launch.atMs - atMs < TOKEN_LIFE_MS);
  state.launches = Object.fromEntries([...fresh, [token, launch]]);
}

function countOf(state: RegionState, { MinCount: min = 1, MaxCount: max = min }: RunInstancesRequest) {
  if (!Number.isInteger(min) || !Number.isInteger(max) || min < 1 || max < min) {
    const why = `Invalid value for the number of instances: minimum ${min}, maximum ${max}.`;
    throw new Fault('InvalidParameterValue', why);
  }
  if (min > MAX_AT_ONCE || state.instances.length + min > MAX_INSTANCES) {
    throw new Fault('InstanceLimitExceeded', `You have requested more instances (${min}) than your limit allows.`);
  }
  return { min, max: Math.min(max, MAX_AT_ONCE) };
}

const MAX_INSTANCES = 5_000;

function groupOf(state: RegionState, { LaunchTemplate: template }: RunInstancesRequest, tags: Tags): string {
  const name = template?.LaunchTemplateName;
  if (template) {
    if (name !== undefined && Object.hasOwn(state.groups, name)) return name;
    const why = `The launch template "${name ?? template.LaunchTemplateId}" does not exist; ${known(state)}.`;
    throw new Fault('InvalidLaunchTemplateName.NotFoundException', why);
  }
  const group = tags.group;
  if (group !== undefined && Object.hasOwn(state.groups, group)) return group;
  const why =
    group === undefined
      ? `A launch names its group by LaunchTemplate.LaunchTemplateName or by the tag "group"; ${known(state)}.`
      : `The tag "group" names no group of the blueprint: "${group}"; ${known(state)}.`;
  throw new Fault('InvalidParameterValue', why);
}

const known = ({ groups }: RegionState) => `the groups are ${Object.keys(groups).join(', ')}`;

function zoneOfLaunch(
  state: RegionState,
  { SubnetId: subnet, Placement: placement }: RunInstancesRequest,
  group: string,
) {
  const { AvailabilityZone: name, AvailabilityZoneId: id } = placement ?? {};
  if (subnet !== undefined) {
    const zone = state.zones.find(({ subnetId }) => subnetId === subnet);
    if (!zone) throw noSubnet(subnet);
    return zone.zoneId;
  }
  if (name !== undefined || id !== undefined) {
    const zone = state.zones.find(
      ({ zoneName, zoneId }) => zoneName === (name ?? zoneName) && zoneId === (id ?? zoneId),
    );
    if (!zone) throw new Fault('InvalidParameterValue', `Invalid availability zone: [${name ?? id}]`);
    return zone.zoneId;
  }
  const zones = state.zones.filter(({ zoneId }) => state.groups[group]?.zoneIds.includes(zoneId));
  const zone = zones.find(({ zoneId }) => hasCapacity(state, zoneId)) ?? zones[0] ?? state.zones[0];
  if (!zone) throw new Fault('InvalidParameterValue', 'The region has no availability zone.');
  return zone.zoneId;
}
