// HTTP calls as careful programs make them: a time-out for each attempt, never an endless wait.
import http from 'node:http';

/**
 * One request; resolves with { status, body }, rejects on every failure and when `timeoutMs` have passed. With `proxy`
 * (a URL), `url` is asked for at that proxy.
 */
export function call({ url, method = 'GET', body, timeoutMs, proxy, agent = false }) {
  const target = new URL(url);
  const via = proxy ? new URL(proxy) : target;
  return new Promise((resolve, reject) => {
    const request = http.request(
      {
        host: via.hostname,
        port: via.port,
        path: proxy ? url : target.pathname + target.search,
        method,
        agent,
        headers: { host: target.host, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      },
      (answer) => {
        const chunks = [];
        answer.on('data', (chunk) => chunks.push(chunk));
        answer.on('end', () => end(resolve, { status: answer.statusCode, body: Buffer.concat(chunks).toString() }));
        answer.on('error', (error) => end(reject, error));
      },
    );
    // A connection that did not answer is not used again: it may lead into a void.
    const timer = setTimeout(() => request.destroy(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
    const end = (settle, value) => {
      clearTimeout(timer);
      settle(value);
    };
    request.on('error', (error) => {
      clearTimeout(timer);
      // A kept connection that the other side had just closed: the request was not heard, so it is sent once more.
      const unheard = request.reusedSocket && error.code === 'ECONNRESET';
      if (unheard) resolve(call({ url, method, body, timeoutMs, proxy }));
      else reject(error);
    });
    request.end(body);
  });
}

/** Serves until SIGTERM; then says that it is going (health 503), still answers for a moment, and ends. */
export function serve({ port, health, handle }) {
  let leaving = false;
  const server = http.createServer(async (request, response) => {
    const { pathname } = new URL(request.url, 'http://self');
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

export async function bodyOf(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return JSON.parse(Buffer.concat(chunks).toString() || 'null');
}

function answer(response, status, body) {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(`${JSON.stringify(body)}\n`);
}
