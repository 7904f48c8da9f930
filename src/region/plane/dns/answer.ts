import type { DesiredRecord } from '../../contract.ts';
import { type Chooser, choose } from './choose.ts';
import type { Answer, Question } from './message.ts';
import { addressData, anyAnswer, negativeTtlOf, parseData, type ResourceRecord } from './records.ts';
import { canonicalName, encloses, parentOf, type Zone, zoneOf } from './zones.ts';

/** What the name servers answer from. */
export interface Authority {
  readonly zones: readonly Zone[];
  /** The addresses that a load balancer's name has now; undefined when there is none of that name. */
  readonly addressesOf: (dnsName: string) => readonly string[] | undefined;
  /** Whether that load balancer has a healthy target. */
  readonly isServing: (dnsName: string) => boolean;
  /** Whether a health check says so; one that is not known does. */
  readonly isPassing: (healthCheckId: string) => boolean;
  readonly region: string;
  /** From 0 to below 1: chooses among the sets of a routing policy. */
  readonly random: () => number;
}

/**
 * How long, in seconds, the addresses of a load balancer may be remembered. A cloud says 60; a region of one machine,
 * whose outages last seconds, says less, in the same proportion.
 */
const LOAD_BALANCER_TTL = 1;
const MOST_HOPS = 8;

/** The authoritative answer to a question. Pure, apart from the chance that `random` stands for. */
export function answerFrom(authority: Authority, { name: asked, type }: Question): Answer {
  let name = canonicalName(asked);
  let owner = asked;
  const zone = zoneOf(authority.zones, name);
  if (!zone) return { code: 'REFUSED', authoritative: false, answers: [], authority: [] };
  const answers: ResourceRecord[] = [];
  for (let hop = 0; hop < MOST_HOPS; hop++) {
    const found = lookUp(authority, zoneOf(authority.zones, name) ?? zone, name, owner, type);
    answers.push(...found.answers);
    if (found.continueAt === undefined) {
      const { code, authority: section } = found;
      return { code, authoritative: !found.isReferral || hop > 0, answers, authority: section };
    }
    name = canonicalName(found.continueAt);
    owner = found.continueAt;
    if (!zoneOf(authority.zones, name)) return { code: 'NOERROR', authoritative: true, answers, authority: [] };
  }
  return { code: 'SERVFAIL', authoritative: false, answers: [], authority: [] };
}

interface Found {
  readonly code: 'NOERROR' | 'NXDOMAIN';
  readonly answers: readonly ResourceRecord[];
  readonly authority: readonly ResourceRecord[];
  /** The target of a CNAME, at which the search goes on. */
  readonly continueAt?: string;
  /** The name lies in a part of the zone that others serve: the authority section names them. */
  readonly isReferral?: boolean;
}

function lookUp(authority: Authority, zone: Zone, name: string, owner: string, type: string): Found {
  const cut = delegationOf(zone, name);
  if (cut) return { code: 'NOERROR', answers: [], authority: cut, isReferral: true };
  const types = zone.names.get(name) ?? zone.names.get(wildcardFor(zone, name) ?? '');
  const nothing = { answers: [], authority: [negativeSoa(zone)] };
  if (!types) return { code: 'NXDOMAIN', ...nothing };
  if (type === 'ANY') return { code: 'NOERROR', answers: [anyAnswer(owner)], authority: [] };
  if (type === 'SOA' && name === zone.name) {
    return { code: 'NOERROR', answers: [{ ...zone.soa, name: owner }], authority: [] };
  }
  const chooser = chooserOf(authority, 0);
  const sets = choose(types.get(type) ?? [], chooser);
  const answers = sets.flatMap((set) => resourceRecords(authority, set, owner, 0));
  if (answers.length > 0) return { code: 'NOERROR', answers, authority: [] };
  const [cname] = sets.length > 0 ? [] : choose(types.get('CNAME') ?? [], chooser);
  const target = cname?.values[0];
  if (!cname || target === undefined) return { code: 'NOERROR', ...nothing };
  return {
    code: 'NOERROR',
    answers: resourceRecords(authority, cname, owner, 0),
    authority: [],
    continueAt: target.replace(/\.$/, ''),
  };
}

/** The NS records at which the zone hands the name over to other servers; below its apex, the highest ones. */
function delegationOf(zone: Zone, name: string): ResourceRecord[] | undefined {
  let cut: string | undefined;
  for (let at = name; at !== zone.name && encloses(zone.name, at); at = parentOf(at)) {
    if (zone.names.get(at)?.has('NS')) cut = at;
  }
  const sets = cut === undefined ? undefined : zone.names.get(cut)?.get('NS');
  return sets?.flatMap(({ values, ttl }) =>
    values.flatMap((value) => {
      const data = parseData('NS', value);
      return data ? [{ name: cut ?? '', type: 'NS', ttl, data }] : [];
    }),
  );
}

/** A wildcard covers names below its parent unless a nearer name exists (RFC 4592). */
function wildcardFor(zone: Zone, name: string): string | undefined {
  for (let at = parentOf(name); encloses(zone.name, at); at = parentOf(at)) {
    if (zone.names.has(`*.${at}`)) return `*.${at}`;
    if (zone.names.has(at) || at === '') return undefined;
  }
  return undefined;
}

const chooserOf = (authority: Authority, depth: number): Chooser => ({
  random: authority.random,
  region: authority.region,
  isHealthy: (set) => isHealthy(authority, set, depth),
});

/** A set is healthy when its check passes and, for an alias that asks for it, its target is: one set at least. */
function isHealthy(authority: Authority, set: DesiredRecord, depth: number): boolean {
  if (set.healthCheckId !== undefined && !authority.isPassing(set.healthCheckId)) return false;
  if (set.aliasOf === undefined || !set.evaluateTargetHealth || depth >= MOST_HOPS) return true;
  const target = targetOf(set);
  if (authority.addressesOf(target)) return authority.isServing(target);
  const sets = zoneOf(authority.zones, target)?.names.get(target)?.get(set.type) ?? [];
  return sets.some((one) => isHealthy(authority, one, depth + 1));
}

const targetOf = ({ aliasOf = '' }: DesiredRecord) => canonicalName(aliasOf).replace(/^dualstack\./, '');

function resourceRecords(authority: Authority, set: DesiredRecord, owner: string, depth: number): ResourceRecord[] {
  if (set.aliasOf !== undefined) return aliased(authority, set, owner, depth);
  return set.values.flatMap((value) => {
    const data = parseData(set.type, value);
    return data ? [{ name: owner, type: set.type, ttl: set.ttl, data }] : [];
  });
}

/** An alias is answered under its own name with what its target holds at this moment. */
function aliased(authority: Authority, set: DesiredRecord, owner: string, depth: number): ResourceRecord[] {
  const target = targetOf(set);
  const addresses = authority.addressesOf(target);
  if (addresses) {
    if (set.type !== 'A') return [];
    return addresses.map((address) => ({
      name: owner,
      type: 'A',
      ttl: LOAD_BALANCER_TTL,
      data: addressData(address),
    }));
  }
  const types = zoneOf(authority.zones, target)?.names.get(target);
  if (depth >= MOST_HOPS) return [];
  const next = choose(types?.get(set.type) ?? [], chooserOf(authority, depth));
  return next.flatMap((one) => resourceRecords(authority, one, owner, depth + 1));
}

const negativeSoa = (zone: Zone): ResourceRecord => ({ ...zone.soa, ttl: negativeTtlOf(zone.soa) });

/** The answer of private zones; undefined for a name that lies in none of them. */
export const ownAnswer = (authority: Authority, question: Question): Answer | undefined =>
  zoneOf(authority.zones, canonicalName(question.name)) && answerFrom(authority, question);

/** Whether a question is answered the same way until the zones change: by a record without alternative, which is no alias. */
export function isLasting({ zones }: Authority, { name: asked, type }: Question): boolean {
  const name = canonicalName(asked);
  const sets = zoneOf(zones, name)?.names.get(name)?.get(type) ?? [];
  return (
    sets.length > 0 && sets.every(({ setIdentifier, aliasOf }) => setIdentifier === undefined && aliasOf === undefined)
  );
}
