import type { DesiredHostedZone, DesiredLoadBalancer, DesiredRecord } from '../../contract.ts';
import { parseData, type ResourceRecord, withoutDot } from './records.ts';

/** A hosted zone, indexed for answering. Names are in lower case and without the trailing dot. */
export interface Zone {
  readonly name: string;
  readonly soa: ResourceRecord;
  /** Record sets by name, then type. A name with an empty map is an empty non-terminal. */
  readonly names: ReadonlyMap<string, ReadonlyMap<string, readonly DesiredRecord[]>>;
}

/** The SOA data of a zone that says nothing else, as Route 53 makes it. */
const DEFAULT_SOA = 'ns-1.dns.internal. hostmaster.dns.internal. 1 7200 900 1209600 86400';

/** The hosted zones and, for the DNS name of each load balancer, a zone of its own that holds nothing else. */
export function indexZones(
  hosted: readonly DesiredHostedZone[],
  loadBalancers: readonly DesiredLoadBalancer[],
): readonly Zone[] {
  const own = loadBalancers.map(({ dnsName }) => ({
    id: dnsName,
    name: dnsName,
    records: [{ name: dnsName, type: 'A', ttl: 1, values: [], aliasOf: dnsName }],
  }));
  return [...hosted, ...own].map(indexZone);
}

/** The zone that is responsible for a name: of those that enclose it, the longest. */
export function zoneOf(zones: readonly Zone[], name: string): Zone | undefined {
  let best: Zone | undefined;
  for (const zone of zones) {
    if (encloses(zone.name, name) && zone.name.length >= (best?.name.length ?? 0)) best = zone;
  }
  return best;
}

export const encloses = (zone: string, name: string): boolean =>
  zone === '' || name === zone || name.endsWith(`.${zone}`);

export const canonicalName = (name: string): string => withoutDot(name).toLowerCase();

function indexZone(zone: DesiredHostedZone): Zone {
  const apex = canonicalName(zone.name);
  const names = new Map<string, Map<string, DesiredRecord[]>>([[apex, new Map()]]);
  for (const record of zone.records) {
    const name = canonicalName(record.name).replace(/^\\052(?=\.|$)/, '*');
    if (!encloses(apex, name)) continue;
    for (let at = name; encloses(apex, at) && !names.has(at); at = parentOf(at)) names.set(at, new Map());
    const types = names.get(name);
    types?.set(record.type, [...(types.get(record.type) ?? []), record]);
  }
  const declared = names.get(apex)?.get('SOA')?.[0];
  const data = parseData('SOA', declared?.values[0] ?? DEFAULT_SOA) ?? parseData('SOA', DEFAULT_SOA) ?? [];
  return { name: apex, soa: { name: apex, type: 'SOA', ttl: declared?.ttl ?? 900, data }, names };
}

/** `b.c` for `a.b.c`, and the root for a single label. */
export const parentOf = (name: string): string => (name.includes('.') ? name.slice(name.indexOf('.') + 1) : '');
