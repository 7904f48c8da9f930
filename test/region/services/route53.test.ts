import net from 'node:net';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isIPv4, isIPv6 } from '../../../src/region/services/route53/addresses.ts';
import { compareNames, parseName, plainName } from '../../../src/region/services/route53/names.ts';
import { type SmallRegion, smallRegion } from '../small-region.ts';

const ID = 'route-53';
const zoneId = (region: SmallRegion): string => region.call(ID, 'ListHostedZones').HostedZones[0].Id;
interface Shown {
  Name: string;
  Type: string;
  TTL?: number;
  SetIdentifier?: string;
  ResourceRecords?: { Value: string }[];
  AliasTarget?: { DNSName: string };
}
const list = (region: SmallRegion, input: Record<string, unknown> = {}): Shown[] =>
  region.call(ID, 'ListResourceRecordSets', { HostedZoneId: zoneId(region), ...input }).ResourceRecordSets;
const a = (Name: string, value = '192.0.2.1', more: Record<string, unknown> = {}) => ({
  Name,
  Type: 'A',
  TTL: 60,
  ResourceRecords: [{ Value: value }],
  ...more,
});
type Change = readonly [action: string, record: Record<string, unknown>];
const batch = (region: SmallRegion, ...changes: Change[]) => ({
  HostedZoneId: zoneId(region),
  ChangeBatch: { Changes: changes.map(([Action, ResourceRecordSet]) => ({ Action, ResourceRecordSet })) },
});
const change = (region: SmallRegion, ...changes: Change[]) =>
  region.call(ID, 'ChangeResourceRecordSets', batch(region, ...changes)).ChangeInfo;
function refused(region: SmallRegion, ...changes: Change[]): { code: string; message: string } {
  try {
    change(region, ...changes);
  } catch (fault) {
    return fault as { code: string; message: string };
  }
  throw new Error('the change was accepted');
}
const published = (region: SmallRegion) =>
  region.world.desired().hostedZones.flatMap(({ records }) => records.map(({ name, type }) => `${name} ${type}`));

describe('records', () => {
  test('a blueprint becomes records: aliases, the addresses of a group, literal values', () => {
    const shown = list(smallRegion());
    expect(shown.map(({ Name, Type }) => `${Name} ${Type}`)).toEqual([
      ...[
        'shop.example. A',
        'shop.example. NS',
        'shop.example. SOA',
        'web.shop.example. A',
        '\\052.wild.shop.example. TXT',
      ],
    ]);
    expect(shown[0]?.AliasTarget?.DNSName).toMatch(/^shop-\d+\.us-east-1\.elb\.amazonaws\.com\.$/);
    expect(shown[3]?.ResourceRecords).toHaveLength(6);
  });

  test('the list is in order of the labels from the right, and can be entered anywhere and read in pages', () => {
    const region = smallRegion();
    const names = ['b.shop.example', 'a.b.shop.example', 'z.a.shop.example', 'a.shop.example'];
    change(region, ...names.map((name): Change => ['CREATE', a(name)]));
    const all = list(region);
    expect(all.map(({ Name }) => Name).filter((name) => /(?:^|\.)[abz]\./.test(name))).toEqual([
      ...['a.shop.example.', 'z.a.shop.example.', 'b.shop.example.', 'a.b.shop.example.'],
    ]);
    expect(list(region, { StartRecordName: 'b.shop.example' })[0]?.Name).toBe('b.shop.example.');
    const pages: Shown[] = [];
    let from: Record<string, unknown> = {};
    for (let more = true; more; ) {
      const page = region.call(ID, 'ListResourceRecordSets', { HostedZoneId: zoneId(region), MaxItems: 2, ...from });
      pages.push(...page.ResourceRecordSets);
      more = page.IsTruncated;
      from = { StartRecordName: page.NextRecordName, StartRecordType: page.NextRecordType };
    }
    expect(pages).toEqual(all);
  });

  test('name servers see a change when it is INSYNC, not before', () => {
    const region = smallRegion();
    const info = change(region, ['CREATE', a('new.shop.example')]);
    expect(info.Status).toBe('PENDING');
    expect(list(region).map(({ Name }) => Name)).toContain('new.shop.example.');
    region.pass(499);
    expect(published(region)).not.toContain('new.shop.example A');
    region.pass(1);
    expect(published(region)).toContain('new.shop.example A');
    expect(region.call(ID, 'GetChange', { Id: info.Id }).ChangeInfo.Status).toBe('INSYNC');
  });

  test('overlapping changes are published in the order in which they were made', () => {
    const region = smallRegion();
    change(region, ['CREATE', a('x.shop.example')]);
    region.pass(100);
    change(region, ['UPSERT', a('x.shop.example', '192.0.2.2')]);
    region.pass(100);
    change(region, ['DELETE', a('x.shop.example', '192.0.2.2')]);
    const values = () =>
      region.world.desired().hostedZones[0]?.records.find(({ name }) => name === 'x.shop.example')?.values;
    region.pass(300);
    expect(values()).toEqual(['192.0.2.1']);
    region.pass(100);
    expect(values()).toEqual(['192.0.2.2']);
    region.pass(100);
    expect(values()).toBeUndefined();
  });

  test('weighted records live beside each other under one name', () => {
    const region = smallRegion();
    const weighted = (id: string, Weight: number) => a('w.shop.example', '192.0.2.1', { SetIdentifier: id, Weight });
    change(region, ['CREATE', weighted('one', 80)], ['CREATE', weighted('two', 20)]);
    expect(
      list(region)
        .filter(({ Name }) => Name === 'w.shop.example.')
        .map((one) => one.SetIdentifier),
    ).toEqual([...['one', 'two']]);
    expect(refused(region, ['CREATE', a('w.shop.example')]).code).toBe('InvalidChangeBatch');
  });

  test('a delete must match exactly: the time to live, the values, the weight', () => {
    const region = smallRegion();
    change(region, ['CREATE', a('x.shop.example')]);
    const why = /values provided do not match the current values/;
    expect(refused(region, ['DELETE', a('x.shop.example', '192.0.2.9')]).message).toMatch(why);
    expect(refused(region, ['DELETE', a('x.shop.example', '192.0.2.1', { TTL: 61 })]).message).toMatch(why);
    expect(refused(region, ['DELETE', a('y.shop.example')]).message).toMatch(/was not found/);
    change(region, ['DELETE', a('X.SHOP.example.')]);
    expect(list(region).map(({ Name }) => Name)).not.toContain('x.shop.example.');
  });

  test.each<[string, Change, RegExp]>([
    ['a name outside the zone', ['CREATE', a('other.example')], /not permitted in zone/],
    ['a name that only ends alike', ['CREATE', a('xshop.example')], /not permitted in zone/],
    ['what exists', ['CREATE', a('web.shop.example')], /already exists/],
    ['an address that is none', ['CREATE', a('x.shop.example', '300.1.1.1')], /ARRDATAIllegalIPv4Address/],
    ['text without quotes', ['CREATE', { ...a('x.shop.example', 'bare'), Type: 'TXT' }], /quotation marks/],
    [
      'an alias at the apex by CNAME',
      ['CREATE', { ...a('shop.example', 'x.example'), Type: 'CNAME' }],
      /not permitted at apex/,
    ],
    [
      'a CNAME beside another record',
      ['CREATE', { ...a('web.shop.example', 'x.example'), Type: 'CNAME' }],
      /conflicting RRSet/,
    ],
    [
      'a doubled value',
      ['CREATE', a('x.shop.example', '1.1.1.1', { ResourceRecords: [{ Value: '1.1.1.1' }, { Value: '1.1.1.1' }] })],
      /Duplicate/,
    ],
    [
      'an alias to nowhere',
      [
        'CREATE',
        {
          Name: 'x.shop.example',
          Type: 'A',
          AliasTarget: { HostedZoneId: 'Z0', DNSName: 'gone.example', EvaluateTargetHealth: false },
        },
      ],
      /does not lie within the target zone/,
    ],
  ])('%s makes a batch invalid', (_what, wrong, message) => {
    const fault = refused(smallRegion(), wrong);
    expect(fault.code).toBe('InvalidChangeBatch');
    expect(fault.message).toMatch(message);
  });

  test.each<[string, Record<string, unknown>]>([
    ['no values and no alias', { Name: 'x.shop.example', Type: 'A', TTL: 60, ResourceRecords: [] }],
    ['no time to live', { Name: 'x.shop.example', Type: 'A', ResourceRecords: [{ Value: '1.1.1.1' }] }],
    ['a weight without a set identifier', a('x.shop.example', '1.1.1.1', { Weight: 1 })],
    ['two policies', a('x.shop.example', '1.1.1.1', { Failover: 'PRIMARY', Weight: 1, SetIdentifier: 'p' })],
  ])('%s is no input at all', (_what, record) => {
    expect(refused(smallRegion(), ['CREATE', record]).code).toBe('InvalidInput');
  });

  test('the apex keeps its SOA and NS records', () => {
    const region = smallRegion();
    const apex = list(region).filter(({ Type }) => Type === 'SOA' || Type === 'NS');
    for (const record of apex) {
      expect(refused(region, ['DELETE', record as unknown as Record<string, unknown>]).message).toMatch(/must contain/);
    }
  });

  test('a record set read from the list can be deleted and created again as it was', () => {
    const region = smallRegion();
    const before = list(region);
    const movable = before.filter(({ Type }) => Type !== 'SOA' && Type !== 'NS') as unknown as Record<
      string,
      unknown
    >[];
    change(region, ...movable.map((record): Change => ['DELETE', record]));
    expect(list(region)).toHaveLength(2);
    change(region, ...movable.map((record): Change => ['CREATE', record]));
    expect(list(region)).toEqual(before);
  });
});

const pool = ['a', 'b', 'c.b'].map((label) => `${label}.shop.example`);
const changes = fc.array(
  fc.tuple(
    fc.constantFrom('CREATE', 'UPSERT', 'DELETE'),
    fc
      .tuple(fc.constantFrom(...pool), fc.constantFrom('192.0.2.1', '192.0.2.2'))
      .map(([name, value]) => a(name, value)),
  ),
  { minLength: 1, maxLength: 6 },
);

describe('batches', () => {
  test('a batch is applied whole, or not at all and says why', () => {
    fc.assert(
      fc.property(fc.array(changes, { minLength: 1, maxLength: 6 }), (batches) => {
        const region = smallRegion();
        let model = new Map<string, string>();
        for (const one of batches) {
          const next = applied(model, one);
          const before = region.world.snapshot();
          const code = region.refusal(ID, 'ChangeResourceRecordSets', batch(region, ...one));
          expect(code).toBe(next ? undefined : 'InvalidChangeBatch');
          if (!next) expect(region.world.snapshot()).toEqual(before);
          model = next ?? model;
          expect(contents(region.world.snapshot())).toEqual([...model].sort());
        }
        region.pass(10_000);
        expect(publishedContents(region)).toEqual([...model].sort());
      }),
      { seed: 53, numRuns: 200 },
    );
  });
});

/** What a batch makes of the records, thought out again; undefined when one of its changes cannot be. */
function applied(before: ReadonlyMap<string, string>, one: readonly Change[]): Map<string, string> | undefined {
  const records = new Map(before);
  for (const [action, record] of one) {
    const { Name, ResourceRecords } = record as { Name: string; ResourceRecords: { Value: string }[] };
    const value = ResourceRecords[0]?.Value ?? '';
    if (action === 'CREATE' && records.has(Name)) return undefined;
    if (action === 'DELETE' && records.get(Name) !== value) return undefined;
    if (action === 'DELETE') records.delete(Name);
    else records.set(Name, value);
  }
  return records;
}

type Snapshot = { hostedZones: { records: { name: string; values: string[] }[] }[] };
const contents = (snapshot: unknown): [string, string][] =>
  ((snapshot as Snapshot).hostedZones[0]?.records ?? [])
    .map(({ name, values }): [string, string] => [name.replace(/\.$/, ''), values[0] ?? ''])
    .filter(([name]) => pool.includes(name))
    .sort();
const publishedContents = (region: SmallRegion) =>
  (region.world.desired().hostedZones[0]?.records ?? [])
    .map(({ name, values }): [string, string] => [name, values[0] ?? ''])
    .filter(([name]) => pool.includes(name))
    .sort();

describe('hosted zones', () => {
  test('a zone can be made once per reference, is served when INSYNC, and goes only when it is empty', () => {
    const region = smallRegion();
    const made = region.call(ID, 'CreateHostedZone', { Name: 'New.Example', CallerReference: 'r1' });
    expect(made.HostedZone).toMatchObject({ Name: 'new.example.', ResourceRecordSetCount: 2 });
    expect(made.DelegationSet.NameServers).toHaveLength(2);
    expect(region.refusal(ID, 'CreateHostedZone', { Name: 'x.example', CallerReference: 'r1' })).toBe(
      'HostedZoneAlreadyExists',
    );
    expect(region.world.desired().hostedZones.map(({ name }) => name)).toEqual(['shop.example']);
    region.pass(500);
    expect(region.world.desired().hostedZones.map(({ name }) => name)).toEqual(['shop.example', 'new.example']);
    expect(region.refusal(ID, 'DeleteHostedZone', { Id: zoneId(region) })).toBe('HostedZoneNotEmpty');
    region.call(ID, 'DeleteHostedZone', { Id: made.HostedZone.Id });
    expect(region.world.desired().hostedZones).toHaveLength(1);
    expect(region.refusal(ID, 'GetHostedZone', { Id: made.HostedZone.Id })).toBe('NoSuchHostedZone');
  });

  test('zones are listed by name from the right, from a name on', () => {
    const region = smallRegion();
    for (const Name of ['b.test', 'a.test', 'z.a.test'])
      region.call(ID, 'CreateHostedZone', { Name, CallerReference: Name });
    const by = (input: Record<string, unknown>) =>
      region.call(ID, 'ListHostedZonesByName', input).HostedZones.map(({ Name }: { Name: string }) => Name);
    expect(by({})).toEqual(['shop.example.', 'a.test.', 'z.a.test.', 'b.test.']);
    expect(by({ DNSName: 'b.test' })).toEqual(['b.test.']);
    const page = region.call(ID, 'ListHostedZonesByName', { MaxItems: 1 });
    expect(page).toMatchObject({ IsTruncated: true, NextDNSName: 'a.test.' });
  });
});

describe('names', () => {
  test('a name is written in one way, and that way is stable', () => {
    expect(parseName('*.Shop.Example')).toBe('\\052.shop.example.');
    expect(plainName('\\052.shop.example.')).toBe('*.shop.example');
    for (const wrong of ['', '.', 'a..b', `${'a'.repeat(64)}.b`, 'a\\9.b', undefined])
      expect(parseName(wrong)).toBeUndefined();
    fc.assert(
      fc.property(fc.string({ maxLength: 20 }), (text) => {
        const name = parseName(text);
        if (name !== undefined) expect(parseName(name)).toBe(name);
      }),
      { seed: 1, numRuns: 500 },
    );
  });

  test('names are ordered by their labels from the right', () => {
    expect(['b.c.', 'c.', 'a.b.c.', 'z.a.c.'].sort(compareNames)).toEqual(['c.', 'z.a.c.', 'b.c.', 'a.b.c.']);
  });
});

test('addresses are told from other texts as the system tells them', () => {
  const damaged = (address: fc.Arbitrary<string>) =>
    fc
      .tuple(address, fc.nat(40), fc.constantFrom('', ':', '.', '0', 'g', '256', '::'))
      .map(([text, at, piece]) => text.slice(0, at) + piece + text.slice(at));
  const texts = fc.oneof(fc.ipV4(), fc.ipV6(), damaged(fc.ipV4()), damaged(fc.ipV6()));
  fc.assert(
    fc.property(texts, (text) => {
      expect([text, isIPv4(text), isIPv6(text)]).toEqual([text, net.isIPv4(text), net.isIPv6(text)]);
    }),
    { seed: 6, numRuns: 2_000 },
  );
});
