import { Args, loadHelpClass } from '@oclif/core';
import { ChaosCommand } from '../cli/chaos-command.ts';

export default class Help extends ChaosCommand {
  static override summary = 'Show the help of a command.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> run',
    '<%= config.bin %> <%= command.id %> fault list',
  ];
  static override args = {
    command: Args.string({ description: 'Such as run, or fault list.', multiple: true, ignoreStdin: true }),
  };

  async run(): Promise<void> {
    const { args } = await this.parse(Help);
    const HelpClass = await loadHelpClass(this.config);
    const words = (args.command as unknown as string[] | undefined) ?? [];
    await new HelpClass(this.config, this.config.pjson.helpOptions).showHelp(words);
  }
}
