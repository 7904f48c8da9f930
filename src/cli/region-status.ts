import { openEmbedded } from '../host/embedded.ts';
import { CallError } from '../kernel/errors.ts';
import { type DependencyFacts, facility, type ProcessFacts, type ZoneFacts } from '../kernel/facility.ts';
import type { RegionFile } from '../kernel/region-file.ts';
import { columns, type Paint } from '../report/text.ts';
import { dependencyRows } from './region-dependencies.ts';
import { regionJson } from './regions.ts';

/** A region that is up, as it is at this moment. */
export interface RegionStatus extends ReturnType<typeof regionJson> {
  readonly zones: readonly ZoneFacts[];
  readonly instances: readonly ProcessFacts[];
  /** What its services need, and whether they have it. */
  readonly dependencies: DependencyFacts;
  /** The run that holds it, if one does. */
  readonly heldBy: string | null;
  /** Why it does not answer; null when it does. */
  readonly silent: string | null;
}

const WITHIN_MS = 10_000;

export async function readRegionStatus(file: RegionFile): Promise<RegionStatus> {
  const facts = regionJson(file);
  try {
    const port = await openEmbedded(file);
    const signal = AbortSignal.timeout(WITHIN_MS);
    const { zones } = await port.read(facility('DescribeZones', {}), signal);
    const { processes } = await port.read(facility('DescribeProcesses', {}), signal);
    const { lease } = await port.read(facility('DescribeLease', {}), signal);
    const dependencies = await port.read(facility('DescribeDependencies', {}), signal);
    return { ...facts, zones, instances: processes, dependencies, heldBy: lease?.runId ?? null, silent: null };
  } catch (error) {
    if (!(error instanceof CallError)) throw error;
    return { ...facts, zones: [], instances: [], dependencies: { stores: [] }, heldBy: null, silent: error.message };
  }
}

export function renderRegionStatus(status: RegionStatus, paint: Paint): string {
  const { name, endpoint, accountId, region, dns, pid, loadBalancers, zones, instances, heldBy, silent, data } = status;
  const facts = [
    ['endpoint', endpoint],
    ['account', `${accountId} in ${region}`],
    ['dns', `${dns.address}:${dns.port}`],
    ...loadBalancers.map((balancer) => ['load balancer', `${balancer.dnsName} at ${balancer.url}`]),
    ['process', String(pid)],
    ...(data === null ? [] : [['data', data]]),
    ['held by', heldBy ?? 'nobody'],
  ];
  const rows = instances.map((one) => [one.name, one.instanceId, one.zoneId, `${one.address}:${one.port}`, one.state]);
  return [
    paint.bold(`region ${name}`),
    ...columns(facts, '  '),
    ...(silent === null ? [] : [paint.bad(`  it does not answer: ${silent}`)]),
    ...columns(
      zones.map((zone) => [zone.zoneId, zone.zoneName, `power ${zone.power}`, ...withoutHardware(zone)]),
      '  ',
    ),
    ...columns(dependencyRows(status.dependencies), '  '),
    ...columns(rows, '  '),
  ].join('\n');
}

const withoutHardware = ({ lost }: ZoneFacts): string[] =>
  lost.length === 0 ? [] : [`hardware lost: ${lost.join(', ')}`];
