import { defineFault } from '../../../kernel/define.ts';
import { integer, listOf, text } from '../../../kernel/schema.ts';
import { recordMeans, recoverRecordBy } from '../../../targets/aws/record-means.ts';
import { type RecordSet, sameRecord } from '../../../targets/aws/record-sets.ts';
import { differs, type RecordUndo, valuesIn, valuesOf } from '../../../targets/aws/record-undo.ts';

type Undo = RecordUndo & { readonly replacement: RecordSet };

const params = {
  values: listOf(text({ doc: 'A value, as Route 53 writes it: an address, or a quoted text.' }), {
    doc: 'The values that the name is to have meanwhile.',
    min: 1,
  }),
  ttl: integer({ doc: 'Seconds. Default: as before, or 60 for an alias.', max: 2_147_483_647 }).optional(),
};

/** A record set points somewhere else for a while. */
export const replaceRecord = defineFault({
  id: 'aws.route53.replace-record',
  summary: 'Point a DNS record set somewhere else, and back when the fault ends.',
  details:
    'Shows what stale or wrong addresses do: clients reach the wrong place, or nothing. The record set is deleted and ' +
    'created anew in one atomic batch, both ways, so that nothing that somebody else wrote meanwhile is overwritten. ' +
    'An alias becomes literal values for that time.',
  params,
  reversal: 'reverts',
  example: `
- name: the shop points at nothing
  fault: aws.route53.replace-record
  select: { name: shop.example, type: A }
  with: { values: [192.0.2.1], ttl: 5 }
  for: 30s
`,
  manualRecovery: recoverRecordBy(['UPSERT', 'RECORD']),
  covers: ['wrong DNS record', 'stale address after a failover', 'faulty DNS automation', 'hijacked name'],
  means: {
    api: recordMeans(params)({
      fidelity: 'A real change of the zone: what servers and resolvers answer follows as it would after an accident.',
      undoOf: (undo, { values, ttl }): Undo => ({ ...undo, replacement: replacementFor(undo.record, values, ttl) }),
      harm: ({ record, replacement }) => swap(record, replacement),
      restore: ({ record, replacement }) => swap(replacement, record),
      compare({ record, replacement }, now) {
        if (!now) return { is: 'changed', how: 'the record no longer exists' };
        if (sameRecord(now, record)) return { is: 'restored' };
        return sameRecord(now, replacement) ? { is: 'harmed' } : { is: 'changed', how: differs(now) };
      },
      isHarmed: ({ replacement }, now) => now !== undefined && sameRecord(now, replacement),
      shows({ record, replacement }, answer) {
        const [values, wanted] = [valuesIn(answer, record.Type), valuesOf(replacement)];
        return values.length === wanted.length && wanted.every((value) => values.includes(value));
      },
    }),
  },
});

const swap = (from: RecordSet, to: RecordSet) => [['DELETE', from] as const, ['CREATE', to] as const];

/** Keeps what routes the record (weight, region, health check) and changes what it says. */
function replacementFor({ AliasTarget: _, ...record }: RecordSet, values: readonly string[], ttl?: number): RecordSet {
  return { ...record, TTL: ttl ?? record.TTL ?? 60, ResourceRecords: values.map((Value) => ({ Value })) };
}
