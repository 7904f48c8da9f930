import { Args, Flags } from '@oclif/core';
import { ChaosCommand } from '../../cli/chaos-command.ts';
import { chaosHome } from '../../cli/home.ts';
import { renderTrial, type Trial, tryProbe } from '../../cli/probe-try.ts';
import { accountFlag } from '../../cli/shared-flags.ts';

export default class ProbeTry extends ChaosCommand {
  static override summary = 'Observe once with a probe, and show what it yields.';
  static override description =
    'Asks this machine, or a region that is up with --account. Exits 0 when the observation is good, 3 when it is not.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> http --with url=http://127.0.0.1:8080/',
    '<%= config.bin %> <%= command.id %> dns --with name=shop.example --account shop',
  ];
  static override args = {
    id: Args.string({
      description: 'Id of the probe; "chaos probe list" shows all.',
      required: true,
      ignoreStdin: true,
    }),
  };
  static override flags = {
    with: Flags.string({
      summary: 'Parameter of the probe; the value is read as YAML. May be repeated.',
      helpValue: 'NAME=VALUE',
      multiple: true,
      multipleNonGreedy: true,
      default: [],
      env: 'CHAOS_WITH',
    }),
    timeout: Flags.string({ summary: 'How long it may take.', default: '5s', env: 'CHAOS_TIMEOUT' }),
    account: accountFlag(),
  };

  async run(): Promise<Trial> {
    const { args, flags } = await this.parse(ProbeTry);
    const request = { id: args.id, with: flags.with, timeout: flags.timeout, account: flags.account ?? 'host' };
    const trial = await tryProbe(request, chaosHome());
    this.print(renderTrial(trial, this.paint('stdout')));
    if (!trial.ok) this.endWith('deviated');
    return trial;
  }
}
