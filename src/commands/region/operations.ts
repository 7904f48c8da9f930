import { Args } from '@oclif/core';
import { ChaosCommand } from '../../cli/chaos-command.ts';
import { findOperations, renderOperations } from '../../cli/region-operations.ts';
import type { ServiceOperations } from '../../kernel/service-operations.ts';

export default class RegionOperations extends ChaosCommand {
  static override summary = 'List the AWS operations that an embedded region knows.';
  static override description =
    'Every operation is understood; those without behaviour answer an error (501) that names them.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> ec2',
    '<%= config.bin %> <%= command.id %> --json',
  ];
  static override args = {
    service: Args.string({ description: 'Such as ec2 or route-53; all by default.', ignoreStdin: true }),
  };

  async run(): Promise<readonly ServiceOperations[]> {
    const { args } = await this.parse(RegionOperations);
    const services = await findOperations(args.service);
    this.print(renderOperations(services, this.width('stdout'), this.paint('stdout')));
    return services;
  }
}
