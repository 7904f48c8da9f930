import type { BlueprintHostedZone, BlueprintRecord } from '../../../kernel/blueprint.ts';
import { nameServerName } from '../../world-names.ts';
import type { HostedZone, LoadBalancer, RecordSet, RegionState } from '../state.ts';
import { randomDigits } from '../step.ts';
import { buildRecordCheck } from './build-record-check.ts';
import { requireName } from './names.ts';
import { compareRecords } from './record.ts';

/** A hosted zone of the blueprint with its records, all of them published; their health checks are added to the region. */
export function buildHostedZone(state: RegionState, zone: BlueprintHostedZone, random: () => number): HostedZone {
  const built = emptyHostedZone(state, random, { name: requireName(zone.name), callerReference: 'blueprint' });
  const soa = apexRecords(state, built.name, zone.negativeTtl);
  built.records = [...soa, ...zone.records.flatMap((record) => buildRecords(state, record, random))].sort(
    compareRecords,
  );
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

/** The record sets of a record, one for each address where it has several values; its health checks are added. */
function buildRecords(state: RegionState, record: BlueprintRecord, random: () => number): RecordSet[] {
  const { setIdentifier, weight, failover } = record;
  const base = {
    name: requireName(record.name),
    type: record.type,
    ...(setIdentifier !== undefined && { setIdentifier }),
    ...(weight !== undefined && { weight }),
    ...(failover !== undefined && { failover }),
  };
  const check = (values: readonly string[]) => buildRecordCheck(state, record, { address: values[0], random });
  const balancer = state.loadBalancers.find(({ name }) => name === record.alias);
  if (balancer) {
    return [{ ...base, ...check([]), values: [], alias: aliasOf(balancer, record.evaluateTargetHealth ?? false) }];
  }
  const members = state.instances.filter(({ group }) => group === record.instances);
  const values = record.instances === undefined ? (record.values ?? []) : members.map(({ address }) => address);
  const ttl = record.ttl ?? 60;
  if (!record.multiValue) return [{ ...base, ...check(values), ttl, values }];
  return values.map((value) => ({
    ...base,
    setIdentifier: value,
    multiValue: true,
    ...check([value]),
    ttl,
    values: [value],
  }));
}

const aliasOf = ({ hostedZoneId, dnsName }: LoadBalancer, evaluateTargetHealth: boolean) => ({
  hostedZoneId,
  dnsName: `${dnsName}.`,
  evaluateTargetHealth,
});
