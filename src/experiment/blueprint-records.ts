import type { BlueprintHostedZone, BlueprintRecord } from '../kernel/blueprint.ts';
import { HOSTED_ZONE, RECORD } from './blueprint-grammar.ts';
import type { Checker } from './checker.ts';
import { type Part, readList } from './parts.ts';
import { readRouting } from './record-routing.ts';
import type { Path } from './source.ts';

/** Reads the hosted zones with their records. */
export function readHostedZones(checker: Checker): Part<BlueprintHostedZone>[] {
  return readList(checker, ['hostedZones'], (at) => {
    const read = checker.fields(HOSTED_ZONE, at);
    const name = read.name?.replace(/\.$/, '').toLowerCase();
    const records = readList(checker, [...at, 'records'], (inner) => readRecord(checker, inner, name));
    checkDoubles(checker, records);
    if (name === undefined) return undefined;
    return { name, negativeTtl: (read.negativeTtl ?? 5_000) / 1_000, records: records.map(({ value }) => value) };
  });
}

const CONTENTS = ['values', 'instances', 'alias'] as const;

function readRecord(checker: Checker, at: Path, zone: string | undefined): BlueprintRecord | undefined {
  const read = checker.fields(RECORD, at);
  if (read.name === undefined || read.type === undefined) return undefined;
  const name = read.name.replace(/\.$/, '').toLowerCase();
  if (zone !== undefined && name !== zone && !name.endsWith(`.${zone}`)) {
    const fix = `write a name that ends in "${zone}", or move the record to another hosted zone`;
    checker.say('SPEC_BLUEPRINT', [...at, 'name'], `"${name}" is not in the hosted zone "${zone}"`, { fix });
  }
  checkContents(checker, at, read.type);
  checkTtl(checker, at);
  return {
    name,
    type: read.type,
    ...(read.ttl !== undefined && { ttl: read.ttl / 1_000 }),
    ...(read.values && { values: read.values }),
    ...(read.instances !== undefined && { instances: read.instances }),
    ...(read.alias !== undefined && { alias: read.alias }),
    ...readRouting(checker, at, read),
  };
}

/** A record holds exactly one of: literal values, the addresses of a group, an alias. */
function checkContents(checker: Checker, at: Path, type: string): void {
  const given = CONTENTS.filter((key) => checker.at([...at, key]) !== undefined);
  if (given.length === 0) {
    checker.say('SPEC_MISSING', at, 'the record holds nothing', { fix: `add one of: ${CONTENTS.join(', ')}` });
  } else if (given.length > 1) {
    const what = `the record has ${given.map((key) => `"${key}"`).join(' and ')}`;
    checker.say('SPEC_CONFLICT', [...at, given[1] ?? ''], what, { fix: 'keep one of them', at: 'key' });
  } else if (type !== 'A' && given[0] !== 'values') {
    const what = `a record of type ${type} cannot hold "${given[0]}"`;
    checker.say('SPEC_CONFLICT', [...at, given[0] ?? ''], what, {
      fix: 'write "type: A", or literal values',
      at: 'key',
    });
  }
}

function checkTtl(checker: Checker, at: Path): void {
  const hasTtl = checker.at([...at, 'ttl']) !== undefined;
  const isAlias = checker.at([...at, 'alias']) !== undefined;
  if (isAlias && hasTtl) {
    const fix = 'remove "ttl"; an alias has that of what it stands for';
    checker.say('SPEC_CONFLICT', [...at, 'ttl'], 'an alias has no TTL of its own', { fix, at: 'key' });
  } else if (!isAlias && !hasTtl) {
    checker.say('SPEC_MISSING', [...at, 'ttl'], '"ttl" is missing', {
      fix: 'add "ttl:" and write a duration, such as 2s or 5m',
    });
  }
}

/** Of one name and type there is one record, or several of one policy that are told apart. */
function checkDoubles(checker: Checker, records: readonly Part<BlueprintRecord>[]): void {
  const seen: { record: BlueprintRecord; line: number }[] = [];
  for (const { value: record, at } of records) {
    const alike = seen.filter(({ record: one }) => one.name === record.name && one.type === record.type);
    const rival = alike.find(
      ({ record: one }) => policyOf(one) !== policyOf(record) || one.setIdentifier === record.setIdentifier,
    );
    seen.push({ record, line: checker.place(at).line });
    if (!rival) continue;
    const key = [record.name, record.type, record.setIdentifier].filter((part) => part !== undefined).join(' ');
    const what =
      rival.record.setIdentifier === undefined || rival.record.setIdentifier === record.setIdentifier
        ? `there are two records "${key}"`
        : `the records "${record.name} ${record.type}" are chosen among in two ways`;
    checker.say('SPEC_CONFLICT', at, what, { fix: howToTellApart(record, rival) });
  }
}

function howToTellApart(record: BlueprintRecord, rival: { record: BlueprintRecord; line: number }): string {
  const policy = policyOf(record);
  if (policy === 'failover' && policyOf(rival.record) === policy) {
    return 'write "failover: primary" for one of them and "failover: secondary" for the other';
  }
  if (policy !== policyOf(rival.record) && policy !== 'simple') {
    return `give it the policy of the record of line ${rival.line}, or remove one of them`;
  }
  return policy === 'weighted'
    ? `give each of them a "weight" and a "setIdentifier" of its own, as that of line ${rival.line}`
    : `put the values into the record of line ${rival.line}`;
}

const policyOf = ({ weight, failover, multiValue }: BlueprintRecord): string => {
  if (failover !== undefined) return 'failover';
  if (weight !== undefined) return 'weighted';
  return multiValue ? 'multivalue' : 'simple';
};
