import type { BlueprintDependencies, BlueprintLaunches, BlueprintStore } from '../kernel/blueprint.ts';
import { anything, duration, fields, flag, integer, listOf, rate, text } from '../kernel/schema.ts';
import { suggest } from '../kernel/suggest.ts';
import { dnsName, name, port } from './blueprint-grammar.ts';
import type { Parts } from './blueprint-references.ts';
import type { Checker } from './checker.ts';
import { readList } from './parts.ts';
import type { Path } from './source.ts';

/** The keys of `dependencies` in a blueprint. */
export const DEPENDENCIES = {
  stores: anything({ doc: 'What services keep their state in, each reached by a name.' }),
  launches: anything({ doc: 'What launches of instances need.' }),
};

export const STORE = {
  name: name('Its name.'),
  dnsName: dnsName('The name it is reached by: out of reach while the resolver of the region has no address for it.'),
  port: port('Something must listen there too, at the first address of the name.').optional(),
  operations: listOf(
    text({ doc: 'An operation, such as sts:GetCallerIdentity, or sts:* for all of a service.' }).regex(
      /^[a-z0-9-]+:([A-Z][A-Za-z0-9]*|\*)$/,
      'write a service and an operation, such as sts:GetCallerIdentity, or sts:*',
    ),
    { doc: 'Operations that fail while it is out of reach.' },
  ).prefault([]),
};

const RENEWALS = {
  rate: rate({ doc: 'How many leases can be established anew, one after another.' }).refine(
    (value) => value <= RATE_MAX,
    'write a rate of at most 100/s',
  ),
  timeout: duration({ doc: 'An attempt that is not through by then is given up.', min: '100ms', max: '10m' }).prefault(
    '3s',
  ),
  dropExpired: flag({
    doc: 'Whether attempts that were given up are dropped; otherwise they are worked on, for nothing.',
  }).prefault(false),
  throttledAfter: duration({
    doc: 'After so long without progress somebody empties the queue and throttles it; nobody does by default.',
    min: '100ms',
    max: '1h',
  }).optional(),
};
const RATE_MAX = 100;

const NETWORK = {
  delay: duration({ doc: 'From its turn until an instance can be reached.', max: '5m' }).prefault('500ms'),
  rate: rate({ doc: 'How many changes a second it takes in: launches, and leases that are established anew.' }),
};

export const LAUNCHES = {
  needs: text({ doc: 'The store that holds the leases of the hosts.' }),
  hostsPerZone: integer({ doc: 'How many hosts each zone has.', min: 1, max: 100 }),
  instancesPerHost: integer({ doc: 'How many instances a host takes.', min: 1, max: 100 }).prefault(4),
  lease: duration({ doc: 'How long a lease lasts that is not renewed.', min: '500ms', max: '1h' }).prefault('10s'),
  renewals: fields(RENEWALS).describe('How leases that have lapsed are established anew.'),
  network: fields(NETWORK).describe('How the network learns of a new instance; at once by default.').optional(),
};

/** Reads what services need; undefined where the blueprint says nothing of it. */
export function readDependencies(checker: Checker): BlueprintDependencies | undefined {
  if (checker.at(['dependencies']) === undefined) return undefined;
  checker.fields(DEPENDENCIES, ['dependencies']);
  const stores = readList(checker, STORES, (at) => readStore(checker, at));
  const launches = checker.at(LAUNCHES_AT) === undefined ? undefined : readLaunches(checker);
  return { stores: stores.map(({ value }) => value), ...(launches && { launches }) };
}

const STORES: Path = ['dependencies', 'stores'];
const LAUNCHES_AT: Path = ['dependencies', 'launches'];

function readStore(checker: Checker, at: Path): BlueprintStore | undefined {
  const read = checker.fields(STORE, at);
  if (read.name === undefined || read.dnsName === undefined) return undefined;
  return {
    name: read.name,
    dnsName: read.dnsName.replace(/\.$/, '').toLowerCase(),
    ...(read.port !== undefined && { port: read.port }),
    operations: read.operations ?? [],
  };
}

function readLaunches(checker: Checker): BlueprintLaunches | undefined {
  const { needs, hostsPerZone, instancesPerHost, lease, renewals, network } = checker.fields(LAUNCHES, LAUNCHES_AT);
  if (needs === undefined || hostsPerZone === undefined || !renewals) return undefined;
  const { rate: perSecond, timeout: timeoutMs, dropExpired, throttledAfter: throttledAfterMs } = renewals;
  return {
    needs,
    hostsPerZone,
    instancesPerHost: instancesPerHost ?? 4,
    leaseMs: lease ?? 10_000,
    renewals: { perSecond, timeoutMs, dropExpired, ...(throttledAfterMs !== undefined && { throttledAfterMs }) },
    ...(network && { network: { delayMs: network.delay, perSecond: network.rate } }),
  };
}

/** A store has a record in a hosted zone, launches name a store, and the hosts have room for all instances. */
export function checkDependencies(
  checker: Checker,
  dependencies: BlueprintDependencies,
  { zones, instances, hostedZones }: Parts,
): void {
  const { stores, launches } = dependencies;
  checkStores(checker, stores, hostedZones);
  if (!launches) return;
  const names = stores.map(({ name: known }) => known);
  if (!names.includes(launches.needs)) {
    const fix = names.length > 0 ? suggest(launches.needs, names) : 'list it in "stores"';
    checker.say('SPEC_BLUEPRINT', [...LAUNCHES_AT, 'needs'], `there is no store "${launches.needs}"`, { fix });
  }
  checkRenewals(checker, launches);
  const room = launches.hostsPerZone * launches.instancesPerHost;
  for (const { value: zone } of zones) {
    const count = instances.reduce((sum, { value }) => sum + sizeIn(value, zone.id), 0);
    if (count <= room) continue;
    const what = `the hosts of zone "${zone.id}" have room for ${room} instances, and it has ${count}`;
    const fix = 'raise "hostsPerZone" or "instancesPerHost"';
    checker.say('SPEC_CONFLICT', [...LAUNCHES_AT, 'hostsPerZone'], what, { fix });
  }
}

/** The work on one attempt is over before its time is: otherwise no lease that has lapsed ever comes back. */
function checkRenewals(checker: Checker, { renewals: { perSecond, timeoutMs } }: BlueprintLaunches): void {
  const workMs = 1_000 / perSecond;
  if (workMs <= timeoutMs) return;
  const what = `an attempt takes ${Math.ceil(workMs)}ms and is given up after ${timeoutMs}ms: no lease ever comes back`;
  const fix = `write at least ${Math.ceil(60_000 / timeoutMs)}/m for "rate", or a longer "timeout"`;
  checker.say('SPEC_CONFLICT', [...LAUNCHES_AT, 'renewals', 'rate'], what, { fix });
}

/** The most instances of a group that the blueprint itself puts into a zone. */
function sizeIn({ perZone, zones, autoScaling }: Parts['instances'][number]['value'], zoneId: string): number {
  if (!zones.includes(zoneId)) return 0;
  return autoScaling ? Math.ceil(autoScaling.desired / zones.length) : perZone;
}

function checkStores(checker: Checker, stores: readonly BlueprintStore[], hostedZones: Parts['hostedZones']): void {
  const records = hostedZones.flatMap(({ value }) => value.records.map((record) => record.name));
  const seen = new Set<string>();
  for (const index of checker.items(STORES)) {
    const store = stores.find((one) => one.name === checker.at([...STORES, index, 'name']));
    if (!store) continue;
    if (seen.has(store.name)) {
      const what = `there are two stores named "${store.name}"`;
      checker.say('SPEC_CONFLICT', [...STORES, index, 'name'], what, { fix: 'rename one of them' });
    }
    seen.add(store.name);
    if (records.includes(store.dnsName)) continue;
    const fix = records.length > 0 ? suggest(store.dnsName, records) : 'add a record of that name to "hostedZones"';
    checker.say('SPEC_BLUEPRINT', [...STORES, index, 'dnsName'], `no record is named "${store.dnsName}"`, { fix });
  }
}
