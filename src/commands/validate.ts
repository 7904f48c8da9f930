import { ChaosCommand } from '../cli/chaos-command.ts';
import { loadFiles } from '../cli/experiments.ts';
import { accountFlag, filesArgument, setFlag } from '../cli/shared-flags.ts';
import { type Validation, validationOf } from '../cli/validation.ts';

export default class Validate extends ChaosCommand {
  static override summary = 'Check experiments without touching anything: every problem of every file, with a fix.';
  static override description = 'Exits 0 when every file is sound, 2 when one is not. "-" reads standard input.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> experiments/az-outage.yaml',
    '<%= config.bin %> <%= command.id %> experiments --json',
    'cat my.yaml | <%= config.bin %> <%= command.id %> -',
  ];
  static override args = { files: filesArgument() };
  static override flags = { set: setFlag(), account: accountFlag() };

  async run(): Promise<Validation> {
    const { args, flags } = await this.parse(Validate);
    const files = await loadFiles({ paths: args.files, set: flags.set, account: flags.account });
    const validation = validationOf(files);
    const problems = files.flatMap((file) => file.problems);
    if (problems.length > 0 && !this.jsonEnabled()) this.tellProblems(problems);
    if (!this.isQuiet()) this.print(validation.summary);
    if (!validation.valid) this.endWith('invalid');
    return validation;
  }
}
