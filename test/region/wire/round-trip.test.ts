import * as ec2 from '@aws-sdk/client-ec2';
import * as elbv2 from '@aws-sdk/client-elastic-load-balancing-v2';
import * as route53 from '@aws-sdk/client-route-53';
import * as sts from '@aws-sdk/client-sts';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadCatalogue } from '../../../src/aws/catalogue/catalogue.ts';
import type { Door } from '../../../src/region/contract.ts';
import { createDoor } from '../../../src/region/wire/door.ts';
import { makeService } from '../../../src/region/wire/schema.ts';
import { seededRandom } from '../small-region.ts';
import { randomInput } from './random-values.ts';

const credentials = { accessKeyId: 'AKIDTEST', secretAccessKey: 'secret' };

/** What the SDK sends without a signature, which the door refuses. */
const UNSIGNED = new Set(['AssumeRoleWithSAML', 'AssumeRoleWithWebIdentity']);

/** What the door handed over last, and what it is to give back. */
let received: unknown;
let output: unknown;
let door: Door;

beforeAll(async () => {
  const call = (_service: string, _operation: string, input: unknown) => {
    received = input;
    return output;
  };
  door = await createDoor({ region: 'us-east-1', credentials, call, knows: () => true, facility: async () => ({}) });
});
afterAll(() => door.close());

type Send = (command: unknown) => Promise<Record<string, unknown>>;
type Sdk = Record<string, unknown>;

const services = [
  { name: 'ec2', sdk: ec2 as Sdk, Client: ec2.EC2Client, rounds: 1 },
  { name: 'elastic-load-balancing-v2', sdk: elbv2 as Sdk, Client: elbv2.ElasticLoadBalancingV2Client, rounds: 3 },
  { name: 'route-53', sdk: route53 as Sdk, Client: route53.Route53Client, rounds: 3 },
  { name: 'sts', sdk: sts as Sdk, Client: sts.STSClient, rounds: 3 },
] as const;

describe('what the SDK sends is what a step gets, and what a step gives is what the SDK returns', () => {
  for (const { name, sdk, Client, rounds } of services) {
    test(`for every operation of ${name}`, { timeout: 60_000 }, async () => {
      const service = makeService(await loadCatalogue(name));
      const client = new Client({
        region: 'us-east-1',
        endpoint: door.endpoint,
        credentials,
        maxAttempts: 1,
        requestHandler: new NodeHttpHandler({ requestTimeout: 5_000 }),
      });
      const send = client.send.bind(client) as Send;
      const random = seededRandom(20_261);
      const failed: string[] = [];
      for (const operation of service.operations.filter((one) => !UNSIGNED.has(one))) {
        const Command = sdk[`${operation}Command`] as new (input: unknown) => unknown;
        const shapes = service.operation(operation);
        if (!shapes) throw new Error(`no operation ${operation}`);
        for (let round = 0; round < rounds; round++) {
          const input = randomInput(shapes.input, random);
          output = randomInput(shapes.output, random);
          received = undefined;
          const { $metadata: _, ...got } = await send(new Command(structuredClone(input))).catch(String as never);
          const same = equal(received, input) && equal(got, output);
          if (!same)
            failed.push(`${operation}: ${show([received, got])} is not ${show([input, output])}`.slice(0, 2_000));
        }
      }
      client.destroy();
      expect(failed.slice(0, 3)).toEqual([]);
    });
  }
});

const equal = (a: unknown, b: unknown): boolean => show(a) === show(b);

/** Text that is equal for equal values: keys sorted, absent members left out, bytes and times named. */
function show(value: unknown): string {
  const plain = (inner: unknown): unknown => {
    if (inner instanceof Date) return `time ${inner.getTime()}`;
    if (inner instanceof Uint8Array) return `bytes ${Buffer.from(inner).toString('hex')}`;
    if (Array.isArray(inner)) return inner.map(plain);
    if (inner === null || typeof inner !== 'object') return inner;
    const entries = Object.entries(inner).filter(([, one]) => one !== undefined);
    return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, one]) => [key, plain(one)]));
  };
  return JSON.stringify(plain(value)) ?? 'nothing';
}
