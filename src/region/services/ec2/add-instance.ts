import { hostFor } from '../dependencies/room.ts';
import { Fault } from '../fault.ts';
import { actAsRole, profileOfGroup } from '../iam/instance-session.ts';
import type { Instance, RegionState, Tags } from '../state.ts';
import { type Ctx, randomDigits } from '../step.ts';

export interface NewInstance {
  readonly group: string;
  readonly zoneId: string;
  readonly tags?: Tags;
  readonly reservationId?: string;
  readonly clientToken?: string;
  /** Which of the instances of its launch it is, from 0. */
  readonly launchIndex?: number;
  readonly imageId?: string;
  readonly instanceType?: string;
  /** Default: that of its group. */
  readonly profile?: Instance['profile'];
  /** Its security groups. Default: those of its group. */
  readonly groupIds?: readonly string[];
  /** `pending` for a launch; an instance of the blueprint is `running` from the start. */
  readonly state?: 'pending' | 'running';
  /** Default: the next. */
  readonly place?: Place;
}

/** What no two instances have in common. */
interface Place {
  readonly name: string;
  readonly address: string;
}

/** The type of every instance that is launched without naming one. */
export const INSTANCE_TYPE = 't3.micro';

/** Puts an instance of a group into a zone, with the next name and a free address. */
export function addInstance(state: RegionState, wanted: NewInstance, ctx: Pick<Ctx, 'nowMs' | 'random'>): Instance {
  const { group, zoneId } = wanted;
  const [place] = wanted.place ? [wanted.place] : nextPlaces(state, wanted, 1);
  if (!place) throw noAddress(zoneId);
  const { address } = place;
  const name = wanted.tags?.Name ?? place.name;
  const hostId = hostFor(state, zoneId);
  const profile = wanted.profile ?? profileOfGroup(state, group);
  const instance: Instance = {
    instanceId: `i-0${randomDigits(ctx.random, 16)}`,
    ordinal: ++state.counter,
    reservationId: wanted.reservationId ?? `r-0${randomDigits(ctx.random, 16)}`,
    clientToken: wanted.clientToken ?? '',
    ...(wanted.launchIndex !== undefined && { launchIndex: wanted.launchIndex }),
    imageId: wanted.imageId ?? 'ami-0c0a05e55a4d10000',
    instanceType: wanted.instanceType ?? INSTANCE_TYPE,
    group,
    name,
    zoneId,
    address,
    eniId: `eni-0${randomDigits(ctx.random, 16)}`,
    groupIds: wanted.groupIds ?? state.groups[group]?.securityGroupIds ?? [],
    blueprint: wanted.state !== 'pending',
    tags: { ...state.groups[group]?.tags, Name: name, ...wanted.tags },
    state: wanted.state ?? 'running',
    transition: 0,
    reason: '',
    launchMs: ctx.nowMs,
    powered: true,
    force: false,
    generation: 1,
    seenReady: false,
    ...(hostId !== undefined && { hostId }),
    ...(profile && { profile }),
    process: { state: wanted.state === 'pending' ? 'starting' : 'none' },
  };
  state.instances.push(instance);
  actAsRole(state, instance, ctx);
  return instance;
}

/**
 * The places of the next instances of a group in a zone, at most `count`: the first free addresses, and names like
 * `web-a2`, of the group, the letter of the zone, and the first numbers that no instance there has. Found for all at once:
 * for each one all others are looked at.
 */
export function nextPlaces(
  state: RegionState,
  { group, zoneId }: Pick<NewInstance, 'group' | 'zoneId'>,
  count: number,
): Place[] {
  const letter = state.zones.find((zone) => zone.zoneId === zoneId)?.zoneName.at(-1) ?? '';
  const names = new Set(state.instances.map(({ name }) => name));
  let k = 1;
  return freeAddresses(state, zoneId, count).map((address) => {
    while (names.has(`${group}-${letter}${k}`)) k++;
    return { address, name: `${group}-${letter}${k++}` };
  });
}

/** A zone's subnet is a /20, as in a default VPC: 16 values of the third number. */
export const ZONE_SPAN = 16;

/** The first free addresses of a zone, at most `count`. Those below 11 are for load balancers alone. */
export function freeAddresses(state: RegionState, zoneId: string, count: number, from = 11): string[] {
  const third = state.zones.find((zone) => zone.zoneId === zoneId)?.firstOctet ?? 0;
  const taken = new Set([
    ...state.instances.filter(({ state: now }) => now !== 'terminated').map(({ address }) => address),
    ...state.loadBalancers.flatMap(({ nodes }) => nodes.map(({ address }) => address)),
  ]);
  const free: string[] = [];
  for (let k = from; k < ZONE_SPAN * 256 - 1 && free.length < count; k++) {
    const address = `10.0.${third + (k >> 8)}.${k & 255}`;
    if (!taken.has(address)) free.push(address);
  }
  return free;
}

export const noAddress = (zoneId: string): Fault =>
  new Fault('InsufficientFreeAddressesInSubnet', `The subnet of zone "${zoneId}" has not enough free addresses.`);
