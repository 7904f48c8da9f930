import { Args } from '@oclif/core';
import { ChaosCommand } from '../cli/chaos-command.ts';
import { type Explanation, explain, explainAll, renderExplanation } from '../cli/explanations.ts';

export default class Explain extends ChaosCommand {
  static override summary = 'Explain an error code, an outcome or an exit code.';
  static override description = 'Without a code it lists every exit code and every error code.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> SAFETY_DIRTY',
    '<%= config.bin %> <%= command.id %> 7',
  ];
  static override args = {
    code: Args.string({ description: 'Such as SPEC_SAMPLE, deviated, or 7.', ignoreStdin: true }),
  };

  async run(): Promise<readonly Explanation[]> {
    const { args } = await this.parse(Explain);
    const explanations = args.code === undefined ? explainAll() : [explain(args.code)];
    this.print(renderExplanation(explanations, this.width('stdout'), this.paint('stdout')));
    return explanations;
  }
}
