import { describe, expect, test } from 'vitest';
import { aws } from '../../src/aws/calls.ts';
import { deregisterTargets } from '../../src/faults/aws/elbv2/deregister-targets.ts';
import { removeZone } from '../../src/faults/aws/elbv2/remove-zone.ts';
import type { Call } from '../../src/kernel/call.ts';
import type { Means } from '../../src/kernel/define.ts';
import { build, type SimPort } from '../support/sim-port.ts';

const never = new AbortController().signal;
const ELB = 'elastic-load-balancing-v2';
const find = (sim: SimPort, means: Means, select: object) =>
  sim.clock.run(means.target.find(select as never, sim, never));
const write = async (sim: SimPort, calls: readonly Call[]) => {
  for (const call of calls) await sim.clock.run(sim.write(call, never));
};
const pass = (sim: SimPort, ms: number) => sim.clock.run(sim.clock.sleep(ms));

async function aim(sim: SimPort, means: Means, select: object) {
  const [target] = await find(sim, means, select);
  if (target === undefined) throw new Error('no target');
  const undo = await sim.clock.run(means.capture(target, {} as never, sim, never));
  return {
    undo,
    inject: () => write(sim, means.steps(target, {} as never, undo)),
    restore: () => write(sim, means.restore(undo)),
    look: () => sim.clock.run(means.compare(undo, sim, never)),
    attest: () => sim.clock.run(means.attest(undo, sim, never)),
  };
}

describe('a target that is deregistered', () => {
  const means = deregisterTargets.means.api as Means;
  const groupOf = async (sim: SimPort) => {
    const { TargetGroups = [] } = await sim.clock.run(sim.read(aws(ELB, 'DescribeTargetGroups', {}), never));
    return TargetGroups[0]?.TargetGroupArn ?? '';
  };
  const targetsOf = async (sim: SimPort) => {
    const call = aws(ELB, 'DescribeTargetHealth', { TargetGroupArn: await groupOf(sim) });
    const { TargetHealthDescriptions = [] } = await sim.clock.run(sim.read(call, never));
    return TargetHealthDescriptions.map(({ Target, TargetHealth }) => `${Target?.Port} ${TargetHealth?.State}`).sort();
  };

  test('is one registration of several of an instance: the others stay, and its own port comes back', async () => {
    const sim = build({ zones: 1, perZone: 1 });
    const [{ registration } = { registration: { Id: '' } }] = (await find(sim, means, {})) as never[];
    const Targets = [{ Id: registration.Id, Port: 9999 }];
    await write(sim, [aws(ELB, 'RegisterTargets', { TargetGroupArn: await groupOf(sim), Targets })]);
    const found = (await find(sim, means, {})) as never[];
    expect(found.map((one) => means.target.name(one))).toEqual([
      `web-a1 (${registration.Id}):8080 of shop`,
      `web-a1 (${registration.Id}):9999 of shop`,
    ]);
    const fault = await aim(sim, means, {});
    await fault.inject();
    expect(await targetsOf(sim)).toEqual(['8080 draining', expect.stringMatching(/^9999 /)]);
    await pass(sim, 2_000);
    expect(await targetsOf(sim)).toEqual([expect.stringMatching(/^9999 /)]);
    await fault.restore();
    expect((await targetsOf(sim)).map((text) => text.split(' ')[0])).toEqual(['8080', '9999']);
  });

  test('is taken back while it drains, and counts as back with the first health check that it passes', async () => {
    const sim = build();
    const fault = await aim(sim, means, { targetGroup: 'shop' });
    await fault.inject();
    expect(await fault.attest()).toMatchObject({ bites: true, evidence: expect.stringContaining('is draining') });
    expect(await find(sim, means, {}), 'what drains is no target').toHaveLength(5);
    await fault.restore();
    expect((await fault.look()).is).toBe('restored');
    expect((await fault.attest()).bites).toBe(true);
    await pass(sim, 5_000);
    expect(await fault.attest()).toMatchObject({ bites: false, evidence: expect.stringContaining('is healthy') });
  });

  test('has vanished with its instance, and is told to have changed when that was stopped', async () => {
    const sim = build();
    const fault = await aim(sim, means, { zone: 'us-east-1b' });
    const InstanceIds = [(fault.undo as { registration: { Id: string } }).registration.Id];
    await fault.inject();
    await write(sim, [aws('ec2', 'StopInstances', { InstanceIds })]);
    expect((await fault.look()).is).toBe('changing');
    await pass(sim, 5_000);
    const how = 'web-b1:8080 of shop is stopped: only an instance that runs can be registered';
    expect(await fault.look()).toEqual({ is: 'changed', how });
    await write(sim, [aws('ec2', 'TerminateInstances', { InstanceIds })]);
    expect((await fault.look()).is).toBe('vanished');
  });

  test('is found by group, load balancer, zone and id, and by nothing that does not exist', async () => {
    const sim = build();
    const count = async (select: object) => (await find(sim, means, select)).length;
    const arn = await groupOf(sim);
    expect(await count({ targetGroup: arn })).toBe(6);
    expect(await count({ loadBalancer: 'shop', zone: 'use1-az2' })).toBe(2);
    for (const select of [{ targetGroup: 'x' }, { loadBalancer: 'x' }, { zone: 'x' }, { id: 'x' }])
      expect(await count(select), JSON.stringify(select)).toBe(0);
  });
});

describe('a zone that is taken from a load balancer', () => {
  const means = removeZone.means.api as Means;
  const select = { loadBalancer: 'shop', zone: 'us-east-1a' };
  const balancerOf = async (sim: SimPort) => {
    const { LoadBalancers = [] } = await sim.clock.run(sim.read(aws(ELB, 'DescribeLoadBalancers', {}), never));
    const { LoadBalancerArn, AvailabilityZones = [] } = LoadBalancers[0] ?? {};
    return { LoadBalancerArn, subnets: AvailabilityZones.map(({ SubnetId = '' }) => SubnetId) };
  };

  test('is refused to one that would have fewer than its kind needs', async () => {
    const sim = build({ zones: 2 });
    const [target] = await find(sim, means, select);
    const why = 'load balancer "shop" would be left with 1 zone, and its kind needs 2';
    await expect(sim.clock.run(means.capture(target as never, {} as never, sim, never))).rejects.toMatchObject({
      code: 'TooFewZones',
      message: why,
    });
  });

  test('comes back with the others that it had, and what somebody else has set meanwhile stays', async () => {
    const sim = build({ zones: 4 });
    const { subnets, LoadBalancerArn } = await balancerOf(sim);
    const fault = await aim(sim, means, select);
    await fault.inject();
    expect((await balancerOf(sim)).subnets).toEqual(subnets.slice(1));
    expect(await fault.attest()).toMatchObject({ bites: true, level: 'data plane' });
    await fault.restore();
    expect((await balancerOf(sim)).subnets).toEqual(subnets);
    await fault.inject();
    const Subnets = subnets.slice(2);
    await write(sim, [aws(ELB, 'SetSubnets', { LoadBalancerArn, Subnets })]);
    expect(await fault.look()).toEqual({ is: 'changed', how: `"shop" has ${Subnets.toSorted().join(', ')} now` });
  });

  test('is seen to be gone only when its node has left the DNS', async () => {
    const sim = build();
    const fault = await aim(sim, means, select);
    const dns = sim.dns.bind(sim);
    await fault.inject();
    sim.dns = async () => ({ code: 'NOERROR', answers: [{ name: '', type: 'A', ttl: 1, data: '10.0.16.4' }] });
    expect((await fault.attest()).bites).toBe(false);
    sim.dns = async () => ({ code: 'TIMEOUT', answers: [] });
    expect((await fault.attest()).bites).toBe(false);
    sim.dns = dns;
    expect((await fault.attest()).bites).toBe(true);
  });

  test('is found in every load balancer that it is enabled for, by id and by name', async () => {
    const sim = build();
    const names = async (by: object) => (await find(sim, means, by)).map((one) => means.target.name(one));
    expect(await names({ zone: 'use1-az1' })).toEqual(['use1-az1 of shop']);
    expect(await names(select)).toEqual(['use1-az1 of shop']);
    expect(await names({ loadBalancer: 'x', zone: 'use1-az1' })).toEqual([]);
    expect(await names({ zone: 'use1-az9' })).toEqual([]);
    const fault = await aim(sim, means, select);
    await fault.inject();
    expect(await names(select)).toEqual([]);
  });
});
