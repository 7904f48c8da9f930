import { describe, expect, test } from 'vitest';
import { loadExperiment } from '../../src/experiment/load.ts';
import { ERROR_CODES } from '../../src/kernel/errors.ts';
import { exitCodeOf, type Outcome } from '../../src/kernel/outcome.ts';
import { smallCatalog } from '../experiment/small-catalog.ts';
import { commandStep, faultStep, lampExperiment, probeUse, type Scene, scene } from '../support/run-lamps.ts';

/*
 * Situations in which a chaos tool may end with a comfortable 0 although nothing was proved, or leave its harm behind.
 * Here each has an exit code of its own, and the undo is done.
 */

interface Situation {
  readonly name: string;
  readonly outcome: Outcome;
  readonly play: (at: Scene) => Promise<{ readonly outcome: Outcome }>;
  /** The injections that must have happened, and must be undone. Default: lamp a1. */
  readonly harmed?: readonly string[];
}

const FAULT_AND_COMMAND = [faultStep({ select: { zone: 'b' } }), commandStep('break it', 'mend it', { forMs: 1_000 })];
/** While lamp a1 is dark, nothing is lit. */
const fragile = ({ world }: Scene) => {
  world.light = () => (world.lamps[0]?.lit ? 1 : 0);
};

const SITUATIONS: readonly Situation[] = [
  {
    name: 'the baseline is out of tolerance',
    outcome: 'unsteady',
    harmed: [],
    play: (at) => {
      at.world.light = () => 0;
      return at.run(lampExperiment());
    },
  },
  {
    name: 'the system deviates and stays broken after the method',
    outcome: 'deviated',
    play: (at) => {
      at.world.light = () => (at.world.sent.length > 0 ? 0 : 1);
      return at.run(lampExperiment());
    },
  },
  {
    name: 'the system deviates only while the fault is in place, and recovers',
    outcome: 'deviated',
    play: (at) => {
      fragile(at);
      return at.run(lampExperiment());
    },
  },
  {
    name: 'the system is never within its looser tolerance while the fault is in place',
    outcome: 'deviated',
    play: (at) => {
      fragile(at);
      const during = { successAtLeast: 0.5, latency: [], fields: [] };
      return at.run(lampExperiment({ hypothesis: { probes: [probeUse({ during })] } }));
    },
  },
  {
    name: 'a stop condition is met, and the system is well again at the end',
    outcome: 'stopped',
    play: (at) => {
      fragile(at);
      return at.run(lampExperiment({ stopConditions: [probeUse({ name: 'the light is gone' })] }));
    },
  },
  {
    name: 'the program of a step ends with code 3',
    outcome: 'unavailable',
    harmed: ['1.b1', '2.break it'],
    play: (at) => {
      at.world.failing.add('break it');
      return at.run(lampExperiment({ method: FAULT_AND_COMMAND }));
    },
  },
  {
    name: 'an exception is thrown while a fault is injected beside another',
    outcome: 'error',
    harmed: ['1.a1', '2.b1'],
    play: (at) => {
      at.world.onWrite = ({ operation, input }) => {
        if (operation === 'Darken' && input.name === 'b1') throw new TypeError('undefined is not a function');
      };
      const steps = [faultStep(), faultStep({ name: 'other', select: { zone: 'b' } })];
      const { place } = faultStep();
      return at.run(lampExperiment({ method: [{ kind: 'parallel', name: 'both', place, afterMs: 0, steps }] }));
    },
  },
  {
    name: 'a rollback of the author fails',
    outcome: 'dirty',
    play: (at) => {
      at.world.failing.add('tidy up');
      return at.run(lampExperiment({ rollbacks: [commandStep('tidy up')] }));
    },
  },
  {
    name: 'the probe cannot understand what it sees once the fault is in place',
    outcome: 'deviated',
    play: (at) => {
      at.world.onRead = ({ operation }) => {
        if (operation === 'DescribeLight' && !at.world.lamps[0]?.lit) throw new TypeError('not iterable');
      };
      return at.run(lampExperiment());
    },
  },
  {
    name: 'it is interrupted in the method',
    outcome: 'aborted',
    play: (at) => {
      at.clock.at(6_000, () => at.abort.abort('SIGINT'));
      return at.run(lampExperiment({ rollbacks: [commandStep('tidy up')] }));
    },
  },
  {
    name: 'it is asked to end by the system while a target is being injected',
    outcome: 'aborted',
    play: (at) => {
      at.world.onWrite = () => at.abort.abort('SIGTERM');
      return at.run(lampExperiment());
    },
  },
];

describe('a run that proved nothing never ends with 0, and its undo is done', () => {
  test.each(SITUATIONS.map((one) => [one.name, one] as const))('%s', async (_name, situation) => {
    const at = scene();
    const { outcome } = await situation.play(at);
    expect(at.entries().at(-1)).toMatchObject({ type: 'run-ended', outcome: situation.outcome });
    expect(outcome).toBe(situation.outcome);
    expect(exitCodeOf(outcome)).not.toBe(0);
    expect(at.world.lamps.filter(({ lit }) => !lit)).toEqual([]);
    const harmed = at.entries().flatMap((entry) => (entry.type === 'injecting' ? [entry.injection] : []));
    const restored = at.entries().flatMap((entry) => (entry.type === 'reverted' ? [entry.injection] : []));
    expect(harmed.toSorted()).toEqual((situation.harmed ?? ['1.a1']).toSorted());
    expect(restored.toSorted()).toEqual(harmed.toSorted());
  });

  test('an interrupted run plays the rollbacks of the author and the undo of a command', async () => {
    const at = scene();
    at.clock.at(9_500, () => at.abort.abort('SIGINT'));
    await at.run(lampExperiment({ method: FAULT_AND_COMMAND, rollbacks: [commandStep('tidy up')] }));
    expect(at.world.commands.map((words) => words.join(' '))).toEqual(['break it', 'mend it', 'tidy up']);
  });

  test('a second request to end stops waiting: dirty, named, and the watchdog is left to go on', async () => {
    const at = scene();
    at.world.onWrite = ({ operation }) => {
      return operation === 'Light' ? new Promise(() => {}) : undefined;
    };
    at.clock.at(6_000, () => at.abort.abort('SIGINT'));
    at.clock.at(7_000, () => at.leave.abort('SIGINT'));
    const { outcome } = await at.run(lampExperiment());
    expect(exitCodeOf(outcome)).toBe(7);
    expect(at.entries().at(-1)).toMatchObject({ outcome: 'dirty', targets: 'dirty', why: 'not restored: a1' });
    expect(at.leases).toEqual(['acquired']);
    at.world.onWrite = () => {};
    expect(await at.recover('watchdog')).toMatchObject({ restored: ['a1'], failed: [] });
    expect(at.world.lamps.every(({ lit }) => lit)).toBe(true);
  });

  test('a run that is killed leaves a journal from which another process restores', async () => {
    const at = scene();
    const killed = at.run(lampExperiment()).catch((error: Error) => error.message);
    at.world.onRead = () => {
      return at.clock.nowMs() > 6_000 ? new Promise(() => {}) : undefined;
    };
    await Promise.race([killed, at.clock.sleep(6_000)]);
    expect(at.world.lamps[0]?.lit).toBe(false);
    at.world.onRead = () => {};
    const after = scene({ world: at.world });
    for (const [path, text] of at.disk.texts) after.disk.texts.set(path, text);
    expect(await after.recover()).toMatchObject({ restored: ['a1'], failed: [] });
    expect(at.world.lamps.every(({ lit }) => lit)).toBe(true);
    expect(after.entries().at(-1)).toMatchObject({ type: 'run-ended', outcome: 'aborted', targets: 'restored' });
  });
});

describe('an experiment that says what does not exist is refused before anything is touched', () => {
  const BLUEPRINT = `
version: 1
title: One zone
zones: [use1-az1]
instances: [{ name: web, command: [node, ./web.js], port: 8080, perZone: 1 }]
`;
  const YAML = `
version: 1
title: Light stays
blueprint: region.yaml
steadyStateHypothesis:
  title: There is light
  probes:
    - name: light
      probe: http
      with: { url: http://shop.example/, rate: 10/s }
      tolerance: { success: { atLeast: 90% } }
blastRadius: { zones: 1, targets: 1 }
method:
  - { name: dark, fault: az.power-loss, select: { zone: use1-az1 }, for: 30s }
`;
  const MISTAKES: readonly (readonly [name: string, from: string, to: string])[] = [
    ['a misspelt key of the hypothesis', 'steadyStateHypothesis:', 'steadyStateHypotesis:'],
    ['a misspelt key of the rollbacks', 'method:', 'rollback: []\nmethod:'],
    ['an undefined ${parameter}', 'zone: use1-az1', 'zone: ${zoen}'],
    ['a rollback that refers to nothing', 'method:', 'rollbacks: [{ ref: missing }]\nmethod:'],
    [
      'a probe among the steps of the method',
      '- { name: dark',
      '- { name: look, probe: http, with: {} }\n  - { name: dark',
    ],
  ];

  const load = (text: string) => {
    const readText = async () => BLUEPRINT;
    return loadExperiment({ file: '/x/light.yaml', text, catalog: smallCatalog, set: {}, env: {}, readText });
  };

  test('without a mistake it is accepted', async () => {
    expect((await load(YAML)).problems).toEqual([]);
  });

  test.each(MISTAKES)('%s', async (_name, from, to) => {
    const text = YAML.replace(from, to);
    expect(text).not.toBe(YAML);
    const { experiment, problems } = await load(text);
    expect(experiment).toBeUndefined();
    expect(problems.map(({ code }) => ERROR_CODES[code].outcome)).toContain('invalid');
  });
});
