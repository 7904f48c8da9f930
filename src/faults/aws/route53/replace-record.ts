import { defineFault, defineMeans, type Standing } from '../../../kernel/define.ts';
import type { DnsAnswer, ReadPort } from '../../../kernel/ports.ts';
import { integer, listOf, text } from '../../../kernel/schema.ts';
import { type RecordSet, sameRecord } from '../../../targets/aws/record-sets.ts';
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
  manualRecovery:
    'aws route53 change-resource-record-sets --hosted-zone-id ZONE_ID --change-batch ' +
    '\'{"Changes":[{"Action":"UPSERT","ResourceRecordSet":RECORD}]}\' with the record that undo.jsonl holds',
  covers: ['wrong DNS record', 'stale address after a failover', 'faulty DNS automation', 'hijacked name'],
  means: {
    api: defineMeans(params)({
      target: route53Record,
      fidelity: 'A real change of the zone: what servers and resolvers answer follows as it would after an accident.',
      landsWithinMs: 120_000,
      restoresWithinMs: 180_000,

      async capture(target, { values, ttl }, host, signal): Promise<Undo> {
        const undo = await captureRecord(target, host, signal);
        return { ...undo, replacement: replacementFor(undo.record, values, ttl) };
      },
      steps: (_target, _params, { hostedZoneId, record, replacement }) => [swap(hostedZoneId, record, replacement)],
      restore: ({ hostedZoneId, record, replacement }) => [swap(hostedZoneId, replacement, record)],
      compare,
      attest,
    }),
  },
});

const swap = (hostedZoneId: string, from: RecordSet, to: RecordSet) =>
  changeRecords(hostedZoneId, [
    ['DELETE', from],
    ['CREATE', to],
  ]);

/** Keeps what routes the record (weight, region, health check) and changes what it says. */
function replacementFor({ AliasTarget: _, ...record }: RecordSet, values: readonly string[], ttl?: number): RecordSet {
  return { ...record, TTL: ttl ?? record.TTL ?? 60, ResourceRecords: values.map((Value) => ({ Value })) };
}

async function compare(undo: Undo, host: ReadPort, signal: AbortSignal): Promise<Standing> {
  const { now } = await readRecords(undo, host, signal);
  if (!now) return { is: 'changed', how: 'the record no longer exists' };
  if (sameRecord(now, undo.record)) return { is: 'restored' };
  return sameRecord(now, undo.replacement) ? { is: 'harmed' } : { is: 'changed', how: differs(now) };
}

async function attest(undo: Undo, host: ReadPort, signal: AbortSignal) {
  const { record, replacement, sameNameAndType } = undo;
  const { now } = await readRecords(undo, host, signal);
  const harmed = now !== undefined && sameRecord(now, replacement);
  if (sameNameAndType > 0) {
    const evidence = `the hosted zone ${harmed ? 'holds' : 'lacks'} the replacement; ${sameNameAndType} more answer its name`;
    return { bites: harmed, level: 'control plane' as const, evidence };
  }
  const wanted = valuesOf(replacement);
  const shows = (answer: DnsAnswer) => {
    const values = valuesIn(answer, record.Type);
    return values.length === wanted.length && wanted.every((value) => values.includes(value));
  };
  return attestAtNameServers({ name: record.Name, type: record.Type, harmed, shows }, host, signal);
}
