import type { Address } from '../../../kernel/ports.ts';
import { ask } from './ask.ts';
import { createDnsCache, type Remembered } from './cache.ts';
import { fromDecoded, textOf } from './decoded.ts';
import type { Answer, Question } from './message.ts';
import { negativeTtlOf, type ResourceRecord } from './records.ts';

/** The caching resolver of the region's network: it knows only what the name servers tell it over the wire. */
export interface Resolver {
  resolve(question: Question): Promise<Answer>;
  /** The IPv4 addresses of a name; empty when it has none. */
  addresses(name: string): Promise<readonly string[]>;
}

export interface ResolverOptions {
  readonly nameServers: () => readonly Address[];
  readonly nowMs: () => number;
  /** How long one name server may take before the next is asked. */
  readonly timeoutMs?: number;
}

const MOST_HOPS = 8;
const MOST_TRIES = 4;

export function createResolver({ nameServers, nowMs, timeoutMs = 500 }: ResolverOptions): Resolver {
  const cache = createDnsCache(nowMs);
  const asking = new Map<string, Promise<Remembered | undefined>>();
  let turn = 0;

  /** One name and type: from the cache, or from the name servers, once for all who ask at the same time. */
  const step = (question: Question): Promise<Remembered | undefined> => {
    const known = cache.get(question.name, question.type);
    if (known) return Promise.resolve(known);
    const key = `${question.name.toLowerCase()} ${question.type}`;
    const running = asking.get(key) ?? fetchAnswer(question).finally(() => asking.delete(key));
    asking.set(key, running);
    return running;
  };

  const fetchAnswer = async (question: Question): Promise<Remembered | undefined> => {
    const servers = nameServers();
    for (let attempt = 0; attempt < Math.min(MOST_TRIES, 2 * servers.length); attempt++) {
      const server = servers[turn++ % servers.length];
      const said = server && (await ask(server, question, timeoutMs));
      if (said?.code !== 'NOERROR' && said?.code !== 'NXDOMAIN') continue;
      const answers = said.answers.flatMap((record) => fromDecoded(record) ?? []);
      const authority = said.authority.flatMap((record) => fromDecoded(record) ?? []);
      return remember(question, { code: said.code, answers, authority });
    }
    return undefined;
  };

  /** Keeps each link of a chain of CNAMEs apart, under its own name, for as long as that link says. */
  const remember = (question: Question, said: Remembered): Remembered => {
    const wanted = said.answers.filter((record) => isFor(record, question));
    if (wanted.length > 0) {
      const answer: Remembered = { code: 'NOERROR', answers: wanted, authority: [] };
      cache.put(question.name, question.type, answer, Math.min(...wanted.map((record) => record.ttl)));
      return answer;
    }
    if (said.answers.length > 0) return { code: 'NOERROR', answers: [], authority: said.authority };
    const soa = said.authority.find((record) => record.type === 'SOA');
    cache.put(question.name, question.type, said, soa ? negativeTtlOf(soa) : 0);
    return said;
  };

  const resolve = async (question: Question): Promise<Answer> => {
    const answers: ResourceRecord[] = [];
    let name = question.name;
    for (let hop = 0; hop < MOST_HOPS; hop++) {
      const found = await step({ name, type: question.type });
      if (!found) return { code: 'SERVFAIL', authoritative: false, answers: [], authority: [] };
      answers.push(...rotated(found.answers, turn++));
      const alias = found.answers.find((record) => record.type === 'CNAME');
      if (!alias || question.type === 'CNAME') {
        return { code: found.code, authoritative: false, answers, authority: found.authority };
      }
      name = textOf(alias);
    }
    return { code: 'SERVFAIL', authoritative: false, answers: [], authority: [] };
  };

  return {
    resolve,
    async addresses(name) {
      const { answers } = await resolve({ name, type: 'A' });
      return answers.filter((record) => record.type === 'A').map(textOf);
    },
  };
}

/** What answers the question itself: the type asked for, or the CNAME that leads away from the name. */
const isFor = (record: ResourceRecord, { name, type }: Question): boolean =>
  record.name.toLowerCase() === name.toLowerCase() &&
  (record.type === type || record.type === 'CNAME' || type === 'ANY');

/** Every asker begins with another address, so that clients that take the first spread over all of them. */
function rotated(records: readonly ResourceRecord[], turn: number): readonly ResourceRecord[] {
  const by = records.length === 0 ? 0 : turn % records.length;
  return [...records.slice(by), ...records.slice(0, by)];
}
