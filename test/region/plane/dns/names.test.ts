import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { DesiredRecord } from '../../../../src/region/contract.ts';
import { type Names, startNames } from '../../../../src/region/plane/dns/names.ts';
import { askServer, queryPacket, describe as seen, sendTcp, sendUdp } from './ask-server.ts';

const SOA = 'ns-1.dns.internal. hostmaster.shop.test. 1 7200 900 1209600 60';
const record = (name: string, type: string, values: string[], more: Partial<DesiredRecord> = {}): DesiredRecord => ({
  name,
  type,
  ttl: 300,
  values,
  ...more,
});
const SHOP = [
  record('shop.test', 'SOA', [SOA], { ttl: 900 }),
  record('shop.test', 'NS', ['ns-1.dns.internal.', 'ns-2.dns.internal.'], { ttl: 172_800 }),
  record('www.shop.test', 'A', ['10.0.1.11']),
  record('www.shop.test', 'AAAA', ['2001:db8::1']),
  record('alias.shop.test', 'CNAME', ['www.shop.test.']),
  record('twice.shop.test', 'CNAME', ['alias.shop.test']),
  record('over.shop.test', 'CNAME', ['host.other.test']),
  record('away.shop.test', 'CNAME', ['www.example.org']),
  record('loop.shop.test', 'CNAME', ['loop.shop.test']),
  record('txt.shop.test', 'TXT', ['"hello world" "second \\"part\\""']),
  record('shop.test', 'MX', ['10 mail.shop.test.', '20 mail.other.test.']),
  record('_http._tcp.shop.test', 'SRV', ['1 2 8080 www.shop.test.']),
  record('a.b.deep.shop.test', 'A', ['10.0.1.12']),
  record('*.wild.shop.test', 'A', ['10.0.1.13']),
  record('near.wild.shop.test', 'TXT', ['"near"']),
  record('empty.shop.test', 'A', []),
  record('lb.shop.test', 'A', [], { aliasOf: 'shop-1.elb.test' }),
  record('same.shop.test', 'A', [], { aliasOf: 'www.shop.test' }),
  record('lost.shop.test', 'A', [], { aliasOf: 'nothing.shop.test' }),
  record(
    'big.shop.test',
    'A',
    Array.from({ length: 100 }, (_, i) => `10.9.${i >> 6}.${i & 63}`),
  ),
  record(
    'twentynine.shop.test',
    'A',
    Array.from({ length: 28 }, (_, i) => `10.8.0.${i}`),
  ),
  record('weighted.shop.test', 'A', ['10.1.0.1'], { setIdentifier: 'blue', weight: 80 }),
  record('weighted.shop.test', 'A', ['10.1.0.2'], { setIdentifier: 'green', weight: 20 }),
  record('unweighted.shop.test', 'A', ['10.1.0.3'], { setIdentifier: 'off', weight: 0 }),
  record('unweighted.shop.test', 'A', ['10.1.0.4'], { setIdentifier: 'on', weight: 1 }),
];
const OTHER = [
  record('other.test', 'SOA', [SOA.replace('60', '5')], { ttl: 3 }),
  record('host.other.test', 'A', ['10.0.2.22']),
];

let names: Names;
const server = () => names.nameServers[0] ?? { address: '', port: 0 };
const balancers = [
  {
    name: 'shop',
    dnsName: 'shop-1.elb.test',
    nodes: [],
    listenPort: 80,
    crossZone: true,
    targets: [],
    healthCheck: { path: '/', intervalMs: 1, timeoutMs: 1, healthyThreshold: 1, unhealthyThreshold: 1 },
  },
];

beforeAll(async () => {
  let seed = 7;
  // A small generator of our own: the shares of weighted answers are then the same in every run.
  const random = () => {
    seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
    return seed / 2 ** 31;
  };
  names = await startNames({
    count: 2,
    random,
    nowMs: () => performance.now(),
    addressesOf: (name) => (name === 'shop-1.elb.test' ? ['10.0.1.4', '10.0.2.4'] : undefined),
  });
  names.publish({
    hostedZones: [
      { id: 'Z1', name: 'shop.test', records: SHOP },
      { id: 'Z2', name: 'other.test', records: OTHER },
    ],
    loadBalancers: balancers,
  });
});
afterAll(() => names.close());

const NEGATIVE = ['shop.test SOA ns-1.dns.internal hostmaster.shop.test 1 7200 900 1209600 60'];
const MATRIX: [what: string, name: string, type: string, code: string, answers: string[], authority?: string[]][] = [
  ['an address', 'www.shop.test', 'A', 'NOERROR', ['www.shop.test A 10.0.1.11']],
  ['an IPv6 address', 'www.shop.test', 'AAAA', 'NOERROR', ['www.shop.test AAAA 2001:db8::1']],
  [
    'a CNAME is followed',
    'alias.shop.test',
    'A',
    'NOERROR',
    ['alias.shop.test CNAME www.shop.test', 'www.shop.test A 10.0.1.11'],
  ],
  [
    'a chain of two is followed',
    'twice.shop.test',
    'A',
    'NOERROR',
    ['twice.shop.test CNAME alias.shop.test', 'alias.shop.test CNAME www.shop.test', 'www.shop.test A 10.0.1.11'],
  ],
  ['a CNAME itself', 'alias.shop.test', 'CNAME', 'NOERROR', ['alias.shop.test CNAME www.shop.test']],
  [
    'a CNAME into another hosted zone',
    'over.shop.test',
    'A',
    'NOERROR',
    ['over.shop.test CNAME host.other.test', 'host.other.test A 10.0.2.22'],
  ],
  ['a CNAME out of all zones', 'away.shop.test', 'A', 'NOERROR', ['away.shop.test CNAME www.example.org']],
  ['a CNAME that leads to itself', 'loop.shop.test', 'A', 'SERVFAIL', []],
  ['a text of two parts', 'txt.shop.test', 'TXT', 'NOERROR', ['txt.shop.test TXT "hello world" "second "part""']],
  ['name servers', 'shop.test', 'NS', 'NOERROR', ['shop.test NS ns-1.dns.internal', 'shop.test NS ns-2.dns.internal']],
  ['the start of authority', 'shop.test', 'SOA', 'NOERROR', NEGATIVE],
  ['mail', 'shop.test', 'MX', 'NOERROR', ['shop.test MX 10 mail.shop.test', 'shop.test MX 20 mail.other.test']],
  ['a service', '_http._tcp.shop.test', 'SRV', 'NOERROR', ['_http._tcp.shop.test SRV 1 2 8080 www.shop.test']],
  ['a name that does not exist', 'none.shop.test', 'A', 'NXDOMAIN', [], NEGATIVE],
  ['a type that the name lacks', 'www.shop.test', 'TXT', 'NOERROR', [], NEGATIVE],
  ['an empty non-terminal', 'deep.shop.test', 'A', 'NOERROR', [], NEGATIVE],
  ['a record set without values', 'empty.shop.test', 'A', 'NOERROR', [], NEGATIVE],
  ['a wildcard', 'x.wild.shop.test', 'A', 'NOERROR', ['x.wild.shop.test A 10.0.1.13']],
  ['a wildcard, two labels below', 'x.y.wild.shop.test', 'A', 'NOERROR', ['x.y.wild.shop.test A 10.0.1.13']],
  ['a wildcard without that type', 'x.wild.shop.test', 'TXT', 'NOERROR', [], NEGATIVE],
  ['a name nearer than the wildcard', 'near.wild.shop.test', 'A', 'NOERROR', [], NEGATIVE],
  ['a name below the nearer one', 'x.near.wild.shop.test', 'A', 'NXDOMAIN', [], NEGATIVE],
  ['a name of no zone', 'www.example.org', 'A', 'REFUSED', []],
  ['the root', '.', 'NS', 'REFUSED', []],
  ['mixed case', 'WwW.sHop.TEST', 'A', 'NOERROR', ['WwW.sHop.TEST A 10.0.1.11']],
  ['everything', 'www.shop.test', 'ANY', 'NOERROR', ['www.shop.test HINFO RFC8482 ']],
  ['a type unknown to all', 'www.shop.test', 'UNKNOWN_65', 'NOERROR', [], NEGATIVE],
  [
    'an alias of a load balancer',
    'lb.shop.test',
    'A',
    'NOERROR',
    ['lb.shop.test A 10.0.1.4', 'lb.shop.test A 10.0.2.4'],
  ],
  ['an alias of a load balancer, IPv6', 'lb.shop.test', 'AAAA', 'NOERROR', [], NEGATIVE],
  ['an alias of a name', 'same.shop.test', 'A', 'NOERROR', ['same.shop.test A 10.0.1.11']],
  ['an alias of nothing', 'lost.shop.test', 'A', 'NOERROR', [], NEGATIVE],
  [
    'the name of a load balancer',
    'shop-1.elb.test',
    'A',
    'NOERROR',
    ['shop-1.elb.test A 10.0.1.4', 'shop-1.elb.test A 10.0.2.4'],
  ],
];

describe('a name server answers', () => {
  test.each(MATRIX)('%s: %s %s', async (_what, name, type, code, answers, authority = []) => {
    for (const at of names.nameServers) {
      for (const how of [{}, { tcp: true }, { edns: 1232 }]) {
        const answer = await askServer(at, name, type, how);
        expect(answer).toMatchObject({ code, authority, edns: 'edns' in how });
        expect(answer.answers.map((text) => text.trim())).toEqual(answers.map((text) => text.trim()));
        expect(answer.flags).toMatchObject({ tc: false, ra: false, aa: code !== 'REFUSED' && code !== 'SERVFAIL' });
        expect(answer.question).toBe(name);
      }
    }
  });

  test('a negative answer says how long it holds: min(TTL of the SOA, its minimum)', async () => {
    expect((await askServer(server(), 'none.shop.test', 'A')).ttls).toEqual([60]);
    expect((await askServer(server(), 'none.other.test', 'A')).ttls).toEqual([3]);
  });

  test('100 addresses are truncated over UDP and whole over TCP', async () => {
    for (const how of [{}, { edns: 1232 }, { edns: 65_000 }]) {
      expect(await askServer(server(), 'big.shop.test', 'A', how)).toMatchObject({ flags: { tc: true }, answers: [] });
    }
    const whole = await askServer(server(), 'big.shop.test', 'A', { tcp: true });
    expect(whole.flags.tc).toBe(false);
    expect(whole.answers).toHaveLength(100);
  });

  test('names are compressed: 28 addresses fit into 512 bytes, 16 each', async () => {
    const answer = await askServer(server(), 'twentynine.shop.test', 'A');
    expect(answer).toMatchObject({ flags: { tc: false } });
    expect(answer.answers).toHaveLength(28);
    expect(answer.bytes).toBe(12 + 'twentynine.shop.test'.length + 2 + 4 + 28 * 16);
  });

  test('weighted sets are answered by their weights, one set at a time', async () => {
    const counts = new Map<string, number>();
    for (let i = 0; i < 200; i++) {
      const { answers } = await askServer(server(), 'weighted.shop.test', 'A');
      expect(answers).toHaveLength(1);
      counts.set(answers[0] ?? '', (counts.get(answers[0] ?? '') ?? 0) + 1);
    }
    expect(counts.get('weighted.shop.test A 10.1.0.1')).toBeGreaterThan(130);
    expect(counts.get('weighted.shop.test A 10.1.0.2')).toBeGreaterThan(20);
    expect((await askServer(server(), 'unweighted.shop.test', 'A')).answers).toEqual([
      'unweighted.shop.test A 10.1.0.4',
    ]);
  });

  test('several queries on one TCP connection, cut anywhere, are each answered', async () => {
    const packets = [queryPacket('www.shop.test', 'A', undefined, 1), queryPacket('none.shop.test', 'A', undefined, 2)];
    for (const cut of [1, 2, 7, 40]) {
      const replies = await sendTcp(server(), packets, cut);
      expect(replies.map((reply) => [reply.readUInt16BE(0), seen(reply).code])).toEqual([
        [1, 'NOERROR'],
        [2, 'NXDOMAIN'],
      ]);
    }
  });

  test('what is no query of one question is refused by its code', async () => {
    const query = queryPacket('www.shop.test', 'A');
    const changed = (at: number, value: number) => {
      const copy = Buffer.from(query);
      copy[at] = value;
      return copy;
    };
    const codeOf = async (packet: Buffer) => ((await sendUdp(server(), packet))?.[3] ?? 255) & 15;
    expect(await codeOf(changed(2, 0x28))).toBe(4);
    expect(await codeOf(changed(5, 2))).toBe(1);
    expect(await codeOf(changed(5, 0))).toBe(1);
    expect(await codeOf(query.subarray(0, 20))).toBe(1);
    expect(await codeOf(changed(query.length - 1, 3))).toBe(5);
  });

  test('a packet that claims to be an answer, and one shorter than a header, get nothing back', async () => {
    const answer = queryPacket('www.shop.test', 'A');
    answer[2] = 0x81;
    expect(await sendUdp(server(), answer, 100)).toBeUndefined();
    expect(await sendUdp(server(), Buffer.from([1, 2, 3]), 100)).toBeUndefined();
  });
});
