import { describe, expect, test } from 'vitest';
import { type SmallRegion, smallRegion } from '../small-region.ts';

const ID = 'route-53';
const CONFIG = { Type: 'HTTP', IPAddress: '10.0.16.10', Port: 8080, ResourcePath: '/healthz', RequestInterval: 10 };
const create = (region: SmallRegion, more: object = {}, CallerReference = 'one') =>
  region.call(ID, 'CreateHealthCheck', { CallerReference, HealthCheckConfig: { ...CONFIG, ...more } }).HealthCheck;
const zoneId = (region: SmallRegion): string => region.call(ID, 'ListHostedZones').HostedZones[0].Id;
const record = (SetIdentifier: string, more: object) => ({
  Name: 'r.shop.example.',
  Type: 'A',
  TTL: 5,
  ResourceRecords: [{ Value: '192.0.2.1' }],
  SetIdentifier,
  ...more,
});
const batch = (region: SmallRegion, ...records: object[]) => ({
  HostedZoneId: zoneId(region),
  ChangeBatch: { Changes: records.map((ResourceRecordSet) => ({ Action: 'CREATE', ResourceRecordSet })) },
});
const refusal = (region: SmallRegion, ...records: object[]) =>
  region.refusal(ID, 'ChangeResourceRecordSets', batch(region, ...records));

describe('routing policies', () => {
  test('are kept, shown and told to the data plane', () => {
    const region = smallRegion();
    const { Id } = create(region);
    const records = [
      record('a', { Failover: 'PRIMARY', HealthCheckId: Id }),
      record('b', { Failover: 'SECONDARY' }),
      record('c', { Name: 'l.shop.example.', Region: 'eu-west-1' }),
      record('d', { Name: 'm.shop.example.', MultiValueAnswer: true }),
    ];
    region.call(ID, 'ChangeResourceRecordSets', batch(region, ...records));
    const shown = region.call(ID, 'ListResourceRecordSets', { HostedZoneId: zoneId(region) }).ResourceRecordSets;
    for (const one of records) expect(shown).toContainEqual(one);
    region.pass(1_000);
    const told = region.world.desired().hostedZones[0]?.records.filter(({ setIdentifier }) => setIdentifier);
    expect(told).toMatchObject([
      { setIdentifier: 'c', region: 'eu-west-1' },
      { setIdentifier: 'd', multiValue: true },
      { setIdentifier: 'a', failover: 'PRIMARY', healthCheckId: Id },
      { setIdentifier: 'b', failover: 'SECONDARY' },
    ]);
  });

  test.each([
    ['two policies', [record('a', { Weight: 1, Region: 'us-east-1' })], 'InvalidInput'],
    ['no policy', [record('a', {})], 'InvalidInput'],
    [
      'a policy the region does not honour',
      [record('a', { GeoLocation: { CountryCode: 'KR' } })],
      'UnsupportedOperation',
    ],
    ['an unknown check', [record('a', { Weight: 1, HealthCheckId: 'x' })], 'NoSuchHealthCheck'],
    ['a primary without a check', [record('a', { Failover: 'PRIMARY' })], 'InvalidChangeBatch'],
    [
      'two secondaries',
      [record('a', { Failover: 'SECONDARY' }), record('b', { Failover: 'SECONDARY' })],
      'InvalidChangeBatch',
    ],
    ['mixed policies', [record('a', { Weight: 1 }), record('b', { MultiValueAnswer: true })], 'InvalidChangeBatch'],
    [
      'several values of a CNAME',
      [record('a', { Type: 'CNAME', MultiValueAnswer: true, ResourceRecords: [{ Value: 'x.example' }] })],
      'InvalidInput',
    ],
    ['a weight of a delegation', [record('a', { Type: 'NS', Weight: 1 })], 'InvalidInput'],
    [
      'one region twice',
      [record('a', { Region: 'us-east-1' }), record('b', { Region: 'us-east-1' })],
      'InvalidChangeBatch',
    ],
  ])('%s: refused, and nothing is changed', (_what, records, code) => {
    const region = smallRegion();
    const before = region.world.snapshot();
    expect(refusal(region, ...records)).toBe(code);
    expect(region.world.snapshot()).toEqual(before);
  });
});

describe('health checks', () => {
  test('are made once for a reference, found, tagged, counted and deleted', () => {
    const region = smallRegion();
    const check = create(region);
    expect(check).toMatchObject({ HealthCheckVersion: 1, HealthCheckConfig: { ...CONFIG, FailureThreshold: 3 } });
    expect(create(region)).toEqual(check);
    expect(
      region.refusal(ID, 'CreateHealthCheck', {
        CallerReference: 'one',
        HealthCheckConfig: { ...CONFIG, Port: 1 },
      }),
    ).toBe('HealthCheckAlreadyExists');
    const other = create(region, {}, 'two');
    const page = region.call(ID, 'ListHealthChecks', { MaxItems: 1 });
    expect(page).toMatchObject({ HealthChecks: [{ Id: check.Id }], IsTruncated: true, NextMarker: other.Id });
    expect(region.call(ID, 'ListHealthChecks', { Marker: other.Id })).toMatchObject({ IsTruncated: false });
    const tagged = { ResourceType: 'healthcheck', ResourceId: check.Id };
    region.call(ID, 'ChangeTagsForResource', {
      ...tagged,
      AddTags: [
        { Key: 'a', Value: '1' },
        { Key: 'b', Value: '2' },
      ],
    });
    region.call(ID, 'ChangeTagsForResource', { ...tagged, AddTags: [{ Key: 'b', Value: '3' }], RemoveTagKeys: ['a'] });
    expect(region.call(ID, 'ListTagsForResource', tagged).ResourceTagSet.Tags).toEqual([{ Key: 'b', Value: '3' }]);
    region.call(ID, 'DeleteHealthCheck', { HealthCheckId: check.Id });
    expect(region.refusal(ID, 'GetHealthCheck', { HealthCheckId: check.Id })).toBe('NoSuchHealthCheck');
    expect(region.call(ID, 'GetHealthCheckCount')).toEqual({ HealthCheckCount: 1 });
  });

  test('are changed under their version alone: a compare-and-swap', () => {
    const region = smallRegion();
    const { Id: HealthCheckId } = create(region);
    const update = (HealthCheckVersion: number, more: object) => ({ HealthCheckId, HealthCheckVersion, ...more });
    const { HealthCheck } = region.call(
      ID,
      'UpdateHealthCheck',
      update(1, { Inverted: true, ResetElements: ['ResourcePath'] }),
    );
    expect(HealthCheck).toMatchObject({ HealthCheckVersion: 2, HealthCheckConfig: { Inverted: true, Port: 8080 } });
    expect(HealthCheck.HealthCheckConfig.ResourcePath).toBeUndefined();
    expect(region.refusal(ID, 'UpdateHealthCheck', update(1, { Inverted: false }))).toBe('HealthCheckVersionMismatch');
    expect(region.refusal(ID, 'UpdateHealthCheck', update(2, { FailureThreshold: 11 }))).toBe('InvalidInput');
    expect(region.world.desired().healthChecks).toMatchObject([{ id: HealthCheckId, inverted: true, path: '/' }]);
  });

  test('say what was seen last, before it is inverted, and nothing before the first look', () => {
    const region = smallRegion();
    const { Id: HealthCheckId } = create(region, { Inverted: true });
    const status = () => region.call(ID, 'GetHealthCheckStatus', { HealthCheckId }).HealthCheckObservations;
    expect(status()).toEqual([]);
    const reason = 'HTTP Status Code 200, OK';
    region.world.observe({ type: 'health-check', healthCheckId: HealthCheckId, passes: true, reason });
    expect(status()).toMatchObject([{ StatusReport: { Status: `Success: ${reason}` } }]);
  });

  test.each([
    [{ Type: 'HTTPS' }, 'UnsupportedOperation'],
    [{ Type: 'CALCULATED', ChildHealthChecks: ['x'] }, 'UnsupportedOperation'],
    [{ IPAddress: undefined }, 'InvalidInput'],
    [{ IPAddress: '1.2.3' }, 'InvalidInput'],
    [{ Port: 70_000 }, 'InvalidInput'],
    [{ RequestInterval: 20 }, 'InvalidInput'],
    [{ FailureThreshold: 0 }, 'InvalidInput'],
    [{ Type: 'TCP' }, 'InvalidInput'],
    [{ SearchString: 'x' }, 'InvalidInput'],
    [{ Type: 'HTTP_STR_MATCH' }, 'InvalidInput'],
  ])('with %j are refused: %s', (more, code) => {
    const HealthCheckConfig = { ...CONFIG, ...more };
    expect(smallRegion().refusal(ID, 'CreateHealthCheck', { CallerReference: 'x', HealthCheckConfig })).toBe(code);
  });
});

describe('private zones', () => {
  const vpcOf = (region: SmallRegion) => ({
    VPCRegion: 'us-east-1',
    VPCId: region.call('ec2', 'DescribeVpcs').Vpcs[0].VpcId,
  });
  const make = (region: SmallRegion, CallerReference = 'p') => ({
    Name: 'inside.example',
    CallerReference,
    VPC: vpcOf(region),
    HostedZoneConfig: { PrivateZone: true },
  });

  test('belong to a VPC, have no name servers of their own, and the data plane knows them as private', () => {
    const region = smallRegion();
    const { HostedZone } = region.call(ID, 'CreateHostedZone', make(region));
    region.pass(1_000);
    const shown = region.call(ID, 'GetHostedZone', { Id: HostedZone.Id });
    expect(shown).toMatchObject({ HostedZone: { Config: { PrivateZone: true } }, VPCs: [vpcOf(region)] });
    expect(shown.DelegationSet).toBeUndefined();
    const summaries = region.call(ID, 'ListHostedZonesByVPC', vpcOf(region)).HostedZoneSummaries;
    expect(summaries).toMatchObject([{ Name: 'inside.example.' }]);
    expect(region.world.desired().hostedZones).toContainEqual(
      expect.objectContaining({ name: 'inside.example', isPrivate: true }),
    );
  });

  test('are bound to VPCs under the rules of the service', () => {
    const region = smallRegion();
    const { HostedZone } = region.call(ID, 'CreateHostedZone', make(region));
    const of = (HostedZoneId: string, VPC: object = vpcOf(region)) => ({ HostedZoneId, VPC });
    const associate = (input: Record<string, unknown>) => region.refusal(ID, 'AssociateVPCWithHostedZone', input);
    expect(region.refusal(ID, 'CreateHostedZone', make(region, 'q'))).toBe('ConflictingDomainExists');
    expect(associate(of(HostedZone.Id))).toBe('ConflictingDomainExists');
    expect(associate(of(HostedZone.Id, { VPCId: 'vpc-1', VPCRegion: 'us-east-1' }))).toBe('InvalidVPCId');
    expect(associate(of(zoneId(region)))).toBe('PublicZoneVPCAssociation');
    expect(region.refusal(ID, 'DisassociateVPCFromHostedZone', of(HostedZone.Id))).toBe('LastVPCAssociation');
  });
});

describe('records of a blueprint', () => {
  const shown = (region: SmallRegion, name: string) =>
    region
      .call(ID, 'ListResourceRecordSets', { HostedZoneId: zoneId(region) })
      .ResourceRecordSets.filter(({ Name }: { Name: string }) => Name === name);
  const configs = (region: SmallRegion) =>
    region
      .call(ID, 'ListHealthChecks')
      .HealthChecks.map((one: { HealthCheckConfig: unknown }) => one.HealthCheckConfig);

  test('of several values are one for each address, and each has a health check of its own, on the port of the group', () => {
    const healthCheck = { path: '/healthz', interval: 30, threshold: 2 };
    const multi = { name: 'm.shop.example', type: 'A', ttl: 5, instances: 'web', multiValue: true, healthCheck };
    const region = smallRegion({ records: [multi] });
    const sets = shown(region, 'm.shop.example.');
    expect(sets).toHaveLength(6);
    expect(new Set(sets.map(({ HealthCheckId }: { HealthCheckId: string }) => HealthCheckId)).size).toBe(6);
    for (const { SetIdentifier, ResourceRecords, MultiValueAnswer, HealthCheckId } of sets) {
      expect([ResourceRecords, MultiValueAnswer]).toEqual([[{ Value: SetIdentifier }], true]);
      const check = region.call(ID, 'GetHealthCheck', { HealthCheckId }).HealthCheck.HealthCheckConfig;
      expect(check).toMatchObject({ IPAddress: SetIdentifier, Port: 8080, ResourcePath: '/healthz', Type: 'HTTP' });
      expect(check).toMatchObject({ RequestInterval: 30, FailureThreshold: 2 });
    }
  });

  test('that fail over are checked at their load balancer, or by its health where they are an alias', () => {
    const record = { name: 'f.shop.example', type: 'A', failover: 'PRIMARY', setIdentifier: 'primary' } as const;
    const healthCheck = { loadBalancer: 'shop', interval: 10, threshold: 3 };
    const region = smallRegion({
      records: [
        { ...record, ttl: 5, values: ['192.0.2.1', '192.0.2.2'], healthCheck },
        { ...record, failover: 'SECONDARY', setIdentifier: 'secondary', alias: 'shop', evaluateTargetHealth: true },
      ],
    });
    const [primary, secondary] = shown(region, 'f.shop.example.');
    expect(configs(region)).toMatchObject([{ Type: 'TCP', Port: 80 }]);
    expect(configs(region)[0].FullyQualifiedDomainName).toMatch(/^shop-.*\.elb\.amazonaws\.com$/);
    expect([primary.Failover, primary.ResourceRecords.length]).toEqual(['PRIMARY', 2]);
    expect([secondary.AliasTarget.EvaluateTargetHealth, secondary.HealthCheckId]).toEqual([true, undefined]);
    const tags = region.call(ID, 'ListTagsForResources', {
      ResourceType: 'healthcheck',
      ResourceIds: [primary.HealthCheckId],
    });
    expect(tags.ResourceTagSets[0].Tags).toEqual([{ Key: 'Name', Value: 'f.shop.example' }]);
  });

  test('of one call the tags of one to ten resources are asked', () => {
    const ask = (ResourceIds: string[]) => ({ ResourceType: 'healthcheck', ResourceIds });
    const region = smallRegion();
    expect(region.refusal(ID, 'ListTagsForResources', ask([]))).toBe('InvalidInput');
    expect(region.refusal(ID, 'ListTagsForResources', ask(Array(11).fill('x')))).toBe('InvalidInput');
    expect(region.refusal(ID, 'ListTagsForResources', ask(['x']))).toBe('NoSuchHealthCheck');
  });
});
