import { defineFault } from '../../../kernel/define.ts';
import { recordMeans, recoverRecordBy } from '../../../targets/aws/record-means.ts';
import { type RecordSet, sameRecord } from '../../../targets/aws/record-sets.ts';
import { differs, type RecordUndo, valuesIn } from '../../../targets/aws/record-undo.ts';

type Undo = RecordUndo & {
  /** Keeps the name in existence while its values are away; null when another type does that already. */
  readonly marker: RecordSet | null;
};

const params = {};

/**
 * A name goes on existing and has no values any more. Route 53 stores no record set without values, and refuses an
 * alias whose target does not exist; so the record set is deleted and, in the same batch, a record of another type keeps
 * the name. Its clients get what an alias gives whose target was emptied: NOERROR and no answer, instead of NXDOMAIN.
 */
export const emptyRecord = defineFault({
  id: 'aws.route53.empty-record',
  summary: 'Leave a DNS name without values, and give them back when the fault ends.',
  details:
    'The name still exists, but a query for it is answered with no data, as on 20 October 2025 when automation left ' +
    'an endpoint without addresses. Many clients treat that differently from a name that does not exist. Route 53 ' +
    'cannot store a record set without values: the record set is deleted, and where nothing else bears the name, a TXT ' +
    'record (SPF beside a TXT) keeps it, in one atomic batch. A member of a routed set leaves the others answering.',
  params,
  reversal: 'reverts',
  example: `
- name: the shop has no addresses
  fault: aws.route53.empty-record
  select: { name: shop.example, type: A }
  for: 30s
`,
  manualRecovery: recoverRecordBy(['DELETE', 'MARKER'], ['CREATE', 'RECORD']),
  covers: ['DNS record without addresses', 'race of DNS automation', 'alias to an emptied target'],
  means: {
    api: recordMeans(params)({
      fidelity: 'Clients see NOERROR without data, as in the incident; the hosted zone gets there by another change.',
      undoOf: (undo): Undo => ({ ...undo, marker: undo.sameName === 0 ? markerFor(undo.record) : null }),
      harm: ({ record, marker }) => [['DELETE', record], ...(marker ? [['CREATE', marker] as const] : [])],
      restore: ({ record, marker }) => [...(marker ? [['DELETE', marker] as const] : []), ['CREATE', record]],
      compare({ record, marker }, now, all) {
        const marked = marker !== null && all.some((one) => sameRecord(one, marker));
        if (now && !sameRecord(now, record)) return { is: 'changed', how: differs(now) };
        if (now) return marked ? { is: 'changed', how: 'the record is back beside its marker' } : { is: 'restored' };
        const asLeft = marker === null || marked;
        return asLeft ? { is: 'harmed' } : { is: 'changed', how: 'the record is gone and so is its marker' };
      },
      isHarmed: (_undo, now) => now === undefined,
      shows: ({ record }, answer) => answer.code === 'NOERROR' && valuesIn(answer, record.Type).length === 0,
    }),
  },
});

const markerFor = ({ Name, Type, TTL = 60 }: RecordSet): RecordSet => ({
  Name,
  Type: Type === 'TXT' ? 'SPF' : 'TXT',
  TTL,
  ResourceRecords: [{ Value: '"emptied by a chaos experiment"' }],
});
