import type { Experiment, Step } from '../experiment/experiment.ts';
import { methodMs } from '../experiment/method-length.ts';
import type { Account } from '../kernel/ports.ts';
import type { Plan } from './api.ts';
import { recoveryLimitMs } from './measure.ts';
import type { Resolved } from './resolve.ts';
import {
  COMMAND_GRACE_MS,
  LAST_LOOK_MS,
  type Restorable,
  restoreAllLimitMs,
  rollbacksLimitMs,
  SLOW_MS,
  WIDTH,
} from './restore-limit.ts';

/** What lands, is restored and recovers takes a small part of its limit: this much is what a reader should expect. */
const USED = 0.05;
/** A target that does not stand still is waited for so long before it is harmed. */
export const STEADY_WITHIN_MS = 10_000;
/** An account that is silent keeps no lease for longer. */
export const RELEASE_MS = 5_000;

type Limits = Restorable & { readonly landsWithinMs: number };

/** How long a run takes: as a rule, and at most. */
export function lengthOf(
  experiment: Experiment,
  resolved: readonly Resolved[],
  account: Account,
): Pick<Plan, 'expectedMs' | 'atMostMs'> {
  const { hypothesis, method } = experiment;
  const { baselineMs, recoverWithinMs, stayMs } = hypothesis;
  const certainMs = baselineMs + methodMs(method);
  const limits = resolved.flatMap(limitsOf);
  const faults = limits.filter(({ means }) => means !== 'command');
  const most = Math.max(0, ...faults.map((one) => one.landsWithinMs + one.restoresWithinMs));
  const landMs = resolved.reduce((sum, one) => sum + landLimitMs(one), 0);
  const restoreMs = restoreAllLimitMs(limits, account) + rollbacksLimitMs(experiment.rollbacks);
  // A run that has to restore a target once more measures no recovery.
  const lastMs = Math.max(recoveryLimitMs(hypothesis), againLimitMs(method, resolved, account));
  return {
    expectedMs: Math.round(certainMs + stayMs + USED * (recoverWithinMs + most)),
    atMostMs: Math.round(certainMs + 2 * lastSampleMs(experiment) + landMs + restoreMs + lastMs + RELEASE_MS),
  };
}

/**
 * The longest that the end of a run takes, from the end of its method on: what is open is restored, the rollbacks are
 * played, and unless the run is aborted the recovery is measured.
 */
export function endLimitMs(
  experiment: Pick<Experiment, 'hypothesis' | 'rollbacks'>,
  open: readonly Restorable[],
  account: Account,
  isAborted: boolean,
): number {
  const restoreMs = restoreAllLimitMs(open, account) + rollbacksLimitMs(experiment.rollbacks);
  const measureMs = isAborted ? 0 : lastSampleMs(experiment) + recoveryLimitMs(experiment.hypothesis);
  return restoreMs + measureMs + RELEASE_MS;
}

/** A phase is judged once its last sample has been answered or has run out of time. */
const lastSampleMs = ({ hypothesis: { probes } }: Pick<Experiment, 'hypothesis'>): number =>
  Math.max(0, ...probes.map(({ timeoutMs }) => timeoutMs));

function limitsOf(one: Resolved): readonly Limits[] {
  if (one.kind === 'command') {
    const { name, timeoutMs, undo } = one.step;
    const restoresWithinMs = undo ? timeoutMs : 0;
    return [{ injection: `${one.leaf.number}.${name}`, means: 'command', landsWithinMs: timeoutMs, restoresWithinMs }];
  }
  const { landsWithinMs, restoresWithinMs } = one.means;
  return one.matches.map(({ name }) => {
    return { injection: `${one.leaf.number}.${name}`, means: one.via, landsWithinMs, restoresWithinMs };
  });
}

/**
 * Where a step cannot restore a target, the method ends, and the end of the run tries once more. Steps that are played
 * together may fail together.
 */
function againLimitMs(steps: readonly Step[], resolved: readonly Resolved[], account: Account): number {
  const again = (step: Step): number => {
    if (step.kind === 'parallel') return step.steps.reduce((sum, branch) => sum + again(branch), 0);
    if (step.kind === 'wait' || step.forMs === undefined) return 0;
    const limits = resolved.filter((one) => one.step === step).flatMap(limitsOf);
    return restoreAllLimitMs(
      limits.map((one) => ({ ...one, isAgain: true })),
      account,
    );
  };
  return Math.max(0, ...steps.map(again));
}

function landLimitMs(one: Resolved): number {
  if (one.kind === 'command') return harmLimitMs({ means: 'command', landsWithinMs: one.step.timeoutMs }, 1);
  const { landsWithinMs } = one.means;
  const { length } = one.matches;
  return (
    harmLimitMs({ means: one.via, landsWithinMs }, length) + Math.ceil(length / WIDTH) * seenLimitMs(landsWithinMs)
  );
}

/** The longest that it takes to capture and harm the targets of a step, one after another: the injection ends by then. */
export function harmLimitMs(
  { means, landsWithinMs }: Pick<Limits, 'means' | 'landsWithinMs'>,
  targets: number,
): number {
  if (means === 'command') return landsWithinMs + COMMAND_GRACE_MS;
  return targets * Math.min(STEADY_WITHIN_MS, landsWithinMs) + SLOW_MS;
}

/** The longest that it is observed whether a fault bites; on many targets together. */
export const seenLimitMs = (landsWithinMs: number): number => landsWithinMs + LAST_LOOK_MS;
