import { expect, test } from 'vitest';
import { aws } from '../../src/aws/calls.ts';
import { rebootInstances } from '../../src/faults/aws/ec2/reboot-instances.ts';
import { stopInstances } from '../../src/faults/aws/ec2/stop-instances.ts';
import { terminateInstances } from '../../src/faults/aws/ec2/terminate-instances.ts';
import { powerLoss } from '../../src/faults/az/power-loss.ts';
import { killProcess } from '../../src/faults/host/kill-process.ts';
import { pauseProcess } from '../../src/faults/host/pause-process.ts';
import type { Call } from '../../src/kernel/call.ts';
import type { Means } from '../../src/kernel/define.ts';
import { facility } from '../../src/kernel/facility.ts';
import { ec2Instance } from '../../src/targets/aws/ec2-instance.ts';
import { readInstanceState } from '../../src/targets/aws/instances.ts';
import { processOfInstance } from '../../src/targets/process-undo.ts';
import { build, type SimPort } from '../support/sim-port.ts';

const never = new AbortController().signal;
const write = (sim: SimPort, calls: readonly Call[]) =>
  sim.clock.run(Promise.all(calls.map((call) => sim.write(call, never))));
const first = async (sim: SimPort, means: Means, select: object) => {
  const [target] = await sim.clock.run(means.target.find(select as never, sim, never));
  if (target === undefined) throw new Error('no target');
  return target;
};
const look = async (sim: SimPort, means: Means, undo: unknown) =>
  (await sim.clock.run(means.compare(undo as never, sim, never))).is;

test('an instance that was already stopped is left alone, and stays stopped', async () => {
  const sim = build();
  const means = stopInstances.means.api as Means;
  const target = await first(sim, means, { tag: { group: 'web' }, state: 'running' });
  const { instanceId } = target as { instanceId: string };
  await write(sim, [aws('ec2', 'StopInstances', { InstanceIds: [instanceId] })]);
  await sim.clock.run(sim.clock.sleep(5_000));
  const before = sim.state();
  const undo = await sim.clock.run(means.capture(target, { force: false }, sim, never));
  expect(means.steps(target, { force: false }, undo)).toEqual([]);
  expect(means.restore(undo)).toEqual([]);
  expect(await look(sim, means, undo)).toBe('restored');
  expect(sim.state()).toBe(before);
});

test('an instance between two states is waited for, and one that was terminated has vanished', async () => {
  const sim = build();
  const means = stopInstances.means.api as Means;
  const target = await first(sim, means, { tag: { group: 'web' }, state: 'running' });
  const { instanceId } = target as { instanceId: string };
  const undo = await sim.clock.run(means.capture(target, { force: false }, sim, never));
  await write(sim, means.steps(target, { force: false }, undo));
  expect(await look(sim, means, undo)).toBe('changing');
  await sim.clock.run(sim.clock.sleep(5_000));
  expect(await look(sim, means, undo)).toBe('harmed');
  await write(sim, means.restore(undo));
  expect(await look(sim, means, undo)).toBe('changing');
  await sim.clock.run(sim.clock.sleep(5_000));
  expect(await look(sim, means, undo)).toBe('restored');
  await write(sim, [aws('ec2', 'TerminateInstances', { InstanceIds: [instanceId] })]);
  expect(await look(sim, means, undo)).toBe('vanished');
  await sim.clock.run(sim.clock.sleep(2 * 3_600_000));
  expect(await look(sim, means, undo), 'even when the account has forgotten it').toBe('vanished');
});

test('a zone counts as restored when its last instance is ready again, not when the switch is thrown', async () => {
  const sim = build({ perZone: 3, powerReturnStaggerMs: 1_000 });
  const means = powerLoss.means.facility as Means;
  const target = await first(sim, means, { zone: 'us-east-1b' });
  const undo = await sim.clock.run(means.capture(target, {}, sim, never));
  await write(sim, means.steps(target, {}, undo));
  expect(await look(sim, means, undo)).toBe('harmed');
  await write(sim, means.restore(undo));
  expect(await look(sim, means, undo)).toBe('changing');
  await sim.clock.run(sim.clock.sleep(1_500));
  const half = await sim.clock.run(means.attest(undo, sim, never));
  expect(half.bites, half.evidence).toBe(true);
  expect(await look(sim, means, undo)).toBe('changing');
  await sim.clock.run(sim.clock.sleep(5_000));
  expect(await look(sim, means, undo)).toBe('restored');
});

test('a zone with power of which an instance is still starting is not restored yet', async () => {
  const sim = build();
  const means = powerLoss.means.facility as Means;
  const target = await first(sim, means, { zone: 'use1-az1' });
  const undo = await sim.clock.run(means.capture(target, {}, sim, never));
  const [one] = await sim.clock.run(ec2Instance.find({ zone: 'use1-az1', state: 'running' }, sim, never));
  await write(sim, [aws('ec2', 'RebootInstances', { InstanceIds: [one?.instanceId ?? ''] })]);
  expect(await look(sim, means, undo)).toBe('changing');
  await sim.clock.run(sim.clock.sleep(5_000));
  expect(await look(sim, means, undo)).toBe('restored');
});

test('a zone that was dark before is not touched, and not given power', async () => {
  const sim = build();
  await write(sim, [facility('CutPower', { zoneId: 'use1-az1' })]);
  const means = powerLoss.means.facility as Means;
  const target = await first(sim, means, { zone: 'use1-az1' });
  const undo = await sim.clock.run(means.capture(target, {}, sim, never));
  expect([...means.steps(target, {}, undo), ...means.restore(undo)]).toEqual([]);
  expect(await look(sim, means, undo)).toBe('restored');
});

test('an instance that somebody stopped meanwhile is not missed when the power returns', async () => {
  const sim = build();
  const means = powerLoss.means.facility as Means;
  const target = await first(sim, means, { zone: 'use1-az1' });
  const undo = await sim.clock.run(means.capture(target, {}, sim, never));
  await write(sim, means.steps(target, {}, undo));
  const [one] = await sim.clock.run(ec2Instance.find({ zone: 'use1-az1', state: 'running' }, sim, never));
  await write(sim, [aws('ec2', 'StopInstances', { InstanceIds: [one?.instanceId ?? ''] })]);
  await write(sim, means.restore(undo));
  await sim.clock.run(sim.clock.sleep(60_000));
  expect(await look(sim, means, undo)).toBe('restored');
  const { bites, evidence } = await sim.clock.run(means.attest(undo, sim, never));
  expect(bites, evidence).toBe(false);
});

test('a zone without instances is attested by its power alone, and says so', async () => {
  const sim = build({ perZone: 0 });
  const means = powerLoss.means.facility as Means;
  const target = await first(sim, means, { zone: 'use1-az1' });
  await write(
    sim,
    (await sim.clock.run(ec2Instance.find({ zone: 'use1-az1', state: 'running' }, sim, never))).map(({ instanceId }) =>
      aws('ec2', 'TerminateInstances', { InstanceIds: [instanceId] }),
    ),
  );
  await sim.clock.run(sim.clock.sleep(5_000));
  const undo = await sim.clock.run(means.capture(target, {}, sim, never));
  await write(sim, means.steps(target, {}, undo));
  expect(await sim.clock.run(means.attest(undo, sim, never))).toMatchObject({ bites: true, level: 'control plane' });
});

test('a killed process without a supervisor never counts as healed', async () => {
  const sim = build({ restart: false });
  const means = killProcess.means.host as Means;
  const target = await first(sim, means, { tag: { group: 'web' } });
  const undo = await sim.clock.run(means.capture(target, {}, sim, never));
  await write(sim, means.steps(target, {}, undo));
  await sim.clock.run(sim.clock.sleep(means.restoresWithinMs));
  expect(await look(sim, means, undo)).toBe('changing');
});

test('a paused process that has been replaced meanwhile has vanished, and its heir is left alone', async () => {
  const sim = build();
  const means = pauseProcess.means.host as Means;
  const target = await first(sim, means, { tag: { group: 'web' } });
  const { instanceId } = target as { instanceId: string };
  const undo = await sim.clock.run(means.capture(target, {}, sim, never));
  await write(sim, means.steps(target, {}, undo));
  expect(await look(sim, means, undo)).toBe('harmed');
  await write(sim, [aws('ec2', 'RebootInstances', { InstanceIds: [instanceId] })]);
  await sim.clock.run(sim.clock.sleep(5_000));
  expect(await look(sim, means, undo)).toBe('vanished');
  await expect(write(sim, means.restore(undo))).rejects.toMatchObject({ code: 'Refused' });
});

test('a dark zone of which one instance still answers is not dark', async () => {
  const sim = build();
  const means = powerLoss.means.facility as Means;
  const target = await first(sim, means, { zone: 'use1-az1' });
  const undo = (await sim.clock.run(means.capture(target, {}, sim, never))) as {
    answered: { address: string; name: string }[];
  };
  await write(sim, means.steps(target, {}, undo as never));
  const [survivor] = undo.answered;
  const port = Object.assign(Object.create(sim) as SimPort, {
    read: sim.read.bind(sim),
    tcp: async ({ host }: { host: string }) => ({ connected: true, bytes: host === survivor?.address ? 9 : 0 }),
  });
  const { bites, evidence } = await sim.clock.run(means.attest(undo as never, port, never));
  expect({ bites, evidence }).toEqual({
    bites: false,
    evidence: `2 of 3 instances of use1-az1 did not answer (answered: ${survivor?.name})`,
  });
});

test('a killed process is back when its heir is ready, not while it is starting', async () => {
  const sim = build();
  const means = killProcess.means.host as Means;
  const target = await first(sim, means, { tag: { group: 'web' } });
  const undo = await sim.clock.run(means.capture(target, {}, sim, never));
  await write(sim, means.steps(target, {}, undo));
  const seen = await everyStateUntil('restored', sim, means, undo);
  expect(seen).toEqual(['none changing', 'starting changing', 'ready restored']);
});

test('a rebooted instance is back when its process is ready, not while it is away or starting', async () => {
  const sim = build();
  const means = rebootInstances.means.api as Means;
  const target = await first(sim, means, { tag: { group: 'web' } });
  const undo = await sim.clock.run(means.capture(target, {}, sim, never));
  await write(sim, means.steps(target, {}, undo));
  const seen = await everyStateUntil('restored', sim, means, undo);
  expect(seen.slice(0, -1)).toContain('starting changing');
  expect(seen.filter((one) => one.endsWith(' restored'))).toEqual(['ready restored']);
});

test('an instance that shuts down for good has vanished already', async () => {
  const sim = build();
  const means = terminateInstances.means.api as Means;
  const target = await first(sim, means, { tag: { group: 'web' } });
  const { instanceId } = target as { instanceId: string };
  const undo = await sim.clock.run(means.capture(target, {}, sim, never));
  expect(await look(sim, means, undo)).toBe('restored');
  await write(sim, means.steps(target, {}, undo));
  expect(await sim.clock.run(readInstanceState(instanceId, sim, never))).toBe('shutting-down');
  expect(await look(sim, means, undo)).toBe('vanished');
});

/** What the process of the target is and what comparing says of it, each pair once, until comparing says so. */
async function everyStateUntil(wanted: string, sim: SimPort, means: Means, undo: unknown): Promise<readonly string[]> {
  const { instanceId } = undo as { instanceId: string };
  const seen: string[] = [];
  while (!seen.at(-1)?.endsWith(` ${wanted}`) && sim.clock.nowMs() < 60_000) {
    const state = (await sim.clock.run(processOfInstance(instanceId, sim, never)))?.state;
    const pair = `${state === 'exited' ? 'none' : state} ${await look(sim, means, undo)}`;
    if (pair !== seen.at(-1)) seen.push(pair);
    await sim.clock.run(sim.clock.sleep(11));
  }
  return seen;
}
