import { ChaosCommand } from '../cli/chaos-command.ts';
import { type Checkup, checkUp, renderCheckup } from '../cli/doctor.ts';
import { chaosHome } from '../cli/home.ts';

export default class Doctor extends ChaosCommand {
  static override summary = 'Check what a run needs on this machine, and what earlier runs left behind.';
  static override description = 'Exits 0 when a run can work, 9 when something it needs is missing.';
  static override examples = ['<%= config.bin %> <%= command.id %>', '<%= config.bin %> <%= command.id %> --json'];

  async run(): Promise<Checkup> {
    await this.parse(Doctor);
    const checkup = await checkUp(chaosHome());
    this.print(renderCheckup(checkup, this.width('stdout'), this.paint('stdout')));
    if (!checkup.ok) this.endWith('unavailable');
    return checkup;
  }
}
