import { catalog } from '../catalog/index.ts';
import type { Plan } from '../engine/api.ts';
import { makePlan } from '../engine/plan.ts';
import type { Experiment } from '../experiment/experiment.ts';
import { newRunId } from '../journal/folder.ts';
import { redactPlanned } from '../journal/redact-entry.ts';
import { ERROR_CODES } from '../kernel/errors.ts';
import { exitCodeOf, type Outcome, worst } from '../kernel/outcome.ts';
import { redactor, redactProblem } from '../kernel/redact.ts';
import { openAccount } from './accounts.ts';
import { seedFor } from './seed.ts';

/** A plan with the experiment and the account that it is of. */
export interface PlannedExperiment extends Plan {
  readonly title: string;
  readonly file: string;
  readonly account: { readonly kind: string; readonly name: string };
}

/** Longer than any account takes to name its targets. */
const PLAN_WITHIN_MS = 120_000;

/** Plans every experiment on its account, one after another. No plan holds a secret. */
export async function planAll(
  experiments: readonly Experiment[],
  { home, seed, say }: { home: string; seed: number | undefined; say: (text: string) => void },
): Promise<PlannedExperiment[]> {
  const plans: PlannedExperiment[] = [];
  for (const experiment of experiments) {
    const runId = `plan-${newRunId(Date.now(), Math.random)}`;
    const account = await openAccount({ experiment, home, runId, parts: 'control', say });
    try {
      const context = { catalog, port: account.port, seed: seedFor(experiment, seed) };
      const plan = await makePlan(experiment, context, AbortSignal.timeout(PLAN_WITHIN_MS));
      const { kind, name } = account.port.account;
      const redact = redactor([...account.secrets, ...(experiment.secrets ?? [])]);
      plans.push({
        title: redact(experiment.title),
        file: redact(experiment.file),
        account: { kind, name },
        ...plan,
        injections: redactPlanned(plan.injections, redact),
        problems: plan.problems.map((problem) => redactProblem(problem, redact)),
      });
    } finally {
      await account.close(false);
    }
  }
  return plans;
}

/** What the problems of the plans would lead to; `planned` when there is none, since nothing was measured. */
export function outcomeOfPlans(plans: readonly PlannedExperiment[]): {
  outcome: Outcome | 'planned';
  exitCode: number;
} {
  const outcomes = plans.flatMap(({ problems }) => problems.map(({ code }) => ERROR_CODES[code].outcome));
  if (outcomes.length === 0) return { outcome: 'planned', exitCode: 0 };
  return { outcome: worst(outcomes), exitCode: exitCodeOf(worst(outcomes)) };
}

/** What a principal must be allowed to run them all: what belongs to no AWS service is not IAM's. */
export function policyOf(plans: readonly PlannedExperiment[]) {
  const permissions = new Set(plans.flatMap((plan) => plan.permissions));
  const Action = [...permissions].filter((one) => !/^(facility|process|command):/.test(one)).sort();
  // IAM takes no policy that says nothing; this is what anybody may do anyway.
  const named = Action.length > 0 ? Action : ['sts:GetCallerIdentity'];
  const Statement = [{ Sid: 'ChaosExperiment', Effect: 'Allow', Action: named, Resource: '*' }];
  return { Version: '2012-10-17', Statement };
}
