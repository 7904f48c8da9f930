import { Args, Flags } from '@oclif/core';
import { ChaosCommand } from '../../cli/chaos-command.ts';
import { chaosHome } from '../../cli/home.ts';
import { regionDown } from '../../cli/regions.ts';

export default class RegionDown extends ChaosCommand {
  static override summary = 'End a region, with every process in it.';
  static override examples = ['<%= config.bin %> <%= command.id %>', '<%= config.bin %> <%= command.id %> drill'];
  static override args = {
    name: Args.string({ description: 'Name of the region; the only one by default.', ignoreStdin: true }),
  };
  static override flags = { all: Flags.boolean({ summary: 'End every region.', env: 'CHAOS_ALL' }) };

  async run(): Promise<{ ended: readonly string[] }> {
    const { args, flags } = await this.parse(RegionDown);
    const ended = await regionDown(chaosHome(), args.name, flags.all);
    this.print(ended.length > 0 ? `ended ${ended.join(', ')}` : 'no region is up');
    return { ended };
  }
}
