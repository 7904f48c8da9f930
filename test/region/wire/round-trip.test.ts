import { AwsQueryProtocol, AwsSmithyRpcV2CborProtocol } from '@aws-sdk/core/protocols';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type EchoDoor, echoDoor } from './echo-door.ts';
import { EXCEPTIONS, exceptionsOf } from './exceptions.ts';
import { roundTrips } from './round-trips.ts';
import { SDKS } from './sdk-clients.ts';

let door: EchoDoor;

beforeAll(async () => {
  door = await echoDoor();
});
afterAll(() => door.close());

describe('what the SDK sends is what a step gets, and what a step gives is what the SDK returns', () => {
  for (const service of Object.keys(SDKS) as (keyof typeof SDKS)[]) {
    test(`for every operation of ${service}`, { timeout: 60_000 }, async () => {
      const { differing } = await roundTrips(door, { service, rounds: 1, seed: 20_261 });
      const excepted = exceptionsOf('sdk', service);
      const wrong = [...differing].filter(([operation]) => !excepted.has(operation));
      expect(wrong.slice(0, 3)).toEqual([]);
      expect([...excepted].filter((operation) => !differing.has(operation))).toEqual([]);
    });
  }
});

describe('services that speak several protocols hear and say the same in each', () => {
  test.each<[keyof typeof SDKS, string, object]>([
    ['cloudwatch', 'query', { protocol: AwsQueryProtocol }],
    ['cloudwatch', 'CBOR', { protocol: AwsSmithyRpcV2CborProtocol }],
    ['sqs', 'query', { protocol: AwsQueryProtocol }],
  ])('%s by %s', async (service, _protocol, config) => {
    const { made, differing } = await roundTrips(door, { service, rounds: 1, seed: 4_711, config });
    const excepted = exceptionsOf('query', service);
    expect([...differing].filter(([operation]) => !excepted.has(operation)).slice(0, 3)).toEqual([]);
    expect(made).toBeGreaterThan(20);
  });
});

test('the exceptions do not grow', () => {
  const counts = Object.entries(EXCEPTIONS).map(([client, excepted]) => [client, Object.keys(excepted).length]);
  expect(Object.fromEntries(counts)).toEqual({ sdk: 3, query: 1, boto3: 6 });
});
