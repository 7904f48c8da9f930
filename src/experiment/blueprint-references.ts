import type {
  BlueprintAlarm,
  BlueprintHostedZone,
  BlueprintInstances,
  BlueprintLoadBalancer,
  BlueprintRecord,
  BlueprintRole,
  BlueprintZone,
} from '../kernel/blueprint.ts';
import { suggest } from '../kernel/suggest.ts';
import type { Checker } from './checker.ts';
import type { Part } from './parts.ts';
import type { Path } from './source.ts';

export interface Parts {
  readonly zones: readonly Part<BlueprintZone>[];
  readonly instances: readonly Part<BlueprintInstances>[];
  readonly loadBalancers: readonly Part<BlueprintLoadBalancer>[];
  readonly hostedZones: readonly Part<BlueprintHostedZone>[];
  readonly alarms: readonly Part<BlueprintAlarm>[];
  readonly roles: readonly Part<BlueprintRole>[];
}

/** One laptop runs the region: beyond these sizes it would measure itself. */
const ZONES_MAX = 6;
const INSTANCES_MAX = 2_000;

/** Names must be unique among their kind. */
export function checkUnique(checker: Checker, parts: Parts): void {
  const { zones, instances, loadBalancers, hostedZones, alarms, roles } = parts;
  for (const [kind, names] of [
    ['zones', zones.map(({ value, at }) => ({ name: value.id, at }))],
    ['zones', zones.map(({ value, at }) => ({ name: value.name, at }))],
    ['groups of instances', instances.map(({ value, at }) => ({ name: value.name, at: [...at, 'name'] }))],
    ['load balancers', loadBalancers.map(({ value, at }) => ({ name: value.name, at: [...at, 'name'] }))],
    ['hosted zones', hostedZones.map(({ value, at }) => ({ name: value.name, at: [...at, 'name'] }))],
    ['alarms', alarms.map(({ value, at }) => ({ name: value.name, at: [...at, 'name'] }))],
    ['roles', roles.map(({ value, at }) => ({ name: value.name, at: [...at, 'name'] }))],
  ] as const) {
    const seen = new Map<string, Path>();
    for (const { name, at } of names) {
      const first = seen.get(name);
      if (first === undefined) seen.set(name, at);
      else {
        const fix = `rename one of them; the other stands in line ${checker.place(first).line}`;
        checker.say('SPEC_CONFLICT', at, `there are two ${kind} named "${name}"`, { fix });
      }
    }
  }
}

/** Whatever names a zone, a group or a load balancer must name one that there is. */
export function checkReferences(
  checker: Checker,
  { zones, instances, loadBalancers, hostedZones, alarms }: Parts,
): void {
  const zoneIds = zones.map(({ value }) => value.id);
  const groups = namesIn(checker, ['instances']);
  const balancers = namesIn(checker, ['loadBalancers']);
  const check = (at: Path, kind: string, name: string, known: readonly string[]) => {
    if (known.includes(name)) return;
    checker.say('SPEC_BLUEPRINT', at, `there is no ${kind} "${name}"`, { fix: suggest(name, known) });
  };
  const scaled = instances.flatMap(({ value }) => (value.autoScaling ? [value.name] : []));
  const checkLasting = (at: Path, group: string) => {
    if (!scaled.includes(group)) return;
    const fix = 'put a load balancer in front of it, with an alias record, and use that name';
    checker.say('SPEC_CONFLICT', at, `the instances of "${group}" come and go, as "autoScaling" replaces them`, {
      fix,
    });
  };
  const roles = namesIn(checker, ['roles']);
  for (const { value, at } of instances) {
    if (value.role !== undefined) check([...at, 'role'], 'role', value.role, roles);
    for (const [i, zone] of value.zones.entries()) {
      check([...at, 'zones', i], 'zone', zone, zoneIds);
      if (value.zones.indexOf(zone) === i || !Array.isArray(checker.at([...at, 'zones']))) continue;
      checker.say('SPEC_CONFLICT', [...at, 'zones', i], `the zone "${zone}" is listed twice`, {
        fix: 'keep one of the two',
      });
    }
    for (const [i, group] of value.calls.entries()) {
      check([...at, 'calls', i], 'group of instances', group, groups);
      checkLasting([...at, 'calls', i], group);
    }
  }
  for (const { value, at } of loadBalancers) check([...at, 'targets'], 'group of instances', value.targets, groups);
  for (const { value, at } of alarms) {
    const { loadBalancer, targetGroup } = value;
    if (loadBalancer !== undefined) check([...at, 'loadBalancer'], 'load balancer', loadBalancer, balancers);
    if (targetGroup !== undefined) check([...at, 'targetGroup'], 'load balancer', targetGroup, balancers);
  }
  for (const { value, at } of hostedZones) {
    // Records with problems were left out, so an index counts only those that were read.
    for (const record of value.records) {
      const index = recordIndex(checker, at, record);
      const place = [...at, 'records', index];
      if (record.instances !== undefined) {
        check([...place, 'instances'], 'group of instances', record.instances, groups);
        checkLasting([...place, 'instances'], record.instances);
      }
      if (record.alias !== undefined) check([...place, 'alias'], 'load balancer', record.alias, balancers);
      const looked = record.healthCheck?.loadBalancer;
      if (looked !== undefined) check([...place, 'healthCheck', 'loadBalancer'], 'load balancer', looked, balancers);
      checkAddress(checker, place, record, instances);
    }
  }
}

/** A health check of a record's own address needs to know which one that is. */
function checkAddress(checker: Checker, at: Path, record: BlueprintRecord, groups: Parts['instances']): void {
  const { healthCheck, multiValue, values, instances } = record;
  if (!healthCheck || healthCheck.loadBalancer !== undefined || multiValue || record.type !== 'A') return;
  const group = groups.find(({ value }) => value.name === instances)?.value;
  const count = values?.length ?? (group ? mostOf(group) : 0);
  if (count === 1 || (instances !== undefined && !group)) return;
  const what = `the health check looks at the address of the record, which has ${count === 0 ? 'none' : count}`;
  const several = count > 1 ? '"multivalue: true" instead, for a check of each, or ' : '';
  checker.say('SPEC_CONFLICT', [...at, 'healthCheck'], what, {
    fix: `write ${several}"loadBalancer:" in it`,
    at: 'key',
  });
}

/** Names as they are written, also of entries that have problems of their own. */
function namesIn(checker: Checker, at: Path): string[] {
  const names = checker.items(at).map((index) => checker.at([...at, index, 'name']));
  return names.filter((name) => typeof name === 'string');
}

function recordIndex(checker: Checker, at: Path, { name, type, setIdentifier }: BlueprintRecord): number {
  const found = checker.items([...at, 'records']).find((index) => {
    const record = checker.at([...at, 'records', index]) as Partial<Record<keyof BlueprintRecord, unknown>> | null;
    const isNamed = String(record?.name).replace(/\.$/, '').toLowerCase() === name;
    return isNamed && record?.type === type && record?.setIdentifier === setIdentifier;
  });
  return found ?? 0;
}

/** A region without instances, or one too large for a machine, is refused. */
export function checkSizes(checker: Checker, { zones, instances }: Parts): void {
  const emptyOnes = (['zones', 'instances'] as const).filter((key) => {
    const value = checker.at([key]);
    return Array.isArray(value) && value.length === 0;
  });
  for (const key of emptyOnes) {
    checker.say('SPEC_MISSING', [key], `"${key}" is an empty list`, { fix: `list at least one of the ${key}` });
  }
  if (zones.length > ZONES_MAX) {
    const fix = `keep at most ${ZONES_MAX}`;
    checker.say('SPEC_BLUEPRINT', ['zones', ZONES_MAX], `the region has ${zones.length} zones`, { fix });
  }
  const total = instances.reduce((sum, { value }) => sum + mostOf(value), 0);
  if (total > INSTANCES_MAX) {
    const fix = `keep at most ${INSTANCES_MAX} in all; lower "perZone" or "max"`;
    checker.say('SPEC_BLUEPRINT', ['instances'], `the region has ${total} instances`, { fix, at: 'key' });
  }
}

const mostOf = ({ perZone, zones, autoScaling }: BlueprintInstances): number =>
  autoScaling?.max ?? perZone * zones.length;
