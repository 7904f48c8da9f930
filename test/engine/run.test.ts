import { describe, expect, test } from 'vitest';
import type { Entry, EntryBody } from '../../src/journal/entries.ts';
import { pending } from '../../src/journal/pending.ts';
import type { Problem } from '../../src/kernel/errors.ts';
import { commandStep, faultStep, lampExperiment, PLACE, probeUse, scene, waitStep } from '../support/run-lamps.ts';

const types = (entries: readonly Entry[]) => entries.map(({ type }) => type);
const injectionsIn = (entries: readonly Entry[], type: Entry['type']) =>
  entries.flatMap((entry) => (entry.type === type && 'injection' in entry ? [entry.injection] : []));

describe('a run that goes its whole way', () => {
  test('holds when the hypothesis is met before, during and after, and journals it in this order', async () => {
    const at = scene();
    const { outcome } = await at.run(lampExperiment());
    expect(outcome).toBe('held');
    expect(types(at.entries())).toEqual([
      'run-started',
      'planned',
      'phase',
      'phase',
      'step',
      'captured',
      'injecting',
      'injected',
      'attested',
      'reverting',
      'reverted',
      'step',
      'phase',
      'phase',
      'recovered',
      'judged',
      'run-ended',
    ]);
    expect(at.world.lamps.every(({ lit }) => lit)).toBe(true);
  });

  test('gives the lease back and dismisses the watchdog, last', async () => {
    const at = scene();
    await at.run(lampExperiment());
    expect(at.leases).toEqual(['acquired', 'released', 'dismissed']);
  });

  test('writes every sample to disk, with the part of the run it belongs to', async () => {
    const at = scene();
    await at.run(lampExperiment());
    const lines = (at.disk.texts.get(`${at.folder}/samples.jsonl`) ?? '').trimEnd().split('\n');
    const samples = lines.map((line) => JSON.parse(line) as { part: string });
    const countOf = (part: string) => samples.filter((sample) => sample.part === part).length;
    expect(countOf('baseline')).toBe(40);
    expect(countOf('during')).toBeGreaterThanOrEqual(49);
    const judged = at.entries().find((entry) => entry.type === 'judged');
    expect(judged?.verdicts.map(({ phase, samples }) => [phase, samples])).toEqual([
      ['baseline', 40],
      ['during', countOf('during')],
      ['after', expect.any(Number)],
    ]);
  });

  test('tells its progress about twice a second', async () => {
    const at = scene();
    await at.run(lampExperiment());
    const told = at.events.flatMap((event) => (event.type === 'progress' ? [event.progress] : []));
    expect(told.length).toBeGreaterThan((at.clock.nowMs() / 1_000) * 1.8);
    expect(
      told.some(({ faults }) => faults.some(({ target, remainingMs }) => target === 'a1' && remainingMs !== null)),
    ).toBe(true);
    expect(told.every(({ probes }) => probes.every(({ recentSamples, samples }) => recentSamples <= samples + 6))).toBe(
      true,
    );
  });
});

describe('the undo comes before the harm', () => {
  test('when a call is sent, the journal on disk says what it is and how to undo it', async () => {
    const at = scene();
    const seen: unknown[] = [];
    at.world.onWrite = ({ operation }) => {
      if (operation === 'Darken')
        seen.push(types(at.entries()).slice(-2), at.disk.texts.get(`${at.folder}/undo.jsonl`)?.trim());
    };
    await at.run(lampExperiment());
    expect(seen[0]).toEqual(['captured', 'injecting']);
    expect(JSON.parse(String(seen[1]))).toMatchObject({ injection: '1.a1', undo: { name: 'a1', lit: true } });
  });

  test('with a disk that is full before, nothing is sent at all', async () => {
    const at = scene();
    at.clock.at(4_000, () => {
      at.disk.full = true;
    });
    const { outcome } = await at.run(lampExperiment());
    expect(outcome).toBe('unavailable');
    expect(at.world.sent).toEqual([]);
  });

  test('with a disk that fills up afterwards, everything is restored, the verdict stands, and it is told', async () => {
    const at = scene();
    at.clock.at(5_000, () => {
      at.disk.full = true;
    });
    const { outcome } = await at.run(lampExperiment({ method: [faultStep(), waitStep(1_000)] }));
    expect(outcome).toBe('held');
    expect(at.world.lamps.every(({ lit }) => lit)).toBe(true);
    const told = at.events.flatMap((event) => (event.type === 'entry' ? [event.entry] : []));
    expect(told.at(-1)).toMatchObject({ type: 'run-ended', outcome: 'held', targets: 'restored' });
    const note = { type: 'note', text: expect.stringContaining(`"${at.folder}/journal.jsonl" cannot be written`) };
    expect(told).toContainEqual(expect.objectContaining(note));
  });
});

describe('the method', () => {
  test('holds a fault for its time, and goes on when it is restored', async () => {
    const at = scene();
    await at.run(lampExperiment({ method: [faultStep(), faultStep({ name: 'next', select: { zone: 'b' } })] }));
    const order = at
      .entries()
      .flatMap((entry) =>
        entry.type === 'injecting' || entry.type === 'reverted' ? [`${entry.type} ${entry.injection}`] : [],
      );
    expect(order).toEqual(['injecting 1.a1', 'reverted 1.a1', 'injecting 2.b1', 'reverted 2.b1']);
  });

  test('keeps a fault without a time until its end, and restores the last step first', async () => {
    const at = scene();
    const { forMs: _, ...open } = faultStep();
    const method = [open, { ...open, name: 'next', select: { zone: 'b' } }, waitStep(2_000)];
    await at.run(lampExperiment({ method }));
    expect(injectionsIn(at.entries(), 'reverting')).toEqual(['2.b1', '1.a1']);
  });

  test('plays parallel steps at the same time', async () => {
    const at = scene();
    const steps = [faultStep(), faultStep({ name: 'other', select: { zone: 'b' } })];
    const began = at.clock.nowMs();
    const method = [{ kind: 'parallel' as const, name: 'both', place: PLACE, afterMs: 0, steps }];
    await at.run(lampExperiment({ method, hypothesis: { baselineMs: 4_000 } }));
    const dark = at.events.flatMap((event) => (event.type === 'progress' ? [event.progress.faults.length] : []));
    expect(Math.max(...dark)).toBe(2);
    expect(at.clock.nowMs() - began).toBeLessThan(15_000);
  });

  test('waits before a step as long as it says', async () => {
    const at = scene();
    await at.run(lampExperiment({ method: [faultStep({ afterMs: 3_000 })] }));
    const [phase, injecting] = [
      at.entries().find((entry) => entry.type === 'phase' && entry.phase === 'method'),
      at.entries().find((entry) => entry.type === 'injecting'),
    ];
    expect(Date.parse(injecting?.at ?? '') - Date.parse(phase?.at ?? '')).toBeGreaterThanOrEqual(3_000);
  });

  test('the undo of a command and the rollbacks of the author are run, in this order', async () => {
    const at = scene();
    const method = [commandStep('break it', 'mend it'), faultStep()];
    await at.run(lampExperiment({ method, rollbacks: [commandStep('tidy up'), commandStep('sweep')] }));
    expect(at.world.commands.map((words) => words.join(' '))).toEqual(['break it', 'mend it', 'tidy up', 'sweep']);
  });

  test('a permanent fault that landed is spent', async () => {
    const at = scene();
    const { outcome } = await at.run(
      lampExperiment({ method: [faultStep({ fault: 'lamp.smash' })], allowPermanent: true }),
    );
    expect(outcome).toBe('held');
    expect(at.entries()).toContainEqual(expect.objectContaining({ type: 'reverted', how: 'spent' }));
    expect(at.world.lamps[0]?.lit).toBe(false);
  });

  test('a fault that heals by itself is waited for, and said to be dirty when it does not', async () => {
    const at = scene();
    const { outcome } = await at.run(lampExperiment({ method: [faultStep({ fault: 'lamp.flicker' })] }));
    expect(outcome).toBe('dirty');
    const healing = scene();
    healing.clock.at(12_000, () => {
      for (const lamp of healing.world.lamps) lamp.lit = true;
    });
    const healed = await healing.run(lampExperiment({ method: [faultStep({ fault: 'lamp.flicker' })] }));
    expect(healed.outcome).toBe('held');
  });
});

describe('green means tested', () => {
  test('a fault that did not land is not exercised', async () => {
    const at = scene();
    at.world.apply = () => ({});
    expect(await at.run(lampExperiment())).toMatchObject({ outcome: 'not exercised' });
  });

  test('a target that is already as the fault would leave it is not exercised', async () => {
    const at = scene();
    for (const lamp of at.world.lamps) if (lamp.name === 'a1') lamp.lit = false;
    expect(await at.run(lampExperiment())).toMatchObject({ outcome: 'not exercised' });
    expect(at.world.sent).toEqual([]);
  });

  test('a target that is gone when it is its turn is not exercised', async () => {
    const at = scene();
    at.clock.at(2_000, () => at.world.lamps.shift());
    expect(await at.run(lampExperiment())).toMatchObject({ outcome: 'not exercised' });
    expect(at.world.sent).toEqual([]);
  });

  test('a method that injects nothing is not exercised', async () => {
    expect(await scene().run(lampExperiment({ method: [waitStep(1_000)] }))).toMatchObject({
      outcome: 'not exercised',
    });
  });

  test('a hypothesis without probes is not exercised', async () => {
    expect(await scene().run(lampExperiment({ hypothesis: { probes: [] } }))).toMatchObject({
      outcome: 'not exercised',
    });
  });

  test('a sample that is too small is inconclusive, and the method is not begun on such a baseline', async () => {
    const at = scene();
    const result = await at.run(lampExperiment({ hypothesis: { baselineMs: 1_000 } }));
    expect(result.outcome).toBe('inconclusive');
    expect(at.world.sent).toEqual([]);
    expect(at.entries().at(-1)).toMatchObject({ targets: 'untouched', why: expect.stringContaining('29 are needed') });
  });
});

describe('nothing is touched when the run is refused', () => {
  const REFUSALS = [
    ['more targets than allowed', { blastRadius: { targets: 0, zones: 3 } }, 'SAFETY_BLAST_RADIUS', 'refused'],
    ['a permanent fault', { method: [faultStep({ fault: 'lamp.smash' })] }, 'SAFETY_PERMANENT', 'refused'],
    ['no target', { method: [faultStep({ select: { zone: 'z' } })] }, 'TARGET_NONE', 'not exercised'],
    ['a means that does not exist', { method: [faultStep({ via: 'docker' })] }, 'SPEC_MEANS', 'invalid'],
    [
      'one target harmed twice at a time',
      { method: [{ ...faultStep(), forMs: undefined } as never, faultStep({ name: 'again' })] },
      'SPEC_CONFLICT',
      'invalid',
    ],
  ] as const;

  test.each(REFUSALS)('%s', async (_name, change, code, outcome) => {
    const at = scene();
    expect(await at.run(lampExperiment(change))).toMatchObject({ outcome });
    expect(
      at
        .entries()
        .find((entry) => entry.type === 'refused')
        ?.problems.map((problem) => problem.code),
    ).toEqual([code]);
    expect(at.world.sent).toEqual([]);
    expect(at.entries().at(-1)).toMatchObject({ targets: 'untouched' });
  });

  test('an account that another run holds, whose lease is then left alone', async () => {
    const problem: Problem = { code: 'SAFETY_LEASE', what: 'held', fix: 'wait' };
    const released: string[] = [];
    const lease = {
      acquire: async () => [problem],
      renew: async () => {},
      release: async () => void released.push('x'),
    };
    const at = scene({ lease });
    expect(await at.run(lampExperiment())).toMatchObject({ outcome: 'refused' });
    expect(released).toEqual([]);
  });
});

describe('what somebody else changed meanwhile', () => {
  test('is reported, not overwritten, and keeps the lease, so that the next run is refused', async () => {
    const at = scene();
    at.clock.at(6_000, () => {
      for (const lamp of at.world.lamps) if (lamp.name === 'a1') lamp.by = 'somebody else';
    });
    expect(await at.run(lampExperiment())).toMatchObject({ outcome: 'dirty' });
    expect(at.world.sent.filter(({ operation }) => operation === 'Light')).toEqual([]);
    expect(at.entries()).toContainEqual(expect.objectContaining({ type: 'revert-failed', changed: true }));
    expect(at.leases).not.toContain('released');
  });

  test('a target that vanished needs no restoring', async () => {
    const at = scene();
    at.clock.at(6_000, () => at.world.lamps.shift());
    expect(await at.run(lampExperiment())).toMatchObject({ outcome: 'held' });
    expect(at.entries()).toContainEqual(expect.objectContaining({ type: 'reverted', how: 'vanished' }));
  });
});

describe('a run that was taken over', () => {
  test('touches nothing more, and ends with what the watchdog wrote', async () => {
    const at = scene();
    at.clock.at(6_000, () => at.takeOver());
    const ended: Entry = {
      v: 1,
      seq: 12,
      at: '2026-01-01T00:00:30.000Z',
      type: 'run-ended',
      outcome: 'aborted',
      why: 'taken over',
      targets: 'restored',
    };
    const file = `${at.folder}/journal.jsonl`;
    let before = '';
    at.clock.at(8_000, () => {
      before = at.disk.texts.get(file) ?? '';
      at.disk.texts.set(file, `${before}${JSON.stringify({ ...ended, seq: at.entries().length + 1 })}\n`);
    });
    expect(await at.run(lampExperiment())).toMatchObject({ outcome: 'aborted' });
    expect(at.world.sent.map(({ operation }) => operation)).toEqual(['Darken']);
    expect(types(at.entries()).at(-1)).toBe('run-ended');
    expect(at.leases).toEqual(['acquired']);
  });
});

test('a call that slips out after the watchdog has taken over is undone by the run itself', async () => {
  const at = scene();
  const file = `${at.folder}/journal.jsonl`;
  at.world.onWrite = ({ operation }) => {
    if (operation !== 'Darken') return;
    // Stopped just before the call; meanwhile the watchdog finds nothing harmed, and ends the run.
    at.takeOver();
    const bodies: EntryBody[] = [
      { type: 'reverting', injection: '1.a1', by: 'watchdog' },
      { type: 'reverted', injection: '1.a1', how: 'already', verified: null, afterMs: 0 },
      { type: 'run-ended', outcome: 'aborted', why: 'taken over', targets: 'restored' },
    ];
    for (const body of bodies) {
      const line = JSON.stringify({ v: 1, seq: at.entries().length + 1, at: '2026-01-01T00:00:30.000Z', ...body });
      at.disk.texts.set(file, `${at.disk.texts.get(file)}${line}\n`);
    }
  };
  expect(await at.run(lampExperiment())).toMatchObject({ outcome: 'aborted' });
  expect(at.world.lamps.every(({ lit }) => lit)).toBe(true);
  expect(pending(at.entries())).toEqual([]);
  expect(at.entries().findLast((entry) => entry.type === 'reverted')).toMatchObject({ how: 'restored' });
});

test('a tolerance may be looser while the fault is in place', async () => {
  const at = scene();
  at.world.light = () => (at.world.lamps[0]?.lit ? 1 : 0);
  const during = { successAtLeast: 0, latency: [], fields: [] };
  expect(await at.run(lampExperiment({ hypothesis: { probes: [probeUse({ during })] } }))).toMatchObject({
    outcome: 'held',
  });
});
