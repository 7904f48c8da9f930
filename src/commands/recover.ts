import { Args, Flags } from '@oclif/core';
import { ChaosCommand } from '../cli/chaos-command.ts';
import { chaosHome } from '../cli/home.ts';
import { type RecoveryReport, recoverRuns, renderRecovery } from '../cli/recover.ts';

export default class Recover extends ChaosCommand {
  static override summary = 'Restore what a dead run left harmed.';
  static override description =
    'Compares with reality first, so it may be run again at any time, and may be killed. Without a run it looks after ' +
    'every one that needs it. A command or a process of this machine is touched only if you recorded the run yourself, in this ' +
    'folder; of any other it is shown what it would do. Exits 0 when nothing is left to restore, 7 when something is.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> 20261121-114902-3f9a',
    '<%= config.bin %> <%= command.id %> last --json',
    '<%= config.bin %> <%= command.id %> 20261121-114902-3f9a --trust-commands',
    '<%= config.bin %> <%= command.id %> 20261121-114902-3f9a --restored-by-hand',
  ];
  static override args = {
    run: Args.string({ description: 'Id of the run, the beginning of one, or "last".', ignoreStdin: true }),
  };

  static override flags = {
    'trust-commands': Flags.boolean({
      summary: 'Play the commands of the run although its record is not known to be yours. Read them first.',
      env: 'CHAOS_TRUST_COMMANDS',
    }),
    'restored-by-hand': Flags.boolean({
      summary:
        'Say that you have restored by hand what cannot be restored: it is compared where it can be, and closed.',
      env: 'CHAOS_RESTORED_BY_HAND',
      exclusive: ['trust-commands'],
    }),
  };

  async run(): Promise<RecoveryReport> {
    const { args, flags } = await this.parse(Recover);
    const report = await recoverRuns({
      home: chaosHome(),
      run: args.run,
      trustCommands: flags['trust-commands'],
      restoredByHand: flags['restored-by-hand'],
      say: (text) => this.say(text),
    });
    this.print(renderRecovery(report, this.width('stdout'), this.paint('stdout')));
    if (report.problems.length > 0) this.tellProblems(report.problems);
    process.exitCode = report.exitCode;
    return report;
  }
}
