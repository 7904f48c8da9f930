import { defineTarget } from '../../kernel/define.ts';
import { facility } from '../../kernel/facility.ts';
import { listOf, text } from '../../kernel/schema.ts';

export type ApiOperation = {
  /** The service's id in the catalogue. */
  readonly service: string;
  /** Null: every operation of the service. */
  readonly operation: string | null;
};

/** Operations of an AWS service, as the door of an embedded region takes them. */
export const apiOperation = defineTarget({
  kind: 'aws/api-operation',
  summary: 'Operations of an AWS service at the door of the region.',
  select: {
    service: text({ doc: 'The service: ec2, route-53, elastic-load-balancing-v2, ...' }),
    operations: listOf(text({ doc: 'The name of an operation, such as RunInstances.' }), {
      doc: 'Which operations. Default: all of the service.',
      min: 1,
    }).optional(),
  },

  async find({ service, operations: wanted }, host, signal): Promise<readonly ApiOperation[]> {
    const { operations } = await host.read(facility('DescribeOperations', {}), signal);
    const known = operations.filter((one) => one.service === service).map(({ operation }) => operation);
    if (known.length === 0) return [];
    if (!wanted) return [{ service, operation: null }];
    return known.filter((one) => wanted.includes(one)).map((operation) => ({ service, operation }));
  },
  name: ({ service, operation }) => `${service}:${operation ?? '*'}`,
  resource: ({ service, operation }) =>
    operation === null ? [`api ${service}`] : [`api ${service}`, `operation ${operation}`],
});
