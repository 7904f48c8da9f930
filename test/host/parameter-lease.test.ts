import { expect, test } from 'vitest';
import type { AwsCaller } from '../../src/host/aws.ts';
import { openLease } from '../../src/host/lease.ts';
import { openParameterLease } from '../../src/host/parameter-lease.ts';
import type { Call } from '../../src/kernel/call.ts';
import { CallError } from '../../src/kernel/errors.ts';
import { facility } from '../../src/kernel/facility.ts';
import type { WritePort } from '../../src/kernel/ports.ts';
import { VirtualClock } from '../support/virtual-clock.ts';

const never = new AbortController().signal;

/** An account whose Parameter Store does what the AWS API reference says of the three operations that a lease needs. */
function account(clock = new VirtualClock()) {
  const parameters = new Map<string, string>();
  let before: (operation: string) => unknown = () => undefined;
  const send = async <O>({ operation, input }: Call<O>): Promise<O> => {
    await before(operation);
    if (operation === 'GetParametersByPath') {
      const all = [...parameters].filter(([name]) => name.startsWith(`${String(input.Path)}/`)).sort();
      const from = Number(input.NextToken ?? 0);
      const to = from + Number(input.MaxResults);
      const Parameters = all.slice(from, to).map(([Name, Value]) => ({ Name, Value }));
      return { Parameters, ...(to < all.length && { NextToken: String(to) }) } as O;
    }
    if (operation === 'PutParameter') {
      if (input.Overwrite !== true && parameters.has(String(input.Name)))
        throw new CallError('ParameterAlreadyExists', 'The parameter already exists.');
      parameters.set(String(input.Name), String(input.Value));
    } else for (const name of input.Names as string[]) parameters.delete(name);
    return {} as O;
  };
  const caller: AwsCaller = { read: send, write: send, close: () => {} };
  const answer = openParameterLease(caller, clock);
  const port = { account: { kind: 'endpoint', name: 'emulator' }, read: answer, write: answer } as unknown as WritePort;
  const leaseOf = (runId: string, pending: readonly string[] = []) =>
    openLease(port, { runId, home: '/here', pendingOf: async () => pending });
  return {
    clock,
    parameters,
    port,
    leaseOf,
    onCall: (hook: typeof before) => {
      before = hook;
    },
  };
}

const claim = (runId: string, ttlMs = 1_000) =>
  facility('AcquireLease', { runId, owner: `${runId} elsewhere`, purpose: 'p', ttlMs });

test('two runs exclude each other until the first gives the account back', async () => {
  const { leaseOf } = account();
  const [first, second] = [leaseOf('r1'), leaseOf('r2')];
  expect(await first.acquire('a game day')).toEqual([]);
  expect(await second.acquire('another')).toMatchObject([
    { code: 'SAFETY_LEASE', what: expect.stringMatching(/^run r1 \(.+, a game day\) holds the account$/) },
  ]);
  await first.renew();
  await first.release();
  expect(await second.acquire('another')).toEqual([]);
});

test('of many who want it at the same moment one gets it', async () => {
  const { port, parameters } = account();
  const taken = await Promise.allSettled(
    Array.from({ length: 20 }, (_, number) => port.write(claim(`r${number}`), never)),
  );
  expect(taken.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  for (const one of taken) if (one.status === 'rejected') expect(one.reason).toMatchObject({ code: 'LeaseHeld' });
  expect(parameters.size).toBe(1);
});

test('whoever was slow to create a number that is long past has not got the account', async () => {
  const { port, parameters, onCall, clock } = account();
  let isFirst = true;
  onCall(async (operation) => {
    if (operation !== 'PutParameter' || !isFirst) return;
    isFirst = false;
    // Meanwhile three others have it one after another, and what they left behind is tidied up.
    for (const runId of ['r2', 'r3', 'r4']) {
      await port.write(claim(runId), never);
      await clock.run(clock.sleep(2_000));
    }
    await port.write(claim('r5'), never);
    expect([...parameters.keys()]).toEqual(['/chaos/lease/4']);
  });
  await expect(port.write(claim('r1'), never)).rejects.toMatchObject({ code: 'LeaseHeld' });
  expect(await port.read(facility('DescribeLease', {}), never)).toMatchObject({ lease: { runId: 'r5' } });
});

test('an expired lease is taken over, unless its run left something harmed; a late renewal finds that out', async () => {
  const { clock, port, leaseOf } = account();
  await port.write(claim('dead'), never);
  expect((await leaseOf('r2').acquire('x'))[0]?.code, 'not expired yet').toBe('SAFETY_LEASE');
  await clock.run(clock.sleep(2_000));
  expect((await leaseOf('r2', ['i-1']).acquire('x'))[0]?.code).toBe('SAFETY_DIRTY');
  expect(await leaseOf('r2').acquire('x')).toEqual([]);
  await expect(leaseOf('dead').renew()).rejects.toMatchObject({ code: 'LeaseHeld' });
  await leaseOf('dead').release();
  await expect(leaseOf('r2').renew(), 'and a late release is none').resolves.toBeUndefined();
});

test('a run that wakes up while another takes its lease finds that out when it renews', async () => {
  const { clock, port, onCall } = account();
  await port.write(claim('asleep'), never);
  await clock.run(clock.sleep(2_000));
  let isFirst = true;
  onCall(async (operation) => {
    if (operation !== 'PutParameter' || !isFirst) return;
    isFirst = false;
    await port.write(claim('awake'), never);
  });
  const renewal = facility('RenewLease', { runId: 'asleep', ttlMs: 1_000 });
  await expect(port.write(renewal, never)).rejects.toMatchObject({ code: 'LeaseHeld' });
});

test('what a dead run holds is not given back in its name: it might renew it meanwhile', async () => {
  const { clock, port, leaseOf, parameters } = account();
  await port.write(claim('dead'), never);
  await clock.run(clock.sleep(2_000));
  const row = parameters.get('/chaos/lease/1');
  const seen: (string | undefined)[] = [];
  const write: WritePort['write'] = (call, signal) => {
    seen.push(parameters.get('/chaos/lease/1'));
    return port.write(call, signal);
  };
  const taking = openLease({ ...port, write }, { runId: 'r2', home: '/here', pendingOf: async () => [] });
  expect(await taking.acquire('x')).toEqual([]);
  expect(seen, 'one write, which finds it as it was').toEqual([row]);
  await expect(leaseOf('dead').renew()).rejects.toMatchObject({ code: 'LeaseHeld' });
});

test('who cannot be recovered from here is let go of by hand, and it is said how', async () => {
  const { clock, port } = account();
  await port.write(claim('lost'), never);
  await clock.run(clock.sleep(2_000));
  const [problem] = await openLease(port, { runId: 'r2', home: '/here', pendingOf: async () => undefined }).acquire(
    'x',
  );
  expect(problem).toMatchObject({ code: 'SAFETY_DIRTY', fix: expect.stringContaining('under "/chaos/lease"') });
  expect(problem?.fix).not.toContain('region down');
});

test('a run may take its own lease again, and keeps its token', async () => {
  const { port, leaseOf, parameters } = account();
  expect(await leaseOf('r1').acquire('x')).toEqual([]);
  expect(await leaseOf('r1').acquire('x')).toEqual([]);
  expect(await port.read(facility('DescribeLease', {}), never)).toMatchObject({ lease: { token: 1 } });
  expect(parameters.size).toBe(1);
});

test.each(['not JSON', '{}', '[]', 'null', '{"runId":"r1"}'])(
  'a parameter that says %s, and so not who holds the account, keeps everybody out',
  async (text) => {
    const { parameters, leaseOf } = account();
    parameters.set('/chaos/lease/7', text);
    await expect(leaseOf('r1').acquire('x')).rejects.toMatchObject({
      code: 'LeaseDamaged',
      message: expect.stringContaining('"/chaos/lease/7"'),
    });
  },
);

test('what else lies there is left alone, and the highest number is found behind many', async () => {
  const { parameters, leaseOf, port } = account();
  parameters.set('/chaos/lease/notes', 'mine');
  for (let number = 1; number <= 25; number++) parameters.set(`/chaos/lease/${number}`, '{"released":true}');
  expect(await leaseOf('r1').acquire('x')).toEqual([]);
  expect(await port.read(facility('DescribeLease', {}), never)).toMatchObject({ lease: { token: 26 } });
  expect([...parameters.keys()]).toEqual(['/chaos/lease/notes', '/chaos/lease/26']);
});

test('nothing but the lease is asked of it as of a region', async () => {
  const { port } = account();
  await expect(port.read(facility('DescribeRegion', {}), never)).rejects.toMatchObject({ code: 'UnknownOperation' });
});
