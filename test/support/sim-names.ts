import { decode } from 'dns-packet';
import { answerOf } from '../../src/host/dns-answer.ts';
import type { Address, Clock, DnsAnswer, DnsQuery } from '../../src/kernel/ports.ts';
import type { Desired } from '../../src/region/contract.ts';
import { type Authority, answerFrom } from '../../src/region/plane/dns/answer.ts';
import { createDnsCache } from '../../src/region/plane/dns/cache.ts';
import { type Answer, type Question, writeAnswer } from '../../src/region/plane/dns/message.ts';
import { createTroubles, standIn } from '../../src/region/plane/dns/troubles.ts';
import { indexZones } from '../../src/region/plane/dns/zones.ts';
import { nameServerName } from '../../src/region/world-names.ts';

export const RESOLVER: Address = { address: '127.0.0.1', port: 5_300 };

/** The DNS of a simulated region: name servers that answer what is published, and a resolver that remembers. */
export class SimNames {
  readonly nameServers: readonly (Address & { readonly name: string })[];
  readonly #cache: ReturnType<typeof createDnsCache>;
  readonly #troubles = createTroubles();
  #authority: Authority;

  constructor(count: number, clock: Clock, random: () => number, health: Pick<Authority, 'addressesOf' | 'isPassing'>) {
    this.nameServers = Array.from({ length: count }, (_, k) => ({
      address: '127.0.0.1',
      port: 5_301 + k,
      name: nameServerName(k + 1),
    }));
    this.#cache = createDnsCache(() => clock.nowMs());
    this.#authority = { zones: [], ...health, isServing: () => true, region: 'us-east-1', random };
  }

  publish({ hostedZones, loadBalancers, resolverTroubles = [] }: Desired): void {
    this.#troubles.set(resolverTroubles);
    this.#authority = { ...this.#authority, zones: indexZones(hostedZones, loadBalancers) };
  }

  ask({ name, type, server = RESOLVER }: DnsQuery): DnsAnswer {
    const question = { name, type };
    if (server.port === RESOLVER.port) {
      const trouble = this.#troubles.of(question);
      if (trouble?.does === 'silence') return { code: 'TIMEOUT', answers: [] };
      return plain(question, (trouble && standIn(trouble)) ?? this.#resolve(question));
    }
    const known = this.nameServers.some(({ port }) => port === server.port);
    return known ? plain(question, answerFrom(this.#authority, question)) : { code: 'UNREACHABLE', answers: [] };
  }

  #resolve(question: Question): Answer {
    const { name, type } = question;
    const remembered = this.#cache.get(name, type);
    if (remembered) return { ...remembered, authoritative: false };
    const answer = answerFrom(this.#authority, question);
    const { code, answers, authority } = answer;
    if (code === 'NOERROR' || code === 'NXDOMAIN') {
      const kept = answers.length > 0 ? answers : authority;
      this.#cache.put(name, type, { code, answers, authority }, Math.min(...kept.map(({ ttl }) => ttl), 86_400));
    }
    return { ...answer, authoritative: false };
  }
}

/** Through the very bytes, so that values are spelt as from a real server. */
function plain(question: Question, answer: Answer): DnsAnswer {
  const query = { id: 1, recursionDesired: true, question, udpSize: 65_535, edns: false };
  return answerOf(decode(writeAnswer(query, answer, 'tcp', false)));
}
