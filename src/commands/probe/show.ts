import { Args } from '@oclif/core';
import { loadProbe, probeView, renderProbe } from '../../cli/catalog-view.ts';
import { ChaosCommand } from '../../cli/chaos-command.ts';

export default class ProbeShow extends ChaosCommand {
  static override summary = 'Show a probe: what it does, what it takes, an example.';
  static override examples = ['<%= config.bin %> <%= command.id %> http'];
  static override args = {
    id: Args.string({
      description: 'Id of the probe; "chaos probe list" shows all.',
      required: true,
      ignoreStdin: true,
    }),
  };

  async run(): Promise<ReturnType<typeof probeView>> {
    const { args } = await this.parse(ProbeShow);
    const view = probeView(await loadProbe(args.id));
    this.print(renderProbe(view, this.width('stdout'), this.paint('stdout')));
    return view;
  }
}
