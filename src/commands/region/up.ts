import { Args, Flags } from '@oclif/core';
import { ChaosCommand } from '../../cli/chaos-command.ts';
import { chaosHome, ensureHome } from '../../cli/home.ts';
import { readRegionStatus, renderRegionStatus } from '../../cli/region-status.ts';
import { regionJson, regionUp } from '../../cli/regions.ts';

export default class RegionUp extends ChaosCommand {
  static override summary = 'Start a region that stays: an AWS account on your own machine.';
  static override description =
    'Returns when every instance is ready; the region goes on until "chaos region down". Experiments run on it with ' +
    '--account NAME, the aws command line and every SDK with what "chaos region env" prints.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> experiments/regions/shop.yaml',
    '<%= config.bin %> <%= command.id %> experiments/regions/shop.yaml --name drill --json',
  ];
  static override args = {
    blueprint: Args.string({ description: 'Blueprint of the region.', required: true, ignoreStdin: true }),
  };
  static override flags = {
    name: Flags.string({ summary: 'Name of the region; that of the blueprint by default.', env: 'CHAOS_NAME' }),
  };

  async run(): Promise<ReturnType<typeof regionJson>> {
    const { args, flags } = await this.parse(RegionUp);
    this.say('starting the region');
    const file = await regionUp(ensureHome(chaosHome()), args.blueprint, flags.name);
    if (!this.jsonEnabled()) this.print(renderRegionStatus(await readRegionStatus(file), this.paint('stdout')));
    return regionJson(file);
  }
}
