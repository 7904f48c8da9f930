import { describe, expect, test } from 'vitest';
import { aws } from '../../src/aws/calls.ts';
import { flipHealthCheck } from '../../src/faults/aws/route53/flip-health-check.ts';
import type { Call } from '../../src/kernel/call.ts';
import type { Means } from '../../src/kernel/define.ts';
import type { DnsAnswer } from '../../src/kernel/ports.ts';
import { build, type SimPort } from '../support/sim-port.ts';

const never = new AbortController().signal;
const means = flipHealthCheck.means.api as Means;
const caller = { accessKeyId: 'SIM', requestId: 'r' };
const send = async (sim: SimPort, calls: readonly Call[]) => {
  for (const call of calls) await sim.clock.run(sim.write(call, never));
};

async function aim(sim: SimPort, flag: 'inverted' | 'disabled') {
  const [target] = await sim.clock.run(means.target.find({ place: 'Shop.Example.' } as never, sim, never));
  if (target === undefined) throw new Error('no target');
  const undo = await sim.clock.run(means.capture(target, { flag } as never, sim, never));
  const id = (undo as { id: string }).id;
  const flags = async () => {
    const { HealthCheck } = await sim.clock.run(
      sim.read(aws('route-53', 'GetHealthCheck', { HealthCheckId: id }), never),
    );
    return [HealthCheck?.HealthCheckConfig?.Inverted, HealthCheck?.HealthCheckConfig?.Disabled];
  };
  return {
    id,
    flags,
    steps: means.steps(target, { flag } as never, undo),
    restore: () => send(sim, means.restore(undo)),
    look: () => sim.clock.run(means.compare(undo, sim, never)),
    attest: () => sim.clock.run(means.attest(undo, sim, never)),
  };
}

test.each([
  ['inverted', [true, false]],
  ['disabled', [false, true]],
] as const)('the flag "%s" alone is flipped, and set back', async (flag, flipped) => {
  const sim = build();
  const fault = await aim(sim, flag);
  await send(sim, fault.steps);
  expect(await fault.flags()).toEqual(flipped);
  expect((await fault.look()).is).toBe('harmed');
  await fault.restore();
  expect(await fault.flags()).toEqual([false, false]);
  expect((await fault.look()).is).toBe('restored');
});

test('a flip that comes in late, after it was restored, changes nothing', async () => {
  const sim = build();
  const fault = await aim(sim, 'inverted');
  await send(sim, fault.steps);
  await fault.restore();
  await expect(send(sim, fault.steps)).rejects.toMatchObject({ code: 'HealthCheckVersionMismatch' });
  expect(await fault.flags()).toEqual([false, false]);
});

test('a health check that is deleted has vanished, and restoring it does no harm', async () => {
  const sim = build();
  const fault = await aim(sim, 'inverted');
  await send(sim, fault.steps);
  sim.world.call('route-53', 'DeleteHealthCheck', { HealthCheckId: fault.id }, caller);
  expect((await fault.look()).is).toBe('vanished');
  await expect(fault.restore()).rejects.toMatchObject({ code: 'NoSuchHealthCheck' });
  expect(means.restore({ id: 'x', flag: 'Inverted', was: false })[0]?.already).toEqual(['NoSuchHealthCheck']);
});

describe('what name servers answer for the primary record', () => {
  const own: DnsAnswer = { code: 'NOERROR', answers: [{ name: '', type: 'A', ttl: 1, data: '10.9.1.1' }] };
  const other: DnsAnswer = { code: 'NOERROR', answers: [{ name: '', type: 'A', ttl: 1, data: '10.9.1.2' }] };
  const silent: DnsAnswer = { code: 'TIMEOUT', answers: [] };

  test.each([
    ['its absence proves the flip of a check that passes', true, 'inverted', own, other],
    ['its presence proves the flip of a check that fails', false, 'inverted', other, own],
    ['its presence proves that a check that fails was disabled', false, 'disabled', other, own],
  ] as const)('%s', async (_what, passes, flag, before, after) => {
    const sim = build();
    const fault = await aim(sim, flag);
    failsOver(sim, fault.id, passes);
    const ask = (answer: DnsAnswer) => {
      sim.dns = async () => answer;
      return fault.attest();
    };
    expect((await ask(before)).bites).toBe(false);
    await send(sim, fault.steps);
    expect(await ask(after)).toMatchObject({ bites: true, level: 'data plane' });
    expect((await ask(before)).bites, 'not taken over yet').toBe(false);
    expect((await ask(silent)).bites).toBe(false);
    await fault.restore();
    expect(await ask(before)).toMatchObject({ bites: false, level: 'data plane' });
    expect((await ask(after)).bites, 'not given back yet; a primary that is there proves nothing').toBe(passes);
  });

  test('says nothing of a check that passes and is disabled: the check itself does', async () => {
    const sim = build();
    const fault = await aim(sim, 'disabled');
    failsOver(sim, fault.id, true);
    await send(sim, fault.steps);
    expect(await fault.attest()).toMatchObject({ bites: true, level: 'control plane' });
  });

  /** A record that fails over by the check, which has found its place well or not. */
  function failsOver(sim: SimPort, healthCheckId: string, passes: boolean): void {
    sim.world.observe({ type: 'health-check', healthCheckId, passes, reason: 'HTTP Status Code 200, OK' });
    const { HostedZones } = sim.world.call('route-53', 'ListHostedZones', {}, caller) as {
      HostedZones: { Id: string }[];
    };
    const ResourceRecordSet = {
      Name: 'fail.shop.example',
      Type: 'A',
      TTL: 5,
      Failover: 'PRIMARY',
      SetIdentifier: 'primary',
      HealthCheckId: healthCheckId,
      ResourceRecords: [{ Value: '10.9.1.1' }],
    };
    const ChangeBatch = { Changes: [{ Action: 'CREATE', ResourceRecordSet }] };
    sim.world.call('route-53', 'ChangeResourceRecordSets', { HostedZoneId: HostedZones[0]?.Id, ChangeBatch }, caller);
  }
});
