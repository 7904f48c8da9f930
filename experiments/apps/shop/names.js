// Resolves names at the region's resolver (DNS_SERVER) and remembers the answers for as long as their TTL says.
import { Resolver } from 'node:dns/promises';

const STALE_FOR_MS = 3_600_000;
const RETRY_AFTER_MS = 1_000;

/**
 * With `serveStale`, an answer that has expired is used on when a fresh one cannot be had: a name that is gone from the
 * DNS does not take down those who have just used it.
 */
export function createNames({ server, serveStale }) {
  const resolver = new Resolver({ timeout: 300, tries: 1 });
  resolver.setServers([server]);
  const known = new Map();
  const refreshing = new Map();

  const refresh = async (name) => {
    try {
      const answers = await resolver.resolve4(name, { ttl: true });
      const ttl = Math.min(...answers.map((answer) => answer.ttl));
      known.set(name, { addresses: answers.map((answer) => answer.address), freshUntil: Date.now() + ttl * 1_000 });
    } catch (error) {
      const stale = known.get(name);
      if (!serveStale || !stale || Date.now() - stale.freshUntil > STALE_FOR_MS) throw error;
      stale.retryAt = Date.now() + RETRY_AFTER_MS;
    }
  };

  return async function resolve(name) {
    const now = Date.now();
    const entry = known.get(name);
    if (entry && (entry.freshUntil > now || (serveStale && entry.retryAt > now))) return entry.addresses;
    if (!refreshing.has(name))
      refreshing.set(
        name,
        refresh(name).finally(() => refreshing.delete(name)),
      );
    await refreshing.get(name);
    return known.get(name).addresses;
  };
}
