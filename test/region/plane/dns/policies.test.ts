import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { DesiredRecord } from '../../../../src/region/contract.ts';
import { type Chooser, choose } from '../../../../src/region/plane/dns/choose.ts';
import { type Names, startNames } from '../../../../src/region/plane/dns/names.ts';
import { opinionAfter } from '../../../../src/region/plane/dns/opinion.ts';
import { seeded } from '../../../support/sim-scene.ts';
import { askServer } from './ask-server.ts';

const SOA = 'ns-1.dns.internal. hostmaster.shop.test. 1 7200 900 1209600 60';
const member = (setIdentifier: string, more: Partial<DesiredRecord>): DesiredRecord => ({
  name: 'x.test',
  type: 'A',
  ttl: 60,
  values: ['10.0.0.1'],
  setIdentifier,
  ...more,
});
const chooser = (healthy: readonly string[], more: Partial<Chooser> = {}): Chooser => ({
  random: () => 0.5,
  region: 'us-east-1',
  isHealthy: ({ setIdentifier = '' }) => healthy.includes(setIdentifier),
  ...more,
});
const chosen = (sets: readonly DesiredRecord[], by: Chooser) => choose(sets, by).map((set) => set.setIdentifier);

describe('failover', () => {
  const pair = [member('one', { failover: 'PRIMARY' }), member('two', { failover: 'SECONDARY' })];
  test.each([
    [['one', 'two'], 'one'],
    [['one'], 'one'],
    [['two'], 'two'],
    [[], 'one'],
  ])('with %j healthy is answered by %s', (healthy, expected) => {
    expect(chosen(pair, chooser(healthy))).toEqual([expected]);
    expect(chosen([...pair].reverse(), chooser(healthy))).toEqual([expected]);
  });

  test('with one record alone is answered by it, healthy or not', () => {
    for (const set of pair) expect(chosen([set], chooser([]))).toEqual([set.setIdentifier]);
  });
});

describe('weights', () => {
  const weights = fc.array(fc.integer({ min: 0, max: 255 }), { minLength: 1, maxLength: 6 });

  test('are the shares in which healthy sets answer; the others answer while nobody else can', () => {
    fc.assert(
      fc.property(weights, fc.array(fc.boolean(), { minLength: 6, maxLength: 6 }), fc.nat(), (given, up, seed) => {
        const sets = given.map((weight, k) => member(`s${k}`, { weight }));
        const isUp = (k: number) => up[k] ?? false;
        const candidates = [
          (k: number) => isUp(k) && (given[k] ?? 0) > 0,
          (k: number) => isUp(k),
          (k: number) => (given[k] ?? 0) > 0,
          () => true,
        ].map((may) => given.map((_weight, k) => k).filter(may));
        const open = candidates.find((some) => some.length > 0) ?? [];
        const sum = open.reduce((total, k) => total + (given[k] ?? 0), 0);
        const random = seeded(seed);
        const counts = new Map<string, number>();
        const by = chooser(
          sets.flatMap(({ setIdentifier = '' }, k) => (isUp(k) ? [setIdentifier] : [])),
          { random },
        );
        for (let n = 0; n < 2_000; n++) {
          const [id = ''] = chosen(sets, by);
          counts.set(id, (counts.get(id) ?? 0) + 1);
        }
        for (let k = 0; k < given.length; k++) {
          const share = open.includes(k) ? (sum === 0 ? 1 / open.length : (given[k] ?? 0) / sum) : 0;
          const seen = (counts.get(`s${k}`) ?? 0) / 2_000;
          expect(Math.abs(seen - share), `${k} of ${given}`).toBeLessThan(0.06);
          if (share === 0) expect(seen).toBe(0);
        }
      }),
      { seed: 53, numRuns: 100 },
    );
  });
});

describe('latency', () => {
  const sets = ['ap-northeast-2', 'us-west-2', 'us-east-1'].map((region) => member(region, { region }));
  test.each([
    [['ap-northeast-2', 'us-west-2', 'us-east-1'], 'us-east-1'],
    [['ap-northeast-2', 'us-west-2'], 'us-west-2'],
    [['ap-northeast-2'], 'ap-northeast-2'],
    [[], 'us-east-1'],
  ])('with %j healthy is answered by the nearest, %s', (healthy, expected) => {
    expect(chosen(sets, chooser(healthy))).toEqual([expected]);
  });
});

test('a multivalue answer holds up to eight healthy records, or up to eight of all when none is', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 0, max: 20 }), fc.nat(), (count, up, seed) => {
      const sets = Array.from({ length: count }, (_, k) => member(`s${k}`, { multiValue: true }));
      const healthy = sets.slice(0, up).map(({ setIdentifier = '' }) => setIdentifier);
      const seen = chosen(sets, chooser(healthy, { random: seeded(seed) }));
      expect(new Set(seen).size).toBe(Math.min(8, up === 0 ? count : Math.min(up, count)));
      expect(seen).toHaveLength(new Set(seen).size);
      if (up > 0) expect(seen.every((id) => healthy.includes(id ?? ''))).toBe(true);
    }),
    { seed: 8, numRuns: 200 },
  );
});

test('a simple record answers whatever its check says', () => {
  const { setIdentifier: _, ...simple } = member('x', { healthCheckId: 'c' });
  expect(choose([simple], chooser([]))).toEqual([simple]);
});

test('a check changes its mind after as many looks in a row as its threshold says; the first decides at once', () => {
  const after = (looks: string, threshold: number) =>
    [...looks].reduce((opinion, look) => opinionAfter(opinion, look === '+', threshold), {
      passes: true,
      against: 0,
      fresh: true,
    }).passes;
  expect(after('-', 3)).toBe(false);
  expect(after('+--', 3)).toBe(true);
  expect(after('+---', 3)).toBe(false);
  expect(after('+--+--', 3)).toBe(true);
  expect(after('+---++', 3)).toBe(false);
  expect(after('+---+++', 3)).toBe(true);
});

describe('on the wire', () => {
  const down = new Set<string>();
  let serving = true;
  let names: Names;
  const rec = (name: string, values: string[], more: Partial<DesiredRecord> = {}): DesiredRecord => ({
    name,
    type: 'A',
    ttl: 60,
    values,
    ...more,
  });
  const RECORDS = [
    rec('shop.test', [SOA], { type: 'SOA' }),
    rec('multi.shop.test', ['10.0.0.1'], { setIdentifier: 'a', multiValue: true, healthCheckId: 'one' }),
    rec('multi.shop.test', ['10.0.0.2'], { setIdentifier: 'b', multiValue: true, healthCheckId: 'two' }),
    rec('fail.shop.test', ['10.0.0.1'], { setIdentifier: 'a', failover: 'PRIMARY', healthCheckId: 'one' }),
    rec('fail.shop.test', ['10.0.0.2'], { setIdentifier: 'b', failover: 'SECONDARY' }),
    rec('alias.shop.test', [], {
      setIdentifier: 'a',
      failover: 'PRIMARY',
      aliasOf: 'lb.test',
      evaluateTargetHealth: true,
    }),
    rec('alias.shop.test', ['10.0.0.9'], { setIdentifier: 'b', failover: 'SECONDARY' }),
    rec('blind.shop.test', [], { setIdentifier: 'a', failover: 'PRIMARY', aliasOf: 'lb.test' }),
    rec('blind.shop.test', ['10.0.0.9'], { setIdentifier: 'b', failover: 'SECONDARY' }),
    rec('tree.shop.test', [], {
      setIdentifier: 'a',
      failover: 'PRIMARY',
      aliasOf: 'multi.shop.test',
      evaluateTargetHealth: true,
    }),
    rec('tree.shop.test', ['10.0.0.9'], { setIdentifier: 'b', failover: 'SECONDARY' }),
    rec('sub.shop.test', ['ns1.elsewhere.test.', 'ns2.elsewhere.test.'], { type: 'NS', ttl: 300 }),
    rec('glue.sub.shop.test', ['10.0.0.7']),
  ];
  const PRIVATE = [
    rec('shop.test', [SOA], { type: 'SOA' }),
    rec('db.shop.test', ['10.0.0.8']),
    rec('www.shop.test', ['multi.other.test'], { type: 'CNAME' }),
  ];

  beforeAll(async () => {
    names = await startNames({
      count: 1,
      random: seeded(1),
      nowMs: () => performance.now(),
      addressesOf: (name) => (name === 'lb.test' ? ['10.0.0.4'] : undefined),
      isServing: () => serving,
      isPassing: (id) => !down.has(id),
    });
    publish(false);
  });
  afterAll(() => names.close());
  const publish = (withPrivate: boolean) =>
    names.publish({
      hostedZones: [
        { id: 'Z1', name: 'shop.test', records: RECORDS },
        {
          id: 'Z3',
          name: 'other.test',
          records: [rec('other.test', [SOA], { type: 'SOA' }), rec('multi.other.test', ['10.0.0.6'])],
        },
        ...(withPrivate ? [{ id: 'Z2', name: 'shop.test', isPrivate: true, records: PRIVATE }] : []),
      ],
      loadBalancers: [],
      region: 'us-east-1',
    });
  const at = () => names.nameServers[0] ?? { address: '', port: 0 };
  const addresses = async (name: string) =>
    (await askServer(at(), name, 'A')).answers.map((text) => text.split(' ').at(-1)).sort();

  test.each([
    ['multi.shop.test', [], true, ['10.0.0.1', '10.0.0.2']],
    ['multi.shop.test', ['one'], true, ['10.0.0.2']],
    ['multi.shop.test', ['one', 'two'], true, ['10.0.0.1', '10.0.0.2']],
    ['fail.shop.test', [], true, ['10.0.0.1']],
    ['fail.shop.test', ['one'], true, ['10.0.0.2']],
    ['alias.shop.test', [], true, ['10.0.0.4']],
    ['alias.shop.test', [], false, ['10.0.0.9']],
    ['blind.shop.test', [], false, ['10.0.0.4']],
    ['tree.shop.test', ['one'], true, ['10.0.0.2']],
    ['tree.shop.test', ['one', 'two'], true, ['10.0.0.9']],
  ])('%s with %j down and the load balancer serving (%s): %j', async (name, bad, isServing, expected) => {
    down.clear();
    for (const id of bad) down.add(id);
    serving = isServing;
    expect(await addresses(name)).toEqual(expected);
  });

  test.each(['sub.shop.test', 'a.sub.shop.test', 'b.a.sub.shop.test', 'glue.sub.shop.test'])(
    'what lies below a delegation is referred to its servers, without authority: %s',
    async (name) => {
      expect(await askServer(at(), name, 'A')).toMatchObject({
        code: 'NOERROR',
        answers: [],
        authority: ['sub.shop.test NS ns1.elsewhere.test', 'sub.shop.test NS ns2.elsewhere.test'],
        flags: { aa: false },
      });
      expect((await askServer(names.resolverAt, name, 'A')).code, 'nobody there to ask').toBe('SERVFAIL');
    },
  );

  test('a private zone is answered by the resolver alone, and hides the public zone of its name there', async () => {
    publish(true);
    const inVpc = (name: string) => askServer(names.resolverAt, name, 'A');
    expect((await askServer(at(), 'db.shop.test', 'A')).code).toBe('NXDOMAIN');
    expect((await inVpc('db.shop.test')).answers).toEqual(['db.shop.test A 10.0.0.8']);
    expect((await inVpc('fail.shop.test')).code).toBe('NXDOMAIN');
    expect((await inVpc('www.shop.test')).answers).toEqual([
      'www.shop.test CNAME multi.other.test',
      'multi.other.test A 10.0.0.6',
    ]);
    publish(false);
    expect((await inVpc('db.shop.test')).code).toBe('NXDOMAIN');
  });
});
