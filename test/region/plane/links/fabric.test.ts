import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Toxic } from '../../../../src/kernel/facility.ts';
import { type Network, NO_NETWORK } from '../../../../src/region/network.ts';
import type { Reach } from '../../../../src/region/plane/links/connection.ts';
import type { Caller } from '../../../../src/region/plane/links/effect.ts';
import { Fabric } from '../../../../src/region/plane/links/fabric.ts';
import { Client, type Echo, pause, startEcho, until } from './echo.ts';

const PLACE = { address: '10.0.2.11', port: 8080 };
const caller: Caller = { kind: 'inside', zoneId: 'a', address: '10.0.1.11' };
let echo: Echo;
let fabric: Fabric;
let reach: Reach;
let clients: Client[];

const setToxic = (toxic?: Toxic, dark: string[] = [], network: Network = NO_NETWORK) =>
  fabric.setRules({
    zones: ['a', 'b'].map((zoneId) => ({ zoneId, power: dark.includes(zoneId) ? 'off' : 'on' })),
    network,
    toxics: toxic ? [{ name: 't', from: 'zone:a', to: 'zone:b', toxic }] : [],
  });
const connect = async (from = caller): Promise<Client> => {
  const at = await fabric.listener(from, PLACE.address, PLACE.port);
  if (!at) throw new Error('no link');
  const client = new Client(at);
  clients.push(client);
  await until(() => !client.socket.connecting, 'the connection is accepted');
  return client;
};
/** A connection over which a greeting has already gone there and back. */
const talking = async (): Promise<Client> => {
  const client = await connect();
  client.send('hello');
  await until(() => client.received === 'hello', 'the greeting comes back');
  client.received = '';
  return client;
};

beforeEach(async () => {
  echo = await startEcho();
  fabric = new Fabric(() => 0.5);
  reach = { port: echo.port };
  clients = [];
  fabric.setEndpoints([{ ...PLACE, zoneId: 'b', reach: () => reach }]);
  setToxic();
});
afterEach(async () => {
  for (const { socket } of clients) socket.destroy();
  fabric.close();
  await echo.close();
});

describe('an open link', () => {
  test('carries bytes both ways, and the end of either side', async () => {
    const client = await talking();
    client.socket.end('bye');
    await until(() => client.ended !== undefined, 'the end comes back');
    expect(client).toMatchObject({ received: 'bye', ended: 'end' });
    expect(echo.events).toEqual(['connected', 'data 5', 'data 3', 'end']);
  });

  test('carries 20 MB to a reader that is slow to begin, and holds little of it meanwhile', async () => {
    const client = await connect();
    await until(() => echo.sockets.size === 1, 'the place is connected');
    const [place] = [...echo.sockets];
    place?.removeAllListeners('data').pause();
    const before = process.memoryUsage.rss();
    const block = Buffer.alloc(1 << 20, 'x');
    for (let i = 0; i < 20; i++) client.socket.write(block);
    await pause(150);
    expect(client.socket.writableLength).toBeGreaterThan(5 << 20);
    expect(process.memoryUsage.rss() - before).toBeLessThan(80 << 20);
    let total = 0;
    place?.on('data', (chunk) => {
      total += chunk.length;
    });
    place?.resume();
    await until(() => total === 20 << 20, 'all bytes arrive');
  });

  test('has one listener, whoever asks how often', async () => {
    const ask = (from: Caller) => fabric.listener(from, PLACE.address, PLACE.port);
    expect(await ask(caller)).toEqual(await ask(caller));
    expect(await ask(caller)).not.toEqual(await ask({ kind: 'outside' }));
    expect(await fabric.listener(caller, '10.9.9.9', 1)).toBeUndefined();
  });

  test('resets the caller when the place refuses, and stays silent when nothing is there', async () => {
    reach = 'refused';
    const refused = await connect();
    await until(() => refused.ended === 'ECONNRESET', 'the refusal is seen');
    reach = 'silent';
    const silent = await connect();
    silent.send('anyone?');
    await pause();
    expect(silent.ended).toBeUndefined();
  });

  test('a place that dies resets the caller at once', async () => {
    const client = await talking();
    for (const socket of echo.sockets) socket.resetAndDestroy();
    await until(() => client.ended === 'ECONNRESET', 'the reset is seen');
  });
});

describe('latency', () => {
  test('is added to each direction, of connections old and new', async () => {
    const old = await talking();
    setToxic({ kind: 'latency', ms: 60 });
    for (const client of [old, await connect()]) {
      const startMs = performance.now();
      client.send('ping');
      await until(() => client.received === 'ping', 'the answer comes');
      expect(performance.now() - startMs).toBeGreaterThanOrEqual(119);
      expect(performance.now() - startMs).toBeLessThan(400);
    }
  });

  test('never lets bytes overtake each other, and ends with its toxic', async () => {
    const client = await talking();
    let turn = 0;
    fabric.close();
    fabric = new Fabric(() => [0, 1][turn++ % 2] ?? 0);
    fabric.setEndpoints([{ ...PLACE, zoneId: 'b', reach: () => reach }]);
    setToxic({ kind: 'latency', ms: 30, jitterMs: 25 });
    const jittery = await connect();
    let sent = '';
    for (let i = 0; i < 40; i++) {
      const piece = `${i},`;
      sent += piece;
      jittery.send(piece);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await until(() => jittery.received.length === sent.length, 'all pieces come back');
    expect(jittery.received).toBe(sent);
    setToxic();
    const startMs = performance.now();
    jittery.send('quick');
    await until(() => jittery.received.endsWith('quick'), 'the last piece comes back');
    expect(performance.now() - startMs).toBeLessThan(50);
    client.socket.destroy();
  });
});

describe('freeze', () => {
  test('holds bytes and ends back, and delivers them when it is lifted', async () => {
    const client = await talking();
    setToxic({ kind: 'freeze' });
    client.socket.end('held');
    await pause();
    expect(echo.events).toEqual(['connected', 'data 5']);
    setToxic();
    await until(() => client.ended === 'end', 'the end comes back');
    expect(client.received).toBe('held');
  });

  test('a connection made meanwhile is accepted, and carried when it is lifted', async () => {
    setToxic({ kind: 'freeze' });
    const client = await connect();
    client.send('early');
    await pause();
    expect(echo.events).toEqual([]);
    setToxic();
    await until(() => client.received === 'early', 'the early bytes come back');
  });

  test('hides that the place has died until it is lifted', async () => {
    const client = await talking();
    setToxic({ kind: 'freeze' });
    for (const socket of echo.sockets) socket.resetAndDestroy();
    await pause();
    expect(client.ended).toBeUndefined();
    setToxic();
    await until(() => client.ended === 'ECONNRESET', 'the reset is seen');
  });
});

describe('partition', () => {
  test('drops bytes and hides ends; what lost bytes is reset when it is lifted', async () => {
    const [speaker, silent, leaver] = [await talking(), await talking(), await talking()];
    setToxic({ kind: 'partition' });
    speaker.send('lost');
    leaver.socket.end();
    await pause();
    expect(echo.events).not.toContain('end');
    expect([speaker.received, speaker.ended, silent.ended]).toEqual(['', undefined, undefined]);
    setToxic();
    await until(() => speaker.ended === 'ECONNRESET', 'the spoilt connection is reset');
    silent.send('well');
    await until(() => silent.received === 'well', 'the untouched connection goes on');
    await until(() => leaver.ended === 'end', 'the end that was held back arrives');
  });

  test('a connection made meanwhile is accepted and never heard', async () => {
    setToxic({ kind: 'partition' });
    const client = await connect();
    client.send('anyone?');
    await pause();
    expect([client.received, client.ended, echo.events]).toEqual(['', undefined, []]);
    setToxic();
    await until(() => client.ended === 'ECONNRESET', 'it is reset when the partition ends');
  });
});

test('blackhole: connections are made, bytes vanish, ends arrive', async () => {
  const client = await talking();
  setToxic({ kind: 'blackhole' });
  client.send('lost');
  client.socket.end();
  await until(() => echo.events.includes('end'), 'the end arrives');
  expect(echo.events).toEqual(['connected', 'data 5', 'end']);
  await connect();
  await until(() => echo.events.at(-1) === 'connected', 'another connection is made');
});

test('reset: connections old and new are reset, and the place sees it too', async () => {
  const client = await talking();
  setToxic({ kind: 'reset' });
  await until(() => client.ended === 'ECONNRESET', 'the old connection is reset');
  await until(() => echo.events.includes('error ECONNRESET'), 'the place sees the reset');
  const late = await connect();
  await until(() => late.ended === 'ECONNRESET', 'the new connection is reset');
});

describe('a zone that loses power', () => {
  test('falls silent: no end and no reset leaves it, whatever dies in it', async () => {
    const client = await talking();
    setToxic(undefined, ['b']);
    for (const socket of echo.sockets) socket.resetAndDestroy();
    client.send('anyone?');
    const late = await connect();
    late.send('anyone?');
    await pause(100);
    expect([client.ended, late.ended, client.received]).toEqual([undefined, undefined, '']);
  });

  test('whose callers die: the places that they called learn nothing', async () => {
    const client = await talking();
    setToxic(undefined, ['a']);
    client.socket.resetAndDestroy();
    await pause(100);
    expect(echo.events).toEqual(['connected', 'data 5']);
    setToxic();
    await until(() => echo.events.includes('error ECONNRESET'), 'the stale connection is reset on return');
  });

  test('resets what is stale when power returns, and carries what is new', async () => {
    const client = await talking();
    setToxic(undefined, ['b']);
    const late = await connect();
    setToxic();
    await until(() => client.ended === 'ECONNRESET' && late.ended === 'ECONNRESET', 'stale connections are reset');
    await talking();
  });

  test('a caller that gives up is let go', async () => {
    setToxic(undefined, ['b']);
    const client = await connect();
    client.socket.end();
    await until(() => client.ended === 'end', 'its connection is closed');
  });
});

describe('the network', () => {
  const ALL = { allow: true, cidr: '0.0.0.0/0', ports: [0, 65_535] } as const;
  const subnet = (rules: Network['subnets'][string]['rules']) => ({ rules, routes: ['10.0.0.0/16'] });
  const open = subnet([
    { ...ALL, egress: true },
    { ...ALL, egress: false },
  ]);
  const member = (zoneId: string) => ({ zoneId, groupIds: ['sg'], callsFrom: [32_768, 60_999] as const });
  const network = (cut: boolean, rules: Network['groups'][string]): Network => ({
    subnets: { a: open, b: cut ? subnet([]) : open },
    groups: { sg: rules },
    members: { '10.0.1.11': member('a'), [PLACE.address]: member('b') },
  });
  const anybody = [true, false].map((egress) => ({ egress, ports: [0, 65_535] as const, cidr: '0.0.0.0/0' }));

  test('an ACL that denies holds the bytes of open connections, which go on when it lets them', async () => {
    setToxic(undefined, [], network(false, anybody));
    const client = await talking();
    setToxic(undefined, [], network(true, anybody));
    client.send('late');
    await pause(60);
    expect(client.received).toBe('');
    setToxic(undefined, [], network(false, anybody));
    await until(() => client.received === 'late', 'what was held comes back');
  });

  test('a connection that a security group does not let in is silent until it does, and then goes on', async () => {
    setToxic(undefined, [], network(false, []));
    const client = await connect();
    client.send('hello');
    await pause(60);
    expect([client.received, fabric.hears(caller, PLACE.address, PLACE.port)]).toEqual(['', false]);
    setToxic(undefined, [], network(false, anybody));
    await until(() => client.received === 'hello', 'it is let in after all');
  });

  test('a connection that was let in once lives on when the security group lets in no more', async () => {
    setToxic(undefined, [], network(false, anybody));
    const client = await talking();
    setToxic(undefined, [], network(false, []));
    client.send('still here');
    await until(() => client.received === 'still here', 'it is still answered');
    const late = await connect();
    late.send('hello');
    await pause(60);
    expect(late.received).toBe('');
  });
});
