import { aws } from '../../aws/calls.ts';
import { canonicalName, displayName, hostedZoneId, isWithin } from '../../aws/names.ts';
import { defineTarget } from '../../kernel/define.ts';
import { CallError } from '../../kernel/errors.ts';
import type { ReadPort } from '../../kernel/ports.ts';
import { oneOf, text } from '../../kernel/schema.ts';
import { type RecordSet, recordsNamed } from './record-sets.ts';

export type Route53Record = {
  readonly hostedZoneId: string;
  /** Of the hosted zone, with the dot at the end. */
  readonly zoneName: string;
  readonly name: string;
  readonly type: string;
  readonly setIdentifier: string | null;
};

/** Pages of hosted zones read at most. */
const PAGES_MAX = 50;

/** One record set of a Route 53 hosted zone. */
export const route53Record = defineTarget({
  kind: 'aws/route53-record',
  summary: 'A record set of a Route 53 hosted zone.',
  select: {
    zone: text({
      doc: 'Name or id of the hosted zone. Default: the longest one that the record name lies in.',
    }).optional(),
    name: text({ doc: 'Name of the record, such as shop.example.' }),
    type: oneOf(['A', 'AAAA', 'CNAME', 'TXT', 'MX', 'SRV'], { doc: 'Type of the record.' }).default('A'),
    setIdentifier: text({ doc: 'Which member of a weighted or other routed set. Default: all of them.' }).optional(),
  },

  find: (select, host, signal) => findRecords(select, () => true, host, signal),
  resource: ({ hostedZoneId: id, name, type, setIdentifier }) => [
    `hosted zone ${id}`,
    `record ${name} ${type} ${setIdentifier ?? ''}`,
  ],
  name: ({ hostedZoneId: id, name, type, setIdentifier }) =>
    [displayName(name), type, ...(setIdentifier === null ? [] : [setIdentifier]), `in ${id}`].join(' '),
});

interface RecordSelect {
  readonly zone?: string | undefined;
  readonly name: string;
  readonly type: string;
  readonly setIdentifier?: string | undefined;
}

/** The record sets that meet the conditions, of those that are `meant`. Throws a `CallError`. */
export async function findRecords(
  { zone, name, type, setIdentifier }: RecordSelect,
  isMeant: (record: RecordSet) => boolean,
  host: ReadPort,
  signal: AbortSignal,
): Promise<readonly Route53Record[]> {
  const found: Route53Record[] = [];
  for (const { id, zoneName } of await findZones(zone, name, host, signal)) {
    for (const record of await recordsNamed(id, name, host, signal)) {
      if (record.Type !== type || !isMeant(record)) continue;
      if (setIdentifier !== undefined && record.SetIdentifier !== setIdentifier) continue;
      const identifier = record.SetIdentifier ?? null;
      found.push({ hostedZoneId: id, zoneName, name: record.Name, type, setIdentifier: identifier });
    }
  }
  return found;
}

type HostedZone = { readonly id: string; readonly zoneName: string };

/** The hosted zones meant: those of that id or name, or the most specific ones that the record can lie in. */
async function findZones(zone: string | undefined, record: string, host: ReadPort, signal: AbortSignal) {
  const zones = await allZones(host, signal);
  if (zone !== undefined) {
    return zones.filter(({ id, zoneName }) => id === hostedZoneId(zone) || zoneName === canonicalName(zone));
  }
  const around = zones.filter(({ zoneName }) => isWithin(record, zoneName));
  const longest = Math.max(0, ...around.map(({ zoneName }) => zoneName.length));
  return around.filter(({ zoneName }) => zoneName.length === longest);
}

/** Every hosted zone of the account. Throws a `CallError`. */
export async function allZones(host: ReadPort, signal: AbortSignal): Promise<HostedZone[]> {
  const found: HostedZone[] = [];
  let marker: string | undefined;
  for (let page = 0; page < PAGES_MAX; page++) {
    const input = { MaxItems: 100, ...(marker !== undefined && { Marker: marker }) };
    const answer = await host.read(aws('route-53', 'ListHostedZones', input), signal);
    for (const { Id = '', Name = '' } of answer.HostedZones ?? []) {
      found.push({ id: hostedZoneId(Id), zoneName: canonicalName(Name) });
    }
    if (!answer.IsTruncated || !answer.NextMarker) return found.sort((a, b) => (a.id < b.id ? -1 : 1));
    marker = answer.NextMarker;
  }
  throw new CallError('TooManyPages', `the account has more than ${PAGES_MAX * 100} hosted zones`);
}
