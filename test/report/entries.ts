import type { Entry, EntryBody, ProbeVerdict } from '../../src/journal/entries.ts';

/** Entries with numbers and times, one second apart. */
export function entriesOf(bodies: readonly EntryBody[]): Entry[] {
  const start = Date.UTC(2026, 0, 2, 3, 4, 5);
  return bodies.map((body, index) => ({
    v: 1,
    seq: index + 1,
    at: new Date(start + index * 1_000).toISOString(),
    ...body,
  }));
}

const started: EntryBody = {
  type: 'run-started',
  runId: '20260102-030405-00aa',
  tool: '0.1.0',
  experiment: {
    file: 'experiments/az-outage.yaml',
    digest: 'd1',
    title: 'The shop survives the loss of one availability zone',
  },
  account: { kind: 'embedded', name: 'run-20260102-030405-00aa', instance: 'i1' },
  reach: { kind: 'embedded', name: 'run-20260102-030405-00aa', endpoint: 'http://127.0.0.1:4000', region: 'us-east-1' },
  parameters: { zone: 'use1-az1' },
  pid: 4242,
};

const planned: EntryBody = {
  type: 'planned',
  expectedMs: 45_000,
  atMostMs: 250_000,
  injections: [
    {
      id: '1.use1-az1',
      step: 'one zone goes dark',
      fault: 'az.power-loss',
      means: 'facility',
      target: 'use1-az1',
      zone: 'use1-az1',
      reversal: 'reverts',
      fidelity: 'Processes die and links freeze; new connections stay silent.',
      calls: [{ service: 'facility', operation: 'CutPower', input: { zoneId: 'use1-az1' } }],
      restoreCalls: [{ service: 'facility', operation: 'RestorePower', input: { zoneId: 'use1-az1' } }],
      forMs: 12_000,
    },
  ],
};

const injected: EntryBody[] = [
  { type: 'phase', phase: 'method' },
  {
    type: 'captured',
    injection: '1.use1-az1',
    target: 'use1-az1',
    fault: 'az.power-loss',
    means: 'facility',
    reversal: 'reverts',
    digest: 'd2',
    restoresWithinMs: 30_000,
  },
  {
    type: 'injecting',
    injection: '1.use1-az1',
    calls: [{ service: 'facility', operation: 'CutPower', input: { zoneId: 'use1-az1' } }],
  },
  { type: 'injected', injection: '1.use1-az1' },
  {
    type: 'attested',
    injection: '1.use1-az1',
    attestation: { bites: true, level: 'data plane', evidence: '10.0.1.11:8080 did not answer within 500ms' },
    afterMs: 612,
  },
];

const restored: EntryBody[] = [
  { type: 'phase', phase: 'revert' },
  { type: 'reverting', injection: '1.use1-az1', by: 'run' },
  {
    type: 'reverted',
    injection: '1.use1-az1',
    how: 'restored',
    verified: { bites: false, level: 'data plane', evidence: '10.0.1.11:8080 answers' },
    afterMs: 2_140,
  },
  { type: 'phase', phase: 'recovery' },
  { type: 'recovered', probe: 'checkout', afterMs: 3_200 },
  { type: 'recovered', probe: 'the name resolves', afterMs: 0 },
];

export const verdict = (change: Partial<ProbeVerdict>): ProbeVerdict => ({
  probe: 'checkout',
  phase: 'baseline',
  verdict: 'held',
  samples: 500,
  good: 500,
  errors: {},
  latencyMs: { p50: 4.2, p90: 8, p99: 12.4, max: 40 },
  reasons: ['success at least 99%: 500 of 500 good'],
  samplesNeeded: 299,
  ...change,
});

const during = verdict({
  phase: 'during',
  samples: 1_500,
  good: 1_487,
  errors: { TIMEOUT: 11, 'HTTP 503': 2 },
  latencyMs: { p50: 5, p90: 30, p99: 340.6, max: 1_000 },
});

const names = verdict({ probe: 'the name resolves', samples: 60, good: 60, latencyMs: null });

/** A run that held: one zone lost, everything restored. */
export const held: Entry[] = entriesOf([
  started,
  planned,
  { type: 'phase', phase: 'baseline' },
  ...injected,
  ...restored,
  { type: 'judged', verdicts: [verdict({}), during, verdict({ phase: 'after' }), names] },
  { type: 'run-ended', outcome: 'held', why: 'Every tolerance was met in every phase.', targets: 'restored' },
]);

/** The same run with a weakness. */
export const deviated: Entry[] = entriesOf([
  started,
  planned,
  ...injected,
  ...restored.slice(0, -2),
  { type: 'recovered', probe: 'checkout', afterMs: null },
  {
    type: 'judged',
    verdicts: [
      verdict({}),
      verdict({
        ...during,
        verdict: 'deviated',
        good: 702,
        errors: { TIMEOUT: 700, 'HTTP 503': 98 },
        reasons: [
          'success at least 90%: 702 of 1500 good (46.8%), and no more than 49.4% can be true at 95% confidence',
        ],
      }),
    ],
  },
  {
    type: 'run-ended',
    outcome: 'deviated',
    why: '"checkout" fell below 90% while the method ran.',
    targets: 'restored',
  },
]);

/** A run whose restoring failed. */
export const dirty: Entry[] = entriesOf([
  started,
  planned,
  ...injected,
  { type: 'reverting', injection: '1.use1-az1', by: 'run' },
  {
    type: 'revert-failed',
    injection: '1.use1-az1',
    why: 'ECONNREFUSED 127.0.0.1:4000',
    changed: false,
    manualRecovery: 'Restore the power of the zone at the facility.',
  },
  { type: 'run-ended', outcome: 'dirty', why: 'One target could not be restored.', targets: 'dirty' },
]);

/** A run that a safety check refused. */
export const refused: Entry[] = entriesOf([
  started,
  {
    type: 'refused',
    problems: [
      {
        code: 'SAFETY_BLAST_RADIUS',
        what: 'the method would touch 6 targets, and the blast radius allows 4',
        fix: 'raise blastRadius.targets, or select fewer',
      },
    ],
  },
  { type: 'run-ended', outcome: 'refused', why: 'The blast radius is exceeded.', targets: 'untouched' },
]);

/** A run that died between injecting and restoring. */
export const died: Entry[] = entriesOf([started, planned, ...injected]);

const failedRollback: EntryBody = {
  type: 'rollback',
  number: 1,
  command: ['sh', '-c', 'exit 9'],
  ok: false,
  detail: 'it ended with 9',
};

/** A run whose targets are restored, and of whose rollbacks one failed. */
export const rollbackFailed: Entry[] = entriesOf([
  started,
  planned,
  ...injected.slice(0, 1),
  { type: 'rollbacks-captured', digest: 'd3' },
  ...injected.slice(1),
  ...restored.slice(0, 3),
  failedRollback,
  { type: 'run-ended', outcome: 'dirty', why: 'not restored: rollback "sh -c exit 9"', targets: 'dirty' },
]);

/** The same run, once `chaos recover` has played the rollback again. */
export const rollbackRecovered: Entry[] = entriesOf([
  ...rollbackFailed,
  { type: 'rollback', number: 1, command: ['sh', '-c', 'exit 9'], ok: true, detail: 'it succeeded' },
]);

/** A run that held, with one step that is a program of the author. */
export const command: Entry[] = entriesOf([
  started,
  {
    type: 'captured',
    injection: '1.pause',
    target: 'pause',
    fault: 'command',
    means: 'command',
    reversal: 'reverts',
    digest: 'd4',
    restoresWithinMs: 1_000,
  },
  { type: 'injecting', injection: '1.pause', calls: [] },
  { type: 'injected', injection: '1.pause' },
  { type: 'reverting', injection: '1.pause', by: 'run' },
  { type: 'reverted', injection: '1.pause', how: 'restored', verified: null, afterMs: 3 },
  { type: 'run-ended', outcome: 'held', why: 'Every tolerance was met in every phase.', targets: 'restored' },
]);
