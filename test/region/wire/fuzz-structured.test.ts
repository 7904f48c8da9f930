import { gzipSync } from 'node:zlib';
import { decode, encode } from 'cborg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { seededRandom } from '../small-region.ts';
import { type EchoDoor, echoDoor } from './echo-door.ts';
import { codeOf, type Got, mutate, type Sent, sendRaw } from './raw-send.ts';

let door: EchoDoor;
let port: number;

beforeAll(async () => {
  door = await echoDoor();
  port = Number(new URL(door.endpoint).port);
});
afterAll(() => door.close());

const dynamo = (body: string | Buffer, target = 'DynamoDB_20120810.PutItem'): Sent => ({
  service: 'dynamodb',
  headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': target },
  body,
});
const cbor = (body: string | Buffer, operation = 'PutMetricData'): Sent => ({
  service: 'monitoring',
  target: `/service/GraniteServiceVersion20100801/operation/${operation}`,
  headers: { 'content-type': 'application/cbor', 'smithy-protocol': 'rpc-v2-cbor' },
  body,
});
const fis = (body: string | Buffer, target = '/experimentTemplates', method = 'POST'): Sent => ({
  service: 'fis',
  method,
  target,
  headers: { 'content-type': 'application/json' },
  body,
});

const METRIC = Buffer.from(encode({ Namespace: 'a', MetricData: [{ MetricName: 'm', Value: 1.5 }] }));
const ITEM = '{"TableName":"t","Item":{"id":{"S":"a"},"n":{"N":"1"},"b":{"B":"AQI="},"l":{"L":[{"BOOL":true}]}}}';
const TEMPLATE =
  '{"clientToken":"a","description":"b","stopConditions":[{"source":"none"}],"actions":{"x":{"actionId":"aws:fis:wait"}},"roleArn":"arn:aws:iam::1:role/r"}';

/** The code of an error, which in CBOR is not to be seen in the text. */
function nameOf(got: Got & { bytes: Buffer }): string | undefined {
  if (got.headers['smithy-protocol'] !== 'rpc-v2-cbor' || got.status === 200) return codeOf(got);
  return (decode(got.bytes) as { __type: string }).__type.replace(/^.*#/, '');
}

describe('what is read and refused', () => {
  test.each<[string, Sent, number, string]>([
    ['JSON that is none', dynamo('{"TableName":'), 400, 'SerializationException'],
    ['JSON that is a list', dynamo('[]'), 400, 'SerializationException'],
    ['JSON that is null', dynamo('null'), 400, 'SerializationException'],
    ['bytes in no base64', dynamo('{"TableName":"t","Item":{"a":{"B":"23456"}}}'), 400, 'SerializationException'],
    ['bytes with a wrong end', dynamo('{"TableName":"t","Item":{"a":{"B":"+/+="}}}'), 400, 'SerializationException'],
    ['text where a map must be', dynamo('{"TableName":"t","Item":"a"}'), 400, 'SerializationException'],
    ['a number where text must be', dynamo('{"TableName":1,"Item":{}}'), 400, 'SerializationException'],
    ['bytes that are a number', dynamo('{"TableName":"t","Item":{"a":{"B":1}}}'), 400, 'SerializationException'],
    ['a union of two', dynamo('{"TableName":"t","Item":{"a":{"S":"a","N":"1"}}}'), 400, 'SerializationException'],
    ['a union of none', dynamo('{"TableName":"t","Item":{"a":{}}}'), 400, 'SerializationException'],
    [
      'values nested deep',
      dynamo(`{"TableName":"t","Item":{"a":${'{"L":['.repeat(50_000)}${']}'.repeat(50_000)}}}`),
      400,
      'SerializationException',
    ],
    ['lists nested deep', dynamo('['.repeat(1_000_000)), 400, 'SerializationException'],
    ['a missing member', dynamo('{"Item":{}}'), 400, 'ValidationException'],
    ['no operation', dynamo('{}', ''), 400, 'UnknownOperationException'],
    ['another service', dynamo('{}', 'AmazonSSM.GetParameter'), 400, 'UnknownOperationException'],
    [
      'a built-in property as an operation',
      dynamo('{}', 'DynamoDB_20120810.constructor'),
      400,
      'UnknownOperationException',
    ],
    [
      'a form for a service that has none',
      { ...dynamo('Action=PutItem'), headers: {} },
      400,
      'UnknownOperationException',
    ],
    ['CBOR that is none', cbor('\xff\xff'), 400, 'SerializationException'],
    ['CBOR that ends early', cbor(METRIC.subarray(0, 20)), 400, 'SerializationException'],
    ['CBOR that goes on', cbor(Buffer.concat([METRIC, METRIC])), 400, 'SerializationException'],
    ['CBOR nested deep', cbor(Buffer.alloc(1 << 20, 0x81)), 400, 'SerializationException'],
    ['CBOR that claims to be huge', cbor(Buffer.from('9bffffffffffffff', 'hex')), 400, 'SerializationException'],
    ['CBOR bytes that claim to be huge', cbor(Buffer.from('5a7fffffff00', 'hex')), 400, 'SerializationException'],
    ['CBOR tags nobody knows', cbor(Buffer.from('d8641a00', 'hex')), 400, 'SerializationException'],
    ['CBOR for no operation', cbor(METRIC, 'Explode'), 400, 'UnknownOperationException'],
    ['a path of no operation', fis('', '/nothing', 'GET'), 404, 'UnknownOperationException'],
    ['a path that leaves its label empty', fis('', '/experiments/', 'DELETE'), 404, 'UnknownOperationException'],
    ['a path with a broken escape', fis('', '/experiments/%zz', 'GET'), 400, 'InvalidInput'],
    ['a path that climbs', fis('', '/experiments/../../etc/passwd', 'GET'), 404, 'UnknownOperationException'],
    ['JSON that is none, by REST', fis('{'), 400, 'SerializationException'],
    ['another method', fis('{}', '/experimentTemplates', 'PUT'), 404, 'UnknownOperationException'],
    ['a service that is not there, in JSON', { ...dynamo('{}'), service: 'kinesis' }, 501, 'UnknownService'],
  ])('%s', async (_what, sent, status, code) => {
    const got = await sendRaw(port, sent);
    expect([got.status, nameOf(got)]).toEqual([status, code]);
    expect(got.headers['x-amzn-requestid']).toMatch(/^[0-9a-f-]{36}$/);
  });

  test('a body that inflates beyond the limit, in any protocol', async () => {
    const bomb = gzipSync(Buffer.alloc(32 << 20, ' '));
    for (const sent of [dynamo(bomb), cbor(bomb), fis(bomb)]) {
      const got = await sendRaw(port, { ...sent, headers: { ...sent.headers, 'content-encoding': 'gzip' } });
      expect([got.status, nameOf(got)]).toEqual([413, 'RequestEntityTooLarge']);
    }
  });
});

test('names that JavaScript knows are members like any other', async () => {
  door.answer = () => ({});
  const item = { __proto__: null, constructor: { S: 'a' } };
  const body = JSON.stringify({ TableName: 't', Item: item }).replace(
    '"constructor"',
    '"__proto__":{"S":"b"},"constructor"',
  );
  expect((await sendRaw(port, dynamo(body))).status).toBe(200);
  const input = door.received?.input as { Item: object } | undefined;
  expect(Object.keys(input?.Item ?? {})).toEqual(['__proto__', 'constructor']);
});

test('whatever is sent in JSON or CBOR, the answer is a modelled one and never a defect', async () => {
  door.answer = () => ({});
  const random = seededRandom(1_312);
  const seeds = [
    () => dynamo(mutate(ITEM, random)),
    () => fis(mutate(TEMPLATE, random)),
    () => cbor(damaged(METRIC, random)),
  ];
  const wrong: string[] = [];
  const names = new Set<string | undefined>();
  for (let k = 0; k < 300; k++) {
    const sent = (seeds[k % seeds.length] ?? seeds[0])?.() ?? {};
    const got = await sendRaw(port, sent);
    names.add(nameOf(got));
    const modelled = got.status === 200 || nameOf(got) !== undefined;
    if (!modelled || got.status >= 500) wrong.push(`${got.status} ${String(sent.body)}: ${got.body.slice(0, 200)}`);
  }
  expect(wrong).toEqual([]);
  expect(names).toContain('SerializationException');
  expect(names).toContain('ValidationException');
});

/** The bytes with a few of them changed, or with their end cut off. */
function damaged(bytes: Buffer, random: () => number): Buffer {
  const copy = Buffer.from(bytes.subarray(0, random() < 0.3 ? Math.floor(random() * bytes.length) : bytes.length));
  for (let k = 0; k < 3 && copy.length > 0; k++) copy[Math.floor(random() * copy.length)] = Math.floor(random() * 256);
  return copy;
}
