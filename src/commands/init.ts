import { Args, Flags } from '@oclif/core';
import { ChaosCommand } from '../cli/chaos-command.ts';
import { type Init, initProject, renderInit, saidByDefault } from '../cli/init.ts';
import { DEFAULTS, LOSSES, type Loss, ZONES_MAX } from '../cli/init-choices.ts';
import { askChoices, type Given } from '../cli/init-questions.ts';
import { exitCodeOf } from '../kernel/outcome.ts';

export default class InitCommand extends ChaosCommand {
  static override summary = 'Write a first experiment that runs, with the region it runs in.';
  static override description =
    'Asks what it should be about; where nobody can be asked (no terminal, --json, --quiet), what no flag says is the ' +
    'default, and is said. Writes all of its files or none, and overwrites none without --force.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> demo --lose zone --zones 3',
    "<%= config.bin %> <%= command.id %> drills --lose instance --command 'python3 -m http.server $PORT'",
  ];
  static override args = {
    folder: Args.string({
      description: 'Where to write; made if it is not there.',
      default: 'chaos',
      ignoreStdin: true,
    }),
  };
  static override flags = {
    lose: Flags.string({ summary: 'What goes wrong.', options: Object.keys(LOSSES), env: 'CHAOS_LOSE' }),
    zones: Flags.integer({
      summary: 'In how many availability zones the system runs.',
      helpValue: 'N',
      min: 1,
      max: ZONES_MAX,
      env: 'CHAOS_ZONES',
    }),
    command: Flags.string({
      summary:
        'Your own system: the command that starts a server on $PORT. Without it, the shop that comes with chaos.',
      env: 'CHAOS_COMMAND',
    }),
    page: Flags.string({
      summary: `The page of your own system that users ask for; ${DEFAULTS.page} by default.`,
      helpValue: 'PATH',
      env: 'CHAOS_PAGE',
      dependsOn: ['command'],
    }),
    force: Flags.boolean({ summary: 'Overwrite what is in the way, and say what it was.', env: 'CHAOS_FORCE' }),
  };

  async run(): Promise<Init | object> {
    const { args, flags } = await this.parse(InitCommand);
    const { zones, command, page } = flags;
    const given: Given = {
      ...(flags.lose !== undefined && { lose: flags.lose as Loss }),
      ...(zones !== undefined && { zones }),
      ...(command !== undefined && { command }),
      ...(page !== undefined && { page }),
    };
    const canAsk = process.stdin.isTTY && process.stderr.isTTY && !this.jsonEnabled() && !this.isQuiet();
    const choices = canAsk
      ? await askChoices(given, { input: process.stdin, output: process.stderr })
      : { ...DEFAULTS, ...given };
    if (!choices) {
      this.say('nothing was written');
      this.endWith('aborted');
      return { v: 1, outcome: 'aborted', exitCode: exitCodeOf('aborted'), problems: [] };
    }
    const init = await initProject(args.folder, choices, { force: flags.force, from: process.cwd() });
    const silent = canAsk ? [] : saidByDefault(given);
    if (silent.length > 0) this.say(`by default: ${silent.join(', ')}`);
    this.print(this.isQuiet() ? init.experiment : renderInit(init));
    return init;
  }
}
