import { Args } from '@oclif/core';
import { ChaosCommand } from '../../cli/chaos-command.ts';
import { chaosHome } from '../../cli/home.ts';
import { renderRegionEnv } from '../../cli/region-env.ts';
import { findRegion, regionJson } from '../../cli/regions.ts';

export default class RegionEnv extends ChaosCommand {
  static override summary = 'Print shell exports that point the aws command line and every SDK at a region.';
  static override description = 'The keys are good for this region and nothing else.';
  static override examples = [
    'eval "$(<%= config.bin %> <%= command.id %>)"',
    'eval "$(<%= config.bin %> <%= command.id %> drill)"',
  ];
  static override args = {
    name: Args.string({ description: 'Name of the region; the only one by default.', ignoreStdin: true }),
  };

  async run(): Promise<ReturnType<typeof regionJson>> {
    const { args } = await this.parse(RegionEnv);
    const file = await findRegion(chaosHome(), args.name);
    this.print(renderRegionEnv(file));
    return regionJson(file);
  }
}
