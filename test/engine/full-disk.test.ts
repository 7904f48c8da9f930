import { expect, test } from 'vitest';
import { CallError } from '../../src/kernel/errors.ts';
import type { Files } from '../../src/kernel/ports.ts';
import { commandStep, faultStep, lampExperiment, scene } from '../support/run-lamps.ts';

/** Files on a disk that takes so many writes, and from then on none: not even the mark that a lock is free. */
function fillingUp(files: Files, writes: number): Files & { readonly isFull: () => boolean } {
  let left = writes;
  const spend = async () => {
    if (left <= 0) throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
    left--;
  };
  const before =
    <A extends unknown[], R>(work: (...args: A) => Promise<R>) =>
    async (...args: A) => {
      await spend();
      return work(...args);
    };
  return {
    ...files,
    makeFolder: before(files.makeFolder),
    appendDurably: before(files.appendDurably),
    append: before(files.append),
    replace: before(files.replace),
    reserve: before(files.reserve),
    lock: before(async (path) => {
      const lock = await files.lock(path);
      return lock && { release: before(() => lock.release()) };
    }),
    isFull: () => left <= 0,
  };
}

/** A run whose disk takes so many writes. */
async function runWith(writes: number) {
  const base = scene();
  const files = fillingUp(base.context.files, writes);
  const { world, clock } = base;
  const at = scene({ world, clock, port: base.context.port, files });
  const [recordedFirst, undoneBy] = [[] as boolean[], base.disk];
  world.onWrite = ({ operation, input }) => {
    const undo = undoneBy.texts.get(`${at.folder}/undo.jsonl`) ?? '';
    if (operation === 'Darken') recordedFirst.push(undo.includes(`"name":"${String(input.name)}"`));
    if (String(input.command) === 'touch,F') recordedFirst.push(undo.includes('"rm"'));
  };
  const steps = [commandStep('touch F', 'rm F'), faultStep(), faultStep({ name: 'next', select: { zone: 'b' } })];
  const result = await at.run(lampExperiment({ method: steps, rollbacks: [] }));
  const commands = world.commands.map((command) => command.join(' '));
  const record = base.disk.texts.get(`${at.folder}/journal.jsonl`) ?? '';
  return {
    ...result,
    record,
    isFull: files.isFull(),
    recordedFirst,
    lit: world.lamps.every(({ lit }) => lit),
    commands,
  };
}

test('wherever the disk fills up: no harm without its undo on disk, all is restored, and no outcome is an error', async () => {
  const outcomes = new Map<string, number>();
  for (let writes = 0; ; writes++) {
    const { outcome, entries, record, isFull, recordedFirst, lit, commands } = await runWith(writes);
    const place = `after ${writes} writes`;
    expect(recordedFirst.every(Boolean), place).toBe(true);
    expect(lit, place).toBe(true);
    expect(commands.filter((one) => one === 'rm F').length, place).toBe(commands.includes('touch F') ? 1 : 0);
    expect(['held', 'unavailable'], place).toContain(outcome);
    expect(entries.at(-1), place).toMatchObject({ type: 'run-ended', outcome });
    if (recordedFirst.length === 0) {
      const why = expect.stringMatching(/^".*(\.jsonl|room)" cannot be written/);
      expect(entries.at(-1), place).toMatchObject({ outcome: 'unavailable', why });
    }
    const notes = entries.flatMap((entry) => (entry.type === 'note' ? entry.text : []));
    if (!record.includes('"run-ended"') && outcome === 'held')
      expect(notes.join(), `${place}: it is said`).toMatch(/cannot be written/);
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    if (!isFull) break;
  }
  expect([...outcomes.keys()].sort()).toEqual(['held', 'unavailable']);
  expect(outcomes.get('held')).toBeGreaterThan(5);
}, 60_000);

test('a disk that fills up while something is harmed takes the whole restoring: nothing counts as harmed, nothing is undone twice', async () => {
  const at = scene();
  at.world.onWrite = ({ operation }) => {
    if (operation === 'Darken') at.disk.fill();
  };
  const { outcome } = await at.run(lampExperiment({ method: [commandStep('touch F', 'rm F'), faultStep()] }));
  expect(outcome).toBe('held');
  expect(at.entries().at(-1)).toMatchObject({ type: 'run-ended', outcome, targets: 'restored' });
  expect(await at.recover()).toMatchObject({ restored: [], failed: [] });
  expect(at.world.commands.filter((command) => command.join(' ') === 'rm F')).toHaveLength(1);
  expect(at.leases).toContain('released');
});

test('a run whose restoring cannot be recorded keeps the account for whoever recovers it, and says so', async () => {
  const at = scene();
  at.world.onWrite = ({ operation }) => {
    if (operation !== 'Darken') return;
    at.disk.texts.delete(`${at.folder}/room`);
    at.disk.fill();
  };
  const { outcome, entries } = await at.run(lampExperiment());
  expect([outcome, at.world.lamps.every(({ lit }) => lit)]).toEqual(['held', true]);
  expect(at.leases).not.toContain('released');
  const notes = entries.flatMap((entry) => (entry.type === 'note' ? entry.text : []));
  expect(notes.join()).toMatch(/cannot be written.*counts as harmed: free some space, then run "chaos recover"/);
  expect(entries.at(-1)).toMatchObject({ type: 'run-ended', outcome });
  at.disk.capacity = Number.POSITIVE_INFINITY;
  expect(await at.recover()).toMatchObject({ restored: ['a1'], failed: [] });
  expect(at.leases).toContain('released');
});

test('a run that ends on a disk with room again has all on disk, and gives everything back', async () => {
  const at = scene();
  at.world.onWrite = ({ operation }) => {
    if (operation === 'Darken') at.disk.full = true;
  };
  // The very last entry is the first that finds room again.
  const { context, clock } = at;
  const files: Files = {
    ...context.files,
    appendDurably: async (path, text, mode) => {
      if (text.includes('"run-ended"')) at.disk.full = false;
      return context.files.appendDurably(path, text, mode);
    },
  };
  const again = scene({ world: at.world, clock, port: context.port, files });
  await again.run(lampExperiment());
  expect(again.leases).toContain('released');
  expect(at.disk.texts.get(`${at.folder}/journal.jsonl`)).toMatch(/"reverted".*"run-ended"/s);
  expect(at.disk.texts.has(`${at.folder}/room`)).toBe(false);
});

test('the room is kept for as long as something is left harmed, and no longer', async () => {
  const at = scene();
  await at.run(lampExperiment());
  expect(at.disk.texts.has(`${at.folder}/room`)).toBe(false);
  const dirty = scene();
  dirty.world.onWrite = ({ operation }) => {
    if (operation === 'Light') throw new CallError('AccessDenied', 'no');
  };
  expect((await dirty.run(lampExperiment())).outcome).toBe('dirty');
  expect(dirty.disk.texts.has(`${dirty.folder}/room`)).toBe(true);
  dirty.world.onWrite = () => {};
  await dirty.recover();
  expect(dirty.disk.texts.has(`${dirty.folder}/room`)).toBe(false);
});
