// HTTP calls as careful programs make them: over connections that are kept, with a time-out for each call, never an
// endless wait.
import http from 'node:http';

/** Sent again without harm: to have been heard twice is the same as to have been heard once. */
const IDEMPOTENT = new Set(['GET', 'PUT', 'DELETE']);
/** An idle connection is closed before the server closes it (5 s in Node), so that few calls meet one that has ended. */
const IDLE_MS = 2_000;
const MOST_IDLE = 8;
const TUNNEL_MS = 250;

/** Keeps connections, through the proxy (a URL) if one is given: a tunnel (CONNECT) for each of them. */
export function createPool(proxy) {
  const pool = new http.Agent({ keepAlive: true, maxFreeSockets: MOST_IDLE, timeout: IDLE_MS });
  if (proxy) pool.createConnection = ({ host, port }, done) => openTunnel(new URL(proxy), `${host}:${port}`, done);
  return pool;
}

function openTunnel({ hostname, port }, path, done) {
  const request = http.request({ host: hostname, port, method: 'CONNECT', path, agent: false });
  const timer = setTimeout(() => request.destroy(new Error(`no way to ${path} within ${TUNNEL_MS} ms`)), TUNNEL_MS);
  request.on('connect', ({ statusCode }, socket) => {
    clearTimeout(timer);
    if (statusCode === 200) return done(null, socket.setNoDelay(true));
    socket.destroy();
    done(new Error(`the proxy answered ${statusCode} for ${path}`));
  });
  request.on('error', (error) => {
    clearTimeout(timer);
    done(error);
  });
  request.end();
}

/** Ends the idle connections to a place that does not answer: they may lead into a void. */
function dropIdle(pool, { hostname, port }) {
  for (const socket of pool.freeSockets[pool.getName({ host: hostname, port })] ?? []) socket.destroy();
}

/** One call; resolves with { status, body }, rejects on every failure and when `timeoutMs` have passed in all. */
export function call({ url, method = 'GET', body, timeoutMs, pool }) {
  const target = new URL(url);
  const { hostname: host, port } = target;
  const headers = body === undefined ? {} : { 'content-type': 'application/json' };
  return new Promise((resolve, reject) => {
    let request;
    let over = false;
    const fail = (error) => {
      over = true;
      clearTimeout(timer);
      reject(error);
    };
    const timer = setTimeout(() => {
      fail(new Error(`no answer within ${timeoutMs} ms`));
      request.destroy();
      dropIdle(pool, target);
    }, timeoutMs);
    const send = () => {
      request = http.request({ host, port, path: target.pathname + target.search, method, agent: pool, headers });
      request.on('response', (answer) => {
        const chunks = [];
        answer.on('data', (chunk) => chunks.push(chunk));
        answer.on('error', fail);
        answer.on('end', () => {
          clearTimeout(timer);
          resolve({ status: answer.statusCode, body: Buffer.concat(chunks).toString() });
        });
      });
      request.on('error', (error) => {
        // A kept connection that the other side had just closed: most likely nobody heard it.
        const closed = !over && request.reusedSocket && error.code === 'ECONNRESET';
        if (closed && IDEMPOTENT.has(method)) send();
        else fail(error);
      });
      request.end(body);
    };
    send();
  });
}

/** Serves until SIGTERM; then says that it is going (health 503), still answers for a moment, and ends. */
export function serve({ port, health, handle }) {
  let leaving = false;
  const answer = (response, status, body) => {
    const text = `${JSON.stringify(body)}\n`;
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) };
    response.writeHead(status, leaving ? { ...headers, connection: 'close' } : headers);
    response.end(text);
  };
  const server = http.createServer(async (request, response) => {
    const [pathname] = request.url.split('?');
    if (pathname === '/healthz')
      return answer(response, leaving || !health() ? 503 : 200, { ok: !leaving && health() });
    try {
      const { status, body } = await handle(request, pathname);
      answer(response, status, body);
    } catch (error) {
      answer(response, 503, { error: error.message });
    }
  });
  server.listen(port, '127.0.0.1');
  process.on('SIGTERM', () => {
    leaving = true;
    setTimeout(() => process.exit(0), 1_500);
  });
}

export function bodyOf(request) {
  return new Promise((resolve, reject) => {
    let text = '';
    request.setEncoding('utf8');
    request.on('data', (chunk) => (text += chunk));
    request.on('error', reject);
    request.on('end', () => {
      try {
        resolve(JSON.parse(text || 'null'));
      } catch (error) {
        reject(error);
      }
    });
  });
}
