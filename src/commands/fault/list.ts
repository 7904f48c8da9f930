import { type CatalogRow, listCatalog, renderCatalog } from '../../cli/catalog-view.ts';
import { ChaosCommand } from '../../cli/chaos-command.ts';

export default class FaultList extends ChaosCommand {
  static override summary = 'List every fault.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    "<%= config.bin %> <%= command.id %> --json | jq -r '.[].id'",
  ];

  async run(): Promise<readonly CatalogRow[]> {
    await this.parse(FaultList);
    const rows = listCatalog('fault');
    this.print(renderCatalog(rows, this.width('stdout'), this.paint('stdout')));
    return rows;
  }
}
