import { expect, test } from 'vitest';
import { makePlan } from '../../src/engine/plan.ts';
import { runExperiment } from '../../src/engine/run.ts';
import { killProcess } from '../../src/faults/host/kill-process.ts';
import { pauseProcess } from '../../src/faults/host/pause-process.ts';
import { type Catalog, defineProbe, type Fault } from '../../src/kernel/define.ts';
import { faultStep, lampExperiment, PLACE, probeUse, scene } from '../support/run-lamps.ts';
import { build } from '../support/sim-port.ts';

const OWN = '/run/own.pid';
const ALIEN = '/run/alien.pid';

const always = defineProbe({
  id: 'test.always',
  summary: 'Hold.',
  details: 'Holds.',
  params: {},
  output: {},
  example: '- { name: always, probe: test.always }',
  observe: async () => ({ ok: true, output: {} }),
});

const entry = <D extends { id: string; summary: string }>(one: D) => ({ ...one, load: async () => one });
const catalog: Catalog = {
  faults: [killProcess, pauseProcess].map((fault) => entry(fault as Fault)),
  probes: [entry(always)],
};

const signalOf = (fault: string, pidFile: string) => faultStep({ name: pidFile, fault, select: { pidFile } });
const experimentWith = (...method: ReturnType<typeof signalOf>[]) =>
  lampExperiment({ account: 'host', method, hypothesis: { probes: [probeUse({ probe: 'test.always' })] } });

function machine() {
  const at = scene();
  const port = build({ kind: 'host', pidFiles: [OWN, ALIEN], clock: at.clock });
  const context = { ...at.context, port, catalog };
  const control = { abort: at.abort.signal, leave: at.leave.signal };
  return {
    port,
    signals: () => port.recorded.filter(({ call }) => call.operation === 'Signal').length,
    plan: (experiment: ReturnType<typeof experimentWith>) =>
      at.clock.run(makePlan(experiment, context, new AbortController().signal)),
    run: (experiment: ReturnType<typeof experimentWith>) => at.clock.run(runExperiment(experiment, context, control)),
  };
}

test.each(['host.kill-process', 'host.pause-process'])(
  'a plan of %s refuses a process that is not the own one, at the step that names it',
  async (fault) => {
    const at = machine();
    at.port.machine.disown(ALIEN);
    const { injections, problems } = await at.plan(experimentWith(signalOf(fault, OWN), signalOf(fault, ALIEN)));
    expect(injections.map(({ target }) => target)).toEqual(['serve (pid 101)']);
    expect(problems).toMatchObject([{ code: 'SAFETY_OWNERSHIP', where: PLACE }]);
    expect(problems[0]?.what).toBe(`pid file "${ALIEN}": process 102 belongs to another user (uid 0)`);
  },
);

test('a run refuses it before the baseline', async () => {
  const at = machine();
  at.port.machine.disown(ALIEN);
  const { outcome, entries } = await at.run(experimentWith(signalOf('host.kill-process', ALIEN)));
  expect(outcome).toBe('refused');
  expect(entries.map(({ type }) => type)).not.toContain('phase');
  expect(entries.at(-1)).toMatchObject({ type: 'run-ended', targets: 'untouched' });
});

test('a process that changed hands after the plan is refused just before it is signalled', async () => {
  const at = machine();
  at.port.clock.at(at.port.clock.nowMs() + 2_000, () => at.port.machine.disown(OWN));
  const { outcome, entries } = await at.run(experimentWith(signalOf('host.pause-process', OWN)));
  expect(outcome).toBe('refused');
  expect(entries.find(({ type }) => type === 'inject-failed')).toMatchObject({ code: 'SAFETY_OWNERSHIP' });
  expect(entries.at(-1)).toMatchObject({ targets: 'untouched' });
  expect(at.signals()).toBe(0);
});

test('a refusal after the first harm does not claim that nothing was touched', async () => {
  const at = machine();
  at.port.clock.at(at.port.clock.nowMs() + 6_000, () => at.port.machine.disown(ALIEN));
  const { outcome, entries } = await at.run(
    experimentWith(signalOf('host.pause-process', OWN), signalOf('host.pause-process', ALIEN)),
  );
  expect(outcome).toBe('unavailable');
  expect(entries.at(-1)).toMatchObject({ targets: 'restored' });
});
