import { Flags } from '@oclif/core';
import { ChaosCommand } from '../cli/chaos-command.ts';
import { loadSound } from '../cli/experiments.ts';
import { chaosHome, ensureHome } from '../cli/home.ts';
import { outcomeOfPlans, type PlannedExperiment, planAll, policyOf } from '../cli/plan.ts';
import { renderPlan, renderPlanLine } from '../cli/plan-view.ts';
import { accountFlag, filesArgument, seedFlag, setFlag } from '../cli/shared-flags.ts';

export default class Plan extends ChaosCommand {
  static override summary =
    'Show what a run would do: real targets, exact calls, permissions, the undo. Changes nothing.';
  static override description =
    'For an embedded account the control plane of the region is started alone, so that no instance starts. Exits as a ' +
    'run would that is refused (8) or finds no target (11).';
  static override examples = [
    '<%= config.bin %> <%= command.id %> experiments/az-outage.yaml',
    '<%= config.bin %> <%= command.id %> experiments/lose-one-instance.yaml --iam',
    "<%= config.bin %> <%= command.id %> experiments/az-outage.yaml --json | jq '.plans[0].injections[].calls'",
  ];
  static override args = { files: filesArgument() };
  static override flags = {
    set: setFlag(),
    account: accountFlag(),
    seed: seedFlag(),
    iam: Flags.boolean({ summary: 'Print the IAM policy that a run needs, and nothing else.', env: 'CHAOS_IAM' }),
  };

  async run(): Promise<{
    v: 1;
    outcome: string;
    exitCode: number;
    plans: readonly PlannedExperiment[];
    policy?: ReturnType<typeof policyOf>;
  }> {
    const { args, flags } = await this.parse(Plan);
    const experiments = await loadSound({ paths: args.files, set: flags.set, account: flags.account });
    const plans = await planAll(experiments, {
      home: ensureHome(chaosHome()),
      seed: flags.seed,
      say: (text) => this.say(text),
    });
    const [width, paint] = [this.width('stdout'), this.paint('stdout')];
    if (flags.iam) this.print(JSON.stringify(policyOf(plans), undefined, 2));
    for (const plan of plans) {
      if (!flags.iam) this.print(this.isQuiet() ? renderPlanLine(plan) : renderPlan(plan, width, paint));
      if (plan.problems.length > 0 && !this.jsonEnabled()) this.tellProblems(plan.problems);
    }
    const { outcome, exitCode } = outcomeOfPlans(plans);
    process.exitCode = exitCode;
    return { v: 1, outcome, exitCode, plans, ...(flags.iam && { policy: policyOf(plans) }) };
  }
}
