import { aws } from '../../aws/calls.ts';
import { canonicalName, displayName } from '../../aws/names.ts';
import type { Call } from '../../kernel/call.ts';
import type { Attestation } from '../../kernel/define.ts';
import { CallError } from '../../kernel/errors.ts';
import type { DnsAnswer, DnsQuery, ReadPort } from '../../kernel/ports.ts';
import { describeRecord, type RecordSet, recordsNamed } from './record-sets.ts';
import type { Route53Record } from './route53-record.ts';

/** What restoring a record needs: the record set whole, with its TTL, alias, weight and set identifier. */
export type RecordUndo = {
  readonly hostedZoneId: string;
  readonly record: RecordSet;
  /** How many other record sets share the name: members of a routed set, or other types. */
  readonly sameNameAndType: number;
  readonly sameName: number;
};

/** Reads the record set whole. Throws a `CallError` when it is no longer there. */
export async function captureRecord(target: Route53Record, host: ReadPort, signal: AbortSignal): Promise<RecordUndo> {
  const all = await recordsNamed(target.hostedZoneId, target.name, host, signal);
  const record = all.find((one) => isRecord(one, target.type, target.setIdentifier));
  if (!record) throw new CallError('RecordNotFound', `"${displayName(target.name)}" has no ${target.type} record`);
  const others = all.filter((one) => one !== record);
  const sameNameAndType = others.filter(({ Type }) => Type === target.type).length;
  return { hostedZoneId: target.hostedZoneId, record, sameNameAndType, sameName: others.length };
}

/** The record set as it stands now, if it does, and the other types of its name. */
export async function readRecords({ hostedZoneId, record }: RecordUndo, host: ReadPort, signal: AbortSignal) {
  const all = await recordsNamed(hostedZoneId, record.Name, host, signal);
  return { all, now: all.find((one) => isRecord(one, record.Type, record.SetIdentifier ?? null)) };
}

/**
 * One atomic batch. A DELETE must match the stored record in every value and a CREATE must find none, so that a batch of
 * the two is a compare-and-swap: it never overwrites what somebody else has written meanwhile.
 */
export function changeRecords(
  hostedZoneId: string,
  changes: readonly (readonly ['CREATE' | 'DELETE', RecordSet])[],
): Call {
  const batch = changes.map(([Action, set]) => ({ Action, ResourceRecordSet: set as { Name: string; Type: 'A' } }));
  const input = { HostedZoneId: hostedZoneId, ChangeBatch: { Comment: 'chaos experiment', Changes: batch } };
  return aws('route-53', 'ChangeResourceRecordSets', input as never, ['InvalidChangeBatch']);
}

/** What the name servers must answer for the fault to be in place: nothing, or these values. */
export interface Expected {
  readonly name: string;
  readonly type: string;
  /** Whether the hosted zone holds the harm now: published means seen at EVERY name server, gone means at none. */
  readonly harmed: boolean;
  /** Whether an answer shows the harm. */
  readonly shows: (answer: DnsAnswer) => boolean;
}

export const QUERY_MS = 2_000;
/** The types of records that a name server can be asked for here. */
export const ASKABLE = ['A', 'AAAA', 'CNAME', 'TXT', 'NS', 'SOA', 'MX', 'SRV'];

/**
 * Asks every authoritative name server, and the caching resolver for the record of how long its clients are out. The
 * change is published (INSYNC) when the name servers agree; the resolver may remember the old answer for its TTL, and
 * the absence for the negative TTL, after the record is back.
 */
export async function attestAtNameServers(
  { name, type, harmed, shows }: Expected,
  host: ReadPort,
  signal: AbortSignal,
): Promise<Attestation> {
  const { nameServers, resolver } = host.account;
  const shown = `${displayName(name)} ${type}`;
  if (nameServers.length === 0 || !ASKABLE.includes(type)) {
    const evidence = `the hosted zone ${harmed ? 'shows' : 'no longer shows'} the change of ${shown}`;
    return { bites: harmed, level: 'control plane', evidence };
  }
  const query: DnsQuery = { name: displayName(name), type: type as DnsQuery['type'], timeoutMs: QUERY_MS };
  const answers = await Promise.all(nameServers.map((server) => host.dns({ ...query, server }, signal)));
  const bites = harmed ? answers.every(shows) : answers.some(shows);
  const seen = nameServers.map((server, index) => `${server.name}: ${summarize(answers[index], type)}`);
  const cached = resolver ? await host.dns({ ...query, server: resolver }, signal) : undefined;
  const outage = lengthOf(answers, cached, type);
  const evidence = `${shown} at ${seen.join(', ')}${cached ? `; resolver: ${summarize(cached, type)}` : ''}${outage}`;
  return { bites, level: 'data plane', evidence };
}

/** Values of the asked type in an answer, in one spelling. */
export const valuesIn = (answer: DnsAnswer, type: string): readonly string[] =>
  answer.answers.filter((one) => one.type === type).map(({ data }) => oneSpelling(data));

/** The literal values of a record set, in the spelling of `valuesIn`. */
export const valuesOf = ({ ResourceRecords = [] }: RecordSet): readonly string[] =>
  ResourceRecords.map(({ Value }) => oneSpelling(Value));

/** How a record differs from what was captured, for the report. */
export const differs = (now: RecordSet): string => `the record is now ${describeRecord(now)}`;

function summarize(answer: DnsAnswer | undefined, type: string): string {
  if (!answer) return 'not asked';
  const values = valuesIn(answer, type);
  if (values.length > 0) return values.slice(0, 4).join(' ') + (values.length > 4 ? ' ...' : '');
  return answer.code === 'NOERROR' ? 'no data' : answer.code;
}

/** The true length of the outage: whoever asked while the record was away goes on without it for the negative TTL. */
function lengthOf(answers: readonly DnsAnswer[], cached: DnsAnswer | undefined, type: string): string {
  const negative = Math.max(0, ...answers.map(({ negativeTtl = 0 }) => negativeTtl));
  const positive = cached?.answers.find((one) => one.type === type)?.ttl;
  const clauses = [
    ...(negative > 0 ? [`the absence may be remembered for ${negative}s after the record is back (negative TTL)`] : []),
    ...(negative > 0 && positive !== undefined ? [`the resolver still answers from its cache for ${positive}s`] : []),
    ...(negative === 0 && cached?.negativeTtl
      ? [`the resolver still remembers the absence for ${cached.negativeTtl}s`]
      : []),
  ];
  return clauses.map((clause) => `; ${clause}`).join('');
}

const isRecord = (one: RecordSet, type: string, identifier: string | null) =>
  one.Type === type && (one.SetIdentifier ?? null) === identifier;

const oneSpelling = (data: string): string =>
  data.startsWith('"') ? data.replaceAll('"', '') : canonicalName(data).replace(/\.$/, '').replaceAll('\\040', ' ');
