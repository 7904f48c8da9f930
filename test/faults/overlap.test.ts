import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { catalog } from '../../src/catalog/index.ts';
import { lookUp } from '../../src/engine/look-up.ts';
import { checkOverlaps } from '../../src/engine/overlap.ts';
import { makePlan } from '../../src/engine/plan.ts';
import { type ResolvedFault, resolveStep } from '../../src/engine/resolve.ts';
import type { Fault } from '../../src/kernel/define.ts';
import { fields } from '../../src/kernel/schema.ts';
import { faultStep, lampExperiment, PLACE } from '../support/run-lamps.ts';
import { build, type SimPort } from '../support/sim-port.ts';

const signal = new AbortController().signal;
const faults = await Promise.all(catalog.faults.map((entry) => entry.load()));
const scene = { zones: 3, perZone: 1 };

/** What the faults are pointed at, by the kind of target: every kind that the catalog knows. */
const SELECTORS: Record<string, readonly object[]> = {
  'aws/auto-scaling-group': [{ name: 'batch' }, { tag: { tier: 'batch' } }],
  zone: [{ zone: 'use1-az1' }, { zone: 'use1-az2' }],
  'aws/ec2-instance': [{ zone: 'use1-az1' }, { tag: { tier: 'web' } }, { tag: { tier: 'store' } }],
  'aws/subnet': [{ zone: 'use1-az1' }, { zone: 'use1-az2' }],
  process: [{ zone: 'use1-az1' }, { tag: { tier: 'web' } }, { tag: { tier: 'store' } }],
  resolver: [{}, { name: 'shop.example' }],
  'aws/registered-target': [{ targetGroup: 'shop' }, { loadBalancer: 'shop', zone: 'use1-az1' }],
  'aws/load-balancer-zone': [{ zone: 'use1-az1' }, { loadBalancer: 'shop', zone: 'use1-az2' }],
  'aws/iam-principal': [{ name: 'web' }, { tag: { tier: 'web' } }],
  'aws/api-operation': [{ service: 'ec2' }, { service: 'ec2', operations: ['RunInstances'] }],
  'aws/route53-health-check': [{ place: 'shop.example' }],
  'aws/route53-weighted-record': [{ name: 'api.shop.example' }, { name: 'api.shop.example', setIdentifier: 'green' }],
  'aws/route53-record': [{ name: 'shop.example' }, { name: 'store.shop.example' }, { name: 'www.shop.example' }],
};

function stepOf({ id, params, example, means }: Fault, select: object) {
  const [written] = parse(example) as [{ with?: Record<string, unknown> }];
  const { select: shape } = (Object.values(means)[0]?.target ?? {}) as { select: never };
  const given = { ...select, ...(id.startsWith('aws.route53') && 'name' in select && typeOf(select.name)) };
  const values = fields(params).parse(written.with ?? {});
  return faultStep({
    name: `${id} ${JSON.stringify(select)}`,
    fault: id,
    with: values,
    select: fields(shape).parse(given) as never,
  });
}
const typeOf = (name: unknown) => ({ type: name === 'www.shop.example' ? 'CNAME' : 'A' });

const steps = faults.flatMap((fault) => {
  const kind = Object.values(fault.means)[0]?.target.kind ?? '';
  return (SELECTORS[kind] ?? []).map((select) => stepOf(fault, select));
});

/** Every step as a branch of one parallel step: all of them at once. */
async function resolveAll(host: SimPort): Promise<readonly ResolvedFault[]> {
  const found: ResolvedFault[] = [];
  for (const [index, step] of steps.entries()) {
    const leaf = { number: index + 1, step, path: [0, index] };
    const one = await host.clock.run(resolveStep(leaf, { catalog, host, seed: 1, signal }));
    if (one.kind === 'fault') found.push(one);
  }
  return found;
}

/** Moments, as texts: what is captured may tell when that was, which is no difference. */
const MOMENT = /\d{4}-?\d\d-?\d\dT\d\d:?\d\d:?\d\d\.?\d{3}Z/g;

const capture = (host: SimPort, { means, step, matches }: ResolvedFault) =>
  host.clock.run(
    Promise.all(matches.map(({ target }) => means.capture(target, step.with, host, signal)))
      .then((undo) => JSON.stringify(undo).replaceAll(MOMENT, 'then'))
      .catch(String),
  );

async function inject(host: SimPort, { means, step, matches }: ResolvedFault) {
  for (const { target } of matches) {
    const undo = await host.clock.run(means.capture(target, step.with, host, signal));
    for (const call of means.steps(target, step.with, undo)) {
      const ready = await host.clock.run(lookUp(call, host, signal));
      if (ready) await host.clock.run(host.write(ready, signal));
    }
  }
  await host.clock.run(host.clock.sleep(1_000));
}

describe('faults that would be in place at once', () => {
  test('of every kind of target are tried here', () => {
    const kinds = faults.flatMap(({ means }) => Object.values(means).map(({ target }) => target.kind));
    expect(Object.keys(SELECTORS).toSorted()).toEqual([...new Set(kinds)].toSorted());
  });

  test.each(steps.map((step, index) => [step.name, index] as const))(
    'are refused with "%s" whenever it changes what another would have to restore',
    async (_name, index) => {
      const host = build(scene);
      const all = await resolveAll(host);
      expect(all).toHaveLength(steps.length);
      const one = all[index];
      if (!one) throw new Error('not resolved');
      const before: string[] = [];
      for (const other of all) before.push(await capture(host, other));
      await inject(host, one);
      for (const [at, other] of all.entries()) {
        if (other === one || (await capture(host, other)) === before[at]) continue;
        expect(checkOverlaps([one, other]), `and ${other.step.name}`).toHaveLength(1);
        expect(checkOverlaps([other, one]), `and ${other.step.name}`).toHaveLength(1);
      }
    },
  );

  test('are let be when their targets share nothing: other zones, other machines of a zone, other records', async () => {
    const all = await resolveAll(build(scene));
    const of = (text: string) => {
      const found = all.find(({ step }) => step.name === text);
      if (!found) throw new Error(`no step ${text}`);
      return found;
    };
    const apart = [
      ['az.power-loss {"zone":"use1-az1"}', 'az.power-loss {"zone":"use1-az2"}'],
      ['aws.ec2.stop-instances {"tag":{"tier":"web"}}', 'host.pause-process {"tag":{"tier":"store"}}'],
      ['aws.route53.remove-record {"name":"shop.example"}', 'aws.route53.empty-record {"name":"www.shop.example"}'],
      ['az.power-loss {"zone":"use1-az1"}', 'aws.asg.suspend {"name":"batch"}'],
      ['az.power-loss {"zone":"use1-az1"}', 'aws.route53.remove-record {"name":"store.shop.example"}'],
    ] as const;
    for (const [one, other] of apart) expect(checkOverlaps([of(one), of(other)]), `${one}, ${other}`).toEqual([]);
  });

  test('are refused by the plan with the names of both, and let be one after the other', async () => {
    const zone = faultStep({ name: 'dark', fault: 'az.power-loss', select: { zone: 'use1-az1' }, forMs: 5_000 });
    const select = { zone: 'use1-az1', tag: { tier: 'web' }, state: 'running' };
    const stop = faultStep({
      name: 'stop',
      fault: 'aws.ec2.stop-instances',
      select,
      forMs: 5_000,
      with: { force: true },
    });
    const together = { kind: 'parallel' as const, name: 'both', place: PLACE, afterMs: 0, steps: [stop, zone] };
    const problemsOf = async (method: Parameters<typeof lampExperiment>[0]) => {
      const port = build(scene);
      const experiment = lampExperiment({ blastRadius: { targets: 9, zones: 9 }, ...method });
      return (await port.clock.run(makePlan(experiment, { catalog, port, seed: 1 }, signal))).problems;
    };
    const [problem, ...more] = await problemsOf({ method: [together] });
    expect(more).toEqual([]);
    expect(problem?.code).toBe('SPEC_CONFLICT');
    expect(problem?.what).toMatch(
      /^steps "stop" and "dark" would harm "use1-az1" and "\S+ \(i-\w+\)", a part of it, at the same time$/,
    );
    expect(await problemsOf({ method: [stop, zone] })).toEqual([]);
    expect(await problemsOf({ method: [zone, stop] })).toEqual([]);
    const { forMs: _, ...forever } = zone;
    expect(await problemsOf({ method: [forever, stop] })).toHaveLength(1);
  });
});
