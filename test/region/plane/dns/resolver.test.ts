import { Resolver as NodeResolver } from 'node:dns/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { DesiredRecord } from '../../../../src/region/contract.ts';
import { type Names, startNames } from '../../../../src/region/plane/dns/names.ts';
import { askServer } from './ask-server.ts';

const soa = (minimum: number) => `ns-1.dns.internal. hostmaster.shop.test. 1 7200 900 1209600 ${minimum}`;
const record = (name: string, type: string, values: string[], ttl = 10): DesiredRecord => ({ name, type, ttl, values });
const apex = (name: string, minimum = 5) => record(name, 'SOA', [soa(minimum)], 900);

let nowMs = 0;
let names: Names;
const publish = (...zones: [string, DesiredRecord[]][]) =>
  names.publish({
    hostedZones: zones.map(([name, records]) => ({ id: name, name, records: [apex(name), ...records] })),
    loadBalancers: [],
  });
const ask = (name: string, type = 'A') => askServer(names.resolverAt, name, type);

beforeEach(async () => {
  nowMs = 1_000;
  names = await startNames({ count: 2, random: () => 0, nowMs: () => nowMs, addressesOf: () => undefined });
});
afterEach(() => names.close());

describe('the resolver', () => {
  test('keeps an answer for its TTL, counting down, and then asks again', async () => {
    publish(['shop.test', [record('www.shop.test', 'A', ['10.0.0.1'])]]);
    expect(await ask('www.shop.test')).toMatchObject({ answers: ['www.shop.test A 10.0.0.1'], ttls: [10] });
    publish(['shop.test', [record('www.shop.test', 'A', ['10.0.0.2'])]]);
    nowMs += 6_500;
    expect(await ask('www.shop.test')).toMatchObject({ answers: ['www.shop.test A 10.0.0.1'], ttls: [4] });
    nowMs += 3_600;
    expect((await ask('www.shop.test')).answers).toEqual(['www.shop.test A 10.0.0.2']);
  });

  test('remembers that a name does not exist for min(SOA TTL, minimum), for every type', async () => {
    publish(['shop.test', []]);
    expect(await ask('www.shop.test')).toMatchObject({ code: 'NXDOMAIN', ttls: [5] });
    publish(['shop.test', [record('www.shop.test', 'A', ['10.0.0.1'])]]);
    nowMs += 4_900;
    expect((await ask('www.shop.test')).code).toBe('NXDOMAIN');
    expect((await ask('www.shop.test', 'TXT')).code).toBe('NXDOMAIN');
    nowMs += 200;
    expect((await ask('www.shop.test')).answers).toEqual(['www.shop.test A 10.0.0.1']);
  });

  test('remembers that a name lacks a type, for that type alone', async () => {
    publish(['shop.test', [record('www.shop.test', 'TXT', ['"x"'])]]);
    expect(await ask('www.shop.test')).toMatchObject({ code: 'NOERROR', answers: [] });
    publish(['shop.test', [record('www.shop.test', 'TXT', ['"x"']), record('www.shop.test', 'A', ['10.0.0.1'])]]);
    expect((await ask('www.shop.test')).answers).toEqual([]);
    expect((await ask('www.shop.test', 'TXT')).answers).toHaveLength(1);
    nowMs += 5_100;
    expect((await ask('www.shop.test')).answers).toHaveLength(1);
  });

  test('follows a CNAME into another zone; each link expires by its own TTL', async () => {
    const alias = record('www.shop.test', 'CNAME', ['host.other.test'], 60);
    publish(['shop.test', [alias]], ['other.test', [record('host.other.test', 'A', ['10.0.0.1'], 3)]]);
    expect((await ask('www.shop.test')).answers).toEqual([
      'www.shop.test CNAME host.other.test',
      'host.other.test A 10.0.0.1',
    ]);
    publish(['shop.test', []], ['other.test', [record('host.other.test', 'A', ['10.0.0.2'], 3)]]);
    nowMs += 3_100;
    expect((await ask('www.shop.test')).answers).toEqual([
      'www.shop.test CNAME host.other.test',
      'host.other.test A 10.0.0.2',
    ]);
  });

  test('an answer of TTL 0 is asked for every time', async () => {
    publish(['shop.test', [record('www.shop.test', 'A', ['10.0.0.1'], 0)]]);
    await ask('www.shop.test');
    publish(['shop.test', [record('www.shop.test', 'A', ['10.0.0.2'], 0)]]);
    expect((await ask('www.shop.test')).answers).toEqual(['www.shop.test A 10.0.0.2']);
  });

  test('fails when no name server answers, and does not remember that', async () => {
    publish(['shop.test', [record('www.shop.test', 'A', ['10.0.0.1'])]]);
    expect((await ask('www.elsewhere.test')).code).toBe('SERVFAIL');
    publish(['elsewhere.test', [record('www.elsewhere.test', 'A', ['10.0.0.9'])]]);
    expect((await ask('www.elsewhere.test')).answers).toEqual(['www.elsewhere.test A 10.0.0.9']);
  });

  test('offers recursion, begins with another address each time, and reads what was truncated over TCP', async () => {
    const many = Array.from({ length: 100 }, (_, i) => `10.9.0.${i}`);
    publish([
      'shop.test',
      [record('big.shop.test', 'A', many), record('few.shop.test', 'A', ['10.0.0.1', '10.0.0.2'])],
    ]);
    const first = await ask('few.shop.test');
    const second = await ask('few.shop.test');
    expect(first.flags).toMatchObject({ ra: true, aa: false });
    expect(first.answers[0]).not.toBe(second.answers[0]);
    expect([...first.answers].sort()).toEqual([...second.answers].sort());
    const big = await askServer(names.resolverAt, 'big.shop.test', 'A', { tcp: true });
    expect(big.answers).toHaveLength(100);
  });

  test("serves Node's own resolver", async () => {
    publish([
      'shop.test',
      [
        record('www.shop.test', 'A', ['10.0.0.1']),
        record('www.shop.test', 'TXT', ['"a" "b"']),
        record('shop.test', 'MX', ['5 mail.shop.test']),
        record('_x._tcp.shop.test', 'SRV', ['1 2 3 www.shop.test']),
      ],
    ]);
    const resolver = new NodeResolver({ timeout: 1_000, tries: 1 });
    resolver.setServers([`127.0.0.1:${names.resolverAt.port}`]);
    expect(await resolver.resolve4('www.shop.test', { ttl: true })).toEqual([{ address: '10.0.0.1', ttl: 10 }]);
    expect(await resolver.resolveTxt('www.shop.test')).toEqual([['a', 'b']]);
    expect(await resolver.resolveMx('shop.test')).toEqual([{ exchange: 'mail.shop.test', priority: 5 }]);
    expect(await resolver.resolveSrv('_x._tcp.shop.test')).toEqual([
      { name: 'www.shop.test', port: 3, priority: 1, weight: 2 },
    ]);
    expect(await resolver.resolveSoa('shop.test')).toMatchObject({ minttl: 5, serial: 1 });
    await expect(resolver.resolve4('none.shop.test')).rejects.toMatchObject({ code: 'ENOTFOUND' });
    await expect(resolver.resolve6('www.shop.test')).rejects.toMatchObject({ code: 'ENODATA' });
  });
});
