import { ChaosCommand } from '../cli/chaos-command.ts';
import { chaosHome } from '../cli/home.ts';
import { outcomeOfStatus, readStatus, renderStatus, type Status } from '../cli/status.ts';

export default class StatusCommand extends ChaosCommand {
  static override summary = 'Show the regions that are up, the runs that go on, and what was left harmed.';
  static override description =
    'Exits 7 when a dead run left something harmed, 9 when the record of one cannot be read, else 0.';
  static override examples = ['<%= config.bin %> <%= command.id %>', '<%= config.bin %> <%= command.id %> --json'];

  async run(): Promise<Status> {
    await this.parse(StatusCommand);
    const status = await readStatus(chaosHome());
    this.print(renderStatus(status, this.paint('stdout')));
    this.endWith(outcomeOfStatus(status));
    return status;
  }
}
