// The inventory: keeps every order in a store of three nodes. A write counts when two of three have it, a read when two
// of three have answered; a node that missed something is told on the way (read repair).
import http from 'node:http';
import { bodyOf, call, serve } from './call.js';

const { PORT, INSTANCE_NAME, STORE_ENDPOINTS = '' } = process.env;
const stores = STORE_ENDPOINTS.split(',').filter(Boolean);
const MAJORITY = Math.floor(stores.length / 2) + 1;
const STORE_MS = 120;

const agent = new http.Agent({ keepAlive: true, maxFreeSockets: 16, timeout: 2_000 });

const ask = async (store, key, method = 'GET', body = undefined) => {
  const { status, body: text } = await call({
    url: `http://${store}/keys/${key}`,
    method,
    body: body && JSON.stringify(body),
    timeoutMs: STORE_MS,
    agent,
  });
  if (status !== 200 && status !== 404) throw new Error(`the store answered ${status}`);
  return { store, version: 0, ...JSON.parse(text) };
};

/** Resolves with the first answers that make a majority; rejects as soon as none can be had any more. */
function majority(what, calls) {
  return new Promise((resolve, reject) => {
    const answers = [];
    let failed = 0;
    for (const one of calls) {
      one.then(
        (answer) => {
          answers.push(answer);
          if (answers.length === MAJORITY) resolve(answers);
        },
        (error) => {
          failed++;
          if (failed === calls.length - MAJORITY + 1) reject(new Error(`no majority to ${what}: ${error.message}`));
        },
      );
    }
  });
}

async function read(key) {
  const calls = stores.map((store) => ask(store, key));
  const answers = await majority('read', calls);
  const newest = answers.reduce((a, b) => (b.version > a.version ? b : a));
  for (const one of calls) {
    one.then((answer) => answer.version < newest.version && ask(answer.store, key, 'PUT', newest)).catch(() => {});
  }
  return newest;
}

async function write(key, value) {
  const { version } = await read(key);
  const next = { version: version + 1, value };
  await majority(
    'write',
    stores.map((store) => ask(store, key, 'PUT', next)),
  );
  return next;
}

serve({
  port: PORT,
  health: () => true,
  async handle(request, pathname) {
    const [, collection, id] = pathname.split('/');
    if (collection !== 'orders' || !id) return { status: 404, body: { error: 'no such thing' } };
    if (request.method !== 'PUT') return { status: 200, body: await read(id) };
    const { item } = await bodyOf(request);
    const written = await write(id, { item, by: INSTANCE_NAME });
    const found = await read(id);
    if (found.version < written.version) throw new Error('an order that was written cannot be read');
    return { status: 200, body: { order: id, version: found.version, reservedBy: INSTANCE_NAME } };
  },
});
