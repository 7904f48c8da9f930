import { displayName } from '../../aws/names.ts';
import { type Attestation, defineTarget } from '../../kernel/define.ts';
import type { DnsAnswer, DnsQuery, ReadPort } from '../../kernel/ports.ts';
import { type RecordSet, sameRecord } from './record-sets.ts';
import { ASKABLE, QUERY_MS, valuesIn, valuesOf } from './record-undo.ts';
import { findRecords, route53Record } from './route53-record.ts';

/** One of several record sets that share a name and a type by their weights. */
export const weightedRecord = defineTarget({
  ...route53Record,
  kind: 'aws/route53-weighted-record',
  summary: 'A weighted record set of a Route 53 hosted zone.',
  find: (select, host, signal) => findRecords(select, ({ Weight }) => Weight !== undefined, host, signal),
});

/** What the change of a weight replaces, and by what. */
interface Weighing {
  readonly record: RecordSet;
  readonly replacement: RecordSet;
}

/** Answers of each name server: a share that is expected to be seen and is missing in all of them is no accident. */
const SAMPLES = 32;
const AT_ONCE = 4;
const SEEN_FOR_SURE = 0.3;

/**
 * How often the record is answered, where that tells one weight from the other: when one of them is a share of none. Where
 * it does not, and where health decides as well, the hosted zone says.
 */
export async function attestWeight(
  { record, replacement }: Weighing,
  all: readonly RecordSet[],
  host: ReadPort,
  signal: AbortSignal,
): Promise<Attestation> {
  const others = all.filter((one) => one.Type === record.Type && one.SetIdentifier !== record.SetIdentifier);
  const harmed = all.some((one) => sameRecord(one, replacement));
  const [whole, changed] = [shareOf(record, others), shareOf(replacement, others)];
  const weight = (harmed ? replacement : record).Weight ?? 0;
  const what = `${displayName(record.Name)} ${record.Type} ${record.SetIdentifier} has weight ${weight}`;
  const own = valuesOf(record).filter((value) => !others.some((other) => valuesOf(other).includes(value)));
  const canTell = (whole === 0) !== (changed === 0) && own.length > 0 && ASKABLE.includes(record.Type);
  if (!canTell || host.account.nameServers.length === 0) {
    return {
      bites: harmed,
      level: 'control plane',
      evidence: `${what}: the hosted zone ${harmed ? 'shows' : 'does not show'} the change`,
    };
  }
  const seen = await sample(record, own, host, signal);
  const expected = harmed ? changed : whole;
  const isSure = expected === 0 || (expected >= SEEN_FOR_SURE && record.HealthCheckId === undefined);
  const isAsExpected = expected === 0 ? seen.every((count) => count === 0) : seen.every((count) => count > 0);
  const evidence = `${what}: in ${seen.join(' and ')} of ${SAMPLES} answers of each name server`;
  if (!isSure) return { bites: harmed, level: 'control plane', evidence };
  return { bites: harmed === isAsExpected, level: 'data plane', evidence };
}

/** The share of the answers that a weight is; where all are 0, Route 53 answers all alike. */
function shareOf({ Weight = 0 }: RecordSet, others: readonly RecordSet[]): number {
  const total = others.reduce((sum, other) => sum + (other.Weight ?? 0), Weight);
  return total === 0 ? 1 / (others.length + 1) : Weight / total;
}

/** How many answers of each name server hold one of the values. */
function sample({ Name, Type }: RecordSet, values: readonly string[], host: ReadPort, signal: AbortSignal) {
  const query: DnsQuery = { name: displayName(Name), type: Type as DnsQuery['type'], timeoutMs: QUERY_MS };
  const isOne = (answer: DnsAnswer) => valuesIn(answer, Type).some((value) => values.includes(value));
  return Promise.all(
    host.account.nameServers.map(async (server) => {
      let count = 0;
      for (let asked = 0; asked < SAMPLES; asked += AT_ONCE) {
        const some = Array.from({ length: AT_ONCE }, () => host.dns({ ...query, server }, signal));
        const answers = await Promise.all(some);
        // A server that is silent proves neither.
        if (answers.some(({ code }) => code !== 'NOERROR' && code !== 'NXDOMAIN')) return Number.NaN;
        count += answers.filter(isOne).length;
      }
      return count;
    }),
  );
}
