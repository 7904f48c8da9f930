import { type Attestation, defineMeans, type Means, type Standing, type Target } from '../../kernel/define.ts';
import type { DnsAnswer, ReadPort } from '../../kernel/ports.ts';
import type { Fields, Infer } from '../../kernel/schema.ts';
import type { RecordSet } from './record-sets.ts';
import { attestAtNameServers, captureRecord, changeRecords, type RecordUndo, readRecords } from './record-undo.ts';
import { type Route53Record, route53Record } from './route53-record.ts';

type Changes = Parameters<typeof changeRecords>[1];

/** What one fault of a record does: everything else is the same for all of them. */
interface RecordChange<P extends Fields, U extends RecordUndo> {
  readonly fidelity: string;
  /** Which record sets it is for. Default: every one. */
  readonly target?: Target<Fields, Route53Record>;
  /** What restoring needs besides the record set itself. Pure. */
  undoOf(undo: RecordUndo, params: Infer<P>): U;
  /** The batch that harms, and the one that undoes it. Pure. */
  harm(undo: U): Changes;
  restore(undo: U): Changes;
  /** How the record set `now` and `all` of its name stand. Pure. */
  compare(undo: U, now: RecordSet | undefined, all: readonly RecordSet[]): Standing;
  /** Whether the hosted zone shows the harm in `now`, and whether the answer of a name server does. Pure. */
  isHarmed(undo: U, now: RecordSet | undefined): boolean;
  shows(undo: U, answer: DnsAnswer): boolean;
  /** How it is attested. Default: by single answers; a member of a routed set by the hosted zone. Reads only. */
  attest?(undo: U, all: readonly RecordSet[], host: ReadPort, signal: AbortSignal): Promise<Attestation>;
}

/** A means that harms one record set by an atomic batch, and attests it at every name server. */
export const recordMeans =
  <const P extends Fields>(params: P) =>
  <U extends RecordUndo>(change: RecordChange<P, U>): Means<P, Route53Record, U> =>
    defineMeans(params)({
      target: change.target ?? route53Record,
      fidelity: change.fidelity,
      landsWithinMs: 120_000,
      restoresWithinMs: 180_000,

      async capture(target: Route53Record, given, host, signal): Promise<U> {
        return change.undoOf(await captureRecord(target, host, signal), given);
      },
      steps: (_target, _params, undo) => [changeRecords(undo.hostedZoneId, change.harm(undo))],
      restore: (undo) => [changeRecords(undo.hostedZoneId, change.restore(undo))],
      async compare(undo, host, signal) {
        const { now, all } = await readRecords(undo, host, signal);
        return change.compare(undo, now, all);
      },
      attest: (undo, host, signal) => attest(change, undo, host, signal),
    });

/** The other members of a routed set answer the name too: then the hosted zone alone can say. */
async function attest<P extends Fields, U extends RecordUndo>(
  change: RecordChange<P, U>,
  undo: U,
  host: ReadPort,
  signal: AbortSignal,
): Promise<Attestation> {
  const { record, sameNameAndType } = undo;
  const { now, all } = await readRecords(undo, host, signal);
  if (change.attest) return change.attest(undo, all, host, signal);
  const harmed = change.isHarmed(undo, now);
  if (sameNameAndType > 0) {
    const evidence = `the hosted zone ${harmed ? 'shows' : 'does not show'} the change; ${sameNameAndType} more answer its name`;
    return { bites: harmed, level: 'control plane', evidence };
  }
  const shows = (answer: DnsAnswer) => change.shows(undo, answer);
  return attestAtNameServers({ name: record.Name, type: record.Type, harmed, shows }, host, signal);
}

/** What a person types to put a record back, with the changes of the batch. */
export const recoverRecordBy = (...changes: readonly (readonly ['CREATE' | 'DELETE' | 'UPSERT', string])[]): string => {
  const batch = changes.map(([action, set]) => `{"Action":"${action}","ResourceRecordSet":${set}}`);
  return (
    'aws route53 change-resource-record-sets --hosted-zone-id ZONE_ID --change-batch ' +
    `'{"Changes":[${batch.join(',')}]}' with the ${changes.length > 1 ? 'records' : 'record'} that undo.jsonl holds`
  );
};
