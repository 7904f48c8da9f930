import type { Call, LookUp } from '../kernel/call.ts';
import type { Attestation } from '../kernel/define.ts';
import { ERROR_CODES, type Place, type Problem } from '../kernel/errors.ts';
import { OUTCOMES } from '../kernel/outcome.ts';
import type { Address } from '../kernel/ports.ts';
import { check, listOf, mapOf, optional, orNull, type Shape, shape } from './check.ts';
import type { EntryBody, PlannedInjection, ProbeVerdict, Reach } from './entries.ts';

const text = check<string>((value) => typeof value === 'string', 'a text');
const number = check<number>((value) => typeof value === 'number', 'a number');
const flag = check<boolean>((value) => typeof value === 'boolean', 'true or false');
/** One of several words. Which there are may grow, and a newer one does no harm to who reads it. */
const word = check<never>((value) => typeof value === 'string', 'a text');
const anything = check<never>(() => true, '');
const keyOf = <T extends string>(table: Readonly<Record<T, unknown>>) =>
  check<T>((value) => typeof value === 'string' && Object.hasOwn(table, value), 'a word that this program knows');

const call = { service: word, operation: text, input: mapOf(anything), already: optional(listOf(text)) };
const lookUp = shape<LookUp>({
  member: text,
  call: shape<Omit<Call, '_output' | 'lookUps'>>(call),
  path: listOf(check<string | number>((value) => typeof value === 'string' || typeof value === 'number', 'a key')),
  asList: optional(flag),
  optional: optional(flag),
});
const calls = listOf(shape<Omit<Call, '_output'>>({ ...call, lookUps: optional(listOf(lookUp)) }));
const attestation = shape<Attestation>({ bites: flag, level: word, evidence: text });
const place = shape<Place>({ file: text, line: number, column: number, width: number, text });
const problem = shape<Problem>({ code: keyOf(ERROR_CODES), what: text, where: optional(place), fix: text });

const planned = shape<PlannedInjection>({
  id: text,
  step: text,
  fault: text,
  means: word,
  target: text,
  zone: optional(text),
  reversal: word,
  fidelity: text,
  calls,
  restoreCalls: calls,
  forMs: optional(number),
});

const verdict = shape<ProbeVerdict>({
  probe: text,
  phase: word,
  verdict: word,
  samples: number,
  good: number,
  errors: mapOf(number),
  latencyMs: orNull(shape({ p50: number, p90: number, p99: number, max: number })),
  reasons: listOf(text),
  samplesNeeded: number,
});

const reach = shape<Reach>({
  kind: word,
  name: text,
  endpoint: optional(text),
  region: optional(text),
  resolver: optional(shape<Address>({ address: text, port: number })),
  data: optional(text),
});

type BodyOf<T extends EntryBody['type']> = Extract<EntryBody, { type: T }>;

/** The fields of every type of entry, held to their types by the compiler: what is written without one does not compile. */
const SHAPES: { readonly [T in EntryBody['type']]: Shape<Omit<BodyOf<T>, 'type'>> } = {
  'run-started': {
    runId: text,
    tool: text,
    experiment: shape({ file: text, digest: text, title: text }),
    account: shape<BodyOf<'run-started'>['account']>({ kind: word, name: text, instance: text }),
    reach,
    parameters: mapOf(anything),
    pid: number,
  },
  refused: { problems: listOf(problem) },
  planned: { injections: listOf(planned), expectedMs: number, atMostMs: optional(number), seed: optional(number) },
  phase: { phase: word },
  step: { step: text, state: word },
  captured: {
    injection: text,
    target: text,
    fault: text,
    means: word,
    reversal: word,
    digest: text,
    seal: optional(text),
    restoresWithinMs: number,
  },
  injecting: { injection: text, calls },
  injected: { injection: text, ambiguous: optional(flag) },
  'inject-failed': { injection: text, code: text, message: text, ambiguous: flag },
  attested: { injection: text, attestation, afterMs: number },
  reverting: { injection: text, by: word },
  reverted: { injection: text, how: word, verified: orNull(attestation), afterMs: number, saidBy: optional(text) },
  'revert-failed': { injection: text, why: text, changed: flag, manualRecovery: text, code: optional(word) },
  'rollbacks-captured': { digest: text, seal: optional(text) },
  rollback: {
    number,
    command: listOf(text),
    ok: flag,
    detail: text,
    byHand: optional(text),
    saidBy: optional(text),
    code: optional(word),
  },
  'stop-condition': { name: text, evidence: text },
  'abort-requested': { by: text },
  recovered: { probe: text, afterMs: orNull(number) },
  judged: { verdicts: listOf(verdict) },
  note: { text },
  problem: { problem },
  'run-ended': { outcome: keyOf(OUTCOMES), why: text, targets: word },
};

/**
 * What keeps an entry from being read, such as `"calls" is no list`; undefined when nothing does. An entry of a type that
 * only a newer version knows is left as it is: nobody here reads it.
 */
export function faultInEntry(entry: { readonly type: string }): string | undefined {
  if (!Object.hasOwn(SHAPES, entry.type)) return undefined;
  return shape(SHAPES[entry.type as EntryBody['type']] as Shape<object>)(entry, '');
}
