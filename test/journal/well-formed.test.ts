import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Entry } from '../../src/journal/entries.ts';
import { pending, pendingRollbacks } from '../../src/journal/pending.ts';
import { parseJournal } from '../../src/journal/read.ts';
import { redactEntry } from '../../src/journal/redact-entry.ts';
import { ChaosError } from '../../src/kernel/errors.ts';
import { redactor } from '../../src/kernel/redact.ts';
import { runJson } from '../../src/report/json.ts';
import { renderJunit } from '../../src/report/junit.ts';
import { lineRenderer } from '../../src/report/lines.ts';
import { readRun } from '../../src/report/reading.ts';
import { renderSummary, renderVerdictLine } from '../../src/report/summary.ts';
import { PLAIN } from '../../src/report/text.ts';
import { command, deviated, dirty, entriesOf, held, refused, rollbackRecovered } from '../report/entries.ts';
import { bodies, otherTexts } from '../support/entries-that-say.ts';

const JOURNALS = [held, deviated, dirty, refused, command, rollbackRecovered].concat([
  entriesOf([...bodies('x'), ...otherTexts('x')]),
]);

const textOf = (entries: readonly unknown[]) => entries.map((entry) => `${JSON.stringify(entry)}\n`).join('');

/** Everything that reads entries without asking anybody. */
function readAll(entries: readonly Entry[]): void {
  const reading = readRun(entries);
  pending(entries);
  pendingRollbacks(entries);
  entries.map(lineRenderer());
  entries.map((entry) => redactEntry(entry, redactor(['hunter22'])));
  for (const run of [reading, readRun(entries, true)]) {
    renderSummary(run, { journal: 'j' }, 80, PLAIN);
    renderVerdictLine(run);
    runJson(run, 'j');
  }
  renderJunit([reading]);
}

/** The ways to every value in an entry, save those by which it is recognised. */
function waysIn(value: unknown, way: readonly string[] = []): (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [way];
  const inner = Object.entries(value).flatMap(([key, one]) => waysIn(one, [...way, key]));
  return way.length === 0
    ? inner.filter(([first = '']) => !['v', 'seq', 'at', 'type'].includes(first))
    : [way, ...inner];
}

/** A copy with another value at the end of the way; without the key for undefined. */
function changed(value: unknown, [key, ...rest]: readonly string[], other: unknown): unknown {
  if (key === undefined) return other;
  const copy = structuredClone(value) as Record<string, unknown>;
  const inner = changed(copy[key], rest, other);
  if (inner === undefined) delete copy[key];
  else copy[key] = inner;
  return copy;
}

test('whatever stands in the place of one value of a journal, it is read in full, or told as damage', () => {
  const change = fc
    .constantFrom(...JOURNALS)
    .chain((entries) => fc.tuple(fc.constant(entries), fc.nat(entries.length - 1)))
    .chain(([entries, index]) => {
      const ways = waysIn(entries[index]);
      const way = ways.length > 0 ? fc.constantFrom(...ways) : fc.constant([]);
      return fc.tuple(fc.constant(entries), fc.constant(index), way);
    });
  const other = fc.oneof(
    fc.constantFrom(
      undefined,
      null,
      7,
      true,
      '',
      '__proto__',
      'constructor',
      [],
      {},
      [null],
      { x: null },
      '1.use1-az1',
    ),
    fc.jsonValue(),
  );
  let [read, told] = [0, 0];
  fc.assert(
    fc.property(change, other, ([entries, index, way], value) => {
      if (way.length === 0) return;
      const text = textOf(entries.map((entry, at) => (at === index ? changed(entry, way, value) : entry)));
      let parsed: readonly Entry[];
      try {
        parsed = parseJournal(text, 'j').entries;
      } catch (error) {
        if (!(error instanceof ChaosError)) throw error;
        expect(error.problems).toMatchObject([{ code: 'JOURNAL_READ', what: expect.stringContaining('"j"') }]);
        told++;
        return;
      }
      readAll(parsed);
      read++;
    }),
    { seed: 61, numRuns: 3_000 },
  );
  expect(Math.min(read, told), `${read} read, ${told} told`).toBeGreaterThan(300);
});

test('what is damaged is named: the entry, the field, and what should stand there', () => {
  const [first] = held;
  const bad = { v: 1, seq: 2, at: 'x', type: 'injecting', injection: 7 };
  expect(() => parseJournal(textOf([first, bad]), 'j')).toThrow(
    'the journal "j" holds a "injecting" that is none, number 2: "injection" is not a text',
  );
  expect(() => parseJournal(textOf([first, { ...bad, injection: '1.x' }]), 'j')).toThrow('"calls" is no list');
  const call = { service: 'ec2', operation: 'StopInstances', input: 'x' };
  expect(() => parseJournal(textOf([first, { ...bad, injection: '1.x', calls: [call] }]), 'j')).toThrow(
    '"calls.0.input" is no mapping',
  );
});

test('an entry of a type that only a newer version knows is left as it is', () => {
  const newer = { v: 1, seq: 2, at: 'x', type: 'constructor', injection: '1.x', calls: 7 };
  const { entries } = parseJournal(textOf([held[0], newer]), 'j');
  expect(entries[1]).toEqual(newer);
  readAll(entries);
});
