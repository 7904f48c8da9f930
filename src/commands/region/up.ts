import { Args, Flags } from '@oclif/core';
import { ChaosCommand } from '../../cli/chaos-command.ts';
import { chaosHome, ensureHome } from '../../cli/home.ts';
import { readRegionStatus, renderRegionStatus } from '../../cli/region-status.ts';
import { regionJson, regionUp } from '../../cli/regions.ts';
import { untilSignal } from '../../cli/signals.ts';

export default class RegionUp extends ChaosCommand {
  static override summary = 'Start a region that stays: an AWS account on your own machine.';
  static override description =
    'Returns when every instance is ready; the region goes on until "chaos region down". Experiments run on it with ' +
    '--account NAME, the aws command line and every SDK with what "chaos region env" prints. With --data its state outlives ' +
    'it: an answer to a write is sent when the write is on disk, and the same command, or one without the blueprint, goes on ' +
    'with the same instances, names, keys and, where they are free, ports. Processes are started anew.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> experiments/regions/shop.yaml',
    '<%= config.bin %> <%= command.id %> experiments/regions/shop.yaml --name drill --json',
    '<%= config.bin %> <%= command.id %> experiments/regions/shop.yaml --data ./shop-data',
  ];
  static override args = {
    blueprint: Args.string({ description: 'Blueprint of the region; --data may hold it already.', ignoreStdin: true }),
  };
  static override flags = {
    name: Flags.string({ summary: 'Name of the region; that of the blueprint by default.', env: 'CHAOS_NAME' }),
    data: Flags.string({
      summary: 'Folder in which its state is kept, and from which it goes on.',
      helpValue: 'DIR',
      env: 'CHAOS_DATA',
    }),
  };

  async run(): Promise<object> {
    const { args, flags } = await this.parse(RegionUp);
    const signal = untilSignal(process);
    this.say('starting the region');
    const request = { file: args.blueprint, name: flags.name, data: flags.data, signal };
    const started = await regionUp(ensureHome(chaosHome()), request);
    if (!started) return this.notStarted(signal);
    const { file, notes } = started;
    for (const note of notes) this.say(note);
    if (this.isQuiet()) this.print(file.name);
    else if (!this.jsonEnabled()) this.print(renderRegionStatus(await readRegionStatus(file), this.paint('stdout')));
    return regionJson(file);
  }
}
