import type { DesiredRecord } from '../../contract.ts';
import type { Answer, Question } from './message.ts';
import { addressData, anyAnswer, negativeTtlOf, parseData, type ResourceRecord } from './records.ts';
import { canonicalName, encloses, parentOf, type Zone, zoneOf } from './zones.ts';

/** What the name servers answer from. */
export interface Authority {
  readonly zones: readonly Zone[];
  /** The addresses that a load balancer's name has now; undefined when there is none of that name. */
  readonly addressesOf: (dnsName: string) => readonly string[] | undefined;
  /** From 0 to below 1: chooses among weighted sets. */
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
    if (found.continueAt === undefined) return { ...found, authoritative: true, answers };
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
}

function lookUp(authority: Authority, zone: Zone, name: string, owner: string, type: string): Found {
  const types = zone.names.get(name) ?? zone.names.get(wildcardFor(zone, name) ?? '');
  const nothing = { answers: [], authority: [negativeSoa(zone)] };
  if (!types) return { code: 'NXDOMAIN', ...nothing };
  if (type === 'ANY') return { code: 'NOERROR', answers: [anyAnswer(owner)], authority: [] };
  if (type === 'SOA' && name === zone.name) {
    return { code: 'NOERROR', answers: [{ ...zone.soa, name: owner }], authority: [] };
  }
  const set = choose(types.get(type) ?? [], authority.random);
  const answers = set ? resourceRecords(authority, set, owner, 0) : [];
  if (answers.length > 0) return { code: 'NOERROR', answers, authority: [] };
  const cname = set ? undefined : choose(types.get('CNAME') ?? [], authority.random);
  const target = cname?.values[0];
  if (!cname || target === undefined) return { code: 'NOERROR', ...nothing };
  return {
    code: 'NOERROR',
    answers: resourceRecords(authority, cname, owner, 0),
    authority: [],
    continueAt: target.replace(/\.$/, ''),
  };
}

/** A wildcard covers names below its parent unless a nearer name exists (RFC 4592). */
function wildcardFor(zone: Zone, name: string): string | undefined {
  for (let at = parentOf(name); encloses(zone.name, at); at = parentOf(at)) {
    if (zone.names.has(`*.${at}`)) return `*.${at}`;
    if (zone.names.has(at) || at === '') return undefined;
  }
  return undefined;
}

/** One set of several of the same name and type: by weight, or evenly when every weight is zero. */
function choose(sets: readonly DesiredRecord[], random: () => number): DesiredRecord | undefined {
  if (sets.length <= 1) return sets[0];
  const weights = sets.map((set) => set.weight ?? 1);
  const sum = weights.reduce((a, b) => a + b, 0);
  let left = random() * (sum === 0 ? sets.length : sum);
  return sets.find((_set, index) => {
    left -= sum === 0 ? 1 : (weights[index] ?? 0);
    return left < 0;
  });
}

function resourceRecords(authority: Authority, set: DesiredRecord, owner: string, depth: number): ResourceRecord[] {
  if (set.aliasOf !== undefined) return aliased(authority, set, owner, depth);
  return set.values.flatMap((value) => {
    const data = parseData(set.type, value);
    return data ? [{ name: owner, type: set.type, ttl: set.ttl, data }] : [];
  });
}

/** An alias is answered under its own name with what its target holds at this moment. */
function aliased(authority: Authority, set: DesiredRecord, owner: string, depth: number): ResourceRecord[] {
  const target = canonicalName(set.aliasOf ?? '').replace(/^dualstack\./, '');
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
  const next = choose(types?.get(set.type) ?? [], authority.random);
  return next && depth < MOST_HOPS ? resourceRecords(authority, next, owner, depth + 1) : [];
}

const negativeSoa = (zone: Zone): ResourceRecord => ({ ...zone.soa, ttl: negativeTtlOf(zone.soa) });
