import type { ListResourceRecordSetsRequest, ListResourceRecordSetsResponse, RRType } from '@aws-sdk/client-route-53';
import type { Step } from '../step.ts';
import { invalidInput, maxItems, requireZone } from './find-zone.ts';
import { requireName } from './names.ts';
import { compareRecords, recordView } from './record.ts';

/** The records from the named one on (or from where it would stand), at most 300 of them. */
export const listResourceRecordSets: Step<ListResourceRecordSetsRequest, ListResourceRecordSetsResponse> = (
  state,
  input,
) => {
  const zone = requireZone(state, input.HostedZoneId);
  const { StartRecordName: name, StartRecordType: type, StartRecordIdentifier: identifier } = input;
  if (type !== undefined && name === undefined) throw invalidInput('The request holds a type without a name');
  if (identifier !== undefined && type === undefined)
    throw invalidInput('The request holds an identifier without a type');
  const most = maxItems(input.MaxItems, 300);
  const start =
    name === undefined
      ? undefined
      : { name: requireName(name), type: type ?? '', ...(identifier !== undefined && { setIdentifier: identifier }) };
  const rest = start ? zone.records.filter((record) => compareRecords(record, start) >= 0) : zone.records;
  const next = rest[most];
  return {
    ResourceRecordSets: rest.slice(0, most).map(recordView),
    IsTruncated: next !== undefined,
    MaxItems: most,
    ...(next && { NextRecordName: next.name, NextRecordType: next.type as RRType }),
    ...(next?.setIdentifier !== undefined && { NextRecordIdentifier: next.setIdentifier }),
  };
};
