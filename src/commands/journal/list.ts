import { ChaosCommand } from '../../cli/chaos-command.ts';
import { chaosHome } from '../../cli/home.ts';
import { files } from '../../cli/machine.ts';
import { type RunRow, renderRuns, rowsOf } from '../../cli/run-table.ts';
import { listRuns } from '../../cli/runs.ts';

export default class JournalList extends ChaosCommand {
  static override summary = 'List the runs that are recorded here, the newest first.';
  static override description = 'Runs lie in .chaos/runs of the working folder; CHAOS_HOME moves .chaos.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    "<%= config.bin %> <%= command.id %> --json | jq -r '.[].runId'",
  ];

  async run(): Promise<readonly RunRow[]> {
    await this.parse(JournalList);
    const rows = rowsOf(await listRuns(chaosHome(), files));
    this.print(renderRuns(rows, this.paint('stdout')));
    return rows;
  }
}
