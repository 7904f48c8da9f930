import type { ProbeVerdict } from '../journal/entries.ts';
import { exitCodeOf, type Outcome, worst } from '../kernel/outcome.ts';
import type { InjectionReading } from './injections.ts';
import { targetsNow } from './open-harm.ts';
import { JUDGED_PHASES, type RunReading, recoveryMs } from './reading.ts';

/** What `chaos run --json` prints for one experiment: one object, whose keys are added to and never renamed. */
export function runJson(run: RunReading, journal: string) {
  const outcome: Outcome | null = run.isRunning ? null : (run.end?.outcome ?? 'error');
  return {
    v: 1,
    outcome,
    exitCode: outcome && exitCodeOf(outcome),
    state: run.isRunning ? 'running' : run.end ? 'ended' : 'died',
    runId: run.runId,
    journal,
    title: run.title,
    file: run.file,
    account: { kind: run.account.kind, name: run.account.name },
    parameters: run.parameters,
    seed: run.seed ?? null,
    why: run.end?.why ?? (run.isRunning ? 'the run goes on' : 'the run has no end in its journal'),
    /** As they are now: null while the run goes on. */
    targets: targetsNow(run),
    startedAt: run.startedAt,
    tookMs: run.tookMs,
    phases: Object.fromEntries(JUDGED_PHASES.map((phase) => [phase, phaseJson(run.verdicts, phase)])),
    injections: run.injections.map(injectionJson),
    recovery: { afterMs: recoveryMs(run) ?? null, probes: run.recovered },
    stopCondition: run.stop ?? null,
    abortedBy: run.abortedBy ?? null,
    rollbacks: run.rollbacks,
    problems: run.problems,
    notes: run.notes,
  };
}

/** What `chaos run --json` prints for several experiments: their verdicts and the most serious of them. */
export function suiteJson(runs: readonly ReturnType<typeof runJson>[]) {
  const outcome = worst(runs.flatMap((run) => run.outcome ?? []));
  return { v: 1, outcome, exitCode: exitCodeOf(outcome), runs };
}

function phaseJson(verdicts: readonly ProbeVerdict[], phase: ProbeVerdict['phase']) {
  return Object.fromEntries(
    verdicts
      .filter((verdict) => verdict.phase === phase)
      .map(({ probe, verdict, samples, good, errors, latencyMs, reasons, samplesNeeded }) => [
        probe,
        { verdict, samples, good, failed: samples - good, errors, latencyMs, reasons, samplesNeeded },
      ]),
  );
}

function injectionJson(injection: InjectionReading) {
  const { id, fault, means, target, zone, reversal, fidelity, state } = injection;
  return {
    id,
    fault,
    means,
    target,
    zone: zone ?? null,
    reversal,
    fidelity: fidelity ?? null,
    state,
    attested: injection.attested ?? null,
    attestedAfterMs: injection.attestedAfterMs ?? null,
    verified: injection.verified ?? null,
    restored: injection.restored ?? null,
    restoredAfterMs: injection.restoredAfterMs ?? null,
    restoredBy: injection.restoredBy ?? null,
    failure: injection.failure ?? null,
    manualRecovery: injection.manualRecovery ?? null,
  };
}
