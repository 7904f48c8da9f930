import { describe, expect, test } from 'vitest';
import type { Entry, EntryBody } from '../../src/journal/entries.ts';
import { failedRollbacks, pending, pendingRollbacks } from '../../src/journal/pending.ts';

const entries = (...bodies: readonly EntryBody[]): Entry[] =>
  bodies.map((body, index) => ({ v: 1, seq: index + 1, at: '2026-01-01T00:00:00.000Z', ...body }));

const captured = (injection: string): EntryBody => ({
  type: 'captured',
  injection,
  target: injection.slice(2),
  fault: 'lamp.darken',
  means: 'api',
  reversal: 'reverts',
  digest: 'd',
  restoresWithinMs: 1,
});
const reverted = (injection: string): EntryBody => ({
  type: 'reverted',
  injection,
  how: 'restored',
  verified: null,
  afterMs: 1,
});

describe('pending', () => {
  test('is what was captured and not reverted, in the order of the captures', () => {
    const all = entries(captured('1.a'), captured('2.b'), captured('3.c'), reverted('2.b'));
    expect(pending(all).map(({ injection }) => injection)).toEqual(['1.a', '3.c']);
  });

  test('what could not be reverted is still pending', () => {
    const failed: EntryBody = { type: 'revert-failed', injection: '1.a', why: '', changed: false, manualRecovery: '' };
    expect(pending(entries(captured('1.a'), failed))).toHaveLength(1);
  });

  test('what is captured anew after its calls were announced may have been sent: it is undone, not taken for untouched', () => {
    const injecting: EntryBody = { type: 'injecting', injection: '1.a', calls: [] };
    const all = entries(captured('1.a'), injecting, reverted('1.a'), captured('1.a'));
    expect(pending(all)).toMatchObject([{ injection: '1.a', begun: true, ambiguous: true }]);
  });

  test('knows whether a call may have been sent, and whether its end is unknown', () => {
    const injecting: EntryBody = { type: 'injecting', injection: '1.a', calls: [] };
    const injected: EntryBody = { type: 'injected', injection: '1.a' };
    const states = [
      entries(captured('1.a')),
      entries(captured('1.a'), injecting),
      entries(captured('1.a'), injecting, injected),
    ];
    expect(states.flatMap((state) => pending(state).map(({ begun, ambiguous }) => [begun, ambiguous]))).toEqual([
      [false, false],
      [true, true],
      [true, false],
    ]);
  });

  test('of an empty journal is nothing', () => expect(pending([])).toEqual([]));
});

describe('rollbacks', () => {
  const played = (number: number, ok: boolean): EntryBody => ({
    type: 'rollback',
    number,
    command: ['x'],
    ok,
    detail: '',
  });

  test('are left until each has succeeded', () => {
    const all = entries({ type: 'rollbacks-captured', digest: 'd' }, played(1, false), played(2, true));
    expect(pendingRollbacks(all)).toEqual({ digest: 'd', done: new Set([2]) });
    expect(failedRollbacks(all).map(({ number }) => number)).toEqual([1]);
    expect(failedRollbacks([...all, ...entries(played(1, true))])).toEqual([]);
  });
});
