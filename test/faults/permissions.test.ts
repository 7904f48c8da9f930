import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { catalog } from '../../src/catalog/index.ts';
import { lookUp } from '../../src/engine/look-up.ts';
import { makePlan } from '../../src/engine/plan.ts';
import type { Experiment, FaultStep } from '../../src/experiment/experiment.ts';
import type { Call } from '../../src/kernel/call.ts';
import type { Fault, Means, MeansKind, Probe, Standing } from '../../src/kernel/define.ts';
import { fields } from '../../src/kernel/schema.ts';
import { faultStep, lampExperiment, probeUse } from '../support/run-lamps.ts';
import { build, type SimPort } from '../support/sim-port.ts';

const never = new AbortController().signal;
const root = { accessKeyId: 'SIM', requestId: 'r' };
const faults = await Promise.all(catalog.faults.map((entry) => entry.load()));
const probes = await Promise.all(catalog.probes.map((entry) => entry.load()));
const cases = faults.flatMap((fault) =>
  (Object.entries(fault.means) as [MeansKind, Means][])
    .filter(([, { target }]) => target.kind !== 'process')
    .map(([kind, means]) => [`${fault.id} by ${kind}`, fault, kind, means] as const),
);

/** From now on the simulated tool is somebody who may do these things, to everything, and no others. */
function actAs(sim: SimPort, Action: readonly string[]): void {
  const Statement = Action.length > 0 ? [{ Effect: 'Allow', Action, Resource: '*' }] : [DENY_ALL];
  const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
  sim.world.call('iam', 'CreateUser', { UserName: 'tool' }, root);
  sim.world.call('iam', 'PutUserPolicy', { UserName: 'tool', PolicyName: 'plan', PolicyDocument }, root);
  const { AccessKey } = sim.world.call('iam', 'CreateAccessKey', { UserName: 'tool' }, root) as {
    AccessKey: { AccessKeyId: string };
  };
  sim.accessKeyId = AccessKey.AccessKeyId;
}
const DENY_ALL = { Effect: 'Deny', Action: '*', Resource: '*' };

/** The permissions that a plan prints, of an account of its own. */
async function planned(experiment: Experiment): Promise<readonly string[]> {
  const sim = build();
  const { permissions, problems } = await sim.clock.run(makePlan(experiment, { catalog, port: sim, seed: 1 }, never));
  expect(problems).toEqual([]);
  return permissions;
}

const exampleOf = <T>({ example }: { example: string }): T => (parse(example) as [T])[0];

function stepOf(fault: Fault, means: Means, via: MeansKind): FaultStep {
  const { select, with: given = {} } = exampleOf<{ select: { count?: number }; with?: object }>(fault);
  const { count: _, ...selector } = select;
  return faultStep({
    ...{ name: 'step', fault: fault.id, via },
    select: fields(means.target.select).parse(selector),
    with: fields(fault.params).parse(given),
    take: { count: 1, choose: 'first' },
  } as never);
}

/** Injects and restores as the engine does, waiting for what it waits for. @throws CallError what is refused. */
async function play(sim: SimPort, means: Means, { select, with: given }: FaultStep): Promise<void> {
  const params = given as never;
  const [target] = await sim.clock.run(means.target.find(select as never, sim, never));
  if (target === undefined) throw new Error('no target');
  const undo = await sim.clock.run(means.capture(target, params, sim, never));
  const send = async (calls: readonly Call[]) => {
    for (const call of calls) {
      const ready = await sim.clock.run(lookUp(call, sim, never));
      if (!ready) continue;
      await sim.clock.run(sim.write(ready, never)).catch((error: { code?: string }) => {
        if (!call.already?.includes(error.code ?? '')) throw error;
      });
    }
  };
  const until = async (isSo: () => Promise<boolean>, withinMs: number) => {
    const deadline = sim.clock.nowMs() + withinMs;
    while (!(await isSo()) && sim.clock.nowMs() < deadline) await sim.clock.run(sim.clock.sleep(200));
  };
  const is = async (wanted: readonly Standing['is'][]) =>
    wanted.includes((await sim.clock.run(means.compare(undo as never, sim, never))).is);
  const bites = async () => (await sim.clock.run(means.attest(undo as never, sim, never))).bites;
  await send(means.steps(target, params, undo as never));
  await until(bites, means.landsWithinMs);
  await is(['harmed']);
  await send(means.restore(undo as never));
  await until(() => is(['restored', 'vanished']), means.restoresWithinMs);
  await bites();
}

describe.each(cases)('%s', (_name, fault, via, means) => {
  const step = stepOf(fault, means, via);
  const experiment = lampExperiment({ method: [step], allowPermanent: true, hypothesis: { probes: [] } });

  test('is done by whoever has the permissions of the plan, and by nobody who lacks one of them', async () => {
    const permissions = await planned(experiment);
    expect(permissions.length).toBeGreaterThan(0);
    const whole = build();
    actAs(whole, permissions);
    await play(whole, means, step);
    for (const missing of permissions) {
      const sim = build();
      actAs(
        sim,
        permissions.filter((one) => one !== missing),
      );
      const refused = await play(sim, means, step).then(
        () => 'nothing',
        (error: Error) => error.message,
      );
      expect(refused, `without ${missing}`).toContain(`not authorized to perform: ${missing} `);
    }
  });
});

const asking = probes.filter(({ id }) => id.startsWith('aws.'));

describe.each(asking.map((probe) => [probe.id, probe] as const))('%s', (_id, probe: Probe) => {
  const { with: given } = exampleOf<{ with?: object }>(probe);
  const params = fields(probe.params).parse(given ?? {});
  const use = probeUse({ name: 'p', probe: probe.id, with: params } as never);
  const experiment = lampExperiment({ method: [], hypothesis: { probes: [use] } });
  const observe = async (permissions: readonly string[]) => {
    const sim = build();
    if (permissions !== EVERYTHING) actAs(sim, permissions);
    return sim.clock.run(probe.observe(params as never, sim, never));
  };

  test('sees as much as anybody with the permissions of the plan, and says that it may not without one of them', async () => {
    const permissions = await planned(experiment);
    expect(permissions.length).toBeGreaterThan(0);
    expect(await observe(permissions)).toEqual(await observe(EVERYTHING));
    for (const missing of permissions) {
      const { ok, error } = await observe(permissions.filter((one) => one !== missing));
      expect([ok, error], `without ${missing}`).toEqual([false, expect.stringMatching(/Unauthorized|AccessDenied/)]);
    }
  });
});
const EVERYTHING: readonly string[] = [];

test('there are faults and probes to hold this against', () => {
  expect(cases.length).toBeGreaterThan(15);
  expect(asking.length).toBeGreaterThan(3);
});
