import { defineFault, defineMeans, type Standing } from '../../../kernel/define.ts';
import type { ReadPort } from '../../../kernel/ports.ts';
import { sameRecord } from '../../../targets/aws/record-sets.ts';
import {
  attestAtNameServers,
  captureRecord,
  changeRecords,
  differs,
  type RecordUndo,
  readRecords,
  valuesIn,
  valuesOf,
} from '../../../targets/aws/record-undo.ts';
import { route53Record } from '../../../targets/aws/route53-record.ts';

const params = {};

/** A record set is deleted and put back exactly as it was. */
export const removeRecord = defineFault({
  id: 'aws.route53.remove-record',
  summary: 'Delete a DNS record set, and create it again exactly as it was when the fault ends.',
  details:
    'The whole record set is kept: TTL, alias, weight, set identifier. It is put back by a CREATE that fails when ' +
    'somebody else has created another one meanwhile; that one is reported and not overwritten. The change is proved ' +
    'at every name server. Resolvers answer from their cache for the TTL, and remember the absence for the negative ' +
    'TTL after the record is back: the outage of their clients is that much longer.',
  params,
  reversal: 'reverts',
  example: `
- name: the shop loses its name
  fault: aws.route53.remove-record
  select: { name: shop.example, type: A }
  for: 30s
`,
  manualRecovery:
    'aws route53 change-resource-record-sets --hosted-zone-id ZONE_ID --change-batch ' +
    '\'{"Changes":[{"Action":"CREATE","ResourceRecordSet":RECORD}]}\' with the record that undo.jsonl holds',
  covers: ['deleted DNS record', 'faulty DNS automation', 'name that does not resolve'],
  means: {
    api: defineMeans(params)({
      target: route53Record,
      fidelity: 'A real change of the zone: what servers and resolvers answer follows as it would after an accident.',
      landsWithinMs: 120_000,
      restoresWithinMs: 180_000,

      capture: (target, _params, host, signal) => captureRecord(target, host, signal),
      steps: (_target, _params, { hostedZoneId, record }) => [changeRecords(hostedZoneId, [['DELETE', record]])],
      restore: ({ hostedZoneId, record }) => [changeRecords(hostedZoneId, [['CREATE', record]])],
      compare,
      attest,
    }),
  },
});

async function compare(undo: RecordUndo, host: ReadPort, signal: AbortSignal): Promise<Standing> {
  const { now } = await readRecords(undo, host, signal);
  if (!now) return { is: 'harmed' };
  return sameRecord(now, undo.record) ? { is: 'restored' } : { is: 'changed', how: differs(now) };
}

async function attest(undo: RecordUndo, host: ReadPort, signal: AbortSignal) {
  const { record, sameNameAndType } = undo;
  const { now } = await readRecords(undo, host, signal);
  if (sameNameAndType > 0) {
    const evidence = `the hosted zone ${now ? 'holds' : 'lacks'} the record; ${sameNameAndType} more answer its name`;
    return { bites: !now, level: 'control plane' as const, evidence };
  }
  const before = valuesOf(record);
  const shows = (answer: Parameters<typeof valuesIn>[0]) => {
    if (answer.code !== 'NOERROR' && answer.code !== 'NXDOMAIN') return false;
    const values = valuesIn(answer, record.Type);
    return record.AliasTarget ? values.length === 0 : !before.some((value) => values.includes(value));
  };
  return attestAtNameServers({ name: record.Name, type: record.Type, harmed: !now, shows }, host, signal);
}
