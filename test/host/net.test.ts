import { createSocket } from 'node:dgram';
import { createServer as createHttp, type RequestListener } from 'node:http';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { decode, encode, type Packet, streamEncode } from 'dns-packet';
import { expect, test } from 'vitest';
import { accountDialer, machineDialer } from '../../src/host/dial.ts';
import { askDns } from '../../src/host/dns.ts';
import { sendHttp } from '../../src/host/http.ts';
import { tryTcp } from '../../src/host/tcp.ts';
import type { Address, HttpRequest } from '../../src/kernel/ports.ts';
import { later, never } from './support.ts';

async function tcpServer(onSocket: (socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket.on('error', () => undefined));
    onSocket(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  later(() => {
    for (const socket of sockets) socket.destroy();
    return new Promise((resolve) => server.close(resolve));
  });
  return (server.address() as AddressInfo).port;
}

async function httpServer(listener: RequestListener): Promise<number> {
  const server = createHttp(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  later(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  return (server.address() as AddressInfo).port;
}

/** Listens on one port over both, and tries another one when somebody else has it over the second. */
async function samePort(udp: ReturnType<typeof createSocket>, tcp: ReturnType<typeof createServer>): Promise<number> {
  for (;;) {
    await new Promise<void>((resolve) => tcp.listen(0, '127.0.0.1', resolve));
    const { port } = tcp.address() as AddressInfo;
    const bound = await new Promise<boolean>((resolve) => {
      udp.once('error', () => resolve(false));
      udp.bind(port, '127.0.0.1', () => resolve(true));
    });
    if (bound) return port;
    await new Promise((resolve) => tcp.close(resolve));
  }
}

/** A DNS server of one rule: what to answer to a query, or nothing at all. */
async function dnsServer(answer: (query: Packet, over: 'udp' | 'tcp') => Packet | undefined): Promise<Address> {
  const udp = createSocket('udp4');
  const reply = (query: Packet, over: 'udp' | 'tcp') => {
    const given = answer(query, over);
    return given && { type: 'response' as const, id: query.id ?? 0, questions: query.questions ?? [], ...given };
  };
  udp.on('message', (bytes, from) => {
    const given = reply(decode(bytes), 'udp');
    if (given) udp.send(encode(given), from.port, from.address);
  });
  const tcp = createServer((socket) =>
    socket
      .on('error', () => undefined)
      .once('data', (bytes) => {
        const given = reply(decode(bytes.subarray(2)), 'tcp');
        if (given) socket.write(streamEncode(given));
      }),
  );
  const port = await samePort(udp, tcp);
  later(() => Promise.all([new Promise<void>((r) => udp.close(() => r())), new Promise((r) => tcp.close(r))]));
  return { address: '127.0.0.1', port };
}

const request = (url: string, more: Partial<HttpRequest> = {}): HttpRequest => ({
  url,
  method: 'GET',
  headers: {},
  timeoutMs: 3_000,
  ...more,
});

test('http gives status, headers and body, and sends what it was told to', async () => {
  const port = await httpServer((incoming, outgoing) => {
    let body = '';
    incoming.on('data', (chunk) => {
      body += chunk;
    });
    incoming.on('end', () => {
      outgoing.writeHead(201, { 'x-path': incoming.url ?? '', 'x-host': incoming.headers.host ?? '' });
      outgoing.end(`${incoming.method} ${incoming.headers['x-a']} ${body}`);
    });
  });
  const answer = await sendHttp(
    request(`http://127.0.0.1:${port}/a?b=c`, { method: 'POST', headers: { 'x-a': '1' }, body: 'text' }),
    machineDialer,
    never,
  );
  expect(answer).toMatchObject({ status: 201, body: 'POST 1 text' });
  expect(answer.headers).toMatchObject({ 'x-path': '/a?b=c', 'x-host': `127.0.0.1:${port}` });
});

test('every http request has a connection of its own', async () => {
  const ports = new Set<number | undefined>();
  const port = await httpServer((incoming, outgoing) => {
    ports.add(incoming.socket.remotePort);
    outgoing.end();
  });
  for (let k = 0; k < 5; k++) await sendHttp(request(`http://127.0.0.1:${port}/`), machineDialer, never);
  expect(ports.size).toBe(5);
});

test('http says why there was no answer', async () => {
  const silent = await tcpServer(() => undefined);
  const hangingUp = await tcpServer((socket) => socket.destroy());
  const halfway = await httpServer((_incoming, outgoing) => {
    outgoing.writeHead(200, { 'content-length': '100' });
    outgoing.write('half');
  });
  const ask = async (url: string) => (await sendHttp(request(url, { timeoutMs: 200 }), machineDialer, never)).error;
  expect(await ask(`http://127.0.0.1:${silent}/`)).toBe('TIMEOUT');
  expect(await ask(`http://127.0.0.1:${hangingUp}/`)).toBe('ECONNRESET');
  expect(await ask(`http://127.0.0.1:${halfway}/`)).toBe('TIMEOUT');
  expect(await ask('http://127.0.0.1:1/')).toBe('ECONNREFUSED');
  expect(await ask('ftp://127.0.0.1/')).toBe('BAD URL');
  expect(await ask('nonsense')).toBe('BAD URL');
});

test('http ends with its signal', async () => {
  const silent = await tcpServer(() => undefined);
  const answer = await sendHttp(request(`http://127.0.0.1:${silent}/`), machineDialer, AbortSignal.timeout(50));
  expect(answer).toEqual({ headers: {}, body: '', error: 'TIMEOUT' });
});

test('a body beyond 64 KiB is read to its end and kept in part', async () => {
  const port = await httpServer((_incoming, outgoing) => void outgoing.end('x'.repeat(1_000_000)));
  const { body, status } = await sendHttp(request(`http://127.0.0.1:${port}/`), machineDialer, never);
  expect({ status, length: body.length }).toEqual({ status: 200, length: 65_536 });
});

test('a connection alone is no proof: a silent server connects, and sends no byte', async () => {
  const silent = await tcpServer(() => undefined);
  const talking = await tcpServer((socket) => socket.on('data', (chunk) => socket.write(chunk)));
  const attempt = { host: '127.0.0.1', timeoutMs: 200 };
  expect(await tryTcp({ ...attempt, port: silent, expectBytes: false }, machineDialer, never)).toEqual({
    connected: true,
    bytes: 0,
  });
  expect(await tryTcp({ ...attempt, port: silent, expectBytes: true, send: 'hello' }, machineDialer, never)).toEqual({
    connected: true,
    bytes: 0,
    error: 'TIMEOUT',
  });
  expect(await tryTcp({ ...attempt, port: talking, expectBytes: true, send: 'hello' }, machineDialer, never)).toEqual({
    connected: true,
    bytes: 5,
  });
  expect((await tryTcp({ ...attempt, port: 1, expectBytes: false }, machineDialer, never)).error).toBe('ECONNREFUSED');
});

test('dns gives values as zone files spell them', async () => {
  const server = await dnsServer(({ questions }) => {
    const name = questions?.[0]?.name ?? '';
    return {
      answers: [
        { type: 'A', name, ttl: 30, data: '10.0.0.1' },
        { type: 'MX', name, ttl: 30, data: { preference: 10, exchange: 'mail.shop.example' } },
        { type: 'TXT', name, ttl: 30, data: 'a note' },
        { type: 'SRV', name, ttl: 30, data: { priority: 1, weight: 2, port: 80, target: 'web.shop.example' } },
      ],
    };
  });
  const answer = await askDns({ name: 'shop.example.', type: 'A', timeoutMs: 2_000 }, server, never);
  expect(answer.code).toBe('NOERROR');
  expect(answer.answers.map(({ type, ttl, data }) => `${type} ${ttl} ${data}`)).toEqual([
    'A 30 10.0.0.1',
    'MX 30 10 mail.shop.example',
    'TXT 30 "a note"',
    'SRV 30 1 2 80 web.shop.example',
  ]);
});

test('the negative TTL is the smaller of the SOA record TTL and its minimum', async () => {
  const soa = { mname: 'ns', rname: 'me', serial: 1, refresh: 1, retry: 1, expire: 1 };
  const ttlOf = async (ttl: number, minimum: number) => {
    const server = await dnsServer(() => ({
      flags: 3,
      authorities: [{ type: 'SOA', name: 'shop.example', ttl, data: { ...soa, minimum } }],
    }));
    return askDns({ name: 'none.shop.example', type: 'A', timeoutMs: 2_000 }, server, never);
  };
  expect(await ttlOf(900, 60)).toEqual({ code: 'NXDOMAIN', answers: [], negativeTtl: 60 });
  expect((await ttlOf(5, 60)).negativeTtl).toBe(5);
});

test('an answer that was cut short is asked for again over TCP', async () => {
  const server = await dnsServer(({ questions }, over) =>
    over === 'udp'
      ? { flags: 1 << 9 }
      : { answers: [{ type: 'A', name: questions?.[0]?.name ?? '', ttl: 1, data: '10.0.0.9' }] },
  );
  const { answers } = await askDns({ name: 'shop.example', type: 'A', timeoutMs: 2_000 }, server, never);
  expect(answers.map(({ data }) => data)).toEqual(['10.0.0.9']);
});

test('a lost question is asked again, and an answer to another question is passed over', async () => {
  let asked = 0;
  const server = await dnsServer(({ id, questions }) => {
    asked++;
    if (asked === 1) return undefined;
    const answers = [{ type: 'A' as const, name: questions?.[0]?.name ?? '', ttl: 1, data: '10.0.0.9' }];
    return asked === 2 ? { id: ((id ?? 0) + 1) % 65_536, answers } : { answers };
  });
  const answer = await askDns({ name: 'shop.example', type: 'A', timeoutMs: 5_000 }, server, never);
  expect({ asked, code: answer.code }).toEqual({ asked: 3, code: 'NOERROR' });
});

test('a server that is silent or not there is an answer too', async () => {
  const silent = await dnsServer(() => undefined);
  expect(await askDns({ name: 'a.b', type: 'A', timeoutMs: 100 }, silent, never)).toEqual({
    code: 'TIMEOUT',
    answers: [],
  });
  expect(await askDns({ name: 'a.b', type: 'A', timeoutMs: 5_000 }, silent, AbortSignal.timeout(50))).toEqual({
    code: 'TIMEOUT',
    answers: [],
  });
  const { code } = await askDns({ name: 'a.b', type: 'A', timeoutMs: 2_000 }, { address: '127.0.0.1', port: 1 }, never);
  expect(code).toBe('UNREACHABLE');
});

test('through an account, a name is resolved there each time and its address is mapped to the loopback', async () => {
  const port = await httpServer((incoming, outgoing) => void outgoing.end(incoming.headers.host));
  let address = '10.0.1.11';
  const resolver = await dnsServer(({ questions }) => {
    const name = questions?.[0]?.name ?? '';
    return name === 'shop.example' ? { answers: [{ type: 'A', name, ttl: 1, data: address }] } : { flags: 3 };
  });
  const asked: unknown[] = [];
  const dialer = accountDialer(resolver, async (call) => {
    asked.push(call.input);
    return (call.input.address === '10.0.1.11' ? { route: { address: '127.0.0.1', port } } : {}) as never;
  });
  const get = (url: string) => sendHttp(request(url), dialer, never);
  expect((await get('http://shop.example/')).body).toBe('shop.example');
  expect((await get('http://10.0.1.11/')).body).toBe('10.0.1.11');
  expect(asked, 'the route is remembered').toEqual([{ address: '10.0.1.11', port: 80 }]);
  address = '192.0.2.1';
  expect((await get('http://shop.example/')).error, 'never leaves the machine').toBe('EHOSTUNREACH');
  expect((await get('http://none.example/')).error).toBe('ENOTFOUND');
  expect((await get(`http://localhost:${port}/`)).status, 'loopback is loopback').toBe(200);
});

test('a way whose end is gone is asked for anew; one that is only silent is kept', async () => {
  const silent = await tcpServer(() => undefined);
  const good = await httpServer((_incoming, outgoing) => void outgoing.end());
  const ends = [1, good, silent];
  let asked = 0;
  const dialer = accountDialer({ address: '127.0.0.1', port: 1 }, async () => {
    const port = ends[asked++];
    return { route: { address: '127.0.0.1', port } } as never;
  });
  const get = (url: string) => sendHttp(request(url, { timeoutMs: 100 }), dialer, never);
  expect((await get('http://10.0.0.1/')).error).toBe('ECONNREFUSED');
  expect((await get('http://10.0.0.1/')).status).toBe(200);
  expect((await get('http://10.0.0.2/')).error).toBe('TIMEOUT');
  expect((await get('http://10.0.0.2/')).error).toBe('TIMEOUT');
  expect(asked).toBe(3);
});
