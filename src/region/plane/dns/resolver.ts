import type { Address } from '../../../kernel/ports.ts';
import { ask } from './ask.ts';
import { createDnsCache, type DnsCache, type Remembered } from './cache.ts';
import { fromDecoded, textOf } from './decoded.ts';
import type { Answer, Question } from './message.ts';
import { negativeTtlOf, type ResourceRecord } from './records.ts';

export interface ResolverOptions {
  readonly nameServers: () => readonly Address[];
  readonly nowMs: () => number;
  /** What the VPC's own zones say, before anybody is asked; undefined for what lies in none of them. */
  readonly privately?: (question: Question) => Answer | undefined;
  /** How long one name server may take before the next is asked. */
  readonly timeoutMs?: number;
}

const TIMEOUT_MS = 500;
const MOST_HOPS = 8;
const MOST_TRIES = 4;
const FAILURE: Answer = { code: 'SERVFAIL', authoritative: false, answers: [], authority: [] };

/** The caching resolver of the region's network: it knows only what the name servers tell it over the wire. */
export class Resolver {
  readonly #options: ResolverOptions;
  #cache: DnsCache;
  readonly #asking = new Map<string, Promise<Remembered | undefined>>();
  #turn = 0;

  constructor(options: ResolverOptions) {
    this.#options = options;
    this.#cache = createDnsCache(options.nowMs);
  }

  /**
   * The answer, with the chain of CNAMEs that leads to it. SERVFAIL when no name server gives one. `stale`: what is
   * remembered is good however old it is.
   */
  async resolve(question: Question, options: { readonly stale?: boolean } = {}): Promise<Answer> {
    const answers: ResourceRecord[] = [];
    let { name } = question;
    for (let hop = 0; hop < MOST_HOPS; hop++) {
      const found = await this.#step({ name, type: question.type }, options.stale ?? false);
      if (!found) return FAILURE;
      answers.push(...rotated(found.answers, this.#turn++));
      const alias = found.answers.find((record) => record.type === 'CNAME');
      if (!alias || question.type === 'CNAME') {
        return { code: found.code, authoritative: false, answers, authority: found.authority };
      }
      name = textOf(alias);
    }
    return FAILURE;
  }

  /** Forgets every answer; one that is asked for at this moment is told to those who wait for it, and not remembered. */
  forget(): void {
    this.#cache = createDnsCache(this.#options.nowMs);
    this.#asking.clear();
  }

  /** One name and type: from the cache, or from the name servers, once for all who ask at the same time. */
  #step(question: Question, stale: boolean): Promise<Remembered | undefined> {
    const { name, type } = question;
    const own = this.#options.privately?.(question);
    if (own) return Promise.resolve(firstLink(own, question));
    const known = stale ? this.#cache.getStale(name, type) : this.#cache.get(name, type);
    if (known) return Promise.resolve(known);
    const key = `${question.name.toLowerCase()} ${question.type}`;
    const running = this.#asking.get(key) ?? this.#fetch(question).finally(() => this.#asking.delete(key));
    this.#asking.set(key, running);
    return running;
  }

  async #fetch(question: Question): Promise<Remembered | undefined> {
    const servers = this.#options.nameServers();
    const cache = this.#cache;
    for (let attempt = 0; attempt < Math.min(MOST_TRIES, 2 * servers.length); attempt++) {
      const server = servers[this.#turn++ % servers.length];
      const said = server && (await ask(server, question, this.#options.timeoutMs ?? TIMEOUT_MS));
      if (said?.code !== 'NOERROR' && said?.code !== 'NXDOMAIN') continue;
      const answers = said.answers.flatMap((record) => fromDecoded(record) ?? []);
      const authority = said.authority.flatMap((record) => fromDecoded(record) ?? []);
      // A referral: the servers that it names are outside the region, which nothing here can reach.
      if (answers.length === 0 && isReferral(authority)) return undefined;
      return remember(cache, question, { code: said.code, answers, authority });
    }
    return undefined;
  }
}

/** Keeps of a chain of CNAMEs the first link alone: the others are asked for under their own names. */
function remember(cache: DnsCache, question: Question, said: Remembered): Remembered {
  const wanted = said.answers.filter((record) => answersItself(record, question));
  if (wanted.length > 0) {
    const answer: Remembered = { code: 'NOERROR', answers: wanted, authority: [] };
    cache.put(question.name, question.type, answer, Math.min(...wanted.map((record) => record.ttl)));
    return answer;
  }
  const soa = said.authority.find((record) => record.type === 'SOA');
  const negative: Remembered = { ...said, answers: [] };
  cache.put(question.name, question.type, negative, soa ? negativeTtlOf(soa) : 0);
  return negative;
}

/** What answers the question itself: the type asked for, or the CNAME that leads away from the name. */
const answersItself = (record: ResourceRecord, { name, type }: Question): boolean =>
  record.name.toLowerCase() === name.toLowerCase() && (type === 'ANY' || [type, 'CNAME'].includes(record.type));

/** Of an answer of the VPC's own zones what concerns the name itself: the rest of a chain is looked up anew. */
function firstLink({ code, answers, authority }: Answer, question: Question): Remembered | undefined {
  if (code !== 'NOERROR' && code !== 'NXDOMAIN') return undefined;
  const wanted = answers.filter((record) => answersItself(record, question));
  return wanted.length > 0 ? { code: 'NOERROR', answers: wanted, authority: [] } : { code, answers: [], authority };
}

const isReferral = (authority: readonly ResourceRecord[]): boolean =>
  authority.some(({ type }) => type === 'NS') && !authority.some(({ type }) => type === 'SOA');

/** Every asker begins with another address, so that clients that take the first spread over all of them. */
function rotated(records: readonly ResourceRecord[], turn: number): readonly ResourceRecord[] {
  const by = records.length === 0 ? 0 : turn % records.length;
  return [...records.slice(by), ...records.slice(0, by)];
}
