import { Args, Flags } from '@oclif/core';
import { ChaosCommand } from '../../cli/chaos-command.ts';
import { chaosHome } from '../../cli/home.ts';
import { regionDown } from '../../cli/region-down.ts';

export default class RegionDown extends ChaosCommand {
  static override summary = 'End a region, with every process in it.';
  static override description =
    'Refuses (exit code 8) while a run holds the region, and when a dead run left it harmed. Exits 0 when no region is up.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> drill',
    '<%= config.bin %> <%= command.id %> --all --force',
  ];
  static override args = {
    name: Args.string({ description: 'Name of the region; the only one by default.', ignoreStdin: true }),
  };
  static override flags = {
    all: Flags.boolean({ summary: 'End every region.', env: 'CHAOS_ALL' }),
    force: Flags.boolean({
      summary: 'End it also while a run holds it, or when one left it harmed.',
      env: 'CHAOS_FORCE',
    }),
  };

  async run(): Promise<{ ended: readonly string[] }> {
    const { args, flags } = await this.parse(RegionDown);
    const ended = await regionDown(chaosHome(), { name: args.name, all: flags.all, force: flags.force });
    this.print(ended.length > 0 ? `ended ${ended.join(', ')}` : 'No region is up.');
    return { ended };
  }
}
