// The shop's front: GET /checkout places an order with the inventory. Two attempts, each on another address, within a
// budget of time; an address that failed is left alone for a while.
import { randomUUID } from 'node:crypto';
import { call, createPool, serve } from './call.js';
import { createNames } from './names.js';

const { PORT, DNS_SERVER, http_proxy: proxy, INSTANCE_NAME, CACHE = 'serve-stale' } = process.env;
const INVENTORY = process.env.INVENTORY_NAME ?? 'inventory.shop.example';
const INVENTORY_PORT = process.env.INVENTORY_PORT ?? '8081';
const ATTEMPT_MS = 280;
const SUSPECT_MS = 3_000;

const pool = createPool(proxy);
const resolve = createNames({ server: DNS_SERVER, serveStale: CACHE === 'serve-stale' });
const suspects = new Map();
let turn = Math.floor(Math.random() * 1_000);

/** The addresses in the order in which to try them: those that failed lately come last. */
function inOrder(addresses) {
  const now = Date.now();
  const from = turn++ % addresses.length;
  const rotated = [...addresses.slice(from), ...addresses.slice(0, from)];
  const suspect = (address) => (suspects.get(address) ?? 0) > now;
  return [...rotated.filter((address) => !suspect(address)), ...rotated.filter(suspect)];
}

async function order(id) {
  const addresses = inOrder(await resolve(INVENTORY));
  let failure;
  for (const address of addresses.slice(0, 2)) {
    // Held in suspicion while it is tried after a failure, so that one request alone finds out.
    if (suspects.has(address)) suspects.set(address, Date.now() + SUSPECT_MS);
    try {
      const url = `http://${address}:${INVENTORY_PORT}/orders/${id}`;
      const { status, body } = await call({ url, method: 'PUT', body: '{"item":"book"}', timeoutMs: ATTEMPT_MS, pool });
      if (status !== 200) throw new Error(`inventory at ${address} answered ${status}: ${body.trim()}`);
      suspects.delete(address);
      return JSON.parse(body);
    } catch (error) {
      suspects.set(address, Date.now() + SUSPECT_MS);
      failure = error;
    }
  }
  throw failure ?? new Error(`${INVENTORY} has no address`);
}

serve({
  port: PORT,
  health: () => true,
  async handle(_request, pathname) {
    if (pathname === '/') return { status: 200, body: { shop: 'open', by: INSTANCE_NAME } };
    if (pathname !== '/checkout') return { status: 404, body: { error: 'no such page' } };
    const placed = await order(randomUUID());
    return { status: 200, body: { ...placed, by: INSTANCE_NAME } };
  },
});
