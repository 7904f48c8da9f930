import { expect, test } from 'vitest';
import { CallError } from '../../src/kernel/errors.ts';
import { runJson } from '../../src/report/json.ts';
import { lineRenderer } from '../../src/report/lines.ts';
import { readRun } from '../../src/report/reading.ts';
import { renderSummary } from '../../src/report/summary.ts';
import { PLAIN } from '../../src/report/text.ts';
import { commandStep, faultStep, lampExperiment, type Scene, scene, waitStep } from '../support/run-lamps.ts';

const BY_HAND = { restoredByHand: 'alice' };
const { forMs: _, ...untilTheEnd } = faultStep();
const commands = (at: Scene) => at.world.commands.map((words) => words.join(' '));
const summaryOf = (at: Scene) => renderSummary(readRun(at.entries()), { journal: 'j' }, 90, PLAIN);

/** A run that died while a lamp was dark and a command was played, and whose undo and rollback nobody can look behind. */
async function dead(): Promise<Scene> {
  const record = new Map<string, string>();
  const first: Scene = scene({
    listen: (event) => {
      if (event.type !== 'entry' || event.entry.type !== 'injected' || event.entry.injection !== '2.touch F') return;
      for (const [path, text] of first.disk.durable) record.set(path, text);
    },
  });
  const method = [untilTheEnd, commandStep('touch F', 'rm F'), waitStep(5_000)];
  await first.run(lampExperiment({ method, rollbacks: [commandStep('tidy up')] }));
  const at = scene();
  for (const [path, text] of record) at.disk.texts.set(path, text);
  for (const lamp of at.world.lamps) lamp.lit = lamp.name !== 'a1';
  return at;
}

test('what somebody says that he restored by hand is closed by his word: nothing is played that nobody can compare', async () => {
  const at = await dead();
  expect(await at.recover('recover', undefined, BY_HAND)).toEqual({
    runId: expect.any(String),
    restored: ['a1'],
    vanished: [],
    byHand: [
      { target: 'touch F', saidBy: 'alice' },
      { target: 'rollback "tidy up"', saidBy: 'alice' },
    ],
    failed: [],
  });
  expect(commands(at)).toEqual([]);
  expect(
    at.world.lamps.every(({ lit }) => lit),
    'what can be compared is restored',
  ).toBe(true);
  expect(at.leases, 'the account is given back').toEqual(['released']);
});

test('and it stays closed, and is played by no later recovery', async () => {
  const at = await dead();
  await at.recover('recover', undefined, BY_HAND);
  expect(await at.recover()).toMatchObject({ restored: [], byHand: [], failed: [] });
  expect(commands(at)).toEqual([]);
});

test('what is told of it says by whose word, and the verdict of the run stays dirty', async () => {
  const at = await dead();
  await at.recover('recover', undefined, BY_HAND);
  const json = runJson(readRun(at.entries()), 'j');
  expect(json).toMatchObject({ outcome: 'dirty', exitCode: 7, targets: 'restored by hand' });
  expect(json.injections.find(({ target }) => target === 'touch F')).toMatchObject({ restored: 'by hand' });
  const text = summaryOf(at);
  expect(text).toMatch(/^DIRTY/);
  expect(text).toContain('restored by hand, as alice says');
  expect(text).toContain('What could not be restored is restored by hand, as alice says.');
  expect(text).not.toContain('Every target is restored');
  expect(text).not.toContain('Everything was restored');
  const lines = at.entries().map(lineRenderer()).join('\n');
  expect(lines).toContain('touch F restored by hand, as alice says');
  expect(lines).toContain('rollback played by hand, as alice says: tidy up');
});

test('a target that somebody else has changed is compared first, and then closed by that word too', async () => {
  const at = await dead();
  for (const lamp of at.world.lamps) if (lamp.name === 'a1') lamp.by = 'somebody else';
  const { byHand, failed } = await at.recover('recover', undefined, BY_HAND);
  expect([byHand.map(({ target }) => target), failed]).toEqual([['a1', 'touch F', 'rollback "tidy up"'], []]);
  expect(at.world.lamps.find(({ name }) => name === 'a1')?.lit, 'it is not overwritten').toBe(false);
});

test('undo data that is lost or not proved to be his own is closed likewise, and nothing of it is played', async () => {
  const lost = await dead();
  lost.disk.texts.delete(`${lost.folder}/undo.jsonl`);
  expect(await lost.recover('recover', undefined, BY_HAND)).toMatchObject({ failed: [], restored: [] });
  expect(await lost.recover()).toMatchObject({ failed: [] });
  const foreign = await dead();
  const { byHand } = await foreign.recover('recover', undefined, { ...BY_HAND, seal: () => 'another' });
  expect(byHand.map(({ target }) => target)).toEqual(['touch F', 'rollback "tidy up"']);
  expect(commands(foreign)).toEqual([]);
});

test('what is seen to be harmed, or could not be looked at, is closed by no word', async () => {
  for (const broken of ['write', 'read'] as const) {
    const at = await dead();
    const refuse = () => {
      throw new CallError('AccessDenied', 'not allowed');
    };
    if (broken === 'write') at.world.onWrite = ({ operation }) => (operation === 'Light' ? refuse() : undefined);
    else at.world.onRead = refuse;
    const recovery = await at.recover('recover', undefined, BY_HAND);
    expect(recovery, broken).toMatchObject({ byHand: [{ target: 'touch F' }, {}], failed: [{ target: 'a1' }] });
    expect(at.leases, 'the account stays with the run').toEqual([]);
    at.world.onWrite = () => {};
    at.world.onRead = () => {};
    expect(await at.recover(), broken).toMatchObject({ restored: ['a1'], failed: [] });
  }
});
