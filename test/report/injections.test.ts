import { expect, test } from 'vitest';
import { pending } from '../../src/journal/pending.ts';
import { harmedOf, readInjections } from '../../src/report/injections.ts';
import { entriesOf } from './entries.ts';

test('what was restored and captured once more is harmed once more, for those who show it and for those who restore it', () => {
  const captured = {
    type: 'captured',
    injection: '1.a',
    fault: 'az.power-loss',
    means: 'facility',
    target: 'use1-az1',
    reversal: 'reverts',
    digest: 'd',
    restoresWithinMs: 1_000,
  } as const;
  const injecting = { type: 'injecting', injection: '1.a', calls: [] } as const;
  const reverted = { type: 'reverted', injection: '1.a', how: 'restored', verified: null, afterMs: 1 } as const;
  const failed = { type: 'revert-failed', injection: '1.a', why: 'x', changed: false, manualRecovery: 'y' } as const;
  for (const [more, harmed] of [
    [[], 0],
    [[captured, injecting], 1],
    [[captured, injecting, failed], 1],
    [[captured, injecting, reverted], 0],
  ] as const) {
    const entries = entriesOf([captured, injecting, reverted, ...more]);
    expect(harmedOf(readInjections(entries)).length).toBe(harmed);
    expect(pending(entries).length).toBe(harmed);
  }
});
