import { Args, Flags } from '@oclif/core';
import { ChaosCommand } from '../../cli/chaos-command.ts';
import { chaosHome } from '../../cli/home.ts';
import { restoreSnapshot } from '../../cli/region-snapshots.ts';

export default class RegionRestore extends ChaosCommand {
  static override summary = 'Put a region that runs back to a snapshot.';
  static override description =
    'All at once: no call sees half of it. Processes of instances that serve go on; those of instances that the snapshot does ' +
    'not have end, and those that it has and that are gone are started anew. What was under way then, such as a DNS change, ' +
    'goes on. Refused (exit code 8) while a run holds the region or left it harmed.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> before',
    '<%= config.bin %> <%= command.id %> before --region drill',
  ];
  static override args = {
    name: Args.string({ description: 'Name of the snapshot.', required: true, ignoreStdin: true }),
  };
  static override flags = {
    region: Flags.string({ summary: 'Name of the region; the only one by default.', env: 'CHAOS_REGION' }),
  };

  async run(): Promise<object> {
    const { args, flags } = await this.parse(RegionRestore);
    const restored = await restoreSnapshot(chaosHome(), { region: flags.region, name: args.name });
    for (const name of restored.starting) this.say(`the instance "${name}" is not ready yet`);
    this.print(`${restored.region} is as it was at ${args.name}`);
    return restored;
  }
}
