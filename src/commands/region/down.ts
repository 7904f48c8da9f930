import { Args, Flags } from '@oclif/core';
import { ChaosCommand } from '../../cli/chaos-command.ts';
import { chaosHome } from '../../cli/home.ts';
import { type EndedRegions, regionDown } from '../../cli/region-down.ts';
import { outcomeOfProblems } from '../../kernel/errors.ts';

export default class RegionDown extends ChaosCommand {
  static override summary = 'End a region, with every process in it.';
  static override description =
    'Refuses (exit code 8) while a run holds the region, when a dead run left it harmed, and when it does not answer. ' +
    'Exits 0 when no region is up.';
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
      summary: 'End it also while a run holds it, when one left it harmed, or when it does not answer.',
      env: 'CHAOS_FORCE',
    }),
  };

  async run(): Promise<EndedRegions> {
    const { args, flags } = await this.parse(RegionDown);
    const regions = await regionDown(chaosHome(), { name: args.name, all: flags.all, force: flags.force });
    const shown = regions.ended.map((name) => (regions.killed.includes(name) ? `${name} (it was killed)` : name));
    if (shown.length > 0) this.print(`ended ${shown.join(', ')}`);
    else if (regions.problems.length === 0) this.print('No region is up.');
    this.tellProblems(regions.problems);
    if (regions.problems.length > 0) this.endWith(outcomeOfProblems(regions.problems));
    return regions;
  }
}
