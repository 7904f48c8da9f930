import type { Address } from '../../../kernel/ports.ts';
import type { Desired } from '../../contract.ts';
import { nameServerName } from '../../world-names.ts';
import { type Authority, answerFrom } from './answer.ts';
import { Resolver } from './resolver.ts';
import { type DnsServer, startDnsServer } from './server.ts';
import { indexZones } from './zones.ts';

/** The DNS of a region: name servers that hold the same zones, and the caching resolver in front of them. */
export interface Names {
  readonly resolver: Resolver;
  readonly resolverAt: Address;
  readonly nameServers: readonly (Address & { name: string })[];
  /** From now on the name servers answer from these zones. What the resolver remembers, it remembers. */
  publish(desired: Pick<Desired, 'hostedZones' | 'loadBalancers'>): void;
  close(): Promise<void>;
}

export interface NamesOptions {
  readonly count: number;
  readonly addressesOf: Authority['addressesOf'];
  readonly random: () => number;
  readonly nowMs: () => number;
}

export async function startNames({ count, addressesOf, random, nowMs }: NamesOptions): Promise<Names> {
  let authority: Authority = { zones: [], addressesOf, random };
  const servers: DnsServer[] = [];
  for (let index = 0; index < count; index++) {
    servers.push(await startDnsServer({ recursive: false, answer: ({ question }) => answerFrom(authority, question) }));
  }
  const nameServers = servers.map(({ at }, index) => ({ ...at, name: nameServerName(index + 1) }));
  const resolver = new Resolver({ nameServers: () => nameServers, nowMs });
  const front = await startDnsServer({ recursive: true, answer: ({ question }) => resolver.resolve(question) });
  return {
    resolver,
    resolverAt: front.at,
    nameServers,
    publish({ hostedZones, loadBalancers }) {
      authority = { ...authority, zones: indexZones(hostedZones, loadBalancers) };
    },
    async close() {
      await Promise.all([front, ...servers].map((server) => server.close()));
    },
  };
}
