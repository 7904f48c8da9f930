import { Args } from '@oclif/core';
import { faultView, loadFault, renderFault } from '../../cli/catalog-view.ts';
import { ChaosCommand } from '../../cli/chaos-command.ts';

export default class FaultShow extends ChaosCommand {
  static override summary = 'Show a fault: what it does, what it takes, an example.';
  static override examples = ['<%= config.bin %> <%= command.id %> aws.route53.remove-record'];
  static override args = {
    id: Args.string({
      description: 'Id of the fault; "chaos fault list" shows all.',
      required: true,
      ignoreStdin: true,
    }),
  };

  async run(): Promise<ReturnType<typeof faultView>> {
    const { args } = await this.parse(FaultShow);
    const view = faultView(await loadFault(args.id));
    this.print(renderFault(view, this.width('stdout'), this.paint('stdout')));
    return view;
  }
}
