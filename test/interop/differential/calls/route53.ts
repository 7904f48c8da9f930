import fc from 'fast-check';
import { among, type Call, call, thing } from '../call.ts';

const NAMES = ['web.shop.example', 'old.shop.example', 'api.shop.example.', 'shop.example', '*.shop.example'];
const name = among(...NAMES);
const action = among('CREATE', 'UPSERT', 'DELETE');

const plain = fc.oneof(
  fc.record({
    Type: among('A'),
    values: among(['192.0.2.1'], ['192.0.2.1', '192.0.2.2'], ['10.0.16.11', '10.0.32.11']),
  }),
  fc.record({ Type: among('CNAME'), values: among(['web.shop.example'], ['api.shop.example']) }),
  fc.record({ Type: among('TXT'), values: among(['"a text"'], ['"one" "two"']) }),
);
const record = fc
  .record({ Name: name, TTL: among(10, 30, 60), plain })
  .map(({ Name, TTL, plain: { Type, values } }) => ({
    ...{ Name, Type, TTL },
    ResourceRecords: values.map((Value) => ({ Value })),
  }));
const weighted = fc
  .record({ SetIdentifier: among('one', 'two'), Weight: among(0, 1, 100), value: among('192.0.2.1', '192.0.2.2') })
  .map(({ value, ...routing }) => ({
    ...{ Name: 'weighted.shop.example', Type: 'A', TTL: 10, ...routing },
    ResourceRecords: [{ Value: value }],
  }));
const change = fc.record({ Action: action, ResourceRecordSet: fc.oneof({ weight: 3, arbitrary: record }, weighted) });

const vpc = thing('vpc').map((VPCId) => ({ VPCRegion: 'us-east-1', VPCId }));
const check = fc
  .record({ IPAddress: among('192.0.2.1', '192.0.2.2'), Port: among(80, 8080), FailureThreshold: among(1, 3) })
  .map((config) => ({ ...config, Type: 'HTTP', ResourcePath: '/healthz', RequestInterval: 10 }));
const tagged = fc.oneof(
  thing('hostedzone').map((ResourceId) => ({ ResourceType: 'hostedzone', ResourceId })),
  thing('healthcheck').map((ResourceId) => ({ ResourceType: 'healthcheck', ResourceId })),
);

const zones: fc.Arbitrary<Call> = fc.oneof(
  {
    weight: 2,
    arbitrary: call('CreateHostedZone', {
      Name: among('other.example', 'shop.example'),
      CallerReference: among('1', '2', '3'),
    }),
  },
  {
    weight: 2,
    arbitrary: call('CreateHostedZone', {
      ...{ Name: among('inner.example', 'shop.example'), CallerReference: among('4', '5', '6'), VPC: vpc },
      HostedZoneConfig: fc.constant({ PrivateZone: true, Comment: 'within' }),
    }),
  },
  { weight: 2, arbitrary: call('DeleteHostedZone', { Id: thing('hostedzone') }) },
  { weight: 2, arbitrary: call('GetHostedZone', { Id: thing('hostedzone') }) },
  { weight: 2, arbitrary: call('ListHostedZones') },
  {
    weight: 2,
    arbitrary: call('ListHostedZonesByName', {}, { DNSName: among('shop.example', 'other.example', 'm.example') }),
  },
  { weight: 1, arbitrary: call('ListHostedZonesByVPC', { VPCId: thing('vpc'), VPCRegion: among('us-east-1') }) },
  { weight: 1, arbitrary: call('AssociateVPCWithHostedZone', { HostedZoneId: thing('hostedzone'), VPC: vpc }) },
  { weight: 1, arbitrary: call('DisassociateVPCFromHostedZone', { HostedZoneId: thing('hostedzone'), VPC: vpc }) },
);

const records: fc.Arbitrary<Call> = fc.oneof(
  {
    weight: 5,
    arbitrary: call('ChangeResourceRecordSets', {
      HostedZoneId: thing('hostedzone'),
      ChangeBatch: fc.record(
        { Changes: fc.array(change, { minLength: 1, maxLength: 3 }), Comment: among('why') },
        { requiredKeys: ['Changes'] },
      ),
    }),
  },
  {
    weight: 4,
    arbitrary: call(
      'ListResourceRecordSets',
      { HostedZoneId: thing('hostedzone') },
      { StartRecordName: name, MaxItems: among(1, 2) },
    ),
  },
  { weight: 1, arbitrary: call('GetChange', { Id: thing('change') }) },
);

const checks: fc.Arbitrary<Call> = fc.oneof(
  { weight: 3, arbitrary: call('CreateHealthCheck', { CallerReference: among('1', '2'), HealthCheckConfig: check }) },
  { weight: 2, arbitrary: call('GetHealthCheck', { HealthCheckId: thing('healthcheck') }) },
  { weight: 2, arbitrary: call('ListHealthChecks') },
  {
    weight: 2,
    arbitrary: call(
      'UpdateHealthCheck',
      { HealthCheckId: thing('healthcheck') },
      { Port: among(81, 8081), Inverted: fc.boolean(), Disabled: fc.boolean(), FailureThreshold: among(2, 5) },
    ),
  },
  { weight: 1, arbitrary: call('DeleteHealthCheck', { HealthCheckId: thing('healthcheck') }) },
  {
    weight: 2,
    arbitrary: fc.tuple(tagged, among('owner', 'Name'), among('a', '')).map(
      ([on, Key, Value]): Call => ({
        operation: 'ChangeTagsForResource',
        input: { ...on, AddTags: [{ Key, Value }] },
      }),
    ),
  },
  { weight: 1, arbitrary: tagged.map((on): Call => ({ operation: 'ListTagsForResource', input: on })) },
);

/** What a user does with names. */
export const route53Calls: fc.Arbitrary<Call> = fc.oneof(
  { weight: 2, arbitrary: zones },
  { weight: 3, arbitrary: records },
  { weight: 1, arbitrary: checks },
);
