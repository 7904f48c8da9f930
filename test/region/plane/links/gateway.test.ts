import http from 'node:http';
import net from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { NO_NETWORK } from '../../../../src/region/network.ts';
import type { Caller } from '../../../../src/region/plane/links/effect.ts';
import { Fabric } from '../../../../src/region/plane/links/fabric.ts';
import { type Gateway, startGateway } from '../../../../src/region/plane/links/gateway.ts';

const caller: Caller = { kind: 'inside', zoneId: 'a', instanceId: 'i-1', address: '10.0.1.11' };
const fabric = new Fabric(Math.random);
let server: http.Server;
let gateway: Gateway;

const power = (b: 'on' | 'off') =>
  fabric.setRules({ zones: [{ zoneId: 'b', power: b }], network: NO_NETWORK, toxics: [] });
/** Silence is waited for where it is expected alone: an answer may take as long as the machine needs. */
const patienceFor = (expected: string) => (expected === 'SILENCE' ? 150 : 30_000);
const ask = (path: string, timeout: number, body = ''): Promise<string> =>
  new Promise((resolve) => {
    const { address, port } = gateway.at;
    const request = http.request({ host: address, port, path, method: 'POST', agent: false, timeout }, (answer) => {
      let text = '';
      answer.on('data', (chunk) => {
        text += chunk;
      });
      answer.on('end', () => resolve(`${answer.statusCode} ${text}`));
    });
    request.on('timeout', () => request.destroy(Object.assign(new Error(), { code: 'SILENCE' })));
    request.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? 'error'));
    request.end(body);
  });
const tunnel = (to: string, timeoutMs: number): Promise<string> =>
  new Promise((resolve) => {
    const socket = net.connect(gateway.at.port, gateway.at.address, () =>
      socket.write(`CONNECT ${to} HTTP/1.1\r\n\r\n`),
    );
    let text = '';
    const timer = setTimeout(() => end('SILENCE'), timeoutMs);
    const end = (what: string) => {
      clearTimeout(timer);
      socket.destroy();
      resolve(what);
    };
    socket.on('data', (chunk) => {
      text += chunk;
      if (text.startsWith('HTTP/1.1 502')) end('502');
      if (text.endsWith('\r\n\r\n') && !text.includes('GET /')) socket.write('GET / HTTP/1.0\r\n\r\n');
      if (text.endsWith('web')) end('web');
    });
    socket.on('error', (error: NodeJS.ErrnoException) => end(error.code ?? 'error'));
  });

beforeAll(async () => {
  server = http.createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      if (request.url === '/reset') request.socket.resetAndDestroy();
      else if (request.method === 'GET') response.end('web');
      else response.end(`${request.url} ${request.headers.host} ${body}`);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const at = server.address();
  const port = typeof at === 'object' && at ? at.port : 0;
  const place = (address: string, reach: () => { port: number } | 'silent' | 'refused') => ({
    address,
    port: 80,
    zoneId: 'b',
    reach,
  });
  fabric.setEndpoints([
    place('10.0.2.11', () => ({ port })),
    place('10.0.2.12', () => 'refused'),
    place('10.0.2.13', () => 'silent'),
  ]);
  const addresses = async (name: string) => (name === 'web.shop.test' ? ['10.0.2.11'] : []);
  gateway = await startGateway({ caller, fabric, addresses });
});
beforeEach(() => power('on'));
afterAll(() => {
  gateway.close();
  fabric.close();
  server.closeAllConnections();
  server.close();
});

test.each([
  ['an address of the VPC', 'http://10.0.2.11/a?b=c', '200 /a?b=c 10.0.2.11 hello'],
  ['a name', 'http://web.shop.test/', '200 / web.shop.test hello'],
  ['a name without an address', 'http://none.shop.test/', '502 the name "none.shop.test" has no address\n'],
  ['a place that refuses', 'http://10.0.2.12/', 'ECONNRESET'],
  ['a place that resets', 'http://10.0.2.11/reset', 'ECONNRESET'],
  ['a place where nothing is', 'http://10.0.2.13/', 'SILENCE'],
  ['an address that nobody has', 'http://10.9.9.9/', 'SILENCE'],
  ['a request that is not for a proxy', '/plain', '400 this is a proxy: ask for an absolute http:// address\n'],
])('%s', async (_what, path, expected) => expect(await ask(path, patienceFor(expected), 'hello')).toBe(expected));

test.each([
  ['an address', '10.0.2.11:80', 'web'],
  ['a name', 'web.shop.test:80', 'web'],
  ['a name without an address', 'none.shop.test:80', '502'],
  ['a place that refuses', '10.0.2.12:80', 'ECONNRESET'],
  ['a place where nothing is', '10.0.2.13:80', 'SILENCE'],
  ['an address that nobody has', '10.9.9.9:80', 'SILENCE'],
])('CONNECT to %s', async (_what, to, expected) => expect(await tunnel(to, patienceFor(expected))).toBe(expected));

test('a place without power is met with silence, by CONNECT already at connecting', async () => {
  power('off');
  expect(await ask('http://10.0.2.11/', patienceFor('SILENCE'))).toBe('SILENCE');
  expect(await tunnel('10.0.2.11:80', patienceFor('SILENCE'))).toBe('SILENCE');
});
