import type { ResourceRecordSet } from '@aws-sdk/client-route-53';
import { aws } from '../../aws/calls.ts';
import { canonicalName } from '../../aws/names.ts';
import { CallError } from '../../kernel/errors.ts';
import { canonicalJson } from '../../kernel/json.ts';
import type { ReadPort } from '../../kernel/ports.ts';

/** A record set as plain JSON: what capture keeps and what a change batch sends. */
export type RecordSet = {
  readonly Name: string;
  readonly Type: string;
  readonly TTL?: number;
  readonly SetIdentifier?: string;
  readonly Weight?: number;
  readonly Failover?: string;
  readonly HealthCheckId?: string;
  readonly ResourceRecords?: readonly { readonly Value: string }[];
  readonly AliasTarget?: { readonly HostedZoneId: string; readonly DNSName: string };
};

/** Pages of record sets read at most for one name. */
const PAGES_MAX = 50;
const PAGE_SIZE = 300;

/** Every record set of one name, as the hosted zone stores it, in its order. Throws a `CallError`. */
export async function recordsNamed(
  hostedZoneId: string,
  name: string,
  host: ReadPort,
  signal: AbortSignal,
): Promise<readonly RecordSet[]> {
  const found: RecordSet[] = [];
  const wanted = canonicalName(name);
  let from: { StartRecordName: string; StartRecordType?: 'A'; StartRecordIdentifier?: string } = {
    StartRecordName: wanted,
  };
  for (let page = 0; page < PAGES_MAX; page++) {
    const input = { HostedZoneId: hostedZoneId, MaxItems: PAGE_SIZE, ...from };
    const answer = await host.read(aws('route-53', 'ListResourceRecordSets', input), signal);
    const sets = answer.ResourceRecordSets ?? [];
    found.push(...sets.filter((set) => canonicalName(set.Name ?? '') === wanted).map(plain));
    if (!answer.IsTruncated || canonicalName(answer.NextRecordName ?? '') !== wanted) return found;
    from = {
      StartRecordName: answer.NextRecordName ?? wanted,
      ...(answer.NextRecordType && { StartRecordType: answer.NextRecordType as 'A' }),
      ...(answer.NextRecordIdentifier && { StartRecordIdentifier: answer.NextRecordIdentifier }),
    };
  }
  throw new CallError('TooManyPages', `"${name}" has more than ${PAGES_MAX * PAGE_SIZE} record sets`);
}

/** Every record set of a hosted zone. Throws a `CallError`. */
export async function recordsOf(
  hostedZoneId: string,
  host: ReadPort,
  signal: AbortSignal,
): Promise<readonly RecordSet[]> {
  const found: RecordSet[] = [];
  let from = {};
  for (let page = 0; page < PAGES_MAX; page++) {
    const input = { HostedZoneId: hostedZoneId, MaxItems: PAGE_SIZE, ...from };
    const answer = await host.read(aws('route-53', 'ListResourceRecordSets', input), signal);
    found.push(...(answer.ResourceRecordSets ?? []).map(plain));
    if (!answer.IsTruncated) return found;
    from = {
      StartRecordName: answer.NextRecordName,
      StartRecordType: answer.NextRecordType,
      ...(answer.NextRecordIdentifier && { StartRecordIdentifier: answer.NextRecordIdentifier }),
    };
  }
  throw new CallError('TooManyPages', `hosted zone ${hostedZoneId} has more record sets than can be read`);
}

/** Whether two record sets say the same, in every property. */
export const sameRecord = (a: RecordSet, b: RecordSet): boolean => canonicalJson(a) === canonicalJson(b);

/** A record set in a few words, such as `A 10.0.1.11, 10.0.2.11 (TTL 60s)`. */
export function describeRecord({ Type, TTL, ResourceRecords = [], AliasTarget, ...routing }: RecordSet): string {
  const { SetIdentifier, Weight } = routing;
  const weight = Weight === undefined ? '' : ` weight ${Weight}`;
  const set = SetIdentifier === undefined ? '' : ` [${SetIdentifier}${weight}]`;
  if (AliasTarget) return `${Type}${set} alias of ${AliasTarget.DNSName}`;
  return `${Type}${set} ${ResourceRecords.map(({ Value }) => Value).join(', ')} (TTL ${TTL ?? 0}s)`;
}

/** Drops what is undefined and what the client adds, so that the record survives JSON and compares by text. */
const plain = (set: ResourceRecordSet): RecordSet => JSON.parse(JSON.stringify(set));
