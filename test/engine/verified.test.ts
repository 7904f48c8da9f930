import { describe, expect, test } from 'vitest';
import type { Entry } from '../../src/journal/entries.ts';
import { faultStep, lampExperiment, type Scene, scene } from '../support/run-lamps.ts';

const first = <T extends Entry['type']>(at: Scene, type: T) =>
  at.entries().find((entry): entry is Extract<Entry, { type: T }> => entry.type === type);

const lampOf = (at: Scene, wanted: string) => {
  const lamp = at.world.lamps.find(({ name }) => name === wanted);
  if (!lamp) throw new Error(`there is no lamp ${wanted}`);
  return lamp;
};

describe('restored means that the fault was seen not to bite any more', () => {
  test('a target that looks as before while its fault still bites is dirty', async () => {
    const at = scene();
    at.world.frayed.add('a1');
    expect(await at.run(lampExperiment())).toMatchObject({ outcome: 'dirty' });
    expect(lampOf(at, 'a1').lit, 'it looks as before').toBe(true);
    expect(first(at, 'reverted')).toBeUndefined();
    expect(first(at, 'revert-failed')).toMatchObject({
      why: expect.stringContaining('still bites: a1 gives no light'),
    });
    expect(at.leases).not.toContain('released');
  });

  test('a fault that bites a little longer than it shows is waited for', async () => {
    const at = scene();
    at.world.frayed.add('a1');
    const mendedAtMs = 14_000;
    at.clock.at(mendedAtMs, () => {
      lampOf(at, 'a1').whole = true;
    });
    await at.run(lampExperiment({ hypothesis: { recoverWithinMs: 20_000 } }));
    const reverted = first(at, 'reverted');
    expect(reverted).toMatchObject({ how: 'restored', verified: { bites: false, evidence: 'a1 gives light' } });
    expect(Date.parse(reverted?.at ?? '')).toBeGreaterThanOrEqual(Date.UTC(2026, 0, 1) + mendedAtMs);
  });

  test('what restored itself is looked at all the same', async () => {
    const at = scene();
    at.clock.at(6_000, () => {
      lampOf(at, 'a1').lit = true;
    });
    expect(await at.run(lampExperiment())).toMatchObject({ outcome: 'dirty' });
    expect(at.world.sent.map(({ operation }) => operation)).toEqual(['Darken']);
  });

  test('a target that recover brings back while its fault still bites stays listed as dirty', async () => {
    const at = scene();
    at.world.frayed.add('a1');
    await at.run(lampExperiment());
    expect(await at.recover()).toMatchObject({ restored: [], failed: [{ target: 'a1' }] });
    at.world.frayed.clear();
    lampOf(at, 'a1').whole = true;
    expect(await at.recover()).toMatchObject({ restored: ['a1'], failed: [] });
  });
});

describe('injected means that the fault was seen to bite, and not before', () => {
  test('a fault that bites before anything is done is not injected', async () => {
    const at = scene();
    lampOf(at, 'a1').whole = false;
    expect(await at.run(lampExperiment())).toMatchObject({ outcome: 'not exercised' });
    expect(at.world.sent).toEqual([]);
    expect(first(at, 'inject-failed')).toMatchObject({ code: 'NOTHING_TO_HARM' });
  });

  test('a fault that does not bite ends the method: no later step is played', async () => {
    const at = scene();
    at.world.onWrite = ({ operation }) => {
      // The call is answered, and its effect is gone at once.
      if (operation === 'Darken') at.clock.at(at.clock.nowMs(), () => lightAgain(at));
    };
    const method = [faultStep(), faultStep({ name: 'next', select: { zone: 'b' } })];
    expect(await at.run(lampExperiment({ method }))).toMatchObject({ outcome: 'not exercised' });
    expect(first(at, 'attested')).toMatchObject({ injection: '1.a1', attestation: { bites: false } });
    expect(at.world.sent.map(({ input }) => input.name)).not.toContain('b1');
  });
});

function lightAgain(at: Scene): void {
  for (const lamp of at.world.lamps) Object.assign(lamp, { lit: true, whole: true });
}
