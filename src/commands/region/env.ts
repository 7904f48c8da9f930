import path from 'node:path';
import { Args } from '@oclif/core';
import { ChaosCommand } from '../../cli/chaos-command.ts';
import { chaosHome, ensureHome } from '../../cli/home.ts';
import { renderRegionEnv } from '../../cli/region-env.ts';
import { findRegion, isAnyRegionUp, regionJson, regionUp } from '../../cli/regions.ts';
import { untilSignal } from '../../cli/signals.ts';
import type { RegionFile } from '../../kernel/region-file.ts';

export default class RegionEnv extends ChaosCommand {
  static override summary = 'Print shell exports that point the aws command line and every SDK at a region.';
  static override description =
    'The keys are good for this region and nothing else. Where no region is up and none is named, that of the examples ' +
    '(experiments/regions/shop.yaml) is started, and stays until "chaos region down".';
  static override examples = [
    'eval "$(<%= config.bin %> <%= command.id %>)"',
    'eval "$(<%= config.bin %> <%= command.id %> drill)"',
  ];
  static override args = {
    name: Args.string({ description: 'Name of the region; the only one by default.', ignoreStdin: true }),
  };

  async run(): Promise<object> {
    const { args } = await this.parse(RegionEnv);
    const signal = untilSignal(process);
    const isWanted = args.name === undefined && !(await isAnyRegionUp(chaosHome()));
    const file = isWanted ? await this.#start(signal) : await findRegion(chaosHome(), args.name);
    if (!file) return this.notStarted(signal);
    this.print(renderRegionEnv(file, process.env));
    return regionJson(file);
  }

  /** What the shell evaluates is on the standard output; who reads it is told of the region on the other one. */
  async #start(signal: AbortSignal): Promise<RegionFile | undefined> {
    const file = path.join(this.config.root, 'experiments', 'regions', 'shop.yaml');
    this.say('no region is up: starting that of the examples; "chaos region down" ends it');
    const request = { file, name: undefined, data: undefined, signal };
    return (await regionUp(ensureHome(chaosHome()), request))?.file;
  }
}
