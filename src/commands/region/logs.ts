import { Args, Flags } from '@oclif/core';
import { ChaosCommand } from '../../cli/chaos-command.ts';
import { chaosHome } from '../../cli/home.ts';
import { copyLog, findLogs, type InstanceLogFiles } from '../../cli/region-logs.ts';
import { findRegion } from '../../cli/regions.ts';
import { untilSignal } from '../../cli/signals.ts';

export default class RegionLogs extends ChaosCommand {
  static override summary =
    'Print what an instance wrote: its output to standard output, its errors to standard error.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> web-a1',
    '<%= config.bin %> <%= command.id %> web-a1 --follow',
  ];
  static override args = {
    instance: Args.string({ description: 'Name of the instance, such as web-a1.', required: true, ignoreStdin: true }),
  };
  static override flags = {
    name: Flags.string({ summary: 'Name of the region; the only one by default.', env: 'CHAOS_NAME' }),
    follow: Flags.boolean({ char: 'f', summary: 'Go on with what is added, until Ctrl-C.', env: 'CHAOS_FOLLOW' }),
  };

  async run(): Promise<InstanceLogFiles> {
    const { args, flags } = await this.parse(RegionLogs);
    const logs = await findLogs(await findRegion(chaosHome(), flags.name), args.instance);
    if (this.jsonEnabled()) return logs;
    const follow = flags.follow ? untilSignal(process) : undefined;
    const copies = [
      copyLog(logs.out, (bytes) => process.stdout.write(bytes), follow),
      copyLog(logs.err, (bytes) => process.stderr.write(bytes), follow),
    ];
    await Promise.all(copies);
    return logs;
  }
}
