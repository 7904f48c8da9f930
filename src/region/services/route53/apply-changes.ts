import type { RecordChange, RecordSet } from '../state.ts';
import { isWithin } from './names.ts';
import { routingProblems } from './read-routing.ts';
import { compareRecords, sameContent, sameKey } from './record.ts';

/**
 * The record sets after all changes, in the service's order, and everything that makes the batch invalid. Pure: the
 * caller keeps the result only if there is no problem.
 */
export function applyChanges(
  before: readonly RecordSet[],
  changes: readonly RecordChange[],
  zoneName: string,
): { records: RecordSet[]; problems: string[] } {
  const problems: string[] = [];
  const records = [...before];
  for (const { action, record } of changes) {
    const at = records.findIndex((present) => sameKey(present, record));
    const found = records[at];
    if (!isWithin(record.name, zoneName)) {
      problems.push(`RRSet with DNS name ${record.name} is not permitted in zone ${zoneName}`);
    } else if (action === 'CREATE' && found) {
      problems.push(`Tried to create resource record set ${labelOf(record)} but it already exists`);
    } else if (action === 'DELETE' && !found) {
      problems.push(`Tried to delete resource record set ${labelOf(record)} but it was not found`);
    } else if (action === 'DELETE' && found && !sameContent(found, record)) {
      const why = 'but the values provided do not match the current values';
      problems.push(`Tried to delete resource record set ${labelOf(record)} ${why}`);
    } else if (action === 'DELETE') records.splice(at, 1);
    else if (found) records[at] = record;
    else records.push(record);
  }
  problems.push(...conflicts(records, changes, zoneName));
  return { records: records.sort(compareRecords), problems };
}

const labelOf = ({ name, type, setIdentifier }: RecordSet) =>
  `[name='${name}', type='${type}'${setIdentifier === undefined ? '' : `, set-identifier='${setIdentifier}'`}]`;

/** What the records may not be together, looking only at names that the batch touches. */
function conflicts(records: readonly RecordSet[], changes: readonly RecordChange[], zoneName: string): string[] {
  const problems: string[] = [];
  const byName = new Map<string, RecordSet[]>();
  for (const record of records) byName.set(record.name, [...(byName.get(record.name) ?? []), record]);
  for (const name of new Set(changes.map(({ record }) => record.name))) {
    const here = byName.get(name) ?? [];
    const cname = here.some(({ type }) => type === 'CNAME');
    if (cname && name === zoneName) {
      problems.push(`RRSet of type CNAME with DNS name ${name} is not permitted at apex in zone ${zoneName}`);
    } else if (cname && here.some(({ type }) => type !== 'CNAME')) {
      const why = 'is not permitted because a conflicting RRSet with the same DNS name already exists in zone';
      problems.push(`RRSet of type CNAME with DNS name ${name} ${why} ${zoneName}`);
    }
    for (const type of new Set(here.map((record) => record.type))) {
      const alike = here.filter((record) => record.type === type);
      problems.push(...routingProblems(alike, `DNS name ${name}, type ${type}`));
    }
  }
  const apex = (type: string) => records.filter((record) => record.name === zoneName && record.type === type).length;
  if (apex('SOA') !== 1) problems.push('A HostedZone must contain exactly one SOA record.');
  if (apex('NS') < 1) problems.push('A HostedZone must contain at least one NS record for the zone itself.');
  return problems;
}
