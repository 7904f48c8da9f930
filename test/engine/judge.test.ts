import { expect, test } from 'vitest';
import { judge } from '../../src/engine/judge.ts';
import type { Entry, EntryBody, ProbeVerdict } from '../../src/journal/entries.ts';

const verdict = (phase: ProbeVerdict['phase']): ProbeVerdict => ({
  probe: 'light',
  phase,
  verdict: 'held',
  samples: 50,
  good: 50,
  errors: {},
  latencyMs: null,
  reasons: [],
  samplesNeeded: 29,
});

const entriesOf = (verdicts: readonly ProbeVerdict[]): readonly Entry[] => {
  const bodies: EntryBody[] = [
    { type: 'phase', phase: 'method' },
    { type: 'injecting', injection: '1.a1', calls: [] },
    { type: 'injected', injection: '1.a1' },
    { type: 'judged', verdicts },
  ];
  return bodies.map((body, index) => ({ v: 1, seq: index + 1, at: '2026-01-01T00:00:00.000Z', ...body }));
};

test('what held before and during, and was not measured after the restore, is not said to have held', () => {
  const [baseline, during, after] = [verdict('baseline'), verdict('during'), verdict('after')];
  expect(judge(entriesOf([baseline, during, after]))).toMatchObject({ outcome: 'held' });
  expect(judge(entriesOf([baseline, during]))).toMatchObject({
    outcome: 'inconclusive',
    why: 'nothing was measured after the restore',
  });
  expect(judge(entriesOf([baseline, after]))).toMatchObject({ outcome: 'not exercised' });
});
