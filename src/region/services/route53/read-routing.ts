import type { ResourceRecordSet } from '@aws-sdk/client-route-53';
import { canBeChosen } from '../../../kernel/routing.ts';
import { Fault } from '../fault.ts';
import type { RecordRouting } from '../state.ts';
import { invalidInput } from './find-zone.ts';

const POLICIES = ['Weight', 'Region', 'Failover', 'MultiValueAnswer'] as const;
const WORDS = { Weight: 'weight', Region: 'region', Failover: 'failover', MultiValueAnswer: 'multivalue' } as const;
const NOT_OFFERED = [
  'GeoLocation',
  'CidrRoutingConfig',
  'GeoProximityLocation',
  'TrafficPolicyInstanceId',
] as const satisfies readonly (keyof ResourceRecordSet)[];

/** The routing policy of a record set: none, or exactly one with a set identifier. Throws as the service refuses. */
export function readRouting(wanted: ResourceRecordSet | undefined, named: string): RecordRouting {
  const given: Partial<ResourceRecordSet> = wanted ?? {};
  const { SetIdentifier: id, Weight: weight, HealthCheckId: healthCheckId } = given;
  for (const member of NOT_OFFERED) {
    if (given[member] === undefined) continue;
    throw new Fault('UnsupportedOperation', `The region does not honour "${member}" (${named}).`, 501);
  }
  const policies = POLICIES.filter((policy) => given[policy] !== undefined && given[policy] !== false);
  if (policies.length > 1 || (policies.length === 0 && id !== undefined)) {
    const found = policies.length > 1 ? 'more than one' : 'none';
    throw invalidInput(
      `Invalid request: Expected exactly one of [Weight, Region, Failover, GeoLocation, GeoProximityLocation, CidrRoutingConfig, or MultiValueAnswer], but found ${found} in ${named}`,
    );
  }
  const [policy] = policies;
  if (policy && given.Type !== undefined && !canBeChosen(given.Type, WORDS[policy])) {
    throw invalidInput(`Invalid request: "${policy}" is not valid for a record of type ${given.Type} in ${named}`);
  }
  if (policies.length === 1 && id === undefined) {
    throw invalidInput(`Invalid request: Missing field 'SetIdentifier' in ${named}`);
  }
  if (id !== undefined && (id.length < 1 || id.length > 128)) {
    throw invalidInput(`Invalid SetIdentifier in ${named}: it has from 1 to 128 characters`);
  }
  if (weight !== undefined && (!Number.isInteger(weight) || weight < 0 || weight > 255)) {
    throw invalidInput(`Invalid weight ${weight} in ${named}: it must be from 0 to 255`);
  }
  return {
    ...(id !== undefined && { setIdentifier: id }),
    ...(weight !== undefined && { weight }),
    ...(given.Region !== undefined && { region: given.Region }),
    ...(given.Failover !== undefined && { failover: given.Failover }),
    ...(given.MultiValueAnswer === true && { multiValue: true }),
    ...(healthCheckId !== undefined && { healthCheckId }),
  };
}

/** What the sets of one name and type may not be together, and what one of them alone may not. */
export function routingProblems(
  sets: readonly (RecordRouting & { readonly alias?: unknown })[],
  label: string,
): string[] {
  const kinds = new Set(sets.map(policyOf));
  if (kinds.size > 1 && kinds.has('simple')) {
    return [`RRSet with ${label} cannot be created as a non-weighted set exists with the same name and type`];
  }
  if (kinds.size > 1) return [`RRSet with ${label} has more than one routing policy: ${[...kinds].sort().join(', ')}`];
  const problems: string[] = [];
  for (const role of ['PRIMARY', 'SECONDARY'] as const) {
    const count = sets.filter(({ failover }) => failover === role).length;
    if (count > 1) problems.push(`RRSet with ${label} has ${count} failover records of type ${role}`);
  }
  if (sets.some((set) => set.failover === 'PRIMARY' && !set.alias && set.healthCheckId === undefined)) {
    problems.push('Non-alias primary resource record sets must have an associated health check.');
  }
  if (sets.some((set) => set.multiValue && set.alias)) {
    problems.push(`RRSet with ${label} is a multivalue answer and cannot be an alias`);
  }
  const regions = sets.flatMap(({ region }) => region ?? []);
  if (new Set(regions).size < regions.length) problems.push(`RRSet with ${label} has two records of one region`);
  return problems;
}

function policyOf({ setIdentifier, weight, region, failover, multiValue }: RecordRouting): string {
  if (weight !== undefined) return 'weighted';
  if (region !== undefined) return 'latency';
  if (failover !== undefined) return 'failover';
  if (multiValue) return 'multivalue answer';
  return setIdentifier === undefined ? 'simple' : 'routed';
}
