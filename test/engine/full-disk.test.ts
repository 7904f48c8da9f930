import { expect, test } from 'vitest';
import type { Files } from '../../src/kernel/ports.ts';
import { commandStep, faultStep, lampExperiment, scene } from '../support/run-lamps.ts';

/** Files on a disk that takes so many writes, and from then on none: not even the mark that a lock is free. */
function fillingUp(files: Files, writes: number): Files & { readonly isFull: () => boolean } {
  let left = writes;
  const spend = async () => {
    if (left <= 0) throw new Error('ENOSPC: no space left on device, write');
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
