import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Door } from '../../../src/region/contract.ts';
import { createDoor } from '../../../src/region/wire/door.ts';
import { type SmallRegion, seededRandom, smallRegion } from '../small-region.ts';
import { credentials } from './echo-door.ts';
import { codeOf, FORM, mutate, type Sent, sendRaw } from './raw-send.ts';

let region: SmallRegion;
let door: Door;
let port: number;

beforeAll(async () => {
  region = smallRegion();
  door = await createDoor({
    region: 'us-east-1',
    credentials,
    call: region.world.call,
    knows: region.world.knows,
    facility: async (operation, input) => region.world.facility(operation, input as never),
  });
  port = Number(new URL(door.endpoint).port);
});
afterAll(() => door.close());

const zoneSent = (body: string): Sent => ({ service: 'route53', target: '/2013-04-01/hostedzone', body });
const facilitySent = (operation: string, body?: string): Sent => ({
  service: 'facility',
  target: `/_facility/${operation}`,
  ...(body !== undefined && { body }),
});

const send = (sent: Sent) => sendRaw(port, sent);

describe('what is refused before it is read', () => {
  test('a call without a signature', async () => {
    const got = await send({
      headers: FORM,
      body: 'Action=DescribeVpcs',
      tamper: ({ authorization: _, ...rest }) => rest,
    });
    expect([got.status, codeOf(got)]).toEqual([403, 'MissingAuthenticationToken']);
  });

  test.each(['evil.example', 'evil.example:80', '127.0.0.1', '127.0.0.1:1', 'localhost.evil.example'])(
    'a call to the host %s, though its signature is good',
    async (host) => {
      const got = await send({ headers: { ...FORM, host }, body: 'Action=DescribeVpcs' });
      expect([got.status, codeOf(got)]).toEqual([403, 'AccessDenied']);
    },
  );

  test('a body that is too large, before its end', async () => {
    const got = await send({ headers: FORM, body: Buffer.alloc(9 << 20, 'a') }).catch(
      (error: NodeJS.ErrnoException) => error.code,
    );
    expect(typeof got === 'object' ? got.status : 413).toBe(413);
  });

  test('a body that was changed on its way', async () => {
    const changed = { 'x-amz-content-sha256': '0'.repeat(64) };
    const got = await send({ headers: FORM, body: 'Action=DescribeVpcs', tamper: (all) => ({ ...all, ...changed }) });
    expect([got.status, codeOf(got)]).toEqual([403, 'SignatureDoesNotMatch']);
  });

  test('a small body that inflates beyond the limit, and one that is no gzip', async () => {
    const headers = { ...FORM, 'content-encoding': 'gzip' };
    const bomb = await send({ headers, body: gzipSync(Buffer.alloc(64 << 20, 'a')) });
    expect([bomb.status, codeOf(bomb)]).toEqual([413, 'RequestEntityTooLarge']);
    const junk = await send({ headers, body: 'Action=DescribeVpcs' });
    expect([junk.status, codeOf(junk)]).toEqual([400, 'MalformedInput']);
    const good = await send({ headers, body: gzipSync('Action=DescribeVpcs&Version=2016-11-15') });
    expect(good.status).toBe(200);
  });
});

describe('what is read and refused', () => {
  test.each<[string, Sent, number, string]>([
    [
      'an action that does not exist',
      { headers: FORM, body: 'Action=Explode&Version=2016-11-15' },
      400,
      'InvalidAction',
    ],
    ['no action', { headers: FORM, body: '' }, 400, 'InvalidAction'],
    [
      'another version of the API',
      { headers: FORM, body: 'Action=DescribeVpcs&Version=2010-01-01' },
      400,
      'InvalidAction',
    ],
    ['a service that is not there', { service: 's3', method: 'GET' }, 501, 'UnknownService'],
    ['a broken escape', { headers: FORM, body: 'Action=DescribeVpcs&VpcId.1=%zz' }, 400, 'MalformedQueryString'],
    [
      'a number that is none',
      { headers: FORM, body: 'Action=DescribeVpcs&MaxResults=many' },
      400,
      'InvalidParameterValue',
    ],
    [
      'deep parameters',
      { headers: FORM, body: `Action=DescribeVpcs&${'a.'.repeat(50)}=1` },
      400,
      'MalformedQueryString',
    ],
    [
      'a path of no operation',
      { service: 'route53', method: 'GET', target: '/2013-04-01/nothing' },
      400,
      'InvalidAction',
    ],
    ['an XML bomb', zoneSent('<!DOCTYPE a [<!ENTITY b "c">]><a/>'), 400, 'MalformedInput'],
    ['deep XML', zoneSent('<a>'.repeat(100_000)), 400, 'MalformedInput'],
    ['a missing member', zoneSent('<r><Name>a.b</Name></r>'), 400, 'InvalidInput'],
    ['facility JSON that is none', facilitySent('CutPower', '{'), 400, 'InvalidParameter'],
    ['facility input that is a list', facilitySent('CutPower', '[]'), 400, 'InvalidParameter'],
    ['a facility operation that is none', facilitySent('Explode', '{}'), 501, 'UnsupportedOperation'],
    [
      'the facility by another name',
      { service: 'ec2', target: '/_facility/CutPower', body: '{}' },
      400,
      'InvalidAction',
    ],
    ['a built-in property as a facility operation', facilitySent('Constructor'), 501, 'UnsupportedOperation'],
    ['an unknown zone', facilitySent('CutPower', '{"zoneId":"x"}'), 404, 'ZoneNotFound'],
  ])('%s', async (_what, sent, status, code) => {
    const got = await send(sent);
    expect([got.status, codeOf(got)]).toEqual([status, code]);
    expect(got.headers['x-amzn-requestid']).toMatch(/^[0-9a-f-]{36}$/);
  });
});

test('the facility answers JSON over signed JSON', async () => {
  const got = await send(facilitySent('DescribeZones', '{}'));
  expect(got.status).toBe(200);
  expect(JSON.parse(got.body).zones).toHaveLength(3);
});

test('a connection that says nothing sensible is closed, and the door goes on', async () => {
  for (const bytes of ['\0\0\0\0', 'GET', 'POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n', 'x'.repeat(100_000)]) {
    await new Promise<void>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => socket.end(bytes));
      socket.on('error', () => {});
      socket.on('close', () => resolve());
      socket.resume();
    });
  }
  expect((await send({ headers: FORM, body: 'Action=DescribeVpcs' })).status).toBe(200);
});

const SEEDS: readonly Sent[] = [
  { headers: FORM, body: 'Action=DescribeInstances&Version=2016-11-15&Filter.1.Name=tag%3Aapp&Filter.1.Value.1=shop' },
  { headers: FORM, body: 'Action=StopInstances&InstanceId.1=i-0123456789abcdef0&Force=true' },
  { headers: FORM, body: 'Action=RunInstances&MinCount=1&MaxCount=1&TagSpecification.1.Tag.1.Key=group' },
  {
    headers: FORM,
    service: 'elasticloadbalancing',
    body: 'Action=DescribeTargetHealth&TargetGroupArn=arn&Targets.member.1.Id=i-1',
  },
  { service: 'route53', method: 'GET', target: '/2013-04-01/hostedzone/Z1/rrset?name=a.b&maxitems=3' },
  {
    service: 'route53',
    target: '/2013-04-01/hostedzone/Z1/rrset/',
    body: '<ChangeResourceRecordSetsRequest><ChangeBatch><Changes><Change><Action>CREATE</Action></Change></Changes></ChangeBatch></ChangeResourceRecordSetsRequest>',
  },
  {
    service: 'facility',
    target: '/_facility/SetToxic',
    body: '{"name":"a","from":"*","to":"outside","toxic":{"kind":"reset"}}',
  },
  facilitySent('AcquireLease', '{"runId":"a","owner":"b","purpose":"c","ttlMs":5}'),
];
test('whatever is sent, the answer is a modelled one and never a defect', async () => {
  const random = seededRandom(4_566);
  const wrong: string[] = [];
  const codes = new Set<string | undefined>();
  for (let k = 0; k < 400; k++) {
    const seed = SEEDS[k % SEEDS.length] ?? {};
    const inBody = typeof seed.body === 'string' && (random() < 0.7 || seed.target === undefined);
    const body = inBody ? mutate(String(seed.body), random) : (seed.body ?? '');
    // Only characters that may stand in a request line: Node itself refuses the others.
    const target = inBody
      ? seed.target
      : `/${mutate(seed.target ?? '', random).replace(/[^!-~]/g, '')}`.replace(/^\/+/, '/');
    const got = await send({ ...seed, body, ...(target !== undefined && { target }) });
    codes.add(codeOf(got));
    const modelled = got.status === 200 || codeOf(got) !== undefined;
    const defect = got.status >= 500 && got.status !== 501;
    if (!modelled || defect) wrong.push(`${got.status} ${target} ${body}: ${got.body.slice(0, 200)}`);
  }
  expect(wrong).toEqual([]);
  expect(codes.size).toBeGreaterThan(12);
});
