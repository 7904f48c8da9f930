import { describe, expect, test } from 'vitest';
import { aws } from '../../src/aws/calls.ts';
import { changeWeight } from '../../src/faults/aws/route53/change-weight.ts';
import type { Call } from '../../src/kernel/call.ts';
import type { Means } from '../../src/kernel/define.ts';
import { build, type SimPort } from '../support/sim-port.ts';

const never = new AbortController().signal;
const means = changeWeight.means.api as Means;
const write = async (sim: SimPort, calls: readonly Call[]) => {
  for (const call of calls) await sim.clock.run(sim.write(call, never));
  await sim.clock.run(sim.clock.sleep(1_000));
};
const records = (blue: number, green: number) =>
  [
    ['blue', '10.9.0.1', blue] as const,
    ['green', '10.9.0.2', green] as const,
    ['simple', '10.9.0.3', undefined] as const,
  ].map(([setIdentifier, value, weight]) => {
    const record = { name: 'api.shop.example', type: 'A', ttl: 5, values: [value] };
    return weight === undefined ? { ...record, name: 'one.shop.example' } : { ...record, setIdentifier, weight };
  });

async function aim(sim: SimPort, setIdentifier: string, weight: number) {
  const [target] = await sim.clock.run(
    means.target.find({ name: 'api.shop.example', type: 'A', setIdentifier } as never, sim, never),
  );
  if (target === undefined) throw new Error('no target');
  const undo = await sim.clock.run(means.capture(target, { weight } as never, sim, never));
  return {
    undo: undo as { hostedZoneId: string; record: object },
    inject: () => write(sim, means.steps(target, { weight } as never, undo)),
    restore: () => write(sim, means.restore(undo)),
    look: () => sim.clock.run(means.compare(undo, sim, never)),
    attest: () => sim.clock.run(means.attest(undo, sim, never)),
  };
}

describe('a weight that is changed', () => {
  test('keeps all else that the record says, and comes back', async () => {
    const sim = build({ records: records(90, 10) });
    const before = sim.state();
    const fault = await aim(sim, 'blue', 7);
    await fault.inject();
    const list = aws('route-53', 'ListResourceRecordSets', { HostedZoneId: fault.undo.hostedZoneId });
    const { ResourceRecordSets = [] } = await sim.clock.run(sim.read(list, never));
    const [now] = ResourceRecordSets.filter(({ SetIdentifier }) => SetIdentifier === 'blue');
    expect(now).toEqual({ ...fault.undo.record, Weight: 7 });
    expect((await fault.look()).is).toBe('harmed');
    await fault.restore();
    expect(sim.state()).toBe(before);
  });

  test('and once more by somebody else is told, and not overwritten', async () => {
    const sim = build({ records: records(90, 10) });
    const fault = await aim(sim, 'blue', 0);
    await fault.inject();
    const ResourceRecordSet = { ...fault.undo.record, Weight: 55 } as never;
    const Changes = [{ Action: 'UPSERT' as const, ResourceRecordSet }];
    const HostedZoneId = fault.undo.hostedZoneId;
    await write(sim, [aws('route-53', 'ChangeResourceRecordSets', { HostedZoneId, ChangeBatch: { Changes } })]);
    expect(await fault.look()).toEqual({
      is: 'changed',
      how: 'the record is now A [blue weight 55] 10.9.0.1 (TTL 5s)',
    });
    await expect(fault.restore()).rejects.toMatchObject({ code: 'InvalidChangeBatch' });
  });

  test.each([
    ['is proved by answers when it becomes none', [90, 10], 'blue', 0, 'data plane'],
    ['is proved by answers when it becomes some, of none', [0, 10], 'blue', 200, 'data plane'],
    ['is shown by the hosted zone when it is some before and after', [90, 10], 'blue', 10, 'control plane'],
    ['is shown by the hosted zone when a few answers prove nothing', [0, 10], 'blue', 1, 'control plane'],
    ['is shown by the hosted zone when all have none, and so share alike', [50, 0], 'blue', 0, 'control plane'],
  ] as const)('%s', async (_what, [blue, green], which, weight, level) => {
    const sim = build({ records: records(blue, green) });
    const fault = await aim(sim, which, weight);
    expect((await fault.attest()).bites).toBe(false);
    await fault.inject();
    expect(await fault.attest()).toMatchObject({ bites: true, level });
    await fault.restore();
    expect((await fault.attest()).bites).toBe(false);
  });

  test('is not believed as long as a name server goes on as before, or is silent', async () => {
    const sim = build({ records: records(90, 10), dnsChangeDelayMs: 60_000 });
    const fault = await aim(sim, 'blue', 0);
    await fault.inject();
    expect((await fault.attest()).bites).toBe(false);
    sim.dns = async () => ({ code: 'TIMEOUT', answers: [] });
    expect((await fault.attest()).bites).toBe(false);
  });

  test('is that of a weighted record: no other is found', async () => {
    const sim = build({ records: records(1, 1) });
    const find = (name: string) => sim.clock.run(means.target.find({ name, type: 'A' } as never, sim, never));
    expect(await find('one.shop.example')).toEqual([]);
    expect(await find('api.shop.example')).toHaveLength(2);
  });
});
