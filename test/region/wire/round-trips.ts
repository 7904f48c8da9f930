import { NodeHttpHandler } from '@smithy/node-http-handler';
import { loadCatalogue, type ServiceId } from '../../../src/aws/catalogue/catalogue.ts';
import { makeService } from '../../../src/region/wire/schema.ts';
import { seededRandom } from '../small-region.ts';
import { credentials, type EchoDoor } from './echo-door.ts';
import { randomInput } from './random-values.ts';
import { clientOf, commandOf, SDKS } from './sdk-clients.ts';

export interface Trip {
  readonly service: keyof typeof SDKS;
  readonly rounds: number;
  readonly seed: number;
  /** Of the client, beside its endpoint: another protocol, say. */
  readonly config?: object;
}

/**
 * Sends every operation of a service through its unmodified client, with random inputs and outputs. Returns how many
 * round trips there were, and what differed, by operation.
 */
export async function roundTrips(door: EchoDoor, { service: id, rounds, seed, config = {} }: Trip) {
  const service = makeService(await loadCatalogue(id as ServiceId));
  const sdk = await SDKS[id]();
  const requestHandler = new NodeHttpHandler({ requestTimeout: 5_000 });
  const client = clientOf(sdk, {
    ...{ region: 'us-east-1', endpoint: door.endpoint, credentials, maxAttempts: 1, requestHandler },
    // The client of SQS would compute digests of its own and follow the URL of a queue.
    ...{ md5: false, useQueueUrlAsEndpoint: false },
    ...config,
  });
  const random = seededRandom(seed);
  const differing = new Map<string, string>();
  let made = 0;
  for (const name of service.operations) {
    const operation = service.operation(name);
    if (!operation) throw new Error(`no operation ${name}`);
    for (let round = 0; round < rounds; round++) {
      const input = randomInput(operation.input, random);
      const output = randomInput(operation.output, random);
      forget(door);
      door.answer = () => output;
      made++;
      const answered = await client.send(commandOf(sdk, name, structuredClone(input))).catch(String);
      const { $metadata: _, ...got } = typeof answered === 'string' ? { error: answered } : answered;
      const { input: arrived } = door.received ?? {};
      const same = show(arrived) === show(input) && show(got) === show(output);
      if (!same) differing.set(name, `${show([arrived, got])} is not ${show([input, output])}`.slice(0, 2_000));
    }
  }
  client.destroy();
  return { made, differing };
}

function forget(door: EchoDoor): void {
  door.received = undefined;
}

/** Text that is equal for equal values: keys sorted, absent members left out, bytes and times named. */
export function show(value: unknown): string {
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
