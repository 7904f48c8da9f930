import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ResolverTrouble } from '../../../../src/kernel/facility.ts';
import { happens } from '../../../../src/region/chance.ts';
import type { DesiredRecord } from '../../../../src/region/contract.ts';
import { type Names, startNames } from '../../../../src/region/plane/dns/names.ts';
import { askServer, queryPacket, sendTcp, sendUdp } from './ask-server.ts';

const SOA = 'ns-1.dns.internal. hostmaster.shop.test. 1 7200 900 1209600 5';
const record = (name: string, type: string, value: string): DesiredRecord => ({ name, type, ttl: 10, values: [value] });

let nowMs = 0;
let names: Names;
const publish = (address: string, ...troubles: Partial<ResolverTrouble>[]) =>
  names.publish({
    hostedZones: [
      {
        id: 'Z1',
        name: 'shop.test',
        records: [
          record('shop.test', 'SOA', SOA),
          record('a.shop.test', 'A', address),
          record('b.shop.test', 'A', address),
        ],
      },
    ],
    loadBalancers: [],
    resolverTroubles: troubles.map((one) => ({ at: 'resolver', does: 'SERVFAIL', share: 1, seed: 1, ...one })),
  });
const ask = (name = 'a.shop.test') => askServer(names.resolverAt, name, 'A');

beforeEach(async () => {
  nowMs = 1_000;
  names = await startNames({ count: 2, random: () => 0, nowMs: () => nowMs, addressesOf: () => undefined });
});
afterEach(() => names.close());

describe('a resolver in trouble', () => {
  test.each(['NXDOMAIN', 'SERVFAIL'] as const)('answers %s, over UDP and TCP, also for what it knows', async (does) => {
    publish('10.0.0.1');
    await ask();
    publish('10.0.0.1', { does });
    expect(await ask()).toMatchObject({ code: does, answers: [] });
    expect(await askServer(names.resolverAt, 'a.shop.test', 'A', { tcp: true })).toMatchObject({ code: does });
    expect(await names.addresses('a.shop.test')).toEqual([]);
    publish('10.0.0.1');
    expect((await ask()).answers, 'nobody remembers it').toEqual(['a.shop.test A 10.0.0.1']);
  });

  test('is in trouble for the name that was named alone, however it is spelt', async () => {
    publish('10.0.0.1', { name: 'a.shop.test' });
    expect((await ask('A.Shop.Test')).code).toBe('SERVFAIL');
    expect((await ask('b.shop.test')).answers).toEqual(['b.shop.test A 10.0.0.1']);
  });

  test('leaves the name servers alone', async () => {
    publish('10.0.0.1', { does: 'NXDOMAIN' });
    for (const server of names.nameServers) {
      expect((await askServer(server, 'a.shop.test', 'A')).answers).toEqual(['a.shop.test A 10.0.0.1']);
    }
  });

  test('says nothing at all when it is silent', async () => {
    publish('10.0.0.1', { does: 'silence' });
    expect(await sendUdp(names.resolverAt, queryPacket('a.shop.test', 'A'), 150)).toBeUndefined();
  });

  test('answers late, and truly', async () => {
    publish('10.0.0.1', { does: 'delay', delayMs: 120 });
    const startMs = performance.now();
    expect((await ask()).answers).toEqual(['a.shop.test A 10.0.0.1']);
    expect(performance.now() - startMs).toBeGreaterThanOrEqual(115);
  });

  test('that is stale answers what it remembers however old, and asks for what it has never heard of', async () => {
    publish('10.0.0.1');
    await ask('a.shop.test');
    publish('10.0.0.2', { does: 'stale' });
    nowMs += 3_600_000;
    expect(await ask('a.shop.test')).toMatchObject({ answers: ['a.shop.test A 10.0.0.1'], ttls: [10] });
    expect((await ask('b.shop.test')).answers).toEqual(['b.shop.test A 10.0.0.2']);
    publish('10.0.0.2');
    expect((await ask('a.shop.test')).answers).toEqual(['a.shop.test A 10.0.0.2']);
  });

  test('with a part of its capacity answers that part of the queries, and the same ones for the same seed', async () => {
    const codes = async (seed: number) => {
      publish('10.0.0.1');
      publish('10.0.0.1', { share: 0.7, seed });
      const seen: string[] = [];
      for (let k = 0; k < 300; k++) seen.push((await ask()).code);
      return seen;
    };
    const [first, again, other] = [await codes(1), await codes(1), await codes(2)];
    expect(again).toEqual(first);
    expect(other).not.toEqual(first);
    const served = first.filter((code) => code === 'NOERROR').length / first.length;
    expect(Math.abs(served - 0.3)).toBeLessThan(0.09);
  });

  test('that is asked twice over one connection and answers once still carries the other', async () => {
    publish('10.0.0.1', { name: 'b.shop.test' });
    const packets = [queryPacket('b.shop.test', 'A', undefined, 1), queryPacket('a.shop.test', 'A', undefined, 2)];
    expect(await sendTcp(names.resolverAt, packets)).toHaveLength(2);
  });
});

test('chance keeps to the share for any seed, and none and all are exact', () => {
  fc.assert(
    fc.property(fc.nat(), fc.integer({ min: 0, max: 100 }), (seed, percent) => {
      const hits = Array.from({ length: 2_000 }, (_, n) => happens(seed, n, percent / 100)).filter(Boolean).length;
      if (percent === 0 || percent === 100) expect(hits).toBe(percent * 20);
      expect(Math.abs(hits / 2_000 - percent / 100)).toBeLessThan(0.06);
    }),
    { seed: 1_122, numRuns: 200 },
  );
});
