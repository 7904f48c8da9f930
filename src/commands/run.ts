import { Flags } from '@oclif/core';
import { ChaosCommand } from '../cli/chaos-command.ts';
import { loadSound } from '../cli/experiments.ts';
import { chaosHome, ensureHome } from '../cli/home.ts';
import { runWithDisplay } from '../cli/run-display.ts';
import { accountFlag, filesArgument, seedFlag, setFlag } from '../cli/shared-flags.ts';

export default class Run extends ChaosCommand {
  static override summary = 'Run experiments, and restore everything that they touched.';
  static override description =
    'Exits 0 if the hypothesis held, 3 if a weakness was found; "chaos explain" lists the others. Several files, or a ' +
    'folder, make a suite, whose outcome is the most serious one.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> experiments/az-outage.yaml',
    '<%= config.bin %> <%= command.id %> experiments/az-outage.yaml --set zone=use1-az2 --json',
    '<%= config.bin %> <%= command.id %> experiments --junit report.xml',
  ];
  static override args = { files: filesArgument() };
  static override flags = {
    set: setFlag(),
    account: accountFlag(),
    seed: seedFlag(),
    events: Flags.string({
      summary: 'Write what happens into this file, as NDJSON.',
      helpValue: 'FILE',
      env: 'CHAOS_EVENTS',
    }),
    junit: Flags.string({ summary: 'Write a JUnit report into this file.', helpValue: 'FILE', env: 'CHAOS_JUNIT' }),
    yes: Flags.boolean({
      char: 'y',
      summary: 'Do not ask before a run on an account that is not embedded.',
      env: 'CHAOS_YES',
    }),
  };

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(Run);
    const experiments = await loadSound({ paths: args.files, set: flags.set, account: flags.account });
    const { result, exitCode } = await runWithDisplay(
      experiments,
      {
        home: ensureHome(chaosHome()),
        seed: flags.seed,
        yes: flags.yes,
        events: flags.events,
        junit: flags.junit,
        isSuite: experiments.length > 1,
      },
      {
        print: (text) => this.print(text),
        say: (text) => this.say(text),
        problems: (problems) => this.tellProblems(problems),
        progress: (run) => {
          this.runInProgress = run;
        },
        isQuiet: this.isQuiet(),
        isLive: process.stderr.isTTY === true && !this.jsonEnabled() && process.env.TERM !== 'dumb',
        width: this.width('stdout'),
        paint: { stdout: this.paint('stdout'), stderr: this.paint('stderr') },
      },
    );
    process.exitCode = exitCode;
    return result;
  }
}
