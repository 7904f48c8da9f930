import http from 'node:http';
import net from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Desired, DesiredInstance, Observed } from '../../../../src/region/contract.ts';
import { NO_NETWORK } from '../../../../src/region/network.ts';
import { Balancers } from '../../../../src/region/plane/balancer/balancers.ts';
import { Fabric } from '../../../../src/region/plane/links/fabric.ts';
import { until } from '../links/echo.ts';

const ZONES = ['a', 'b'];
const NODES = { a: '10.0.1.4', b: '10.0.2.4' } as const;

/** A target: `mode` says how it answers. */
interface Web {
  readonly id: string;
  readonly zoneId: string;
  mode: 'good' | 'error' | 'silent' | 'reset';
  served: number;
  readonly server: http.Server;
  port: number;
}

let webs: Web[];
let fabric: Fabric;
let balancers: Balancers;
let facts: Observed[];
let desired: Desired;

async function startWeb(id: string, zoneId: string): Promise<Web> {
  const server = http.createServer((request, response) => {
    if (web.mode === 'silent') return;
    if (web.mode === 'reset') {
      request.socket.resetAndDestroy();
      return;
    }
    if (request.url === '/health') {
      response.writeHead(web.mode === 'good' ? 200 : 500).end();
      return;
    }
    web.served++;
    const { 'x-forwarded-for': by, host } = request.headers;
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => response.end(`${id} ${host} ${by} ${body}`));
  });
  const web: Web = { id, zoneId, mode: 'good', served: 0, server, port: 0 };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const at = server.address();
  web.port = typeof at === 'object' && at ? at.port : 0;
  return web;
}

const instance = ({ id, zoneId }: Web, index: number): DesiredInstance => ({
  instanceId: id,
  name: id,
  zoneId,
  address: `10.0.9.${index + 1}`,
  run: 'running',
  generation: 1,
  force: false,
  launch: { command: [], cwd: '/', port: 8080, env: {}, group: 'web', calls: [], readyWithinMs: 1, restart: true },
});

interface Change {
  readonly crossZone?: boolean;
  readonly draining?: readonly string[];
  readonly dark?: readonly string[];
  readonly targets?: readonly string[];
}

async function apply({ crossZone = true, draining = [], dark = [], targets }: Change = {}): Promise<void> {
  const instances = webs.map(instance);
  const ids = targets ?? webs.map(({ id }) => id);
  desired = {
    instances,
    zones: ZONES.map((zoneId) => ({ zoneId, power: dark.includes(zoneId) ? 'off' : 'on' })),
    hostedZones: [],
    network: NO_NETWORK,
    toxics: [],
    loadBalancers: [
      {
        name: 'shop',
        dnsName: 'shop-1.elb.test',
        nodes: ZONES.map((zoneId) => ({ zoneId, address: NODES[zoneId as 'a'] })),
        listenPort: 80,
        crossZone,
        targets: ids.map((instanceId) => ({ instanceId, port: 8080, draining: draining.includes(instanceId) })),
        healthCheck: { path: '/health', intervalMs: 40, timeoutMs: 80, healthyThreshold: 2, unhealthyThreshold: 2 },
      },
    ],
  };
  fabric.setRules(desired);
  await balancers.apply(desired);
  const places = instances.map(({ zoneId, address, instanceId, launch }, index) => ({
    zoneId,
    address,
    instanceId,
    port: launch.port,
    reach: () => ({ port: webs[index]?.port ?? 0 }),
  }));
  fabric.setEndpoints([...places, ...balancers.endpoints()]);
}

const healthOf = (id: string) =>
  facts.findLast((fact) => fact.type === 'target-health' && fact.instanceId === id) as
    | Extract<Observed, { type: 'target-health' }>
    | undefined;
const untilHealth = (id: string, state: string) => until(() => healthOf(id)?.state === state, `${id} is ${state}`);

async function get(port: number, body = '', host = 'shop.test'): Promise<string> {
  return new Promise((resolve) => {
    const headers = { host, 'x-forwarded-for': '192.0.2.1' };
    const options = { host: '127.0.0.1', port, path: '/', method: 'POST', headers, agent: false, timeout: 300 };
    const request = http.request(options, (answer) => {
      let text = '';
      answer.on('data', (chunk) => {
        text += chunk;
      });
      answer.on('end', () => resolve(answer.statusCode === 200 ? text : String(answer.statusCode)));
    });
    request.on('timeout', () => request.destroy(Object.assign(new Error(), { code: 'SILENCE' })));
    request.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? 'error'));
    request.end(body);
  });
}
async function ask(zone: 'a' | 'b'): Promise<string> {
  const at = await fabric.listener({ kind: 'outside' }, NODES[zone], 80);
  return (await get(at?.port ?? 0)).split(' ')[0] ?? '';
}
const answersOf = async (zone: 'a' | 'b', count = 12) => {
  const seen: string[] = [];
  for (let i = 0; i < count; i++) seen.push(await ask(zone));
  return [...new Set(seen)].sort();
};

beforeEach(async () => {
  facts = [];
  webs = [await startWeb('a1', 'a'), await startWeb('a2', 'a'), await startWeb('b1', 'b')];
  fabric = new Fabric(Math.random);
  balancers = new Balancers(fabric, (fact) => facts.push(fact));
  await apply();
  for (const { id } of webs) await untilHealth(id, 'healthy');
});
afterEach(() => {
  balancers.close();
  fabric.close();
  for (const { server } of webs) {
    server.closeAllConnections();
    server.close();
  }
});
const web = (id: string): Web => {
  const found = webs.find((one) => one.id === id);
  if (!found) throw new Error(`no ${id}`);
  return found;
};

/** Each node checks by itself, so that one may see a change a check later than another. */
const LONG = { timeout: 10_000, interval: 50 };

describe('a load balancer', () => {
  test('takes healthy targets in turn, each as often as the others', async () => {
    for (let i = 0; i < 30; i++) await ask('a');
    expect(webs.map(({ served }) => served)).toEqual([10, 10, 10]);
  });

  test('hands on method, body and host, and says for whom it asks', async () => {
    const url = facts.find((fact) => fact.type === 'load-balancer')?.url ?? '';
    const text = await get(Number(new URL(url).port), 'order');
    expect(text).toMatch(/^(a1|a2|b1) shop\.test 192\.0\.2\.1, 127\.0\.0\.1 order$/);
  });

  test.each(['DELETE', 'GET', 'POST'])('hands on the chunks of a %s as the body of that request', async (method) => {
    const port = (await fabric.listener({ kind: 'outside' }, NODES.a, 80))?.port ?? 0;
    const socket = net.connect(port, '127.0.0.1');
    const chunks = '2\r\nsh\r\n2\r\nop\r\n0\r\n\r\n';
    socket.write(`${method} / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\nconnection: close\r\n\r\n${chunks}`);
    let text = '';
    for await (const chunk of socket) text += String(chunk);
    expect(text).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    expect(text).toMatch(/ a 127\.0\.0\.1 shop$/);
  });

  test('ejects a target whose checks fail, says why, and takes it back after as many good ones', async () => {
    web('a1').mode = 'error';
    await untilHealth('a1', 'unhealthy');
    expect(healthOf('a1')?.reason).toBe('Target.ResponseCodeMismatch');
    await expect.poll(() => answersOf('b'), LONG).toEqual(['a2', 'b1']);
    web('a1').mode = 'good';
    await untilHealth('a1', 'healthy');
    await expect.poll(() => answersOf('b'), LONG).toEqual(['a1', 'a2', 'b1']);
  });

  test('ejects a target that accepts and stays silent, as a stopped process does', async () => {
    web('b1').mode = 'silent';
    await untilHealth('b1', 'unhealthy');
    expect(healthOf('b1')?.reason).toBe('Target.Timeout');
    await expect.poll(() => answersOf('a'), LONG).toEqual(['a1', 'a2']);
  });

  test('fails open: with no healthy target it tries them all', async () => {
    for (const one of webs) one.mode = 'error';
    for (const { id } of webs) await untilHealth(id, 'unhealthy');
    await expect.poll(() => answersOf('a'), LONG).toEqual(['a1', 'a2', 'b1']);
    expect(balancers.addressesOf('shop-1.elb.test')).toEqual(Object.values(NODES));
  });

  test('answers 502 for a target that resets, and does not ask another', async () => {
    for (const one of webs) one.mode = 'reset';
    expect(await ask('a')).toBe('502');
  });

  test('answers 503 when it has no targets', async () => {
    await apply({ targets: [] });
    expect(await ask('a')).toBe('503');
  });

  test('sends nothing new to a draining target and lets what is under way finish', async () => {
    await apply({ draining: ['b1'] });
    await expect.poll(() => answersOf('a'), LONG).toEqual(['a1', 'a2']);
    expect(healthOf('b1')).toMatchObject({ state: 'draining', reason: 'Target.DeregistrationInProgress' });
  });

  test('without cross-zone keeps to the targets of the own zone; a node without one leaves the name', async () => {
    await apply({ crossZone: false });
    await until(() => balancers.addressesOf('shop-1.elb.test')?.length === 2, 'both nodes serve');
    expect([await answersOf('a'), await answersOf('b')]).toEqual([['a1', 'a2'], ['b1']]);
    web('b1').mode = 'error';
    await until(() => balancers.addressesOf('shop-1.elb.test')?.length === 1, 'the node of b leaves');
    expect(balancers.addressesOf('shop-1.elb.test')).toEqual([NODES.a]);
    await apply({ crossZone: false, targets: ['a1', 'a2'] });
    expect(await ask('b')).toBe('503');
  });

  test('a zone without power: its node leaves the name and answers nobody, its targets are ejected', async () => {
    await apply({ dark: ['b'] });
    expect(balancers.addressesOf('shop-1.elb.test')).toEqual([NODES.a]);
    expect(await ask('b')).toBe('SILENCE');
    await untilHealth('b1', 'unhealthy');
    await expect.poll(() => answersOf('a'), LONG).toEqual(['a1', 'a2']);
    await apply();
    await untilHealth('b1', 'healthy');
    await until(() => balancers.addressesOf('shop-1.elb.test')?.length === 2, 'the node of b returns');
    await expect.poll(() => answersOf('b'), LONG).toEqual(['a1', 'a2', 'b1']);
  });

  test('is unknown once it is gone', async () => {
    await balancers.apply({ ...desired, loadBalancers: [] });
    expect(balancers.addressesOf('shop-1.elb.test')).toBeUndefined();
    expect(balancers.endpoints()).toEqual([]);
  });
});
