import type { ResourceRecord } from './records.ts';

/** What a resolver remembers for a name and type. `answers` is empty for a negative answer. */
export interface Remembered {
  readonly code: 'NOERROR' | 'NXDOMAIN';
  readonly answers: readonly ResourceRecord[];
  readonly authority: readonly ResourceRecord[];
}

/** Answers, positive and negative. Those whose time is over are kept as stale; at most so many, the oldest leave first. */
export interface DnsCache {
  /** With the seconds that are left as the TTL. */
  get(name: string, type: string): Remembered | undefined;
  /** However long ago its time was over; then with a short TTL (RFC 8767). */
  getStale(name: string, type: string): Remembered | undefined;
  /** `ttl` 0 is not kept. The absence of a name (NXDOMAIN) holds for every type. */
  put(name: string, type: string, answer: Remembered, ttl: number): void;
}

/** @param nowMs a clock that never goes backwards. */
export function createDnsCache(nowMs: () => number, most = 10_000): DnsCache {
  const entries = new Map<string, { answer: Remembered; ttl: number; expiresMs: number }>();
  const fresh = (key: string) => {
    const entry = entries.get(key);
    return entry && entry.expiresMs > nowMs() ? entry : undefined;
  };
  const aged = ({ code, answers, authority }: Remembered, left: number): Remembered => {
    const withTtl = (record: ResourceRecord) => ({ ...record, ttl: Math.min(record.ttl, left) });
    return { code, answers: answers.map(withTtl), authority: authority.map(withTtl) };
  };
  return {
    get(name, type) {
      const entry = fresh(keyOf(name, '*')) ?? fresh(keyOf(name, type));
      if (!entry) return undefined;
      return aged(entry.answer, Math.max(1, Math.ceil((entry.expiresMs - nowMs()) / 1000)));
    },
    getStale(name, type) {
      const entry = entries.get(keyOf(name, type)) ?? entries.get(keyOf(name, '*'));
      return entry && aged(entry.answer, STALE_TTL);
    },
    put(name, type, answer, ttl) {
      if (ttl <= 0) return;
      const oldest = entries.keys().next();
      if (entries.size >= most && !oldest.done) entries.delete(oldest.value);
      const key = keyOf(name, answer.code === 'NXDOMAIN' ? '*' : type);
      entries.delete(key);
      entries.set(key, { answer, ttl, expiresMs: nowMs() + ttl * 1000 });
    },
  };
}

const STALE_TTL = 30;

const keyOf = (name: string, type: string): string => `${name.toLowerCase()} ${type}`;
