import type { Call } from '../kernel/call.ts';
import type { Attestation } from '../kernel/define.ts';
import { type Redact, redactProblem } from '../kernel/redact.ts';
import type { Entry, EntryBody, PlannedInjection, ProbeVerdict } from './entries.ts';

/**
 * An entry as it may be written and told: secrets are taken out of what people wrote and programs said, never out of what
 * restoring and judging go by (types, ids, names, digests, numbers), whatever the secrets are.
 */
export function redactEntry<E extends Entry | EntryBody>(entry: E, redact: Redact): E {
  return { ...entry, ...freeOf(entry, redact) };
}

/** What a plan would do, as it may be told. */
export const redactPlanned = (injections: readonly PlannedInjection[], redact: Redact): PlannedInjection[] =>
  injections.map((one) => ({
    ...one,
    calls: callsOf(one.calls, redact),
    restoreCalls: callsOf(one.restoreCalls, redact),
  }));

/** The redacted fields of an entry; everything else in it is structure. */
function freeOf(entry: EntryBody, redact: Redact): Partial<EntryBody> {
  switch (entry.type) {
    case 'run-started': {
      const { file, digest, title } = entry.experiment;
      const experiment = { file: redact(file), digest, title: redact(title) };
      return { experiment, parameters: valuesOf(entry.parameters, redact) };
    }
    case 'refused':
      return { problems: entry.problems.map((problem) => redactProblem(problem, redact)) };
    case 'problem':
      return { problem: redactProblem(entry.problem, redact) };
    case 'planned':
      return { injections: redactPlanned(entry.injections, redact) };
    case 'injecting':
      return { calls: callsOf(entry.calls, redact) };
    case 'attested':
      return { attestation: attestationOf(entry.attestation, redact) };
    case 'reverted':
      return { verified: entry.verified && attestationOf(entry.verified, redact) };
    case 'judged':
      return { verdicts: entry.verdicts.map((verdict) => verdictOf(verdict, redact)) };
    default:
      return textsOf(entry, redact);
  }
}

/** The entries whose free text stands in fields of their own. */
function textsOf(entry: EntryBody, redact: Redact): Partial<EntryBody> {
  switch (entry.type) {
    case 'inject-failed':
      return { message: redact(entry.message) };
    case 'revert-failed':
      return { why: redact(entry.why), manualRecovery: redact(entry.manualRecovery) };
    case 'rollback':
      return {
        command: redact(entry.command),
        detail: redact(entry.detail),
        ...(entry.byHand !== undefined && { byHand: redact(entry.byHand) }),
      };
    case 'stop-condition':
      return { evidence: redact(entry.evidence) };
    case 'abort-requested':
      return { by: redact(entry.by) };
    case 'note':
      return { text: redact(entry.text) };
    case 'run-ended':
      return { why: redact(entry.why) };
    default:
      return {};
  }
}

const valuesOf = <T>(fields: Readonly<Record<string, T>>, redact: Redact): Record<string, T> =>
  Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, redact(value)]));

const callsOf = (calls: readonly Call[], redact: Redact): Call[] => calls.map((call) => callOf(call, redact));

function callOf({ lookUps, ...call }: Call, redact: Redact): Call {
  const told = lookUps?.map((one) => ({ ...one, call: { ...one.call, input: valuesOf(one.call.input, redact) } }));
  return { ...call, input: valuesOf(call.input, redact), ...(told && { lookUps: told }) };
}

const attestationOf = (attestation: Attestation, redact: Redact): Attestation => ({
  ...attestation,
  evidence: redact(attestation.evidence),
});

/** Failures are counted by their reason: reasons that differ in a secret alone become one. */
function verdictOf(verdict: ProbeVerdict, redact: Redact): ProbeVerdict {
  const errors: Record<string, number> = {};
  for (const [reason, count] of Object.entries(verdict.errors)) {
    const shown = redact(reason);
    errors[shown] = (errors[shown] ?? 0) + count;
  }
  return { ...verdict, errors, reasons: redact(verdict.reasons) };
}
