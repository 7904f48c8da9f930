import http from 'node:http';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type HttpProxy, startProxy } from '../../../../src/region/plane/balancer/proxy.ts';
import { TrafficCounter } from '../../../../src/region/plane/balancer/traffic.ts';

let traffic: TrafficCounter;
let target: http.Server;
let proxy: HttpProxy;
let hasTarget: boolean;

const portOf = (server: http.Server) => {
  const at = server.address();
  return typeof at === 'object' && at ? at.port : 0;
};

beforeEach(async () => {
  hasTarget = true;
  traffic = new TrafficCounter();
  target = http.createServer((request, response) => {
    if (request.url === '/reset') request.socket.resetAndDestroy();
    else if (request.url === '/slow') setTimeout(() => response.end(), 50);
    else if (request.url !== '/never') response.writeHead(Number(request.url?.slice(1))).end();
  });
  await new Promise<void>((resolve) => target.listen(0, '127.0.0.1', resolve));
  const link = { address: '127.0.0.1', port: portOf(target) };
  proxy = await startProxy(async () => (hasTarget ? link : undefined), traffic);
});
afterEach(() => {
  proxy.close();
  target.closeAllConnections();
  target.close();
});

const ask = (path: string, signal?: AbortSignal) =>
  new Promise<number | undefined>((resolve) => {
    const options = { host: '127.0.0.1', port: proxy.at.port, path, agent: false, ...(signal && { signal }) };
    http
      .get(options, (answer) => answer.resume().on('end', () => resolve(answer.statusCode)))
      .on('error', () => resolve(undefined));
  });

test('answers of targets and of the load balancer itself are counted apart', async () => {
  for (const path of ['/200', '/404', '/500', '/503', '/reset']) await ask(path);
  hasTarget = false;
  expect(await ask('/200')).toBe(503);
  expect(traffic.take()).toMatchObject({ requests: 5, target5xx: 2, elb5xx: 2, time: { count: 4 } });
});

test('the time is that until an answer begins', async () => {
  await ask('/200');
  await ask('/slow');
  const { time } = traffic.take() ?? {};
  expect(time?.maximum).toBeGreaterThan(0.045);
  expect(time?.minimum).toBeLessThan(0.045);
  expect(time?.sum).toBeCloseTo((time?.minimum ?? 0) + (time?.maximum ?? 0), 9);
});

test('what was taken is not counted again', async () => {
  await ask('/200');
  expect(traffic.take()).toMatchObject({ requests: 1 });
  expect(traffic.take()).toBeUndefined();
});

test('a client that goes away is no failure of the load balancer', async () => {
  const controller = new AbortController();
  const asked = ask('/never', controller.signal);
  await new Promise<void>((resolve) => target.once('request', () => resolve()));
  controller.abort();
  await asked;
  await ask('/200');
  expect(traffic.take()).toMatchObject({ requests: 2, elb5xx: 0, time: { count: 1 } });
});
