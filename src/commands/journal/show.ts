import { Args, Flags } from '@oclif/core';
import { ChaosCommand } from '../../cli/chaos-command.ts';
import { chaosHome, showPath } from '../../cli/home.ts';
import { journalLines, showRun } from '../../cli/journal-show.ts';
import { files } from '../../cli/machine.ts';
import { findRun } from '../../cli/runs.ts';

export default class JournalShow extends ChaosCommand {
  static override summary = 'Show what happened in a run: its verdict and, with --all, every step.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> last',
    '<%= config.bin %> <%= command.id %> 20261121-114902-3f9a --all',
  ];
  static override args = {
    run: Args.string({
      description: 'Id of the run, the beginning of one, or "last".',
      required: true,
      ignoreStdin: true,
    }),
  };
  static override flags = {
    all: Flags.boolean({ summary: 'Show every entry with its time.', env: 'CHAOS_ALL' }),
  };

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(JournalShow);
    const run = await findRun(chaosHome(), files, args.run);
    if (flags.all) this.print(`${journalLines(run.entries).join('\n')}\n`);
    const screen = { width: this.width('stdout'), paint: this.paint('stdout'), journal: showPath(run.folder) };
    const { text, json } = showRun(run, screen);
    this.print(text);
    return flags.all ? { ...json, entries: run.entries } : json;
  }
}
