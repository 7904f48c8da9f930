import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { catalog } from '../../src/catalog/index.ts';
import { lookUp } from '../../src/engine/look-up.ts';
import type { Call } from '../../src/kernel/call.ts';
import type { Fault, Means, Standing } from '../../src/kernel/define.ts';
import type { Json } from '../../src/kernel/json.ts';
import { fields } from '../../src/kernel/schema.ts';
import { build, type SimPort } from '../support/sim-port.ts';
import { type Scene, seeded } from '../support/sim-scene.ts';

const never = new AbortController().signal;
const faults = await Promise.all(catalog.faults.map((entry) => entry.load()));
const cases = faults.flatMap((fault) =>
  Object.entries(fault.means).map(([kind, means]) => [`${fault.id} by ${kind}`, fault, means as Means] as const),
);
const PID_FILE = '/run/worker.pid';

/** The step of the example, with the accounts on which it can be tried. */
function stepOf(fault: Fault) {
  const [step] = parse(fault.example) as [
    { select: Record<string, unknown>; with?: Record<string, unknown>; for?: string },
  ];
  return { ...step, params: fields(fault.params).parse(step.with ?? {}) };
}

interface Stage {
  readonly sim: SimPort;
  readonly target: Json;
  readonly params: never;
  readonly undo: Json;
  readonly before: string;
}

/** A world at rest, a target that the example's selector finds, and what capture says of it. */
async function prepare(fault: Fault, means: Means, scene: Scene & { kind?: 'host' } = {}): Promise<Stage> {
  const sim = build({ ...scene, pidFiles: [PID_FILE] });
  const { select, params } = stepOf(fault);
  const { count: _, ...selector } = scene.kind === 'host' ? { pidFile: PID_FILE } : (select as { count?: number });
  const found = await sim.clock.run(
    means.target.find(fields(means.target.select).parse(selector) as never, sim, never),
  );
  const target = found[(scene.seed ?? 0) % Math.max(1, found.length)];
  if (target === undefined) throw new Error(`the example of ${fault.id} selects nothing in the scene`);
  const before = sim.state();
  const undo = await sim.clock.run(means.capture(target, params as never, sim, never));
  return { sim, target, params: params as never, undo: JSON.parse(JSON.stringify(undo)) as Json, before };
}

/** Sends the first calls of a list, as the engine would: an error that means "it is so" is success. */
async function send(sim: SimPort, calls: readonly Call[]): Promise<readonly Call[]> {
  const sent: Call[] = [];
  for (const call of calls) {
    const ready = await sim.clock.run(lookUp(call, sim, never));
    if (!ready) continue;
    sent.push(ready);
    await sim.clock.run(
      sim.write(ready, never).catch((error: { code?: string }) => {
        if (!call.already?.includes(error.code ?? '')) throw error;
      }),
    );
  }
  return sent;
}

/** Looks until the standing is one of those, within the time that the fault claims; the engine does the same. */
async function until(
  stage: Stage,
  means: Means,
  wanted: readonly Standing['is'][],
  withinMs: number,
): Promise<Standing> {
  const { sim, undo } = stage;
  const deadline = sim.clock.nowMs() + withinMs;
  for (;;) {
    const standing = await sim.clock.run(means.compare(undo as never, sim, never));
    if (wanted.includes(standing.is) || sim.clock.nowMs() > deadline) return standing;
    await sim.clock.run(sim.clock.sleep(100));
  }
}

async function untilAttested({ sim, undo }: Stage, means: Means, bites: boolean, withinMs: number) {
  const deadline = sim.clock.nowMs() + withinMs;
  for (;;) {
    const attestation = await sim.clock.run(means.attest(undo as never, sim, never));
    if (attestation.bites === bites || sim.clock.nowMs() > deadline) return attestation;
    await sim.clock.run(sim.clock.sleep(100));
  }
}

/** Restores as the engine does: only what is harmed is sent for, and what changes is waited for. */
async function bringBack(stage: Stage, means: Means): Promise<Standing> {
  const settled = ['harmed', 'restored', 'vanished', 'changed'] as const;
  const first = await until(stage, means, settled, means.restoresWithinMs);
  if (first.is !== 'harmed') return first;
  await send(stage.sim, means.restore(stage.undo as never));
  return until(stage, means, ['restored', 'vanished', 'changed'], means.restoresWithinMs);
}

describe.each(faults.map((fault) => [fault.id, fault] as const))('%s, as it is declared', (id, fault) => {
  test('the id is the path of its file', () => {
    expect(existsSync(`src/faults/${id.replaceAll('.', '/')}.ts`)).toBe(true);
  });

  test('the words are whole: a summary of one sentence, details, outages, what a person can do', () => {
    expect(fault.summary).toMatch(/^[A-Z][^.]*\.$/);
    expect(fault.details).toMatch(/^[A-Z].*\.$/s);
    expect(fault.covers.length).toBeGreaterThan(0);
    expect(fault.manualRecovery.length).toBeGreaterThan(10);
    for (const means of Object.values(fault.means)) expect(means.fidelity).toMatch(/^[A-Z].*\.$/s);
  });

  test('the catalog says the same before the code is loaded', () => {
    const entry = catalog.faults.find((one) => one.id === id);
    expect(entry?.summary).toBe(fault.summary);
  });

  test('the example is a step that its own fields accept', () => {
    const step = stepOf(fault) as { fault?: string; name?: string; for?: string };
    expect(step.fault).toBe(id);
    expect(step.name).toBeTruthy();
    if (fault.reversal === 'reverts') expect(step.for).toBeTruthy();
    else expect(step.for).toBeUndefined();
  });

  test('a fault that does not revert sends nothing to restore', async () => {
    if (fault.reversal === 'reverts') return;
    for (const means of Object.values(fault.means)) {
      const { undo } = await prepare(fault, means as Means);
      expect((means as Means).restore(undo as never)).toEqual([]);
    }
  });
});

const TIMES = { 'not at all': 0, 'in part': 1, fully: 1, twice: 2 } as const;

describe.each(cases)('%s', (_name, fault, means) => {
  test('finding and capturing only read', async () => {
    const { sim, before } = await prepare(fault, means);
    expect(sim.recorded.filter(({ by }) => by === 'write')).toEqual([]);
    expect(sim.state()).toBe(before);
  });

  test('a target has a name of its own', async () => {
    const { sim } = await prepare(fault, means);
    const { select } = stepOf(fault);
    const { count: _, ...selector } = select as { count?: number };
    const found = await sim.clock.run(
      means.target.find(fields(means.target.select).parse(selector) as never, sim, never),
    );
    expect(new Set(found.map((target) => means.target.name(target))).size).toBe(found.length);
  });

  test('the calls are pure: the same twice, and from an undo that went through JSON', async () => {
    const { target, params, undo } = await prepare(fault, means);
    const frozen = JSON.stringify(undo);
    const [first, second] = [means.steps(target, params, undo as never), means.steps(target, params, undo as never)];
    expect(first).toEqual(second);
    expect(first.length).toBeGreaterThan(0);
    expect(JSON.parse(JSON.stringify(first))).toEqual(first);
    expect(means.restore(undo as never)).toEqual(means.restore(JSON.parse(frozen) as never));
    expect(JSON.stringify(undo)).toBe(frozen);
  });

  test('it does not bite before, bites after injecting, and comparing and attesting only read', async () => {
    const stage = await prepare(fault, means);
    const { sim, target, params, undo } = stage;
    expect((await untilAttested(stage, means, false, 0)).bites, 'before').toBe(false);
    expect((await until(stage, means, ['restored'], 0)).is, 'before').toBe('restored');
    const planned = means.steps(target, params, undo as never);
    const sent = await send(sim, planned);
    const attested = await untilAttested(stage, means, true, means.landsWithinMs);
    expect(attested.bites, attested.evidence).toBe(true);
    expect(attested.evidence.length).toBeGreaterThan(10);
    const writes = sim.recorded.filter(({ by }) => by === 'write').map(({ call }) => call);
    expect(writes).toEqual(sent);
    const unfound = sent.map((call, k) => {
      const members = planned[k]?.lookUps?.map(({ member }) => member) ?? [];
      const input = Object.fromEntries(Object.entries(call.input).filter(([member]) => !members.includes(member)));
      return { ...call, input };
    });
    const asPlanned = planned.map(({ lookUps: _lookUps, ...call }) => call);
    expect(unfound, 'what was sent is what was planned').toEqual(asPlanned);
  });

  test.each(['not at all', 'in part', 'fully', 'twice'] as const)(
    'restoring brings the world back when injecting ran %s',
    async (how) => {
      for (let seed = 1; seed <= 5; seed++) {
        const random = seeded(seed);
        const scene = { seed, perZone: 1 + Math.floor(random() * 3), dnsChangeDelayMs: Math.floor(random() * 3_000) };
        const stage = await prepare(fault, means, scene);
        const { sim, target, params, undo, before } = stage;
        const steps = means.steps(target, params, undo as never);
        const times = TIMES[how];
        // One that died in between has sent some of the calls: of several seeds, each number of them.
        const sent = how === 'in part' ? steps.slice(0, seed % steps.length) : steps;
        for (let time = 0; time < times; time++) await send(sim, sent);
        await sim.clock.run(sim.clock.sleep(Math.floor(random() * 4_000)));
        const standing = await bringBack(stage, means);
        if (fault.reversal === 'permanent') {
          expect(standing.is).toBe(times === 0 || sent.length === 0 ? 'restored' : 'vanished');
          continue;
        }
        expect(standing.is).toBe('restored');
        expect((await bringBack(stage, means)).is, 'a second time').toBe('restored');
        await send(sim, means.restore(undo as never));
        const attested = await untilAttested(stage, means, false, means.restoresWithinMs);
        if (fault.reversal === 'reverts') expect(attested.bites, attested.evidence).toBe(false);
        await until(stage, means, ['restored'], means.restoresWithinMs);
        await sim.clock.run(sim.clock.sleep(10_000));
        expect(sim.state()).toBe(before);
      }
    },
  );
});

test('permanent faults say so in words, and no other does', () => {
  const permanent = faults.filter(({ reversal }) => reversal === 'permanent');
  expect(permanent, 'there is one to hold this against').not.toEqual([]);
  for (const { id, details } of faults)
    expect(details.includes('allowPermanent: true'), id).toBe(permanent.some((one) => one.id === id));
});

describe('faults of the machine itself', () => {
  const host = cases.filter(([, , means]) => means.target.kind === 'process');

  test.each(host)('%s works on a process that a pid file names', async (_name, fault, means) => {
    const stage = await prepare(fault, means, { kind: 'host' });
    const { sim, target, params, undo, before } = stage;
    await send(sim, means.steps(target, params, undo as never));
    expect((await untilAttested(stage, means, true, means.landsWithinMs)).bites).toBe(true);
    expect((await bringBack(stage, means)).is).toBe('restored');
    expect(sim.state()).toBe(before);
  });
});
