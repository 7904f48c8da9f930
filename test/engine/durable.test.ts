import { describe, expect, test } from 'vitest';
import { FILES } from '../../src/journal/folder.ts';
import { parseJournal } from '../../src/journal/read.ts';
import { lampExperiment, type Scene, scene } from '../support/run-lamps.ts';

/** What of the run would be left if the machine lost its power at this moment. */
const left = (at: Scene) => ({
  types: parseJournal(at.disk.durable.get(`${at.folder}/${FILES.journal}`) ?? '', 'journal').entries.map(
    ({ type }) => type,
  ),
  undo: at.disk.durable.get(`${at.folder}/${FILES.undo}`) ?? '',
});

describe('a loss of power at any moment leaves what is needed to restore', () => {
  test('when a call is sent, its undo and its announcement are durable, however long the disk takes', async () => {
    const at = scene();
    at.disk.syncMs = () => 300;
    let seen: ReturnType<typeof left> | undefined;
    at.world.onWrite = () => {
      seen ??= left(at);
    };
    expect(await at.run(lampExperiment())).toMatchObject({ outcome: 'held' });
    expect(seen?.types.slice(-2)).toEqual(['captured', 'injecting']);
    expect(seen?.undo).toContain('"injection":"1.a1"');
  });

  test.each([FILES.undo, FILES.journal])('no call is sent before a slow %s is written', async (file) => {
    const at = scene();
    at.disk.syncMs = (path) => (path.endsWith(`/${file}`) && at.clock.nowMs() >= 3_900 ? 2_000 : 1);
    let seen: ReturnType<typeof left> | undefined;
    at.world.onWrite = () => {
      seen ??= left(at);
    };
    await at.run(lampExperiment());
    expect(seen?.types.slice(-2)).toEqual(['captured', 'injecting']);
    expect(seen?.undo).toContain('"injection":"1.a1"');
  });

  test('an undo is durable before the journal speaks of it', async () => {
    let undo: string | undefined;
    const at: Scene = scene({
      listen: (event) => {
        if (event.type === 'entry' && event.entry.type === 'captured') undo = left(at).undo;
      },
    });
    at.disk.syncMs = (path) => (path.endsWith(`/${FILES.undo}`) ? 1_000 : 1);
    await at.run(lampExperiment());
    expect(undo).toContain('"injection":"1.a1"');
  });

  test('a machine that loses its power while a lamp is dark lights it again', async () => {
    const at = scene();
    const dead = new Promise<void>((resolve) => at.clock.at(7_000, resolve));
    const run = at.run(lampExperiment()).catch(() => {});
    await dead;
    expect(at.world.lamps[0]?.lit).toBe(false);
    const next = scene({ world: at.world });
    at.disk.losePower();
    for (const [path, text] of at.disk.texts) next.disk.texts.set(path, text);
    expect(await next.recover()).toMatchObject({ restored: ['a1'], failed: [] });
    expect(at.world.lamps.every(({ lit }) => lit)).toBe(true);
    await run;
  });

  test('every entry that was told is durable', async () => {
    const lacking: string[] = [];
    const at: Scene = scene({
      listen: (event) => {
        if (event.type === 'entry' && !left(at).types.includes(event.entry.type)) lacking.push(event.entry.type);
      },
    });
    await at.run(lampExperiment());
    expect(lacking).toEqual([]);
  });
});
