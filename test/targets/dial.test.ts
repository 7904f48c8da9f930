import { expect, test } from 'vitest';
import { CallError } from '../../src/kernel/errors.ts';
import type { ReadPort } from '../../src/kernel/ports.ts';
import { dialAll } from '../../src/targets/dial.ts';

const NEVER = new AbortController().signal;
const instances = ['a1', 'a2'].map((name, index) => ({
  instanceId: `i-${name}`,
  name,
  address: `10.0.0.${index + 4}`,
  port: 80,
}));

/** A region in which those instances answer, and whose data plane does or does not. */
function region(answering: readonly string[], isPlaneSilent: boolean) {
  const asked: string[] = [];
  const host = {
    account: { kind: 'embedded' },
    tcp: async ({ host }: { host: string }) => ({ connected: true, bytes: answering.includes(host) ? 1 : 0 }),
    read: async ({ operation }: { operation: string }) => {
      asked.push(operation);
      if (isPlaneSilent) throw new CallError('TIMEOUT', 'no answer', { retryable: true });
      return {};
    },
  };
  return { host: host as unknown as ReadPort, asked };
}

test('that every instance is silent is believed only of a data plane that answers itself', async () => {
  const alive = region([], false);
  expect((await dialAll(instances, alive.host, NEVER)).silent).toEqual(instances);
  expect(alive.asked).toEqual(['DescribeRoute']);
  const frozen = region([], true);
  await expect(dialAll(instances, frozen.host, NEVER)).rejects.toMatchObject({ code: 'TIMEOUT' });
});

test('one instance that answers has shown that the data plane works', async () => {
  const { host, asked } = region(['10.0.0.4'], true);
  const { answered, silent } = await dialAll(instances, host, NEVER);
  expect([answered, silent].map((these) => these.map(({ name }) => name))).toEqual([['a1'], ['a2']]);
  expect(asked).toEqual([]);
});
