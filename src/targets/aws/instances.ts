import type { Instance } from '@aws-sdk/client-ec2';
import { aws } from '../../aws/calls.ts';
import { CallError } from '../../kernel/errors.ts';
import type { ReadPort } from '../../kernel/ports.ts';
import { zoneResource } from '../zone.ts';

/** What an instance may be chosen by. Every given condition must be met. */
export interface InstanceSelect {
  readonly tag?: Readonly<Record<string, string>> | undefined;
  /** Id or name of a zone. */
  readonly zone?: string | undefined;
  readonly id?: string | undefined;
  /** Id of a subnet. */
  readonly subnet?: string | undefined;
  readonly state?: string | undefined;
}

/** An instance as the selectors, faults and probes need it. */
export interface InstanceFacts {
  readonly instanceId: string;
  readonly name: string;
  readonly zoneId: string;
  readonly zoneName: string;
  readonly state: string;
}

/** An instance as a part of its zone. */
export const instanceResource = (instanceId: string, zoneId: string): [string, string] => [
  zoneResource(zoneId),
  `instance ${instanceId}`,
];

/** Pages read at most: an account with more instances needs a narrower selector. */
const PAGES_MAX = 100;
const PAGE_SIZE = 1_000;

/** Every instance that meets the conditions, by name and then by id. Throws a `CallError`. */
export async function findInstances(
  select: InstanceSelect,
  host: ReadPort,
  signal: AbortSignal,
): Promise<readonly InstanceFacts[]> {
  const zones = await zoneNames(host, signal);
  const zoneName = select.zone === undefined ? undefined : (zones.get(select.zone) ?? select.zone);
  const idOfZone = new Map([...zones].filter(([id, name]) => id !== name).map(([id, name]) => [name, id]));
  const read = (instance: Instance) => factsOf(instance, idOfZone);
  const found = await allInstances(filtersOf(select, zoneName), read, host, signal);
  return found.sort(byNameThenId);
}

/** The state of one instance; undefined when the account knows no such instance any more. Throws a `CallError`. */
export async function readInstanceState(
  instanceId: string,
  host: ReadPort,
  signal: AbortSignal,
): Promise<string | undefined> {
  try {
    const call = aws('ec2', 'DescribeInstances', { InstanceIds: [instanceId] });
    const { Reservations = [] } = await host.read(call, signal);
    return Reservations.flatMap(({ Instances = [] }) => Instances)[0]?.State?.Name;
  } catch (error) {
    if (error instanceof CallError && error.code === 'InvalidInstanceID.NotFound') return undefined;
    throw error;
  }
}

function filtersOf({ tag = {}, id, subnet, state }: InstanceSelect, zoneName: string | undefined) {
  return [
    ...Object.entries(tag).map(([key, value]) => ({ Name: `tag:${key}`, Values: [value] })),
    ...(zoneName === undefined ? [] : [{ Name: 'availability-zone', Values: [zoneName] }]),
    ...(id === undefined ? [] : [{ Name: 'instance-id', Values: [id] }]),
    ...(subnet === undefined ? [] : [{ Name: 'subnet-id', Values: [subnet] }]),
    ...(state === undefined ? [] : [{ Name: 'instance-state-name', Values: [state] }]),
  ];
}

/** Of each page only what is read of its instances is kept: an account may have very many of them. */
async function allInstances(
  filters: ReturnType<typeof filtersOf>,
  read: (instance: Instance) => InstanceFacts,
  host: ReadPort,
  signal: AbortSignal,
) {
  const found: InstanceFacts[] = [];
  let token: string | undefined;
  for (let page = 0; page < PAGES_MAX; page++) {
    const input = { MaxResults: PAGE_SIZE, ...(filters.length > 0 && { Filters: filters }) };
    const call = aws('ec2', 'DescribeInstances', { ...input, ...(token !== undefined && { NextToken: token }) });
    const { Reservations = [], NextToken } = await host.read(call, signal);
    for (const { Instances = [] } of Reservations) found.push(...Instances.map(read));
    if (!NextToken) return found;
    token = NextToken;
  }
  throw new CallError('TooManyPages', `the selector matches more than ${PAGES_MAX * PAGE_SIZE} instances`);
}

/** The account's name of each zone, by id and by name itself. */
export async function zoneNames(host: ReadPort, signal: AbortSignal): Promise<ReadonlyMap<string, string>> {
  const { AvailabilityZones = [] } = await host.read(aws('ec2', 'DescribeAvailabilityZones', {}), signal);
  const names = new Map<string, string>();
  for (const { ZoneId = '', ZoneName = '' } of AvailabilityZones) names.set(ZoneId, ZoneName).set(ZoneName, ZoneName);
  return names;
}

function factsOf({ InstanceId = '', Tags = [], Placement, State }: Instance, idOfZone: Map<string, string>) {
  const zoneName = Placement?.AvailabilityZone ?? '';
  const name = Tags.find(({ Key }) => Key === 'Name')?.Value || InstanceId;
  return {
    instanceId: InstanceId,
    name,
    zoneId: idOfZone.get(zoneName) ?? zoneName,
    zoneName,
    state: State?.Name ?? '',
  };
}

const byNameThenId = (a: InstanceFacts, b: InstanceFacts) =>
  a.name === b.name ? (a.instanceId < b.instanceId ? -1 : 1) : a.name < b.name ? -1 : 1;

/** The instance's own status check (`ok`, `initializing`, `impaired`); undefined when there is none to read. */
export async function readStatusCheck(
  instanceId: string,
  host: ReadPort,
  signal: AbortSignal,
): Promise<string | undefined> {
  const call = aws('ec2', 'DescribeInstanceStatus', { InstanceIds: [instanceId], IncludeAllInstances: true });
  const { InstanceStatuses = [] } = await host.read(call, signal);
  return InstanceStatuses[0]?.InstanceStatus?.Status;
}
