import type { BlueprintHostedZone, BlueprintRecord } from '../../../kernel/blueprint.ts';
import { nameServerName } from '../../world-names.ts';
import type { HostedZone, LoadBalancer, RecordSet, RegionState } from '../state.ts';
import { randomDigits } from '../step.ts';
import { requireName } from './names.ts';
import { compareRecords } from './record.ts';

/** A hosted zone of the blueprint with its records, all of them published. */
export function buildHostedZone(state: RegionState, zone: BlueprintHostedZone, random: () => number): HostedZone {
  const built = emptyHostedZone(state, random, { name: requireName(zone.name), callerReference: 'blueprint' });
  const soa = apexRecords(state, built.name, zone.negativeTtl);
  built.records = [...soa, ...zone.records.map((record) => buildRecord(state, record))].sort(compareRecords);
  built.published = [...built.records];
  return built;
}

/** A hosted zone with only SOA and NS. */
export function emptyHostedZone(
  state: RegionState,
  random: () => number,
  { name, callerReference, comment = '' }: { name: string; callerReference: string; comment?: string | undefined },
): HostedZone {
  const records = apexRecords(state, name, 900);
  const id = `Z${randomDigits(random, 20, 36).toUpperCase()}`;
  return { id, name, callerReference, comment, tags: {}, records, published: [...records] };
}

export const nameServersOf = ({ nameServers }: RegionState): string[] =>
  Array.from({ length: Math.max(1, nameServers) }, (_, k) => nameServerName(k + 1));

function apexRecords(state: RegionState, name: string, negativeTtl: number): RecordSet[] {
  const servers = nameServersOf(state).map((server) => `${server}.`);
  const soa = `${servers[0]} hostmaster.${name} 1 7200 900 1209600 ${negativeTtl}`;
  return [
    { name, type: 'NS', ttl: 172_800, values: servers },
    { name, type: 'SOA', ttl: Math.max(900, negativeTtl), values: [soa] },
  ];
}

function buildRecord(state: RegionState, record: BlueprintRecord): RecordSet {
  const { setIdentifier, weight } = record;
  const routing = setIdentifier !== undefined && weight !== undefined && { setIdentifier, weight };
  const base = { name: requireName(record.name), type: record.type, ...routing };
  const balancer = state.loadBalancers.find(({ name }) => name === record.alias);
  if (balancer) return { ...base, values: [], alias: aliasOf(balancer) };
  const members = state.instances.filter(({ group }) => group === record.instances);
  const values = record.instances === undefined ? (record.values ?? []) : members.map(({ address }) => address);
  return { ...base, ttl: record.ttl ?? 60, values };
}

const aliasOf = ({ hostedZoneId, dnsName }: LoadBalancer) => ({
  hostedZoneId,
  dnsName: `${dnsName}.`,
  evaluateTargetHealth: false,
});
