import { defineFault } from '../../../kernel/define.ts';
import { recordMeans, recoverRecordBy } from '../../../targets/aws/record-means.ts';
import { sameRecord } from '../../../targets/aws/record-sets.ts';
import { differs, valuesIn, valuesOf } from '../../../targets/aws/record-undo.ts';

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
  manualRecovery: recoverRecordBy(['CREATE', 'RECORD']),
  covers: ['deleted DNS record', 'faulty DNS automation', 'name that does not resolve'],
  means: {
    api: recordMeans(params)({
      fidelity: 'A real change of the zone: what servers and resolvers answer follows as it would after an accident.',
      undoOf: (undo) => undo,
      harm: ({ record }) => [['DELETE', record]],
      restore: ({ record }) => [['CREATE', record]],
      compare({ record }, now) {
        if (!now) return { is: 'harmed' };
        return sameRecord(now, record) ? { is: 'restored' } : { is: 'changed', how: differs(now) };
      },
      isHarmed: (_undo, now) => now === undefined,
      shows({ record }, answer) {
        if (answer.code !== 'NOERROR' && answer.code !== 'NXDOMAIN') return false;
        const values = valuesIn(answer, record.Type);
        return record.AliasTarget ? values.length === 0 : !valuesOf(record).some((value) => values.includes(value));
      },
    }),
  },
});
