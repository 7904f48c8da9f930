import type { ResourceRecordSet } from '@aws-sdk/client-route-53';
import type { RecordRouting, RecordSet } from '../state.ts';
import { isIPv4, isIPv6 } from './addresses.ts';
import { invalidInput } from './find-zone.ts';
import { parseName } from './names.ts';
import { readRouting } from './read-routing.ts';

/**
 * The record set of a request, in the form in which it is kept. Throws InvalidInput for what the service refuses to
 * read at all; `problems` takes what it reports as an invalid batch.
 */
export function readRecord(wanted: ResourceRecordSet | undefined, problems: string[]): RecordSet | undefined {
  const { Type: type, AliasTarget: target } = wanted ?? {};
  const values = (wanted?.ResourceRecords ?? []).map(({ Value }) => Value ?? '');
  const routing = readShape(wanted, values);
  const name = parseName(wanted?.Name);
  if (name === undefined || type === undefined) {
    problems.push(`FATAL problem: DomainLabelEmpty (Domain label is empty) encountered with '${wanted?.Name}'`);
    return undefined;
  }
  for (const value of values) problems.push(...wrongValue(type, value));
  if ((type === 'CNAME' || type === 'SOA') && values.length > 1) {
    problems.push(`RRSet of type ${type} with DNS name ${name} has more than one resource record.`);
  }
  if (new Set(values).size < values.length) {
    problems.push(`Duplicate Resource Record: '${values.find((value, k) => values.indexOf(value) !== k)}'`);
  }
  return {
    name,
    type,
    ...routing,
    ...(wanted?.TTL !== undefined && { ttl: wanted.TTL }),
    values,
    ...(target && {
      alias: {
        hostedZoneId: (target.HostedZoneId ?? '').replace(/^\/hostedzone\//, ''),
        dnsName: parseName(target.DNSName) ?? '',
        evaluateTargetHealth: target.EvaluateTargetHealth ?? false,
      },
    }),
  };
}

/** The routing of a record set whose shape is that of a record or of an alias. */
function readShape(wanted: ResourceRecordSet | undefined, values: readonly string[]): RecordRouting {
  const { SetIdentifier: id, TTL: ttl, AliasTarget: target } = wanted ?? {};
  const named = `Change with [Name=${wanted?.Name}, Type=${wanted?.Type}, SetIdentifier=${id ?? 'null'}]`;
  const complete = ttl !== undefined && values.length > 0;
  if (target ? ttl !== undefined || values.length > 0 : !complete) {
    const found = target ? 'more than one' : 'none';
    throw invalidInput(
      `Invalid request: Expected exactly one of [AliasTarget, all of [TTL, and ResourceRecords], or TrafficPolicyInstanceId], but found ${found} in ${named}`,
    );
  }
  if (ttl !== undefined && (!Number.isInteger(ttl) || ttl < 0 || ttl > 2_147_483_647)) {
    throw invalidInput(`Invalid TTL ${ttl} in ${named}`);
  }
  return readRouting(wanted, named);
}

/** What is wrong with a value of a type, in the service's own words. */
function wrongValue(type: string, value: string): string[] {
  const fatal = (problem: string) => [
    `Invalid Resource Record: 'FATAL problem: ${problem} encountered with '${value}''`,
  ];
  if (type === 'A' && !isIPv4(value)) return fatal('ARRDATAIllegalIPv4Address (Value is not a valid IPv4 address)');
  if (type === 'AAAA' && !isIPv6(value)) {
    return fatal('AAAARRDATAIllegalIPv6Address (Value is not a valid IPv6 address)');
  }
  if ((type === 'CNAME' || type === 'NS') && parseName(value) === undefined) {
    return fatal('RRDATANotDomainName (Value is not a valid domain name)');
  }
  if (type === 'TXT' && !/^"(?:[^"\\]|\\.)*"(?:\s+"(?:[^"\\]|\\.)*")*$/.test(value)) {
    return fatal('InvalidCharacterString (Value should be enclosed in quotation marks)');
  }
  if (type === 'MX' && !/^\d{1,5}\s+\S+$/.test(value))
    return fatal('MXRRDATANotTwoFields (MX record does not have 2 fields)');
  if (type === 'SRV' && !/^\d{1,5}\s+\d{1,5}\s+\d{1,5}\s+\S+$/.test(value)) {
    return fatal('SRVRRDATANotFourFields (SRV record does not have 4 fields)');
  }
  if (type === 'SOA' && !/^\S+\s+\S+(?:\s+\d{1,10}){5}$/.test(value))
    return fatal('SOARRDATANotSevenFields (SOA record does not have 7 fields)');
  return KNOWN_TYPES.has(type) ? [] : fatal('UnknownType (The type is not offered by this region)');
}

const KNOWN_TYPES = new Set(['A', 'AAAA', 'CNAME', 'CAA', 'MX', 'NS', 'PTR', 'SOA', 'SPF', 'SRV', 'TXT']);
