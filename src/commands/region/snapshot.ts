import { Args, Flags } from '@oclif/core';
import { ChaosCommand } from '../../cli/chaos-command.ts';
import { chaosHome } from '../../cli/home.ts';
import { removeSnapshot, takeSnapshot } from '../../cli/region-snapshots.ts';

export default class RegionSnapshot extends ChaosCommand {
  static override summary = 'Keep the state of a region under a name.';
  static override description =
    'What the AWS API and the facility show is kept: instances, records, parameters, alarms, what is under way. Not kept is ' +
    'what programs hold in their memory and files. Refused (exit code 8) while a run holds the region or left it harmed. ' +
    'Snapshots last as long as the region, with --data as long as its data.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> before',
    '<%= config.bin %> <%= command.id %> before --region drill --force',
    '<%= config.bin %> <%= command.id %> before --remove',
  ];
  static override args = {
    name: Args.string({ description: 'Name of the snapshot.', required: true, ignoreStdin: true }),
  };
  static override flags = {
    region: Flags.string({ summary: 'Name of the region; the only one by default.', env: 'CHAOS_REGION' }),
    force: Flags.boolean({ summary: 'Overwrite a snapshot of that name.', env: 'CHAOS_FORCE' }),
    remove: Flags.boolean({
      summary: 'Remove the snapshot of that name instead.',
      env: 'CHAOS_REMOVE',
      exclusive: ['force'],
    }),
  };

  async run(): Promise<object> {
    const { args, flags } = await this.parse(RegionSnapshot);
    const request = { region: flags.region, name: args.name };
    if (flags.remove) {
      const removed = await removeSnapshot(chaosHome(), request);
      this.print(`removed the snapshot ${args.name} of ${removed.region}`);
      return removed;
    }
    const taken = await takeSnapshot(chaosHome(), request, flags.force);
    this.print(`kept ${taken.region} as ${args.name}`);
    return taken;
  }
}
