import { DescribeInstancesCommand, EC2Client } from '@aws-sdk/client-ec2';
import { DescribeLoadBalancersCommand, ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { ChangeResourceRecordSetsCommand, ListHostedZonesCommand, Route53Client } from '@aws-sdk/client-route-53';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { throttlingOf } from '../../../src/aws/throttling.ts';
import { openAws } from '../../../src/host/aws.ts';
import { type ApiTrouble, TOOL_HEADER } from '../../../src/kernel/facility.ts';
import type { Door } from '../../../src/region/contract.ts';
import { Driver } from '../../../src/region/driver.ts';
import { createDoor } from '../../../src/region/wire/door.ts';
import { type SmallRegion, smallRegion } from '../small-region.ts';

const credentials = { accessKeyId: 'AKIDTEST', secretAccessKey: 'secret' };
let region: SmallRegion;
let driver: Driver;
let door: Door;

beforeEach(() => {
  region = smallRegion();
  driver = new Driver(region.world);
});
beforeAll(async () => {
  door = await createDoor({
    region: 'us-east-1',
    credentials,
    call: (...call) => driver.call(...call),
    knows: (...operation) => region.world.knows(...operation),
    facility: (operation, input, caller) => driver.facility(operation, input, caller),
  });
});
afterAll(() => door.close());

const config = () => ({ region: 'us-east-1', endpoint: door.endpoint, credentials, maxAttempts: 1 });
const put = (trouble: Partial<ApiTrouble> & Pick<ApiTrouble, 'service'>, expiresInMs = 60_000) => {
  const { service } = trouble;
  const whole = { at: 'api', does: 'error', share: 1, seed: 1, error: { ...throttlingOf(service) }, ...trouble };
  region.world.facility('SetTrouble', { name: 'test', trouble: whole as ApiTrouble, expiresInMs });
};
const instances = () => new EC2Client(config()).send(new DescribeInstancesCommand({}));

describe('a trouble at the door', () => {
  test('has the form of an error of each protocol, with the status of its model', async () => {
    put({ service: 'ec2' });
    await expect(instances()).rejects.toMatchObject({
      name: 'RequestLimitExceeded',
      $metadata: { httpStatusCode: 503 },
    });
    put({ service: 'elastic-load-balancing-v2' });
    const balancers = new ElasticLoadBalancingV2Client(config());
    await expect(balancers.send(new DescribeLoadBalancersCommand({}))).rejects.toMatchObject({
      name: 'Throttling',
      message: 'Rate exceeded',
    });
    put({ service: 'route-53', error: { code: 'PriorRequestNotComplete', message: 'still working', status: 500 } });
    const zones = new Route53Client(config());
    const before = region.world.snapshot();
    const change = { HostedZoneId: 'Z1', ChangeBatch: { Changes: [] } };
    await expect(zones.send(new ChangeResourceRecordSetsCommand(change))).rejects.toMatchObject({
      name: 'PriorRequestNotComplete',
      message: 'still working',
      $metadata: { httpStatusCode: 400 },
      $fault: 'client',
    });
    expect((region.world.snapshot() as { hostedZones: unknown }).hostedZones).toEqual(
      (before as { hostedZones: unknown }).hostedZones,
    );
    await expect(instances(), 'another service').resolves.toBeDefined();
  });

  test('concerns the operation that it names alone', async () => {
    put({ service: 'route-53', operation: 'GetChange' });
    await expect(new Route53Client(config()).send(new ListHostedZonesCommand({}))).resolves.toBeDefined();
    put({ service: 'route-53', operation: 'ListHostedZones' });
    await expect(new Route53Client(config()).send(new ListHostedZonesCommand({}))).rejects.toThrow();
  });

  test('hits so many calls and then lets all pass; the door counts them', async () => {
    put({ service: 'ec2', times: 2 });
    const outcomes: string[] = [];
    for (let k = 0; k < 5; k++) {
      outcomes.push(
        await instances().then(
          () => 'passed',
          () => 'hit',
        ),
      );
    }
    expect(outcomes).toEqual(['hit', 'hit', 'passed', 'passed', 'passed']);
    const { troubles } = region.world.facility('DescribeTroubles', {});
    expect(troubles).toMatchObject([{ name: 'test', concerned: 5, met: 2 }]);
  });

  test('holds calls up for as long as it says and then carries them out', async () => {
    put({ service: 'ec2', does: 'delay', delayMs: 150 });
    const startMs = performance.now();
    await expect(instances()).resolves.toBeDefined();
    expect(performance.now() - startMs).toBeGreaterThanOrEqual(145);
  });

  test('keeps this tool neither from looking nor from restoring', async () => {
    put({ service: 'ec2' });
    const own = openAws({ ...config(), headers: () => ({ [TOOL_HEADER]: '1' }) });
    const call = { service: 'ec2', operation: 'DescribeInstances', input: {} } as const;
    const never = new AbortController().signal;
    await expect(own.read(call, never)).resolves.toBeDefined();
    await expect(own.write(call, never)).resolves.toBeDefined();
    own.close();
    await expect(instances()).rejects.toThrow();
  });

  test('ends by itself when its time is over, unless it was set anew', async () => {
    put({ service: 'ec2' }, 1_000);
    region.pass(900);
    put({ service: 'ec2' }, 1_000);
    region.pass(900);
    await expect(instances()).rejects.toThrow();
    region.pass(200);
    await expect(instances()).resolves.toBeDefined();
    expect(region.world.facility('DescribeTroubles', {}).troubles).toEqual([]);
  });
});

test.each([
  [{ does: 'nothing' }, /no trouble "nothing" at "api"/],
  [{ share: 1.5 }, /from 0 to 1/],
  [{ seed: 0.5 }, /whole number/],
  [{ error: undefined }, /has a code/],
  [{ error: { code: 'a b', message: '', status: 400 } }, /has a code/],
  [{ does: 'delay', delayMs: -1 }, /A delay is/],
])('a trouble that makes no sense is refused: %j', (more, message) => {
  expect(() => put({ service: 'ec2', ...(more as object) })).toThrow(message);
  expect(region.world.facility('DescribeTroubles', {}).troubles).toEqual([]);
});
