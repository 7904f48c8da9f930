import { defineFault } from '../../../kernel/define.ts';
import { integer } from '../../../kernel/schema.ts';
import { recordMeans, recoverRecordBy } from '../../../targets/aws/record-means.ts';
import { type RecordSet, sameRecord } from '../../../targets/aws/record-sets.ts';
import { differs, type RecordUndo } from '../../../targets/aws/record-undo.ts';
import { attestWeight, weightedRecord } from '../../../targets/aws/weighted-record.ts';

type Undo = RecordUndo & { readonly replacement: RecordSet };

const params = {
  weight: integer({ doc: 'The weight that it has meanwhile, from 0 (never answered) to 255.', max: 255 }),
};

/** A share of the traffic moves from one place to another. */
export const changeWeight = defineFault({
  id: 'aws.route53.change-weight',
  summary: 'Change the weight of a weighted DNS record set, and set it back when the fault ends.',
  details:
    'Shows what happens when more traffic than usual comes to one place, or none: a weight of 0 takes a record out of ' +
    'the answers, unless all of its name have it. The record set is deleted and created anew in one atomic batch, both ' +
    'ways, so that nothing that somebody else wrote meanwhile is overwritten. Resolvers follow within the TTL.',
  params,
  reversal: 'reverts',
  example: `
- name: nobody is sent to blue
  fault: aws.route53.change-weight
  select: { name: api.shop.example, setIdentifier: blue }
  with: { weight: 0 }
  for: 30s
`,
  manualRecovery: recoverRecordBy(['UPSERT', 'RECORD']),
  covers: ['wrong weight after a shift of traffic', 'sudden load on one region', 'canary that gets all the traffic'],
  means: {
    api: recordMeans(params)({
      target: weightedRecord,
      fidelity: 'A real change of the zone: a client moves when its resolver asks again, and not all of them at once.',
      undoOf: (undo, { weight }): Undo => ({ ...undo, replacement: { ...undo.record, Weight: weight } }),
      harm: ({ record, replacement }) => [
        ['DELETE', record],
        ['CREATE', replacement],
      ],
      restore: ({ record, replacement }) => [
        ['DELETE', replacement],
        ['CREATE', record],
      ],
      compare({ record, replacement }, now) {
        if (!now) return { is: 'changed', how: 'the record no longer exists' };
        if (sameRecord(now, record)) return { is: 'restored' };
        return sameRecord(now, replacement) ? { is: 'harmed' } : { is: 'changed', how: differs(now) };
      },
      isHarmed: ({ record, replacement }, now) =>
        now !== undefined && !sameRecord(record, replacement) && sameRecord(now, replacement),
      // One answer says nothing of weights.
      shows: () => false,
      attest: (undo, all, host, signal) => attestWeight(undo, all, host, signal),
    }),
  },
});
