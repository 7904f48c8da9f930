import type { EntryBody } from '../../src/journal/entries.ts';
import { PLACE } from './run-lamps.ts';

/** The entries of a run that left a lamp dark, with a text wherever people or programs may have put it. */
export const bodies = (s: string): EntryBody[] => {
  const base = {
    fault: 'lamp.darken',
    means: 'api',
    reversal: 'reverts',
    digest: 'd',
    restoresWithinMs: 1,
  } as const;
  const call = { service: 'command', operation: 'Run', input: { command: ['x', `-p${s}`], env: { P: s } } } as const;
  return [
    {
      type: 'run-started',
      runId: 'r',
      tool: '0',
      experiment: { file: 'f', digest: 'e', title: `about ${s}` },
      account: { kind: 'embedded', name: 'n', instance: 'i' },
      reach: { kind: 'embedded', name: 'n' },
      parameters: { dbPassword: s },
      pid: 1,
    },
    { type: 'phase', phase: 'method' },
    { type: 'captured', injection: '1.web-a1', target: 'web-a1', ...base },
    { type: 'injecting', injection: '1.web-a1', calls: [call] },
    { type: 'injected', injection: '1.web-a1' },
    {
      type: 'attested',
      injection: '1.web-a1',
      attestation: { bites: true, level: 'control plane', evidence: `saw ${s}` },
      afterMs: 1,
    },
    { type: 'captured', injection: '2.web-b1', target: 'web-b1', ...base },
    { type: 'injecting', injection: '2.web-b1', calls: [call] },
    { type: 'inject-failed', injection: '2.web-b1', code: 'X', message: `no ${s}`, ambiguous: true },
    { type: 'reverted', injection: '2.web-b1', how: 'restored', verified: null, afterMs: 1 },
    {
      type: 'judged',
      verdicts: [
        {
          probe: 'p',
          phase: 'during',
          verdict: 'deviated',
          samples: 2,
          good: 0,
          errors: { [`E ${s}`]: 2 },
          latencyMs: null,
          reasons: [`R ${s}`],
          samplesNeeded: 1,
        },
      ],
    },
    { type: 'note', text: s },
  ];
};

/** Every other entry that holds what people wrote or programs said. */
export const otherTexts = (s: string): EntryBody[] => {
  const problem = {
    code: 'CALL_FAILED',
    what: `no ${s}`,
    fix: `ask ${s}`,
    where: { ...PLACE, text: `x: ${s}` },
  } as const;
  const call = { service: 'command', operation: 'Run', input: { command: [s] } } as const;
  const search = { service: 'ec2', operation: 'DescribeTags', input: { Filters: [s] } } as const;
  const lookUps = [{ member: 'Tag', call: search, path: ['Tags', 0, 'Value'], optional: true }] as const;
  const later = { service: 'ec2', operation: 'CreateTags', input: {}, lookUps } as const;
  const planned = {
    id: '1.x',
    step: 'x',
    fault: 'command',
    means: 'command',
    target: 'x',
    reversal: 'reverts',
  } as const;
  const seen = { bites: false, level: 'control plane', evidence: `saw ${s}` } as const;
  return [
    { type: 'refused', problems: [problem] },
    { type: 'problem', problem },
    {
      type: 'planned',
      injections: [{ ...planned, fidelity: '', calls: [call, later], restoreCalls: [call] }],
      expectedMs: 1,
    },
    { type: 'reverted', injection: '1.x', how: 'restored', verified: seen, afterMs: 1 },
    { type: 'revert-failed', injection: '1.x', why: `no ${s}`, changed: false, manualRecovery: `run ${s}` },
    { type: 'rollback', number: 1, command: [s], ok: false, detail: `no ${s}`, byHand: `run ${s}` },
    { type: 'stop-condition', name: 'x', evidence: `saw ${s}` },
    { type: 'abort-requested', by: s },
    { type: 'run-ended', outcome: 'dirty', why: `because of ${s}`, targets: 'dirty' },
  ];
};
