import { aws } from '../../aws/calls.ts';
import { type Attestation, defineFault, defineMeans } from '../../kernel/define.ts';
import type { ResolverTrouble } from '../../kernel/facility.ts';
import type { DnsAnswer, ReadPort } from '../../kernel/ports.ts';
import { duration, oneOf, share } from '../../kernel/schema.ts';
import { type Resolver, resolver } from '../../targets/resolver.ts';
import {
  compareTrouble,
  findTrouble,
  removeTrouble,
  setTrouble,
  TROUBLE_PARAMS,
  type TroubleUndo,
} from '../../targets/trouble.ts';

type Undo = TroubleUndo & {
  readonly trouble: ResolverTrouble;
  /** What is asked to see the fault, and how it was answered before. */
  readonly question: { readonly name: string; readonly type: 'A' | 'SOA' };
  readonly before: string;
};

const params = {
  answer: oneOf(['NXDOMAIN', 'SERVFAIL', 'silence', 'delay', 'stale'], {
    doc: 'What those who ask get instead of the answer. stale: what it remembers, however old.',
  }).default('SERVFAIL'),
  capacity: share({ doc: 'The share of queries that is answered as ever.' }).prefault('0%'),
  delay: duration({ doc: 'With "answer: delay": how much later the answer comes.', max: '1m' }).prefault('2s'),
  ...TROUBLE_PARAMS,
};

/** The resolver of a network loses capacity, lies, or falls silent, while every name server works. */
export const dnsResolver = defineFault({
  id: 'dns.resolver',
  summary: 'Let the resolver of the VPC fail, wholly or for a share of the queries.',
  details:
    'As on 22 November 2018 in Seoul, when the resolvers of a region answered only a part of the queries for 84 minutes ' +
    'although every name server worked. Programs of the region and the probes of this tool ask that resolver; the name ' +
    'servers go on answering. "capacity" is the share of queries that is answered as ever; which ones follows from the ' +
    'seed. "silence" lets clients wait for their time-out; "stale" answers from memory and asks no name server. The ' +
    'fault ends by itself after "expiresAfter".',
  params,
  reversal: 'reverts',
  example: `
- name: the resolver answers one query of five
  fault: dns.resolver
  select: { name: store.shop.example }
  with: { answer: SERVFAIL, capacity: 20% }
  for: 30s
`,
  manualRecovery: 'Nothing is needed: the region ends it after "expiresAfter"; "chaos recover" ends it at once.',
  covers: ['resolver without capacity', 'resolver outage', 'stale DNS cache', 'slow DNS'],
  means: {
    facility: defineMeans(params)({
      target: resolver,
      fidelity:
        'Clients get real answers, or none, over UDP and TCP; the resolver is one for the whole region, and what a ' +
        'client remembers by itself is its own.',
      landsWithinMs: 10_000,
      restoresWithinMs: 20_000,

      async capture(
        { name: only }: Resolver,
        { answer, capacity, delay, seed, expiresAfter },
        host,
        signal,
      ): Promise<Undo> {
        const name = `dns.resolver ${only ?? '*'}`;
        const trouble: ResolverTrouble = {
          at: 'resolver',
          does: answer,
          ...(only !== null && { name: only }),
          share: 1 - capacity,
          seed,
          ...(answer === 'delay' && { delayMs: delay }),
        };
        const question = only === null ? await anyQuestion(host, signal) : ({ name: only, type: 'A' } as const);
        const wasThere = (await findTrouble(name, host, signal)) !== undefined;
        const before = (await host.dns({ ...question, timeoutMs: QUERY_MS }, signal)).code;
        return { name, trouble, wasThere, question, before, expiresInMs: expiresAfter };
      },
      steps: (_target, _params, undo) => setTrouble(undo),
      restore: (undo) => removeTrouble(undo),
      compare: (undo, host, signal) => compareTrouble(undo, host, signal),
      attest: (undo, host, signal) => attest(undo, host, signal),
    }),
  },
});

const QUERY_MS = 1_500;
/** A share of at least so much is seen at one of so many queries (all but one time in a million). */
const SEEN_SHARE = 0.2;
const MOST_QUERIES = 64;
const AT_ONCE = 4;

/** A name that is answered whatever else is wrong: the apex of a hosted zone. */
async function anyQuestion(host: ReadPort, signal: AbortSignal): Promise<Undo['question']> {
  const { HostedZones = [] } = await host.read(aws('route-53', 'ListHostedZones', {}), signal);
  return { name: (HostedZones[0]?.Name ?? 'example').replace(/\.$/, ''), type: 'SOA' };
}

/** Asks the resolver itself, as its clients do. A fault that looks like what was before is told by the region alone. */
async function attest(undo: Undo, host: ReadPort, signal: AbortSignal): Promise<Attestation> {
  const { trouble, question, before } = undo;
  const { does, share: hit } = trouble;
  if (does === 'stale' || hit < SEEN_SHARE || before === codeOf(does)) {
    const bites = !undo.wasThere && (await findTrouble(undo.name, host, signal)) !== undefined;
    return { bites, level: 'control plane', evidence: `the resolver ${bites ? 'has' : 'no longer has'} the fault` };
  }
  let [asked, struck] = [0, 0];
  do {
    const seen = await Promise.all(Array.from({ length: AT_ONCE }, () => askOnce(undo, host, signal)));
    asked += seen.length;
    struck += seen.filter(Boolean).length;
  } while (hit < 1 && struck === 0 && asked < MOST_QUERIES);
  const evidence = `${struck} of ${asked} queries for ${question.name} ${question.type} met it (${does})`;
  return { bites: hit === 1 ? struck === asked : struck > 0, level: 'data plane', evidence };
}

/** Whether one query shows the fault. */
async function askOnce({ trouble, question }: Undo, host: ReadPort, signal: AbortSignal): Promise<boolean> {
  const { does, delayMs = 0 } = trouble;
  const startMs = host.clock.nowMs();
  const answer: DnsAnswer = await host.dns({ ...question, timeoutMs: QUERY_MS }, signal);
  const tookMs = host.clock.nowMs() - startMs;
  return does === 'delay' ? tookMs >= Math.min(delayMs, QUERY_MS) * 0.9 : answer.code === codeOf(does);
}

const codeOf = (does: ResolverTrouble['does']): string => (does === 'silence' ? 'TIMEOUT' : does);
