import { setMaxListeners } from 'node:events';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Experiment, Step } from '../../src/experiment/experiment.ts';
import type { Entry } from '../../src/journal/entries.ts';
import type { Call } from '../../src/kernel/call.ts';
import { defineProbe } from '../../src/kernel/define.ts';
import { CallError } from '../../src/kernel/errors.ts';
import { LampWorld, lampCatalog, litProbe } from '../support/lamps.ts';
import {
  commandStep,
  faultStep,
  lampExperiment,
  PLACE,
  probeUse,
  type Scene,
  scene,
  waitStep,
} from '../support/run-lamps.ts';
import { seeded } from '../support/sim-scene.ts';

// As the program does: many targets wait for the end of the one run.
setMaxListeners(0);

const FOREVER_MS = 20 * 3_600_000;

/** How long a run took from its plan on, and how long its plan said that it takes at most. */
async function lengths(at: Scene, experiment: Experiment) {
  let startedMs = 0;
  const { listen } = at.context;
  const noted = scene({
    ...at.context,
    world: at.world,
    clock: at.clock,
    listen: (event) => {
      if (event.type === 'entry' && event.entry.type === 'planned') startedMs = at.clock.nowMs();
      listen(event);
    },
  });
  at.abort.signal.addEventListener('abort', () => noted.abort.abort('SIGINT'));
  const { outcome, entries } = await noted.run(experiment);
  const planned = entries.find((entry: Entry) => entry.type === 'planned');
  const atMostMs = planned?.type === 'planned' ? (planned.atMostMs ?? 0) : 0;
  return { outcome, entries, tookMs: at.clock.nowMs() - startedMs, atMostMs };
}

const onLight = (at: Scene, take: () => unknown): void => {
  at.world.onWrite = async ({ operation }) => {
    if (operation === 'Light') await take();
  };
};
const throttled = () => new CallError('RequestLimitExceeded', 'slow down', { retryable: true });

describe('a run takes no longer than its plan says that it takes at most', () => {
  test.each<[string, (at: Scene) => void]>([
    [
      'when restoring is refused at once',
      (at) =>
        onLight(at, () => {
          throw new CallError('AccessDenied', 'no');
        }),
    ],
    ...[19, 59, 3_600].map((seconds): [string, (at: Scene) => void] => [
      `when restoring calls are throttled after ${seconds} s`,
      (at) =>
        onLight(at, async () => {
          await at.clock.sleep(seconds * 1_000);
          throw throttled();
        }),
    ]),
    ['when restoring calls get no answer', (at) => onLight(at, () => at.clock.sleep(FOREVER_MS))],
    [
      'when every read takes long',
      (at) => {
        at.world.onRead = ({ operation }) => (operation === 'DescribeLight' ? undefined : at.clock.sleep(6_000));
      },
    ],
    [
      'when harming calls get no answer',
      (at) => {
        at.world.onWrite = ({ operation }) => (operation === 'Darken' ? at.clock.sleep(FOREVER_MS) : undefined);
      },
    ],
    [
      'when the fault never bites, and every look takes long',
      (at) => {
        at.world.apply = () => ({});
        at.world.onRead = ({ operation }) => (operation === 'DescribeLight' ? undefined : at.clock.sleep(4_000));
      },
    ],
  ])('%s', async (_what, spoil) => {
    const at = scene();
    spoil(at);
    const { tookMs, atMostMs } = await lengths(at, lampExperiment());
    expect(tookMs).toBeLessThanOrEqual(atMostMs);
    expect(atMostMs, 'and that is no excuse').toBeLessThan(180_000);
  });

  test('when steps that are played together all fail to restore their targets', async () => {
    const { world, clock } = scene();
    const at = scene({ world, clock, port: world.port(clock, { consistencyMs: 60_000 }) });
    onLight(at, () => at.clock.sleep(FOREVER_MS));
    const steps = ['a', 'b', 'c'].map((zone) => faultStep({ name: zone, select: { zone } }));
    const together: Step = { kind: 'parallel', name: 'all', place: PLACE, afterMs: 0, steps };
    const { tookMs, atMostMs, outcome } = await lengths(at, lampExperiment({ method: [together] }));
    expect(outcome).toBe('dirty');
    expect(tookMs).toBeLessThanOrEqual(atMostMs);
  });

  test('when the undo of a command never ends', async () => {
    const at = scene();
    let undone = 0;
    at.world.onWrite = ({ input }) =>
      String(input.command) === 'mend' && ++undone ? at.clock.sleep(FOREVER_MS) : undefined;
    const method = [commandStep('break', 'mend', { forMs: 1_000, timeoutMs: 100_000 })];
    const { tookMs, atMostMs, entries } = await lengths(at, lampExperiment({ method }));
    expect(
      entries.filter(({ type }) => type === 'revert-failed'),
      'by the step, and at the end',
    ).toHaveLength(2);
    expect(undone, 'three times by the step, once at the end').toBe(4);
    expect(tookMs).toBeLessThanOrEqual(atMostMs);
  });

  test('when the undo of a command fails at once, it is run three times by the step and once at the end', async () => {
    const at = scene();
    let undone = 0;
    at.world.onWrite = ({ input }) => {
      if (String(input.command) === 'mend' && ++undone) throw new CallError('CommandFailed', 'it exited with 1');
    };
    await lengths(at, lampExperiment({ method: [commandStep('break', 'mend', { forMs: 1_000 })] }));
    expect(undone).toBe(4);
  });

  test('when restoring gets no answer, and the account falls silent and answers again meanwhile', async () => {
    for (let fromMs = 0; fromMs <= 60_000; fromMs += 10_000) {
      for (const lastsMs of [12_000, 16_000, 20_500, 24_000]) {
        const at = scene();
        let restoresAtMs = FOREVER_MS;
        at.world.onWrite = ({ operation }) => {
          if (operation === 'Darken') return at.clock.sleep(19_000);
          restoresAtMs = Math.min(restoresAtMs, at.clock.nowMs());
          return at.clock.sleep(FOREVER_MS);
        };
        at.world.onRead = () => {
          const sinceMs = at.clock.nowMs() - restoresAtMs - fromMs;
          return sinceMs >= 0 && sinceMs < lastsMs ? at.clock.sleep(lastsMs - sinceMs) : undefined;
        };
        const { tookMs, atMostMs } = await lengths(at, lampExperiment());
        expect(tookMs, `silent after ${fromMs} ms for ${lastsMs} ms`).toBeLessThanOrEqual(atMostMs);
      }
    }
  });

  test('when harming, seeing and restoring all take as long as they may', async () => {
    const at = scene();
    let looks = 0;
    at.world.onWrite = ({ operation }) => at.clock.sleep(operation === 'Darken' ? 19_000 : FOREVER_MS);
    at.world.onRead = ({ operation }) => {
      const isAfterHarm = operation === 'DescribeLamps' && at.world.lamps.some(({ lit }) => !lit);
      return isAfterHarm && ++looks === 1 ? at.clock.sleep(14_000) : undefined;
    };
    const { tookMs, atMostMs } = await lengths(at, lampExperiment());
    expect(tookMs).toBeGreaterThan(112_500);
    expect(tookMs).toBeLessThanOrEqual(atMostMs);
  });

  test('when every observation of the probe takes as long as it may', async () => {
    const slow = defineProbe({
      ...litProbe,
      observe: async (_params, host) => {
        await host.clock.sleep(399_000);
        return { ok: true, output: { lit: 1 } };
      },
    });
    const probe = { id: slow.id, summary: '', load: async () => slow };
    const at = scene({ catalog: { ...lampCatalog, probes: [probe] } });
    const probes = [probeUse({ timeoutMs: 400_000, ratePerSecond: 1 })];
    const hypothesis = { probes, baselineMs: 40_000 };
    const { tookMs, atMostMs, entries } = await lengths(at, lampExperiment({ hypothesis }));
    expect(entries.some(({ type }) => type === 'recovered')).toBe(true);
    expect(tookMs).toBeGreaterThan(4 * 399_000);
    expect(tookMs).toBeLessThanOrEqual(atMostMs);
  });

  test('and that it cannot be harmed is known in the time that harming has', async () => {
    const at = scene();
    at.world.onWrite = ({ operation }) => (operation === 'Darken' ? at.clock.sleep(FOREVER_MS) : undefined);
    at.world.onRead = ({ operation }) => (operation === 'DescribeLight' ? undefined : at.clock.sleep(1_000));
    const { entries } = await lengths(at, lampExperiment());
    const atMs = (type: Entry['type']) => Date.parse(entries.find((entry) => entry.type === type)?.at ?? '');
    expect(atMs('inject-failed') - atMs('step')).toBeLessThan(36_000);
  });

  test('and many targets of a slow account are harmed within it', async () => {
    const at = scene({ world: new LampWorld(['a', 'b'], 12) });
    at.world.onRead = ({ operation }) => (operation === 'DescribeLight' ? undefined : at.clock.sleep(1_500));
    const blastRadius = { targets: 12, zones: 1 };
    const { tookMs, atMostMs, entries } = await lengths(at, lampExperiment({ blastRadius }));
    expect(entries.filter(({ type }) => type === 'injected')).toHaveLength(12);
    expect(tookMs).toBeLessThanOrEqual(atMostMs);
  });

  test('in any world, however mean', async () => {
    const outcomes = new Set<string>();
    await fc.assert(
      fc.asyncProperty(fc.nat(), async (seed) => {
        const { at, experiment } = meanCase(seed);
        const { tookMs, atMostMs, outcome } = await lengths(at, experiment);
        outcomes.add(outcome);
        if (atMostMs > 0) expect(tookMs).toBeLessThanOrEqual(atMostMs);
      }),
      { seed: 20_260_101, numRuns: 60 },
    );
    for (const outcome of ['held', 'dirty', 'aborted', 'unavailable']) expect(outcomes).toContain(outcome);
  }, 60_000);
});

/** A run, and an account that answers slowly, refuses, throttles, loses answers, or falls silent; and people who abort. */
function meanCase(seed: number): { at: Scene; experiment: Experiment } {
  const random = seeded(seed);
  const is = (share: number) => random() < share;
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)] as T;
  const at = scene({ world: new LampWorld(['a', 'b', 'c'], pick([1, 1, 2, 17])) });
  const { clock, world } = at;
  const account = { consistencyMs: pick([0, 0, 3_000]), latenessMs: pick([1_000, 20_000]) };
  const [slow, refused, slowed, unanswered] = [pick([0, 0.1, 0.6]), pick([0, 0, 0.2]), pick([0, 0.2]), pick([0, 0.1])];
  const silentFromMs = is(0.2) ? random() * 30_000 : FOREVER_MS;
  const slowestMs = pick([3_000, 20_000, 60_000]);
  const mean = async ({ operation, service }: Call) => {
    if (clock.nowMs() > silentFromMs && service !== 'command') await clock.sleep(FOREVER_MS);
    if (operation === 'DescribeLight' || operation === 'DescribeRoute' || clock.nowMs() < 1) return;
    if (is(slow)) await clock.sleep(random() * slowestMs);
    if (is(unanswered)) await clock.sleep(FOREVER_MS);
    if (is(slowed)) throw throttled();
    if (is(refused)) throw new CallError('AccessDenied', 'no', { ambiguous: is(0.3) });
  };
  world.onRead = mean;
  world.onWrite = mean;
  if (is(0.2)) world.frayed.add('a1');
  if (is(0.25)) clock.at(random() * 60_000, () => at.abort.abort('SIGINT'));
  const forMs = () => (is(0.7) ? { forMs: Math.round(random() * 8_000) } : { forMs: undefined });
  const fault = (zone: string): Step =>
    ({
      ...faultStep({
        name: `dark ${zone}`,
        select: { zone },
        fault: pick(['lamp.darken', 'lamp.flicker', 'lamp.smash']),
      }),
      ...forMs(),
    }) as Step;
  const command = () => commandStep('break', 'mend', { forMs: 1_000, timeoutMs: pick([1_000, 10_000]) });
  const branches = [fault('b'), is(0.5) ? fault('c') : command()];
  const together: Step = { kind: 'parallel', name: 'both', place: PLACE, afterMs: 100, steps: branches };
  const method = [is(0.7) ? fault('a') : command(), ...(is(0.5) ? [together] : []), waitStep(500)];
  const experiment = lampExperiment({
    method,
    allowPermanent: true,
    blastRadius: { targets: 100, zones: 3 },
    rollbacks: is(0.3) ? [commandStep('tidy up')] : [],
    hypothesis: { probes: [probeUse({ timeoutMs: pick([500, 5_000]) })] },
  });
  return { at: { ...at, context: { ...at.context, port: world.port(clock, account) } }, experiment };
}
