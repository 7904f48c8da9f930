import type { Experiment, FaultStep, Step } from '../../src/experiment/experiment.ts';
import { commandStep, PLACE, waitStep } from '../support/run-lamps.ts';
import { seeded } from '../support/sim-scene.ts';
import type { Meanness } from './mean-port.ts';
import type { Death, Stop } from './mortal.ts';

/** One simulated run, all of it chosen by a seed: a description, from which the world is built. */
export interface Case {
  readonly seed: number;
  readonly experiment: Experiment;
  readonly meanness: Meanness;
  /** Of the run, of the watchdog, and of those who recover it, one after another. */
  readonly runDies: Death | undefined;
  readonly watchdogDies: Death | undefined;
  readonly recoveriesDie: readonly Death[];
  readonly abortAtMs: number | undefined;
  readonly leaveAfterMs: number | undefined;
  /** The run stands still for so long, from a time on, or just before one of its effects. */
  readonly stop: Stop | undefined;
  /** Somebody else meddles with what the method may harm. */
  readonly meddling: { readonly atMs: number; readonly what: 'terminate' | 'change record' } | undefined;
}

export function caseOf(seed: number): Case {
  const random = seeded(seed * 7_919 + 1);
  const int = (least: number, most: number) => least + Math.floor(random() * (most - least + 1));
  const pick = <T>(items: readonly T[]): T => items[int(0, items.length - 1)] as T;
  const maybe = <T>(chance: number, value: () => T): T | undefined => (random() < chance ? value() : undefined);
  const share = () => (random() < 0.5 ? 0 : random() * 0.25);
  const death = (most: number): Death => ({ atEffect: int(1, most), how: pick(['before', 'torn', 'after']) });
  return {
    seed,
    experiment: experimentOf(methodOf({ int, pick, maybe }), maybe(0.2, () => true) ?? false),
    meanness: {
      throttled: share(),
      lostBefore: share(),
      lostAfter: share(),
      lostAndLate: share(),
      stale: random(),
      consistencyMs: pick([0, 0, 1_000, 3_000]),
      latenessMs: pick([1_000, 1_000, 5_000, 20_000]),
      slow: share(),
      slowestMs: pick([3_000, 3_000, 20_000]),
    },
    runDies: maybe(0.5, () => death(90)),
    watchdogDies: maybe(0.5, () => death(30)),
    recoveriesDie: maybe(0.4, () => [death(20), death(30)]) ?? [],
    abortAtMs: maybe(0.2, () => int(0, 25_000)),
    leaveAfterMs: maybe(0.3, () => int(0, 3_000)),
    stop: maybe(0.25, () =>
      pick<() => Stop>([
        () => ({ atMs: int(2_000, 15_000), forMs: int(3_000, 120_000) }),
        () => ({ atEffect: int(10, 40), forMs: int(60_000, 150_000) }),
      ])(),
    ),
    meddling: maybe(0.15, () => ({ atMs: int(3_000, 14_000), what: pick(['terminate', 'change record'] as const) })),
  };
}

interface Dice {
  readonly int: (least: number, most: number) => number;
  readonly pick: <T>(items: readonly T[]) => T;
  readonly maybe: <T>(chance: number, value: () => T) => T | undefined;
}

/** Each step harms another zone or another record, so that a target has one fault at a time. */
function methodOf({ int, pick, maybe }: Dice): readonly Step[] {
  const steps = Array.from({ length: int(1, 3) }, (_, index): Step => {
    const zone = `use1-az${index + 1}`;
    const forMs = maybe(0.6, () => int(500, 4_000));
    const timing = { afterMs: maybe(0.3, () => int(0, 2_000)) ?? 0, ...(forMs !== undefined && { forMs }) };
    const fault = (id: string, select: FaultStep['select'], params: FaultStep['with'] = {}): Step => {
      return { kind: 'fault', name: `step ${index}`, place: PLACE, fault: id, select, with: params, ...timing };
    };
    return pick<() => Step>([
      () => fault('aws.ec2.stop-instances', { zone, state: 'running' }, { force: pick([true, false]) }),
      () => fault('aws.ec2.terminate-instances', { zone, state: 'running', tag: { tier: 'store' } }),
      () => fault('aws.ec2.reboot-instances', { zone, state: 'running' }),
      () => fault('aws.network.disrupt-connectivity', { zone }, { scope: pick(['all', 'availability-zone', 'vpc']) }),
      () => fault('aws.network.isolate-security-group', { zone, state: 'running' }),
      () => fault('aws.elbv2.deregister-targets', { targetGroup: 'shop', zone }),
      () => fault('aws.elbv2.remove-zone', { loadBalancer: 'shop', zone }),
      () => fault('aws.route53.remove-record', { name: NAMES[index], type: TYPES[index] }),
      () => fault('aws.route53.empty-record', { name: NAMES[index], type: TYPES[index] }),
      () => fault('aws.route53.replace-record', { name: 'store.shop.example', type: 'A' }, { values: ['192.0.2.1'] }),
      () => fault('aws.route53.flip-health-check', { place: 'shop.example' }, { flag: pick(['inverted', 'disabled']) }),
      () => fault('aws.route53.change-weight', { name: 'api.shop.example', type: 'A' }, { weight: pick([0, 50, 255]) }),
      () => fault('az.power-loss', { zone }),
      () => fault('dns.resolver', { name: `other${index}.example` }, { ...TROUBLE, ...RESOLVER, answer: pick(LIES) }),
      () => fault('aws.api.errors', { service: 'ec2', operations: [CALLS[index]] }, { ...TROUBLE, share: 1 }),
      () => fault('aws.api.throttle', { service: 'sts' }, { ...TROUBLE, share: 0.5 }),
      () => fault('aws.api.latency', { service: 'route-53' }, { ...TROUBLE, share: 0.5, delay: 100 }),
      () => fault('aws.asg.suspend', { name: 'batch' }, { processes: [pick(['Launch', 'Terminate', 'AZRebalance'])] }),
      () => fault('host.kill-process', { zone }),
      () => fault('host.pause-process', { zone }),
      () => commandStep(`break ${index}`, `mend ${index}`, timing),
    ])();
  });
  const [first, second, ...rest] = withoutDoubles(steps);
  if (!first) return [];
  if (second && pick([true, false, false])) {
    return [{ kind: 'parallel', name: 'together', place: PLACE, afterMs: 0, steps: [first, second] }, ...rest];
  }
  return [first, ...(second ? [second] : []), ...rest, ...(maybe(0.5, () => [waitStep(int(500, 3_000))]) ?? [])];
}

const NAMES = ['shop.example', 'note.shop.example', 'www.shop.example'];
const TYPES = ['A', 'TXT', 'CNAME'];

const CALLS = ['RunInstances', 'CreateTags', 'DescribeTags'];
const LIES = ['NXDOMAIN', 'SERVFAIL', 'silence', 'stale'] as const;
const TROUBLE = { seed: 1, expiresAfter: 3_600_000 };
const RESOLVER = { capacity: 0.2, delay: 100 };

/** One record may be replaced, and one group suspended, by one step alone. */
function withoutDoubles(steps: readonly Step[]): readonly Step[] {
  const seen = new Set<string>();
  return steps.filter((step) => {
    if (step.kind !== 'fault' || !ONCE.has(step.fault)) return true;
    const fresh = !seen.has(step.fault);
    seen.add(step.fault);
    return fresh;
  });
}

const ONCE = new Set([
  'aws.route53.replace-record',
  'aws.asg.suspend',
  'aws.elbv2.remove-zone',
  'aws.route53.change-weight',
  'aws.route53.flip-health-check',
]);

const experimentOf = (method: readonly Step[], withRollback: boolean): Experiment => ({
  file: 'simulation.yaml',
  digest: '0'.repeat(64),
  title: 'A simulated run',
  account: 'embedded',
  parameters: {},
  hypothesis: {
    title: 'Some store answers',
    probes: [
      {
        name: 'store',
        probe: 'sim.store',
        with: {},
        ratePerSecond: 5,
        timeoutMs: 500,
        tolerance: { successAtLeast: 0.8, latency: [], fields: [] },
        place: PLACE,
      },
    ],
    baselineMs: 3_000,
    recoverWithinMs: 10_000,
    stayMs: 1_000,
  },
  blastRadius: { targets: 20, zones: 3 },
  stopConditions: [],
  method,
  rollbacks: withRollback ? [commandStep('tidy up')] : [],
  allowPermanent: true,
});
