import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { liveFiles } from '../../src/host/files.ts';
import type { EntryBody } from '../../src/journal/entries.ts';
import { newRunId } from '../../src/journal/folder.ts';
import { type Journal, openJournal } from '../../src/journal/journal.ts';
import { parseJournal, readJournal } from '../../src/journal/read.ts';
import { digestOf, readSecrets, readUndo } from '../../src/journal/undo.ts';
import { ChaosError } from '../../src/kernel/errors.ts';
import type { Files } from '../../src/kernel/ports.ts';
import { REDACTED, redactor } from '../../src/kernel/redact.ts';
import { MemoryDisk } from '../support/memory-files.ts';
import { VirtualClock } from '../support/virtual-clock.ts';

const FOLDER = '/home/runs/x';
const note = (text: string) => ({ type: 'note', text }) as const;
const RECORD = { injection: '1.a', fault: 'lamp.darken', means: 'api', undo: { password: 'hunter22' } } as const;

const open = (files: Files, folder = FOLDER, secrets: readonly string[] = []): Promise<Journal> =>
  openJournal({ files, clock: new VirtualClock(), folder, redact: redactor(secrets), listen: () => {} });

const problemOf = async (work: Promise<unknown>) => {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  return error instanceof ChaosError ? error.problems[0] : error;
};

describe('what is appended is on disk before the append returns', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'journal-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  test('as one line each, numbered from 1 in the order of the calls, also when they are not awaited', async () => {
    const journal = await open(liveFiles(), folder);
    await Promise.all(['a', 'b', 'c'].map((text) => journal.append(note(text))));
    const lines = (await readFile(journal.path, 'utf8')).trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { v: 1, seq: 1, text: 'a' },
      { v: 1, seq: 2, text: 'b' },
      { v: 1, seq: 3, text: 'c' },
    ]);
  });

  test('the undo is kept apart, exact, for its owner alone', async () => {
    const journal = await open(liveFiles(), folder, ['hunter22']);
    await journal.keepUndo(RECORD);
    const file = path.join(folder, 'undo.jsonl');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await readFile(file, 'utf8')).toContain('hunter22');
  });
});

describe('secrets are kept beside the undo', () => {
  test('for whoever recovers the run, and are no undo', async () => {
    const disk = new MemoryDisk();
    const journal = await open(disk.files());
    await journal.keepSecrets([]);
    expect(disk.texts.get(`${FOLDER}/undo.jsonl`)).toBeUndefined();
    const digest = await journal.keepUndo(RECORD);
    await journal.keepSecrets(['hunter22', 'tok']);
    expect(await readSecrets(disk.files(), FOLDER)).toEqual(['hunter22', 'tok']);
    expect([...(await readUndo(disk.files(), FOLDER)).keys()]).toEqual([digest]);
  });
});

describe('the journal is redacted by value', () => {
  test('wherever a secret occurs, in what is written and in what is told', async () => {
    const disk = new MemoryDisk();
    const told: unknown[] = [];
    const redact = redactor(['s3cret-token']);
    const [files, clock, listen] = [disk.files(), new VirtualClock(), (entry: unknown) => told.push(entry)];
    const journal = await openJournal({ files, clock, folder: FOLDER, redact, listen });
    await journal.append(note('the token is s3cret-token.'));
    expect(told).toMatchObject([{ text: `the token is ${REDACTED}.` }]);
    expect(disk.texts.get(journal.path)).toContain(`the token is ${REDACTED}.`);
    expect(disk.texts.get(journal.path)).not.toContain('s3cret-token');
    expect(journal.entries).toMatchObject([{ text: 'the token is s3cret-token.' }]);
  });

  test('wherever it overlaps another secret, and as JSON and URLs write it', () => {
    const redact = redactor(['abcdX', 'Xefgh', 'pass "word"', 'redacted']);
    expect(redact('abcdXefgh')).toBe(REDACTED);
    expect(redact(JSON.stringify({ it: 'pass "word"' }))).toBe(`{"it":"${REDACTED}"}`);
    expect(redact(`?q=${encodeURIComponent('pass "word"')}`)).toBe(`?q=${REDACTED}`);
    expect(redactor(['12345'])({ pin: 12345, port: 80 })).toEqual({ pin: REDACTED, port: 80 });
  });

  test('the longer of two secrets goes first, and a text of three characters is no secret', () => {
    expect(redactor(['long', 'longer', 'a'])({ longer: ['longer', 'a long way'] })).toEqual({
      [REDACTED]: [REDACTED, `a ${REDACTED} way`],
    });
  });
});

describe('a journal that has ended', () => {
  const END = { type: 'run-ended', outcome: 'held', why: '', targets: 'restored' } as const;

  test('takes nothing more from the run that ended it', async () => {
    const disk = new MemoryDisk();
    const journal = await open(disk.files());
    const late = [journal.append(END), journal.append(note('late')), journal.record(note('later'))] as const;
    expect(await problemOf(late[1])).toMatchObject({ code: 'JOURNAL_WRITE', what: expect.stringContaining('ended') });
    await Promise.allSettled(late);
    expect(journal.entries.map(({ type }) => type)).toEqual(['run-ended']);
    expect(parseJournal(disk.texts.get(journal.path) ?? '', 'x').entries).toHaveLength(1);
    expect(journal.failure).toBeUndefined();
  });

  test('takes what somebody adds who recovers the run', async () => {
    const disk = new MemoryDisk();
    await (await open(disk.files())).append(END);
    await (await open(disk.files())).append(note('recovered'));
    expect((await readJournal(disk.files(), FOLDER)).entries).toHaveLength(2);
  });
});

describe('a journal whose writer died is readable', () => {
  const whole = async () => {
    const disk = new MemoryDisk();
    const journal = await open(disk.files());
    for (const text of ['one', 'two', 'three']) await journal.append(note(text));
    return { disk, path: journal.path, text: disk.texts.get(journal.path) ?? '' };
  };

  test('cut off anywhere, it holds every entry that was whole', async () => {
    const { text, path: file } = await whole();
    const ends = [...text.matchAll(/\n/g)].map((match) => match.index);
    for (let length = 0; length <= text.length; length++) {
      const { entries } = parseJournal(text.slice(0, length), file);
      // The last character of a line may be there without its line break.
      expect(entries).toHaveLength(ends.filter((end) => end <= length).length);
    }
  });

  test('and whoever goes on writes a line of its own after the torn one', async () => {
    const { disk, path: file, text } = await whole();
    disk.texts.set(file, text.slice(0, -20));
    const journal = await open(disk.files());
    await journal.append(note('four'));
    const { entries, torn } = await readJournal(disk.files(), FOLDER);
    expect(torn).toBe(true);
    expect(entries.map((entry) => [entry.seq, 'text' in entry ? entry.text : ''])).toEqual([
      [1, 'one'],
      [2, 'two'],
      [3, 'four'],
    ]);
  });

  test('and an entry that another process wrote right behind the torn one is not lost', async () => {
    const { text, path: file } = await whole();
    const [first = '', second = '', third = ''] = text.split('\n');
    const glued = `${first}\n${second.slice(0, 40)}${second}\n${third}\n`;
    const { entries, torn } = parseJournal(glued, file);
    expect(torn).toBe(true);
    expect(entries.map(({ seq }) => seq)).toEqual([1, 2, 3]);
  });

  test('and a number that was given twice is not taken for a gap', async () => {
    const { disk, path: file, text } = await whole();
    const [, second = ''] = text.split('\n');
    disk.texts.set(file, `${text}${second.replace('two', 'late')}\n`);
    const journal = await open(disk.files());
    expect((await journal.append(note('four'))).seq).toBe(4);
    const { entries } = await readJournal(disk.files(), FOLDER);
    expect(entries.map(({ seq }) => seq)).toEqual([1, 2, 3, 2, 4]);
  });

  test('an entry that is missing from its middle is told', async () => {
    const { disk, path: file, text } = await whole();
    const [first, , third] = text.split('\n');
    disk.texts.set(file, `${first}\n${third}\n`);
    expect(await problemOf(readJournal(disk.files(), FOLDER))).toMatchObject({ code: 'JOURNAL_READ' });
  });

  test('a run without a journal is told', async () => {
    expect(await problemOf(readJournal(new MemoryDisk().files(), FOLDER))).toMatchObject({ code: 'JOURNAL_READ' });
  });
});

describe('an append that fails', () => {
  test('says so, names the file, and is caught up on by the next one', async () => {
    const disk = new MemoryDisk();
    const journal = await open(disk.files());
    await journal.append(note('one'));
    disk.full = true;
    expect(await problemOf(journal.append(note('two')))).toMatchObject({
      code: 'JOURNAL_WRITE',
      what: expect.stringContaining('ENOSPC'),
    });
    await journal.record(note('three'));
    expect(journal.failure).toMatchObject({ code: 'JOURNAL_WRITE' });
    disk.full = false;
    await journal.append(note('four'));
    const { entries } = await readJournal(disk.files(), FOLDER);
    expect(entries.map(({ seq }) => seq)).toEqual([1, 2, 3, 4]);
    expect(journal.failure, 'nothing is missing any longer').toBeUndefined();
  });

  test('because the disk is full takes of the room that was kept, if it tells of restoring, as much as it needs', async () => {
    const disk = new MemoryDisk();
    const journal = await open(disk.files());
    await journal.keepRoom();
    const room = () => disk.texts.get(`${FOLDER}/room`)?.length;
    const kept = Number(room());
    disk.fill();
    await journal.record({ type: 'step', step: 'dark', state: 'began' });
    expect([journal.failure?.code, room()], 'harming takes none of it').toEqual(['JOURNAL_WRITE', kept]);
    await journal.record({ type: 'reverting', injection: '1.a1', by: 'run' });
    expect(journal.failure).toBeUndefined();
    expect(kept - Number(room())).toBe(8 * 1024);
    const { entries } = await readJournal(disk.files(), FOLDER);
    expect(entries.map(({ type }) => type)).toEqual(['step', 'reverting']);
  });

  const injection = '1.a1';
  const rollback = { type: 'rollback', number: 0, command: ['rm'], ok: true, detail: '' } as const;
  test.each<EntryBody>([
    { type: 'reverting', injection, by: 'run' },
    { type: 'reverted', injection, how: 'restored', verified: null, afterMs: 0 },
    { type: 'revert-failed', injection, why: '', changed: false, manualRecovery: '' },
    rollback,
    { type: 'judged', verdicts: [] },
    { type: 'recovered', probe: 'light', afterMs: 0 },
    { type: 'run-ended', outcome: 'held', why: '', targets: 'restored' },
  ])('takes of the room for $type', async (body) => {
    const disk = new MemoryDisk();
    const journal = await open(disk.files());
    await journal.keepRoom();
    disk.fill();
    await journal.append(body);
    expect((await readJournal(disk.files(), FOLDER)).entries).toMatchObject([{ type: body.type }]);
  });

  test('for another reason than a full disk takes none of it', async () => {
    const disk = new MemoryDisk();
    const denied = () => Promise.reject(Object.assign(new Error('EACCES: permission denied'), { code: 'EACCES' }));
    const journal = await open({ ...disk.files(), appendDurably: denied });
    await journal.keepRoom();
    const kept = disk.texts.get(`${FOLDER}/room`);
    await journal.record(rollback);
    expect(journal.failure?.what).toContain('EACCES');
    expect(disk.texts.get(`${FOLDER}/room`)).toBe(kept);
  });

  test('fails once the room is used up', async () => {
    const disk = new MemoryDisk();
    const journal = await open(disk.files());
    await journal.keepRoom();
    disk.full = true;
    await journal.record({ type: 'reverting', injection, by: 'run' });
    expect([journal.failure?.code, disk.texts.get(`${FOLDER}/room`)]).toEqual(['JOURNAL_WRITE', '']);
  });
});

describe('the undo is found by its digest', () => {
  test('which its trip through the file does not change', async () => {
    const disk = new MemoryDisk();
    const journal = await open(disk.files());
    const digest = await journal.keepUndo({ ...RECORD, undo: { b: 1, a: [null, 'ü'] } });
    expect((await readUndo(disk.files(), FOLDER)).get(digest)).toMatchObject({ undo: { a: [null, 'ü'], b: 1 } });
  });

  test('and is not found once a hand has changed it', async () => {
    const disk = new MemoryDisk();
    const journal = await open(disk.files());
    const digest = await journal.keepUndo(RECORD);
    const file = `${FOLDER}/undo.jsonl`;
    disk.texts.set(file, (disk.texts.get(file) ?? '').replace('hunter22', 'hunter23'));
    expect((await readUndo(disk.files(), FOLDER)).has(digest)).toBe(false);
  });

  test('whatever the order of its keys', () => {
    const { injection, fault, means, undo } = RECORD;
    expect(digestOf({ undo, means, fault, injection })).toBe(digestOf(RECORD));
  });
});

test('the id of a run sorts by time and is short', () => {
  const at = Date.UTC(2026, 10, 21, 11, 49, 2);
  expect(newRunId(at, () => 0x3f9a / 0x10000)).toBe('20261121-114902-3f9a');
  expect(newRunId(at + 1_000, () => 0) > newRunId(at, () => 0.999)).toBe(true);
});
