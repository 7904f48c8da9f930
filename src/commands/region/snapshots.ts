import { Args } from '@oclif/core';
import { ChaosCommand } from '../../cli/chaos-command.ts';
import { chaosHome } from '../../cli/home.ts';
import { listSnapshots, type RegionSnapshots, renderSnapshots } from '../../cli/region-snapshots.ts';

export default class RegionSnapshotsCommand extends ChaosCommand {
  static override summary = 'List the snapshots of a region.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> drill --json',
  ];
  static override args = {
    name: Args.string({ description: 'Name of the region; the only one by default.', ignoreStdin: true }),
  };

  async run(): Promise<RegionSnapshots> {
    const { args } = await this.parse(RegionSnapshotsCommand);
    const found = await listSnapshots(chaosHome(), args.name);
    this.print(renderSnapshots(found, this.paint('stdout')));
    return found;
  }
}
