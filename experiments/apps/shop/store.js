// One node of the store: versioned values in memory, the newest version wins. A node that starts first takes over what
// the other nodes have, so that a restart loses nothing that a majority held.
import { bodyOf, call, createPool, serve } from './call.js';

const { PORT, STORE_ENDPOINTS = '' } = process.env;
const MOST_KEYS = 20_000;
const values = new Map();
let caughtUp = false;

function put(key, entry) {
  const current = values.get(key);
  if (current && current.version >= entry.version) return current;
  values.delete(key);
  values.set(key, { version: entry.version, value: entry.value });
  if (values.size > MOST_KEYS) values.delete(values.keys().next().value);
  return entry;
}

async function catchUp() {
  const peers = STORE_ENDPOINTS.split(',').filter(Boolean);
  const pool = createPool();
  const snapshots = peers.map((peer) => call({ url: `http://${peer}/keys`, timeoutMs: 500, pool }));
  for (const snapshot of await Promise.allSettled(snapshots)) {
    if (snapshot.status !== 'fulfilled' || snapshot.value.status !== 200) continue;
    for (const [key, entry] of JSON.parse(snapshot.value.body)) put(key, entry);
  }
  caughtUp = true;
}

serve({
  port: PORT,
  health: () => caughtUp,
  async handle(request, pathname) {
    const [, collection, key] = pathname.split('/');
    if (collection !== 'keys') return { status: 404, body: { error: 'no such thing' } };
    if (!key) return { status: 200, body: [...values] };
    if (request.method === 'PUT') return { status: 200, body: { version: put(key, await bodyOf(request)).version } };
    const entry = values.get(key);
    return entry ? { status: 200, body: entry } : { status: 404, body: { version: 0 } };
  },
});
await catchUp();
