import type { Experiment } from '../experiment/experiment.ts';
import { methodMs } from '../experiment/method-length.ts';
import type { Pending } from '../journal/pending.ts';
import type { Account } from '../kernel/ports.ts';
import type { Plan } from './api.ts';
import { recoveryLimitMs } from './measure.ts';
import type { Resolved } from './resolve.ts';
import { COMMAND_GRACE_MS, restoreAllLimitMs, rollbacksLimitMs, WIDTH } from './restore-limit.ts';

/** Limits are rarely used up: a quarter of them is what a reader should expect. */
const USED = 0.25;
/** A target that does not stand still is waited for so long before it is harmed. */
export const STEADY_WITHIN_MS = 10_000;

type Limits = Pick<Pending, 'injection' | 'means' | 'restoresWithinMs'> & { readonly landsWithinMs: number };

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
  return {
    expectedMs: Math.round(certainMs + stayMs + USED * (recoverWithinMs + most)),
    atMostMs: Math.round(
      certainMs + lastSampleMs(experiment) + landMs + endLimitMs(experiment, limits, account, false),
    ),
  };
}

/**
 * The longest that the end of a run takes, from the end of its method on: what is open is restored, the rollbacks are
 * played, and unless the run is aborted the recovery is measured.
 */
export function endLimitMs(
  experiment: Pick<Experiment, 'hypothesis' | 'rollbacks'>,
  open: readonly Pick<Pending, 'injection' | 'means' | 'restoresWithinMs'>[],
  account: Account,
  isAborted: boolean,
): number {
  const restoreMs = restoreAllLimitMs(open, account) + rollbacksLimitMs(experiment.rollbacks);
  return restoreMs + (isAborted ? 0 : lastSampleMs(experiment) + recoveryLimitMs(experiment.hypothesis));
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

/** The targets of a step are harmed one after another; that the fault bites is observed on many together. */
function landLimitMs(one: Resolved): number {
  if (one.kind === 'command') return one.step.timeoutMs + COMMAND_GRACE_MS;
  const { landsWithinMs } = one.means;
  const { length } = one.matches;
  return length * Math.min(STEADY_WITHIN_MS, landsWithinMs) + Math.ceil(length / WIDTH) * landsWithinMs;
}
