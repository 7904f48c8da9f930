import { Args } from '@oclif/core';
import { type Abortion, abortRun } from '../cli/abort.ts';
import { ChaosCommand } from '../cli/chaos-command.ts';
import { chaosHome } from '../cli/home.ts';

export default class Abort extends ChaosCommand {
  static override summary = 'End a run that goes on, and wait until it has restored everything.';
  static override description = 'The run itself exits 6. Without a run id it ends the only one that goes on.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> 20261121-114902-3f9a',
  ];
  static override args = {
    run: Args.string({ description: 'Id of the run, the beginning of one, or "last".', ignoreStdin: true }),
  };

  async run(): Promise<Abortion> {
    const { args } = await this.parse(Abort);
    const abortion = await abortRun(chaosHome(), args.run, (text) => this.say(text));
    this.print(
      `run ${abortion.runId}: ${abortion.outcome ?? 'no verdict'}, targets ${abortion.targets ?? 'still being restored'}`,
    );
    process.exitCode = abortion.exitCode;
    return abortion;
  }
}
