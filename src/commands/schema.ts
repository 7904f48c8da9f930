import { Args } from '@oclif/core';
import { ChaosCommand } from '../cli/chaos-command.ts';
import { SCHEMAS, type SchemaName, schemaOf } from '../cli/schema.ts';

export default class Schema extends ChaosCommand {
  static override summary = 'Print the JSON Schema of experiments, for editors.';
  static override description =
    'experiments/experiment.schema.json is this text. An editor that knows YAML Language Server reads it with ' +
    '"# yaml-language-server: $schema=./experiment.schema.json" in the first line of an experiment.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> > experiment.schema.json',
    '<%= config.bin %> <%= command.id %> blueprint > blueprint.schema.json',
  ];
  static override args = {
    what: Args.string({
      description: 'What is described.',
      options: [...SCHEMAS],
      default: 'experiment',
      ignoreStdin: true,
    }),
  };

  async run(): Promise<object> {
    const { args } = await this.parse(Schema);
    const schema = await schemaOf(args.what as SchemaName);
    this.print(JSON.stringify(schema, null, 2));
    return schema;
  }
}
