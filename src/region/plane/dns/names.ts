import type { Address } from '../../../kernel/ports.ts';
import type { Desired } from '../../contract.ts';
import type { WishedPorts } from '../../plane-link.ts';
import { nameServerName } from '../../world-names.ts';
import { type Authority, answerFrom, isLasting, ownAnswer } from './answer.ts';
import { textOf } from './decoded.ts';
import type { Answer, Question } from './message.ts';
import { Resolver } from './resolver.ts';
import { type DnsServer, startDnsServer } from './server.ts';
import { createTroubles, standIn } from './troubles.ts';
import { indexZones } from './zones.ts';

/** The DNS of a region: name servers that hold the same zones, and the caching resolver in front of them. */
export interface Names {
  /** The IPv4 addresses of a name, as whoever asks the resolver gets them; empty when there are none. */
  addresses(name: string): Promise<readonly string[]>;
  readonly resolverAt: Address;
  readonly nameServers: readonly (Address & { name: string })[];
  /** From now on the name servers answer from these zones. What the resolver remembers, it remembers. */
  publish(desired: Pick<Desired, 'hostedZones' | 'loadBalancers' | 'resolverTroubles' | 'region'>): void;
  /** The resolver remembers nothing. */
  forget(): void;
  close(): Promise<void>;
}

export interface NamesOptions {
  readonly count: number;
  /** The ports to listen on if they are free. */
  readonly ports?: Pick<WishedPorts, 'resolver' | 'nameServers'> | undefined;
  readonly addressesOf: Authority['addressesOf'];
  /** Whether a load balancer has a healthy target, and a health check passes. Default: they do. */
  readonly isServing?: Authority['isServing'];
  readonly isPassing?: Authority['isPassing'];
  readonly random: () => number;
  readonly nowMs: () => number;
}

/** How long whoever asks waits for a resolver that does not answer. */
const GIVEN_UP_AFTER_MS = 1_000;
const pause = (ms: number): Promise<void> => new Promise((done) => void setTimeout(done, ms).unref());

export async function startNames(options: NamesOptions): Promise<Names> {
  const { count, addressesOf, random, nowMs, isServing = () => true, isPassing = () => true } = options;
  let authority: Authority = { zones: [], addressesOf, isServing, isPassing, region: '', random };
  let inVpc: Authority = authority;
  const servers: DnsServer[] = [];
  for (let index = 0; index < count; index++) {
    const port = options.ports?.nameServers[index];
    servers.push(
      await startDnsServer({
        recursive: false,
        port,
        answer: ({ question }) => answerFrom(authority, question),
        lasting: { edition: () => authority, isLasting: (question) => isLasting(authority, question) },
      }),
    );
  }
  const nameServers = servers.map(({ at }, index) => ({ ...at, name: nameServerName(index + 1) }));
  const resolver = new Resolver({
    nameServers: () => nameServers,
    nowMs,
    privately: (question) => ownAnswer(inVpc, question),
  });
  const troubles = createTroubles();
  const resolve = async (question: Question): Promise<Answer | undefined> => {
    const trouble = troubles.of(question);
    if (trouble?.does === 'silence') return undefined;
    if (trouble?.does === 'delay') await pause(trouble.delayMs ?? 0);
    return (trouble && standIn(trouble)) ?? resolver.resolve(question, { stale: trouble?.does === 'stale' });
  };
  const front = await startDnsServer({
    recursive: true,
    port: options.ports?.resolver,
    answer: ({ question }) => resolve(question),
  });
  return {
    async addresses(name) {
      const answer = await resolve({ name, type: 'A' });
      if (!answer) await pause(GIVEN_UP_AFTER_MS);
      return (answer?.answers ?? []).filter((record) => record.type === 'A').map(textOf);
    },
    resolverAt: front.at,
    nameServers,
    publish({ hostedZones, loadBalancers, resolverTroubles = [], region = '' }) {
      troubles.set(resolverTroubles);
      const hidden = hostedZones.filter(({ isPrivate }) => isPrivate);
      const shown = hostedZones.filter(({ isPrivate }) => !isPrivate);
      authority = { ...authority, region, zones: indexZones(shown, loadBalancers) };
      inVpc = { ...authority, zones: indexZones(hidden, []) };
    },
    forget: () => resolver.forget(),
    async close() {
      await Promise.all([front, ...servers].map((server) => server.close()));
    },
  };
}
