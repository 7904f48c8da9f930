import { Args } from '@oclif/core';
import { ChaosCommand } from '../../cli/chaos-command.ts';
import { chaosHome } from '../../cli/home.ts';
import { type RegionStatus, readRegionStatus, renderRegionStatus } from '../../cli/region-status.ts';
import { findRegion } from '../../cli/regions.ts';

export default class RegionStatusCommand extends ChaosCommand {
  static override summary = 'Show a region: where it is reached, its zones and its instances.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> drill --json',
  ];
  static override args = {
    name: Args.string({ description: 'Name of the region; the only one by default.', ignoreStdin: true }),
  };

  async run(): Promise<RegionStatus> {
    const { args } = await this.parse(RegionStatusCommand);
    const status = await readRegionStatus(await findRegion(chaosHome(), args.name));
    this.print(renderRegionStatus(status, this.paint('stdout')));
    if (status.silent !== null) this.endWith('unavailable');
    return status;
  }
}
