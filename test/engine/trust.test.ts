import { beforeAll, describe, expect, test } from 'vitest';
import { catalog } from '../../src/catalog/index.ts';
import { recoverRun } from '../../src/engine/recover.ts';
import { type Journal, openJournal } from '../../src/journal/journal.ts';
import { digestOf, readUndo, type UndoRecord } from '../../src/journal/undo.ts';
import type { MeansKind } from '../../src/kernel/define.ts';
import type { Json } from '../../src/kernel/json.ts';
import { processCall } from '../../src/kernel/process.ts';
import { MemoryDisk } from '../support/memory-files.ts';
import { commandStep, faultStep, lampExperiment, RUN, type Scene, scene, waitStep } from '../support/run-lamps.ts';
import { build } from '../support/sim-port.ts';
import { simulatedSeal } from '../support/simulated-seal.ts';

const { forMs: _, ...untilTheEnd } = faultStep();
const EXPERIMENT = lampExperiment({
  method: [untilTheEnd, commandStep('touch F', 'rm F', { env: { A: 'b' } }), waitStep(5_000)],
  rollbacks: [commandStep('tidy up', undefined, { env: { A: 'b' } }), commandStep('sweep')],
});
const PLAYED = ['rm F', 'tidy up', 'sweep'];

/** The record of a run of one's own, as it was when a lamp was dark and the command was played. */
let genuine: ReadonlyMap<string, string>;

beforeAll(async () => {
  const at: Scene = scene({
    listen: (event) => {
      if (event.type === 'entry' && event.entry.type === 'injected' && event.entry.injection === '2.touch F')
        genuine = new Map(at.disk.durable);
    },
  });
  await at.run(EXPERIMENT);
});

/** A scene with that record, changed by whoever has it in his hands. */
function found(change: (text: string, file: string) => string = (text) => text): Scene {
  const at = scene();
  for (const [path, text] of genuine) at.disk.texts.set(path, change(text, path.split('/').at(-1) ?? ''));
  for (const lamp of at.world.lamps) lamp.lit = lamp.name !== 'a1';
  return at;
}
const commands = (at: Scene) => at.world.commands.map((words) => words.join(' '));
const isLit = (at: Scene) => at.world.lamps.every(({ lit }) => lit);

/** Puts another record in the place of a genuine one, and its digest into the journal; its seal stays. */
async function forge(one: UndoRecord, into: unknown): Promise<Scene> {
  const forged = digestOf(into as UndoRecord);
  return found((text, file) =>
    file === 'undo.jsonl'
      ? text.replace(JSON.stringify(one), JSON.stringify(into))
      : text.replaceAll(digestOf(one), forged),
  );
}
const records = async () => [...(await readUndo(found().disk.files(), `/home/runs/${RUN}`)).values()];

/** Every value with one of its leaves changed, and with one of its parts left out or added. */
function* changesOf(value: unknown): Generator<unknown> {
  if (typeof value === 'string') yield `${value}x`;
  if (typeof value === 'number') yield value + 1;
  if (Array.isArray(value)) {
    for (const [index, inner] of value.entries()) for (const to of changesOf(inner)) yield value.with(index, to);
    if (value.length > 1) yield value.slice(1);
    yield [...value, value[0]];
  } else if (value !== null && typeof value === 'object') {
    for (const [key, inner] of Object.entries(value)) for (const to of changesOf(inner)) yield { ...value, [key]: to };
    yield { ...value, PATH: '/elsewhere' };
  }
}

describe('what a record would run is run only if this user recorded it', () => {
  test('the own record of a dead run is played whole, by recover and by its watchdog', async () => {
    for (const by of ['recover', 'watchdog'] as const) {
      const at = found();
      expect(await at.recover(by)).toMatchObject({ restored: ['a1', 'touch F'], failed: [] });
      expect(commands(at)).toEqual(PLAYED);
    }
  });

  test('a record in which anything is changed plays nothing of what was changed, and restores the rest', async () => {
    let tried = 0;
    for (const record of (await records()).filter(({ means }) => means === 'command')) {
      for (const into of changesOf(record)) {
        const at = await forge(record, into);
        const { failed, restored } = await at.recover();
        const isUndo = record.injection === '2.touch F';
        const told = JSON.stringify(into);
        expect(commands(at), told).toEqual(isUndo ? ['tidy up', 'sweep'] : ['rm F']);
        expect(restored, told).toContain('a1');
        expect(failed.length, told).toBeGreaterThan(0);
        expect(isLit(at)).toBe(true);
        expect(at.entries().at(-1), told).toMatchObject({ type: 'run-ended', outcome: 'dirty' });
        tried++;
      }
    }
    expect(tried).toBeGreaterThan(30);
  });

  test('a record without seals, as older versions made it, plays nothing and is shown', async () => {
    const at = found((text) => text.replaceAll(/,"seal":"[0-9a-f]+"/g, ''));
    const { failed, restored } = await at.recover();
    expect(restored).toEqual(['a1']);
    expect(commands(at)).toEqual([]);
    expect(failed.map(({ code, target }) => [code, target])).toEqual([
      ['SAFETY_SEAL', 'touch F'],
      ['SAFETY_SEAL', 'rollback "tidy up"'],
      ['SAFETY_SEAL', 'rollback "sweep"'],
    ]);
    expect(failed[0]?.why).toContain('cd / && env A=b rm F');
    expect(failed[0]?.manualRecovery).toContain(`chaos recover ${RUN} --trust-commands`);
  });

  test('a record without seals hides nothing of what it would run, whatever it calls a secret', async () => {
    const secrets = '\n{"secrets":["env A=b rm F","tidy"]}\n';
    const at = found((text, file) =>
      file === 'undo.jsonl' ? `${text}${secrets}` : text.replaceAll(/,"seal":"[0-9a-f]+"/g, ''),
    );
    const { failed } = await at.recover();
    expect(failed.map(({ why }) => why).join('\n')).toMatch(/env A=b rm F[\s\S]*tidy up/);
    expect(JSON.stringify(failed) + at.disk.texts.get(`${at.folder}/journal.jsonl`)).not.toContain('[redacted]');
  });

  test.each([
    ['of another user, run or folder', (text: string) => `another ${simulatedSeal(text)}`],
    ['of nobody', undefined],
  ])('with the key %s nothing is played', async (_whose, seal) => {
    const at = found();
    expect((await at.recover('recover', undefined, { seal })).failed).toHaveLength(3);
    expect(commands(at)).toEqual([]);
    expect(isLit(at)).toBe(true);
  });

  test('the seal of one record is good for no other', async () => {
    const all = await records();
    const digests = all.filter(({ means }) => means === 'command').map(digestOf);
    const [one = '', other = ''] = digests;
    const at = found((text) => text.replaceAll(simulatedSeal(one), simulatedSeal(other)));
    await at.recover();
    expect(commands(at)).not.toContain(one === digestOf(all[0] as UndoRecord) ? 'tidy up' : 'rm F');
  });

  test('an undo is not played in the name of another injection', async () => {
    const at = found((text) => text.replaceAll('"injection":"2.touch F","target"', '"injection":"9.x","target"'));
    const { failed } = await at.recover();
    expect(failed).toMatchObject([{ target: 'touch F', why: expect.stringContaining('2.touch F') }]);
    expect(commands(at)).toEqual(['tidy up', 'sweep']);
  });

  test('who has read them may play them, once, and nothing is dirty then', async () => {
    const at = found();
    const seal = undefined;
    await at.recover('recover', undefined, { seal });
    expect(await at.recover('recover', undefined, { seal, trustCommands: true })).toMatchObject({ failed: [] });
    expect(await at.recover('recover', undefined, { seal, trustCommands: true })).toMatchObject({ failed: [] });
    expect(commands(at)).toEqual(PLAYED);
  });
});

describe('what is shown of a foreign command is what would run', () => {
  /** The record of somebody who has read this program. */
  async function foreign(undo: Json, injection = '2.touch F') {
    const record = { injection, fault: 'command', means: 'command', undo } as const;
    const [own] = (await records()).filter((one) => one.injection === injection);
    if (!own) throw new Error('no such record');
    return forge(own, record);
  }

  test('not what it says of itself', async () => {
    const at = await foreign([{ command: ['rm', '-rf', '/'], shown: ['echo', 'hello'], cwd: '/' }], 'rollbacks');
    const { failed } = await at.recover();
    expect(failed.at(-1)).toMatchObject({ target: 'rollback "rm -rf /"', why: expect.stringContaining('rm -rf /') });
  });

  test('without characters that hide it on a terminal', async () => {
    const at = await foreign({ command: ['rm', '-rf', '/\u001b[2K\u001b[8m', '\u202e'], cwd: '/' });
    const { failed } = await at.recover();
    expect(failed[0]?.why).toContain('rm -rf');
    expect(JSON.stringify(failed)).not.toMatch(/\\u001b|\u202e/);
  });

  test.each([[{ command: 'rm -rf /' }], [{ command: [] }], [[1]], ['x'], [{ command: ['a'], env: [null] }]])(
    'also where it is no command at all: %j',
    async (undo) => {
      const at = await foreign(undo as Json);
      const { failed } = await at.recover('recover', undefined, { seal: undefined });
      expect(failed[0]?.why).toContain(JSON.stringify(undo));
      const trusted = await at.recover('recover', undefined, { trustCommands: true });
      expect(trusted.failed).toMatchObject([{ target: 'touch F' }]);
      expect(commands(at)).not.toContain('rm F');
    },
  );
});

describe('on an account of kind host', () => {
  const PID_FILE = '/run/own.pid';
  const FOLDER = `/home/runs/${RUN}`;
  const signal = new AbortController().signal;

  /** The record of a run that harmed this machine by that fault, recovered; with every call that reached the machine. */
  async function recovered(one: { fault: string; means: MeansKind; undo: Json; seal?: (digest: string) => string }) {
    const { fault, means, undo, seal } = one;
    const port = build({ kind: 'host', pidFiles: [PID_FILE] });
    const disk = new MemoryDisk();
    const journal = await openJournal({
      files: disk.files(),
      clock: port.clock,
      folder: FOLDER,
      redact: (value) => value,
      listen: () => {},
    });
    await begin(journal);
    const digest = await journal.keepUndo({ injection: '1.x', fault, means, undo });
    const kept = { digest, ...(seal && { seal: seal(digest) }) };
    const facts = {
      injection: '1.x',
      target: 'x',
      fault,
      means,
      reversal: 'reverts',
      restoresWithinMs: 1_000,
    } as const;
    await journal.append({ type: 'captured', ...facts, ...kept });
    await journal.append({ type: 'injecting', injection: '1.x', calls: [] });
    const { process } = port.machine.describePidFile(PID_FILE);
    if (!process) throw new Error('the machine has no process');
    const { pid, startTime } = process;
    await port.clock.run(port.write(processCall('Signal', { pid, startTime, signal: 'SIGSTOP' }), signal));
    port.recorded.length = 0;
    const recovery = await port.clock.run(
      recoverRun(FOLDER, {
        catalog: await loaded,
        files: disk.files(),
        clock: port.clock,
        by: 'recover',
        connect: async () => port,
        openCommandPort: () => port,
        take: async () => [],
        release: async () => {},
        seal: simulatedSeal,
        trustCommands: false,
        listen: () => {},
      }),
    );
    const isStopped = port.machine.describePidFile(PID_FILE).process?.stopped;
    return { recovery, calls: port.recorded.map(({ call }) => call), isStopped };
  }
  const begin = (journal: Journal) =>
    journal.append({
      type: 'run-started',
      runId: RUN,
      tool: '0.0.0',
      experiment: { file: 'x.yaml', digest: '', title: 'x' },
      account: { kind: 'host', name: 'host', instance: 'sim-1' },
      reach: { kind: 'host', name: 'host' },
      parameters: {},
      pid: 1,
    });
  /** Loaded: a virtual clock cannot wait for files. */
  const loaded = Promise.all(
    catalog.faults.map(async (entry) => {
      const fault = await entry.load();
      return { ...entry, fault, load: async () => fault };
    }),
  ).then((faults) => ({ faults, probes: [] }));

  const undoOf = (of: { pid: number; startTime: string }) => {
    const process = { of: 'machine', pidFile: PID_FILE, name: 'own', ...of };
    return { ...process, process, wasStopped: false, answered: null };
  };
  const victim = () => {
    const { process } = build({ kind: 'host', pidFiles: [PID_FILE] }).machine.describePidFile(PID_FILE);
    return { pid: process?.pid ?? 0, startTime: process?.startTime ?? '' };
  };

  test('an own record lets the process go on', async () => {
    const undo = undoOf(victim());
    const { recovery, isStopped } = await recovered({
      fault: 'host.pause-process',
      means: 'host',
      undo,
      seal: simulatedSeal,
    });
    expect(recovery).toMatchObject({ restored: ['x'], failed: [] });
    expect(isStopped).toBe(false);
  });

  test('a foreign one neither signals nor looks, whatever the fault and the means', async () => {
    const { faults } = await loaded;
    const cases = faults.flatMap(({ fault }) =>
      Object.keys(fault.means).map((means) => [fault.id, means as MeansKind] as const),
    );
    expect(cases.length).toBeGreaterThan(5);
    for (const [fault, means] of cases) {
      const { recovery, calls, isStopped } = await recovered({ fault, means, undo: undoOf(victim()) });
      expect(calls, `${fault} by ${means}`).toEqual([]);
      expect(isStopped).toBe(true);
      expect(recovery.failed).toMatchObject([
        { target: 'x', code: 'SAFETY_SEAL', why: expect.stringContaining(fault) },
      ]);
    }
  });
});
