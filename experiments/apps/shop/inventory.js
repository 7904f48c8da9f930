// The inventory: keeps every order in a store of three nodes. A write counts when two of three have it, a read when two
// of three have answered; a node that missed something is told on the way (read repair). The version of a write is the
// time at which it was made: of two, the later one wins, and a write needs no read before it.
import { bodyOf, call, createPool, serve } from './call.js';

const { PORT, INSTANCE_NAME, STORE_ENDPOINTS = '' } = process.env;
const stores = STORE_ENDPOINTS.split(',').filter(Boolean);
const MAJORITY = Math.floor(stores.length / 2) + 1;
const STORE_MS = 120;

const pool = createPool();

const ask = async (store, key, method = 'GET', body = undefined) => {
  const url = `http://${store}/keys/${key}`;
  const { status, body: text } = await call({ url, method, body, timeoutMs: STORE_MS, pool });
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

const newestOf = (answers) => answers.reduce((a, b) => (b.version > a.version ? b : a));

async function read(key) {
  const calls = stores.map((store) => ask(store, key));
  const { version, value } = newestOf(await majority('read', calls));
  for (const one of calls) {
    one
      .then((answer) => answer.version < version && ask(answer.store, key, 'PUT', JSON.stringify({ version, value })))
      .catch(() => {});
  }
  return { version, value };
}

let lastVersion = 0;

/** Resolves with the version that a majority holds now: this one, or one that was written later elsewhere. */
async function write(key, value) {
  const nowUs = Math.floor((performance.timeOrigin + performance.now()) * 1_000);
  lastVersion = Math.max(nowUs, lastVersion + 1);
  const text = JSON.stringify({ version: lastVersion, value });
  const answers = await majority(
    'write',
    stores.map((store) => ask(store, key, 'PUT', text)),
  );
  return newestOf(answers).version;
}

serve({
  port: PORT,
  health: () => true,
  async handle(request, pathname) {
    const [, collection, id] = pathname.split('/');
    if (collection !== 'orders' || !id) return { status: 404, body: { error: 'no such thing' } };
    if (request.method !== 'PUT') return { status: 200, body: await read(id) };
    const { item } = await bodyOf(request);
    const version = await write(id, { item, by: INSTANCE_NAME });
    return { status: 200, body: { order: id, version, reservedBy: INSTANCE_NAME } };
  },
});
