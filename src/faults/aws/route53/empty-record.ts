import { defineFault, defineMeans, type Standing } from '../../../kernel/define.ts';
import type { DnsAnswer, ReadPort } from '../../../kernel/ports.ts';
import { type RecordSet, sameRecord } from '../../../targets/aws/record-sets.ts';
import {
  attestAtNameServers,
  captureRecord,
  changeRecords,
  differs,
  type RecordUndo,
  readRecords,
  valuesIn,
} from '../../../targets/aws/record-undo.ts';
import { route53Record } from '../../../targets/aws/route53-record.ts';

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
  manualRecovery:
    'aws route53 change-resource-record-sets --hosted-zone-id ZONE_ID --change-batch ' +
    '\'{"Changes":[{"Action":"DELETE","ResourceRecordSet":MARKER},{"Action":"CREATE","ResourceRecordSet":RECORD}]}\' ' +
    'with the records that undo.jsonl holds',
  covers: ['DNS record without addresses', 'race of DNS automation', 'alias to an emptied target'],
  means: {
    api: defineMeans(params)({
      target: route53Record,
      fidelity: 'Clients see NOERROR without data, as in the incident; the hosted zone gets there by another change.',
      landsWithinMs: 120_000,
      restoresWithinMs: 180_000,

      async capture(target, _params, host, signal): Promise<Undo> {
        const undo = await captureRecord(target, host, signal);
        return { ...undo, marker: undo.sameName === 0 ? markerFor(undo.record) : null };
      },
      steps: (_target, _params, { hostedZoneId, record, marker }) => [
        changeRecords(hostedZoneId, [['DELETE', record], ...(marker ? [['CREATE', marker] as const] : [])]),
      ],
      restore: ({ hostedZoneId, record, marker }) => [
        changeRecords(hostedZoneId, [...(marker ? [['DELETE', marker] as const] : []), ['CREATE', record]]),
      ],
      compare,
      attest,
    }),
  },
});

const markerFor = ({ Name, Type, TTL = 60 }: RecordSet): RecordSet => ({
  Name,
  Type: Type === 'TXT' ? 'SPF' : 'TXT',
  TTL,
  ResourceRecords: [{ Value: '"emptied by a chaos experiment"' }],
});

async function compare(undo: Undo, host: ReadPort, signal: AbortSignal): Promise<Standing> {
  const { now, all } = await readRecords(undo, host, signal);
  const { marker } = undo;
  const marked = marker !== null && all.some((one) => sameRecord(one, marker));
  if (now && !sameRecord(now, undo.record)) return { is: 'changed', how: differs(now) };
  if (now) return marked ? { is: 'changed', how: 'the record is back beside its marker' } : { is: 'restored' };
  const asLeft = marker === null || marked;
  return asLeft ? { is: 'harmed' } : { is: 'changed', how: 'the record is gone and so is its marker' };
}

async function attest(undo: Undo, host: ReadPort, signal: AbortSignal) {
  const { record, sameNameAndType } = undo;
  const { now } = await readRecords(undo, host, signal);
  if (sameNameAndType > 0) {
    const evidence = `the hosted zone ${now ? 'holds' : 'lacks'} the record; ${sameNameAndType} more answer its name`;
    return { bites: !now, level: 'control plane' as const, evidence };
  }
  const shows = (answer: DnsAnswer) => answer.code === 'NOERROR' && valuesIn(answer, record.Type).length === 0;
  return attestAtNameServers({ name: record.Name, type: record.Type, harmed: !now, shows }, host, signal);
}
