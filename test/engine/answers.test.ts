import { describe, expect, test } from 'vitest';
import { send } from '../../src/engine/send.ts';
import { pending } from '../../src/journal/pending.ts';
import type { Call } from '../../src/kernel/call.ts';
import type { Fault } from '../../src/kernel/define.ts';
import { CallError } from '../../src/kernel/errors.ts';
import { darken, lampCatalog, lampMeans } from '../support/lamps.ts';
import { faultStep, lampExperiment, type Scene, scene } from '../support/run-lamps.ts';

const FOREVER_MS = 20 * 3_600_000;
const ABORT_AT_MS = 6_000;

/** Lets the world do something before it answers a call or a read, while the run restores. */
function whileRestoring(at: Scene, take: (call: Call) => unknown): void {
  const hook = async (call: Call) => {
    if (at.clock.nowMs() >= ABORT_AT_MS && call.operation !== 'DescribeLight') await take(call);
  };
  at.world.onRead = hook;
  at.world.onWrite = hook;
}

function aborted(at: Scene) {
  at.clock.at(ABORT_AT_MS, () => at.abort.abort('SIGINT'));
  return at.run(lampExperiment());
}

/** A scene on an account with other facts. */
function sceneOf(account: Parameters<Scene['world']['port']>[1]): Scene {
  const { world, clock } = scene();
  return scene({ world, clock, port: world.port(clock, account) });
}

/** Does something once the account has taken the restoring call and told that it is as before. */
function onceItLooksRestored(at: Scene, then: () => unknown): void {
  let looks = 0;
  whileRestoring(at, ({ operation }) => {
    if (operation === 'DescribeLamps' && at.world.lamps.every(({ lit }) => lit) && ++looks > 1) return then();
    return undefined;
  });
}

describe('a call', () => {
  const call: Call = { service: 'ec2', operation: 'Light', input: { name: 'a1' }, already: ['AlreadyLit'] };
  const sendOne = (at: Scene) =>
    at.clock.run(send(at.context.port, call, new AbortController().signal, async () => {}));

  test('that fails because it is already so has succeeded', async () => {
    const at = scene();
    at.world.onWrite = () => {
      throw new CallError('AlreadyLit', 'it gives light');
    };
    expect(await sendOne(at)).toBe(false);
    at.world.onWrite = () => {
      throw new CallError('Other', 'no');
    };
    await expect(sendOne(at)).rejects.toThrow('no');
  });

  test('that gets no answer is sent again within half a minute, and may have taken effect', async () => {
    const at = scene();
    let tries = 0;
    at.world.onWrite = () => (++tries === 1 ? at.clock.sleep(FOREVER_MS) : undefined);
    expect(await sendOne(at)).toBe(true);
    expect(at.clock.nowMs()).toBeLessThan(30_000);
  });
});

describe('who restores', () => {
  test('asks once more where a read got no answer', async () => {
    const at = sceneOf({ kind: 'aws' });
    let reads = 0;
    whileRestoring(at, () => (++reads === 1 ? at.clock.sleep(FOREVER_MS) : undefined));
    await aborted(at);
    expect(pending(at.entries())).toEqual([]);
  });

  test('takes a refusal for an answer: such an account is not silent', async () => {
    const at = scene();
    whileRestoring(at, async ({ operation }) => {
      if (operation === 'DescribeRoute') throw new CallError('AccessDenied', 'no');
      if (operation === 'Light') await at.clock.sleep(17_000);
    });
    await aborted(at);
    expect(at.entries().find(({ type }) => type === 'reverted')).toMatchObject({ how: 'restored' });
    await at.clock.run(at.clock.sleep(60_000));
    expect(at.world.sent.map(({ operation }) => operation)).toEqual(['Darken', 'Light']);
  });

  test('counts each silence by itself: an account that answered in between is not given up', async () => {
    const at = scene();
    const silences = [
      [ABORT_AT_MS, 16_500],
      [20_000, 33_000],
    ] as const;
    let lights = 0;
    whileRestoring(at, async ({ operation }) => {
      const now = at.clock.nowMs();
      const until = silences.find(([from, to]) => now >= from && now < to)?.[1];
      if (until !== undefined) await at.clock.sleep(until - now);
      if (operation === 'Light' && ++lights === 1) throw new CallError('InternalError', 'no effect');
    });
    const apply = at.world.apply.bind(at.world);
    at.world.apply = (call) => (call.operation === 'Light' && at.clock.nowMs() < 25_000 ? {} : apply(call));
    await aborted(at);
    expect(at.clock.nowMs()).toBeGreaterThan(33_000);
    expect(at.entries().filter(({ type }) => type === 'revert-failed')).toEqual([]);
  });

  test('gives up an account that falls silent when the target looks restored', async () => {
    const at = scene();
    onceItLooksRestored(at, () => at.clock.sleep(FOREVER_MS));
    const silent = at.world.onRead;
    at.world.onRead = async (call) => {
      if (call.operation !== 'DescribeRoute') return silent(call);
      if (at.world.lamps.every(({ lit }) => lit) && at.clock.nowMs() > ABORT_AT_MS) await at.clock.sleep(FOREVER_MS);
    };
    await aborted(at);
    expect(at.entries().find(({ type }) => type === 'revert-failed')).toMatchObject({
      why: expect.stringContaining('AccountSilent'),
    });
    expect(at.clock.nowMs()).toBeLessThan(ABORT_AT_MS + 30_000);
  });

  test('counts a target as vanished whose account ends when it looks restored', async () => {
    let gone = false;
    const at = sceneOf({ exists: async () => !gone });
    onceItLooksRestored(at, () => {
      gone = true;
      throw new CallError('Refused', 'nobody is there');
    });
    await aborted(at);
    expect(at.entries().find(({ type }) => type === 'reverted')).toMatchObject({ how: 'vanished' });
    expect(at.clock.nowMs()).toBeLessThan(ABORT_AT_MS + 5_000);
  });

  test('writes nothing of what came of it once it was taken over meanwhile', async () => {
    const at = scene();
    whileRestoring(at, ({ operation }) => {
      if (operation === 'Light') at.takeOver();
    });
    at.clock.at(30_000, () => at.leave.abort('SIGINT'));
    await aborted(at);
    const types = at.entries().map(({ type }) => type);
    expect(types.at(-1)).toBe('reverting');
  });

  test('sends a restoring call to a target also when it could be looked at only when the time was nearly over', async () => {
    const { world, clock } = scene();
    const port = world.port(clock, { kind: 'aws' });
    const write: typeof port.write = async (call, signal) => {
      await clock.sleep(1_000, signal);
      return port.write(call, signal);
    };
    const at = scene({ world, clock, port: { ...port, write } });
    // The first gets no answer, and is made again; the last ones get none either.
    const takesMs = [FOREVER_MS, 28_000, 3_500];
    whileRestoring(at, async ({ operation }) => {
      if (operation === 'DescribeLamps') await clock.sleep(takesMs.shift() ?? FOREVER_MS);
    });
    await aborted(at);
    expect(world.lamps.every(({ lit }) => lit)).toBe(true);
    expect(pending(at.entries()), 'nobody has seen that').toHaveLength(1);
    expect(clock.nowMs()).toBeLessThan(ABORT_AT_MS + 67_000);
  });

  test('sees that a call took effect which got no answer in all the time', async () => {
    const at = sceneOf({ kind: 'aws' });
    whileRestoring(at, async (call) => {
      if (call.operation !== 'Light') return at.clock.sleep(1_000);
      at.world.apply(call);
      await at.clock.sleep(FOREVER_MS);
    });
    await aborted(at);
    expect(pending(at.entries())).toEqual([]);
  });

  test('looks again where a look does not come to its end', async () => {
    const at = scene();
    const fault = { ...darken, means: { api: { ...lampMeans, restoresWithinMs: 120_000, compare: stuckOnce(at) } } };
    const entry = { id: fault.id, summary: '', load: async () => fault as Fault };
    const catalog = { ...lampCatalog, faults: [entry] };
    const stuck = scene({ world: at.world, clock: at.clock, catalog });
    await stuck.run(lampExperiment());
    expect(stuck.entries().filter(({ type }) => type === 'revert-failed')).toEqual([]);
    expect(pending(stuck.entries())).toEqual([]);
  });
});

/** Compares as ever, but for the first time that the lamp is dark: then it waits for something that never comes. */
function stuckOnce(at: Scene): typeof lampMeans.compare {
  let isStuck = true;
  return async (undo, host, signal) => {
    if (at.world.lamps.some(({ lit }) => !lit) && isStuck) {
      isStuck = false;
      await at.clock.sleep(FOREVER_MS);
    }
    return lampMeans.compare(undo, host, signal);
  };
}

describe('the limit of restoring a target', () => {
  test('leaves time to see that a call which got no answer takes no effect any more', async () => {
    const at = sceneOf({ latenessMs: 120_000 });
    at.world.onWrite = ({ operation }) => {
      if (operation === 'Darken') throw new CallError('Refused', 'no answer', { ambiguous: true });
    };
    await at.run(lampExperiment());
    expect(at.entries().at(-1)).toMatchObject({ type: 'run-ended', targets: 'restored' });
  });

  test('leaves time for reads that are old: before the call, after it, and until it is believed', async () => {
    const consistencyMs = 60_000;
    const { world, clock } = scene();
    const port = world.port(clock, { consistencyMs });
    const past = [{ atMs: -Infinity, lamps: structuredClone(world.lamps) }];
    const { apply } = world;
    world.apply = (call) => {
      const answer = apply.call(world, call);
      past.push({ atMs: clock.nowMs(), lamps: structuredClone(world.lamps) });
      return answer;
    };
    const read: typeof port.read = async (call, signal) => {
      const answer = await port.read(call, signal);
      const old = past.findLast(({ atMs }) => atMs <= clock.nowMs() - consistencyMs)?.lamps;
      return call.operation === 'DescribeLamps' ? (structuredClone(old) as never) : answer;
    };
    const at = scene({ world, clock, port: { ...port, read } });
    await at.run(lampExperiment({ method: [faultStep()] }));
    expect(at.world.lamps.every(({ lit }) => lit)).toBe(true);
    expect(at.entries().at(-1)).toMatchObject({ type: 'run-ended', targets: 'restored' });
  });
});
