import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Observed } from '../../../../src/region/contract.ts';
import type { DesiredHealthCheck } from '../../../../src/region/desired-health-check.ts';
import { HealthChecks } from '../../../../src/region/plane/dns/health-checks.ts';

let status = 200;
let server: http.Server;
let checks: HealthChecks;
let reachable = true;
let seen: Observed[] = [];
let woken: (() => void)[] = [];

beforeEach(async () => {
  [status, reachable, seen, woken] = [200, true, [], []];
  server = http.createServer((_request, response) => response.writeHead(status).end('all is well'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const at = { address: '127.0.0.1', port: (server.address() as AddressInfo).port };
  checks = new HealthChecks({
    reach: async () => (reachable ? at : undefined),
    addresses: async (name) => (name === 'shop.example' ? ['10.0.0.1'] : []),
    report: (fact) => {
      seen.push(fact);
      for (const wake of woken.splice(0)) wake();
    },
  });
});
afterEach(() => {
  checks.close();
  server.close();
  server.closeAllConnections();
});

const check = (more: Partial<DesiredHealthCheck> = {}): DesiredHealthCheck => ({
  id: 'c',
  type: 'HTTP',
  address: '10.0.0.1',
  port: 80,
  path: '/',
  intervalMs: 10,
  threshold: 2,
  inverted: false,
  disabled: false,
  ...more,
});
/** The next change of what the checker sees. */
const next = () =>
  new Promise<Observed | undefined>((resolve) => {
    woken.push(() => resolve(seen.at(-1)));
  });

describe('the checker', () => {
  test.each([
    ['a 200', {}, 200, true, /^HTTP Status Code 200/],
    ['a 302', {}, 302, true, /302/],
    ['a 503', {}, 503, false, /503/],
    ['a text that is there', { type: 'HTTP_STR_MATCH', search: 'is well' }, 200, true, /200/],
    ['a text that is not', { type: 'HTTP_STR_MATCH', search: 'is ill' }, 200, false, /not found/],
    ['a port that accepts', { type: 'TCP' }, 200, true, /TCP connection established/],
    ['a name', { host: 'shop.example', address: undefined }, 200, true, /200/],
    ['that a name has an address', { type: 'NAME', host: 'shop.example', address: undefined }, 503, true, /DNS/],
    ['that a name has none', { type: 'NAME', host: 'gone.example', address: undefined }, 200, false, /DNS/],
    ['a name without an address', { host: 'gone.example', address: undefined }, 200, false, /DNS/],
  ] as const)('sees %s', async (_what, more, code, passes, reason) => {
    status = code;
    const { address, ...rest } = { ...check(), ...more };
    const told = next();
    checks.apply([{ ...rest, ...(address !== undefined && { address }) }]);
    expect(await told).toMatchObject({ healthCheckId: 'c', passes, reason: expect.stringMatching(reason) });
    expect(checks.isPassing('c')).toBe(passes);
  });

  test('passes what it has not seen yet and what nobody checks, and fails what it cannot reach', async () => {
    expect(checks.isPassing('unknown')).toBe(true);
    reachable = false;
    const told = next();
    checks.apply([check()]);
    expect(checks.isPassing('c')).toBe(true);
    await told;
    expect(checks.isPassing('c')).toBe(false);
  });

  test('goes on from what it has seen when the check is inverted; a disabled one passes, and inverted it does not', async () => {
    const told = next();
    checks.apply([check()]);
    await told;
    checks.apply([check({ inverted: true })]);
    expect(checks.isPassing('c')).toBe(false);
    expect(seen).toHaveLength(1);
    reachable = false;
    checks.apply([check({ disabled: true })]);
    expect(checks.isPassing('c')).toBe(true);
    checks.apply([check({ disabled: true, inverted: true })]);
    expect(checks.isPassing('c')).toBe(false);
  });

  test('looks again and again, and its mind follows after the threshold', async () => {
    const first = next();
    checks.apply([check()]);
    await first;
    const second = next();
    status = 500;
    expect(await second).toMatchObject({ passes: false });
    expect(checks.isPassing('c'), 'one look against it is not enough').toBe(true);
  });
});
