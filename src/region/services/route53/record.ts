import type { ResourceRecordSet, ResourceRecordSetRegion, RRType } from '@aws-sdk/client-route-53';
import type { RecordRouting, RecordSet } from '../state.ts';
import { compareNames } from './names.ts';

/** The order of ListResourceRecordSets: by name from the right, then type, then set identifier. */
export function compareRecords(a: RecordKey, b: RecordKey): number {
  return (
    compareNames(a.name, b.name) || compare(a.type, b.type) || compare(a.setIdentifier ?? '', b.setIdentifier ?? '')
  );
}

export type RecordKey = Pick<RecordSet, 'name' | 'type' | 'setIdentifier'>;

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

/** Whether two record sets have the same name, type and set identifier. */
export const sameKey = (a: RecordKey, b: RecordKey): boolean =>
  a.name === b.name && a.type === b.type && a.setIdentifier === b.setIdentifier;

/** Whether two record sets of the same key are equal in all the rest; the order of values does not matter. */
export function sameContent(a: RecordSet, b: RecordSet): boolean {
  const content = ({ ttl, weight, region, failover, multiValue, healthCheckId, values, alias }: RecordSet) =>
    JSON.stringify([
      ttl ?? null,
      weight ?? null,
      [region ?? null, failover ?? null, multiValue ?? false, healthCheckId ?? null],
      [...values].sort(),
      alias ? [alias.hostedZoneId, alias.dnsName, alias.evaluateTargetHealth] : null,
    ]);
  return content(a) === content(b);
}

/** A record set as the API shows it. */
export function recordView(record: RecordSet): ResourceRecordSet {
  const { name, type, ttl, values, alias } = record;
  return {
    Name: name,
    Type: type as RRType,
    ...routingView(record),
    ...(ttl !== undefined && { TTL: ttl }),
    ...(alias
      ? {
          AliasTarget: {
            HostedZoneId: alias.hostedZoneId,
            DNSName: alias.dnsName,
            EvaluateTargetHealth: alias.evaluateTargetHealth,
          },
        }
      : { ResourceRecords: values.map((Value) => ({ Value })) }),
  };
}

const routingView = ({ setIdentifier, weight, region, failover, multiValue, healthCheckId }: RecordRouting) => ({
  ...(setIdentifier !== undefined && { SetIdentifier: setIdentifier }),
  ...(weight !== undefined && { Weight: weight }),
  ...(region !== undefined && { Region: region as ResourceRecordSetRegion }),
  ...(failover !== undefined && { Failover: failover }),
  ...(multiValue && { MultiValueAnswer: true }),
  ...(healthCheckId !== undefined && { HealthCheckId: healthCheckId }),
});
