import { Args } from '@oclif/core';
import { ChaosCommand } from '../cli/chaos-command.ts';
import { completionScript, SHELLS, type Shell } from '../cli/completion.ts';

export default class Completion extends ChaosCommand {
  static override summary = 'Print a script that teaches your shell to complete commands, flags and ids.';
  static override description =
    'Nothing is written: read the script where your shell starts, such as with "source <(chaos completion bash)" in ' +
    '~/.bashrc. In a clone, put "chaos() { npx chaos "$@"; }" before it, in fish "alias chaos=\'npx chaos\'".';
  static override examples = [
    'source <(<%= config.bin %> <%= command.id %> bash)',
    'source <(<%= config.bin %> <%= command.id %> zsh)',
    '<%= config.bin %> <%= command.id %> fish | source',
  ];
  static override args = {
    shell: Args.string({ description: 'Your shell.', options: [...SHELLS], required: true, ignoreStdin: true }),
  };

  async run(): Promise<{ v: 1; shell: string; script: string }> {
    const { args } = await this.parse(Completion);
    const script = completionScript(args.shell as Shell);
    this.print(script);
    return { v: 1, shell: args.shell, script };
  }
}
