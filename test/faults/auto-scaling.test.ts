import { describe, expect, test } from 'vitest';
import { aws } from '../../src/aws/calls.ts';
import { suspendProcesses } from '../../src/faults/aws/asg/suspend.ts';
import { stopInstances } from '../../src/faults/aws/ec2/stop-instances.ts';
import { powerLoss } from '../../src/faults/az/power-loss.ts';
import type { Call } from '../../src/kernel/call.ts';
import type { Means } from '../../src/kernel/define.ts';
import { asgCapacity } from '../../src/probes/aws/asg-capacity.ts';
import { build, type SimPort } from '../support/sim-port.ts';

const never = new AbortController().signal;
const webGroup = { min: 2, max: 9, desired: 6, healthCheck: 'ELB', gracePeriodMs: 1_000 } as const;
const write = (sim: SimPort, calls: readonly Call[]) =>
  sim.clock.run(Promise.all(calls.map((call) => sim.write(call, never))));
const pass = (sim: SimPort, ms: number) => sim.clock.run(sim.clock.sleep(ms));
const capacity = async (sim: SimPort, name = 'web') =>
  (await sim.clock.run(asgCapacity.observe({ name }, sim, never))).output;
const suspended = async (sim: SimPort) => {
  const call = aws('auto-scaling', 'DescribeAutoScalingGroups', { AutoScalingGroupNames: ['batch'] });
  const { AutoScalingGroups = [] } = await sim.clock.run(sim.read(call, never));
  return AutoScalingGroups[0]?.SuspendedProcesses?.map(({ ProcessName }) => ProcessName);
};
const running = (sim: SimPort) =>
  sim.world
    .desired()
    .instances.filter(({ run, launch }) => run === 'running' && launch.group === 'web')
    .map(({ instanceId }) => instanceId);

/** The fault on the first target that the selector finds, with its undo. */
async function aim(sim: SimPort, means: Means, { select, params = {} }: { select: object; params?: object }) {
  const [target] = await sim.clock.run(means.target.find(select as never, sim, never));
  if (target === undefined) throw new Error('no target');
  const undo = await sim.clock.run(means.capture(target, params as never, sim, never));
  return {
    target,
    undo,
    calls: means.steps(target, params as never, undo),
    look: async () => (await sim.clock.run(means.compare(undo, sim, never))).is,
    attest: () => sim.clock.run(means.attest(undo, sim, never)),
  };
}

/** Asks, as the engine does, until the answer is the one that is waited for. */
async function until<T>(sim: SimPort, ask: () => Promise<T>, wanted: (answer: T) => boolean): Promise<T> {
  for (let k = 0; k < 600; k++) {
    const answer = await ask();
    if (wanted(answer)) return answer;
    await pass(sim, 200);
  }
  return ask();
}

describe('a zone that goes dark under an Auto Scaling group', () => {
  const means = powerLoss.means.facility as Means;

  test.each([2_000, 8_000, 45_000])(
    'is restored, is seen to be, and no instance that was replaced in %i ms comes back',
    async (darkMs) => {
      const sim = build({ webGroup });
      await pass(sim, 5_000);
      const before = running(sim);
      const { calls, undo, look, attest } = await aim(sim, means, { select: { zone: 'use1-az1' } });
      await write(sim, calls);
      expect((await until(sim, attest, ({ bites }) => bites)).bites).toBe(true);
      await pass(sim, darkMs);
      const isReplaced = darkMs > 20_000;
      if (isReplaced) expect(await capacity(sim)).toMatchObject({ desired: 6, inService: 6, missing: 0, zones: 2 });
      const kept = running(sim);
      expect(await look()).toBe('harmed');
      await write(sim, means.restore(undo));
      expect(await until(sim, look, (is) => is === 'restored')).toBe('restored');
      const attested = await until(sim, attest, ({ bites }) => !bites);
      expect(attested.bites, attested.evidence).toBe(false);
      await pass(sim, 90_000);
      expect(await capacity(sim)).toMatchObject({ inService: 6, missing: 0, zones: 3 });
      expect(await look(), 'and restoring is still right').toBe('restored');
      const lost = isReplaced ? before.filter((id) => !kept.includes(id)) : [];
      expect(lost).toHaveLength(isReplaced ? 2 : 0);
      expect(running(sim).filter((id) => lost.includes(id))).toEqual([]);
      expect(running(sim)).toHaveLength(6);
    },
  );

  test('is left as it is by a group that is suspended', async () => {
    const sim = build({ webGroup });
    await pass(sim, 5_000);
    const suspension = await aim(sim, suspendProcesses.means.api as Means, {
      select: { name: 'web' },
      params: { processes: ['Launch', 'Terminate'] },
    });
    await write(sim, suspension.calls);
    const before = running(sim);
    const { calls, undo } = await aim(sim, means, { select: { zone: 'use1-az1' } });
    await write(sim, calls);
    await pass(sim, 60_000);
    await write(sim, means.restore(undo));
    await pass(sim, 10_000);
    expect(running(sim)).toEqual(before);
  });
});

test('an instance that its group replaced after it was stopped has vanished: it is not started again', async () => {
  const sim = build({ webGroup });
  await pass(sim, 5_000);
  const select = { tag: { tier: 'web' }, state: 'running' };
  const { calls, look } = await aim(sim, stopInstances.means.api as Means, { select, params: { force: false } });
  await write(sim, calls);
  await pass(sim, 20_000);
  expect(await look()).toBe('vanished');
  expect(await capacity(sim)).toMatchObject({ inService: 6, missing: 0, zones: 3 });
});

describe('suspended processes', () => {
  const means = suspendProcesses.means.api as Means;
  const suspend = (...ScalingProcesses: string[]) =>
    aws('auto-scaling', 'SuspendProcesses', { AutoScalingGroupName: 'batch', ScalingProcesses });
  const resume = (...ScalingProcesses: string[]) =>
    aws('auto-scaling', 'ResumeProcesses', { AutoScalingGroupName: 'batch', ScalingProcesses });
  const params = { processes: ['Launch', 'Terminate'] };

  test('one that was suspended before stays so when the fault ends', async () => {
    const sim = build();
    await write(sim, [suspend('Launch', 'HealthCheck')]);
    const { calls, undo, look, attest } = await aim(sim, means, { select: { name: 'batch' }, params });
    expect(calls.map(({ input }) => input.ScalingProcesses)).toEqual([['Terminate']]);
    await write(sim, calls);
    expect([await look(), (await attest()).bites, await suspended(sim)]).toEqual([
      'harmed',
      true,
      ['Launch', 'Terminate', 'HealthCheck'],
    ]);
    await write(sim, means.restore(undo));
    expect([await look(), (await attest()).bites, await suspended(sim)]).toEqual([
      'restored',
      false,
      ['Launch', 'HealthCheck'],
    ]);
  });

  test('with all of them suspended before there is nothing to harm, and nothing to restore', async () => {
    const sim = build();
    await write(sim, [suspend('Launch', 'Terminate')]);
    const { calls, undo, look } = await aim(sim, means, { select: { name: 'batch' }, params });
    expect([calls, means.restore(undo), await look()]).toEqual([[], [], 'restored']);
  });

  test('one that somebody resumed meanwhile is not waited for, and the others are resumed', async () => {
    const sim = build();
    const { calls, undo, look } = await aim(sim, means, { select: { name: 'batch' }, params });
    await write(sim, calls);
    await write(sim, [resume('Launch')]);
    expect(await look()).toBe('harmed');
    await write(sim, means.restore(undo));
    expect([await look(), await suspended(sim)]).toEqual(['restored', []]);
  });

  test('a group is found by its tag as well, and one that does not exist by nothing', async () => {
    const sim = build();
    const find = (select: object) => sim.clock.run(means.target.find(select as never, sim, never));
    expect(await find({ tag: { tier: 'batch' } })).toEqual([{ name: 'batch' }]);
    expect(await find({ tag: { tier: 'none' } })).toEqual([]);
    expect(await find({ name: 'none' })).toEqual([]);
  });
});

test('the capacity of a group that does not exist is an observation that failed', async () => {
  const sim = build();
  const seen = await sim.clock.run(asgCapacity.observe({ name: 'none' }, sim, never));
  expect(seen).toEqual({ ok: false, error: 'GroupNotFound', output: {} });
});
