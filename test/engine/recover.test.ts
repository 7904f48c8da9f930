import { describe, expect, test } from 'vitest';
import { openJournal } from '../../src/journal/journal.ts';
import { pending } from '../../src/journal/pending.ts';
import { digestOf } from '../../src/journal/undo.ts';
import { CallError, ChaosError } from '../../src/kernel/errors.ts';
import type { Json } from '../../src/kernel/json.ts';
import type { Files, WritePort } from '../../src/kernel/ports.ts';
import { openHarm } from '../../src/report/open-harm.ts';
import { readRun } from '../../src/report/reading.ts';
import { mortalAccount } from '../support/mortal-account.ts';
import { RUN, type Scene, scene } from '../support/run-lamps.ts';
import { simulatedSeal } from '../support/simulated-seal.ts';
import { VirtualClock } from '../support/virtual-clock.ts';

const RECORD = { injection: '1.a1', fault: 'lamp.darken', means: 'api', undo: { name: 'a1', lit: true } } as const;

const STARTED = {
  type: 'run-started',
  runId: RUN,
  tool: '0.0.0',
  experiment: { file: 'x.yaml', digest: '', title: 'x' },
  account: { kind: 'embedded', name: 'embedded', instance: 'world-1' },
  reach: { kind: 'embedded', name: 'embedded' },
  parameters: {},
  pid: 1,
} as const;

const openAt = ({ disk, clock, folder }: Scene) =>
  openJournal({ files: disk.files(), clock, folder, redact: (value) => value, listen: () => {} });

/** The folder of a run that died: with a lamp that it has darkened, or was about to. */
async function died(at: Scene, { begun = true, undo = RECORD.undo as Json } = {}): Promise<void> {
  const journal = await openAt(at);
  await journal.append(STARTED);
  await journal.keepUndo({ ...RECORD, undo });
  await journal.append({
    type: 'captured',
    injection: '1.a1',
    target: 'a1',
    fault: 'lamp.darken',
    means: 'api',
    reversal: 'reverts',
    digest: digestOf(RECORD),
    restoresWithinMs: 5_000,
  });
  if (!begun) return;
  await journal.append({ type: 'injecting', injection: '1.a1', calls: [] });
  for (const lamp of at.world.lamps) if (lamp.name === 'a1') lamp.lit = false;
}

/** One that a shell quotes, so that it would not be found in a quoted line. */
const SECRET = "it's secret";

/** A command that the dead run had played, and a rollback that it had not. */
async function leaveCommand(at: Scene): Promise<void> {
  const journal = await openAt(at);
  if (journal.entries.length === 0) await journal.append(STARTED);
  const means = 'command' as const;
  const [cwd, env, timeoutMs] = ['/srv/the shop', { MODE: 'on', TOKEN: SECRET }, 1_000];
  await journal.keepSecrets([SECRET]);
  const rollback = { command: ['tidy', 'up'], shown: ['tidy', 'up'], cwd, env, timeoutMs };
  const undo = { injection: 'rollbacks', fault: 'command', means, undo: [rollback] };
  const rollbacks = await journal.keepUndo(undo);
  await journal.append({ type: 'rollbacks-captured', digest: rollbacks, seal: simulatedSeal(rollbacks) });
  const injection = '2.touch F';
  const record = { injection, fault: 'command', means, undo: { command: ['rm', 'F'], cwd, env, timeoutMs } };
  const digest = await journal.keepUndo(record);
  const facts = {
    injection,
    target: 'touch F',
    fault: 'command',
    means,
    digest,
    seal: simulatedSeal(digest),
    restoresWithinMs: 1_000,
  };
  await journal.append({ type: 'captured', ...facts, reversal: 'reverts' });
  await journal.append({ type: 'injecting', injection, calls: [] });
}

/** That of a process which stood still for some time. */
class StoppedClock extends VirtualClock {
  stoodMs = 0;
  override nowMs(): number {
    return super.nowMs() + this.stoodMs;
  }
}

const problemOf = (work: Promise<unknown>) =>
  work.then(
    () => undefined,
    (error: unknown) => (error instanceof ChaosError ? error.problems[0] : error),
  );

describe('recover', () => {
  test('restores what a dead run left, ends its journal and gives its lease back', async () => {
    const at = scene();
    await died(at);
    expect(await at.recover()).toEqual({ runId: RUN, restored: ['a1'], vanished: [], byHand: [], failed: [] });
    expect(at.world.lamps.every(({ lit }) => lit)).toBe(true);
    expect(at.entries().at(-1)).toMatchObject({ type: 'run-ended', outcome: 'aborted', targets: 'restored' });
    expect(at.leases).toEqual(['released']);
  });

  test('run twice does nothing the second time', async () => {
    const at = scene();
    await died(at);
    await at.recover();
    const journal = at.disk.texts.get(`${at.folder}/journal.jsonl`);
    expect(await at.recover()).toEqual({ runId: RUN, restored: [], vanished: [], byHand: [], failed: [] });
    expect(at.disk.texts.get(`${at.folder}/journal.jsonl`)).toBe(journal);
    expect(at.world.sent).toHaveLength(1);
  });

  test('restores nothing in an account that another run holds, and says so', async () => {
    const at = scene();
    await died(at);
    const held = { code: 'SAFETY_LEASE', what: 'another run holds it', fix: 'wait' } as const;
    const take = async () => [held];
    expect(await problemOf(at.recover('recover', undefined, { take }))).toEqual(held);
    expect(at.world.sent).toEqual([]);
    expect(at.leases).toEqual([]);
    expect(pending(at.entries())).toHaveLength(1);
  });

  test('sends nothing when reality is as before', async () => {
    const at = scene();
    await died(at);
    for (const lamp of at.world.lamps) lamp.lit = true;
    expect(await at.recover()).toMatchObject({ restored: ['a1'] });
    expect(at.world.sent).toEqual([]);
  });

  test('touches nothing of an injection that was never begun', async () => {
    const at = scene();
    await died(at, { begun: false });
    expect(await at.recover()).toMatchObject({ restored: ['a1'] });
    expect(at.world.sent).toEqual([]);
  });

  test('closes as vanished what was harmed in an account that no longer exists', async () => {
    const at = scene();
    await died(at);
    expect(await at.recover('recover', null)).toMatchObject({ vanished: ['a1'], failed: [] });
    expect(at.entries().at(-1)).toMatchObject({ type: 'run-ended', targets: 'restored' });
  });

  test('undoes commands and plays rollbacks also when the account is gone, away from it', async () => {
    const at = scene();
    await died(at);
    await leaveCommand(at);
    const { failed, vanished, restored } = await at.recover('recover', null);
    expect({ failed, vanished, restored }).toEqual({ failed: [], vanished: ['a1'], restored: ['touch F'] });
    const ran = at.world.sent.map(({ input }) => input.command);
    expect(ran).toEqual([
      ['rm', 'F'],
      ['tidy', 'up'],
    ]);
  });

  /** A command whose undo was left over by a run on a disk that is full by now. */
  async function leaveOnFullDisk({ room }: { room: boolean }) {
    const at = scene();
    await leaveCommand(at);
    if (room) await (await openAt(at)).keepRoom();
    at.disk.fill();
    const undone = () => at.world.commands.filter((command) => command.join(' ') === 'rm F').length;
    return { at, undone };
  }

  test('on a full disk writes what it did into the room that was kept, and plays no command twice', async () => {
    const { at, undone } = await leaveOnFullDisk({ room: true });
    expect(await at.recover()).toMatchObject({ restored: ['touch F'], failed: [] });
    expect(at.entries().at(-1)).toMatchObject({ type: 'run-ended', targets: 'restored' });
    expect(at.leases).toEqual(['released']);
    expect(await at.recover()).toMatchObject({ restored: [], failed: [] });
    expect(undone()).toBe(1);
    expect(at.disk.texts.has(`${at.folder}/room`), 'the room is given back').toBe(false);
  });

  test('that cannot be recorded restores all the same, says so and keeps the account, until it can', async () => {
    const { at, undone } = await leaveOnFullDisk({ room: false });
    const why = { code: 'JOURNAL_WRITE', what: expect.stringContaining('ENOSPC') };
    expect(await at.recover()).toMatchObject({ restored: ['touch F'], failed: [], unrecorded: why });
    expect([undone(), at.leases]).toEqual([1, []]);
    at.disk.capacity = Number.POSITIVE_INFINITY;
    expect(await at.recover()).not.toHaveProperty('unrecorded');
    expect([undone(), at.leases]).toEqual([2, ['released']]);
    expect(at.entries().at(-1)).toMatchObject({ type: 'run-ended', targets: 'restored' });
  });

  test('on a disk that has room again at the very end gives the account back, for all is recorded', async () => {
    const { at } = await leaveOnFullDisk({ room: false });
    const files = at.disk.files();
    const appendDurably: Files['appendDurably'] = async (path, text, mode) => {
      if (text.includes('"run-ended"')) at.disk.capacity = Number.POSITIVE_INFINITY;
      return files.appendDurably(path, text, mode);
    };
    const change = { files: { ...files, appendDurably } };
    expect(await at.recover('recover', undefined, change)).not.toHaveProperty('unrecorded');
    expect(at.leases).toEqual(['released']);
  });

  test('lists a command as dirty whose undo fails when the account is gone', async () => {
    const at = scene();
    await leaveCommand(at);
    at.world.onWrite = () => {
      throw new CallError('CommandFailed', 'it exited with 1');
    };
    const { failed } = await at.recover('recover', null);
    const there = "cd '/srv/the shop' && env MODE=on 'TOKEN=[redacted]'";
    expect(failed).toMatchObject([
      { target: 'touch F', manualRecovery: `${there} rm F` },
      { target: 'rollback "tidy up"', manualRecovery: `${there} tidy up` },
    ]);
    expect(openHarm(readRun(at.entries())).map(({ byHand }) => byHand)).toEqual([`${there} rm F`, `${there} tidy up`]);
    expect(at.entries().at(-1)).toMatchObject({ type: 'run-ended', outcome: 'dirty' });
  });

  test('that loses the account while it restores closes what stood there as vanished, at once', async () => {
    const at = scene();
    await died(at);
    const { port, die } = mortalAccount(at);
    die();
    expect(await at.recover('recover', port)).toMatchObject({ vanished: ['a1'], failed: [] });
    expect(at.clock.nowMs()).toBeLessThan(3_000);
    expect(at.entries().at(-1)).toMatchObject({ type: 'run-ended', outcome: 'aborted', targets: 'restored' });
  });

  test('says what it could not restore and how to do it by hand, and succeeds when it is tried again', async () => {
    const at = scene();
    await died(at);
    at.world.onWrite = () => {
      throw new ChaosError({ code: 'CALL_FAILED', what: 'access denied', fix: 'ask' });
    };
    const { failed } = await at.recover();
    expect(failed).toMatchObject([{ target: 'a1', manualRecovery: 'light it by hand' }]);
    expect(at.entries().at(-1)).toMatchObject({ type: 'run-ended', outcome: 'dirty' });
    expect(at.leases).toEqual([]);
    at.world.onWrite = () => {};
    expect(await at.recover()).toMatchObject({ restored: ['a1'], failed: [] });
    expect(at.leases).toEqual(['released']);
  });

  test('that stood still until long after its time has not tried yet, and does so', async () => {
    const clock = new StoppedClock();
    const at = scene({ clock });
    await died(at);
    const { read } = at.context.port;
    const port: WritePort = {
      ...at.context.port,
      read: async (...asked) => {
        if (clock.stoodMs > 0) return read(...asked);
        clock.stoodMs = 3_600_000;
        throw new CallError('TIMEOUT', 'no answer', { ambiguous: false });
      },
    };
    expect(await at.recover('recover', port)).toMatchObject({ restored: ['a1'], failed: [] });
    expect(at.world.lamps.every(({ lit }) => lit)).toBe(true);
  });

  describe('of a run at an endpoint', () => {
    const leave = async (sealed: boolean) => {
      const at = scene();
      await died(at);
      const path = `${at.folder}/journal.jsonl`;
      const digest = digestOf(RECORD);
      const seal = sealed ? `"seal":"${simulatedSeal(digest)}",` : '';
      const text = (at.disk.texts.get(path) ?? '')
        .replace('"reach":{"kind":"embedded"', '"reach":{"kind":"endpoint","endpoint":"http://127.0.0.1:1"')
        .replace(`"digest":"${digest}"`, `${seal}"digest":"${digest}"`);
      at.disk.texts.set(path, text);
      let asked = 0;
      const connect = async () => {
        asked++;
        throw new CallError('ECONNREFUSED', 'nobody listens there');
      };
      return { at, connect, asked: () => asked };
    };

    test('sends nothing there that a stranger may have written', async () => {
      const { at, connect, asked } = await leave(false);
      const problem = { code: 'SAFETY_SEAL', what: expect.stringContaining('http://127.0.0.1:1') };
      expect(await problemOf(at.recover('recover', undefined, { connect }))).toMatchObject(problem);
      expect([asked(), at.world.sent, at.leases]).toEqual([0, [], []]);
    });

    test.each([true, false])(
      'closes it by the word of who restored it by hand when nobody can look (sealed: %s)',
      async (sealed) => {
        const { at, connect, asked } = await leave(sealed);
        const closed = await at.recover('recover', undefined, { connect, restoredByHand: 'ada' });
        expect(closed).toMatchObject({ byHand: [{ target: 'a1', saidBy: 'ada' }], vanished: [], failed: [] });
        expect([asked(), at.world.sent]).toEqual([sealed ? 1 : 0, []]);
        expect(at.entries().at(-1)).toMatchObject({ type: 'run-ended', targets: 'dirty' });
      },
    );

    test('waits for one that cannot be reached', async () => {
      const { at, connect } = await leave(true);
      expect(await problemOf(at.recover('recover', undefined, { connect }))).toMatchObject({ code: 'ECONNREFUSED' });
    });
  });

  test('uses no undo data whose digest is not the recorded one', async () => {
    const at = scene();
    await died(at, { undo: { name: 'b1', lit: false } });
    const { failed } = await at.recover();
    expect(failed).toMatchObject([{ target: 'a1', why: expect.stringContaining('digest') }]);
    expect(at.world.sent).toEqual([]);
  });

  test('waits for nobody who is restoring already', async () => {
    const at = scene();
    await died(at);
    await at.disk.files().lock(`${at.folder}/run.lock`);
    expect(await problemOf(at.recover())).toMatchObject({ code: 'SAFETY_LEASE' });
  });

  test('leaves a run alone that is still going on; the watchdog does not', async () => {
    const at = scene();
    await died(at);
    await at.disk.files().lock(`${at.folder}/holder.lock`);
    expect(await problemOf(at.recover())).toMatchObject({ code: 'SAFETY_LEASE', fix: expect.stringContaining(RUN) });
    expect(await at.recover('watchdog')).toMatchObject({ restored: ['a1'] });
  });

  test('of a run that is not recorded says so', async () => {
    expect(await problemOf(scene().recover())).toMatchObject({ code: 'JOURNAL_READ' });
  });
});
