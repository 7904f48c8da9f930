import { CloudWatchClient, DescribeAlarmsCommand, GetMetricStatisticsCommand } from '@aws-sdk/client-cloudwatch';
import type { Sdk } from './sdk.ts';

/** The CloudWatch client and the commands that this program uses. Loaded on first use. */
export const sdk = {
  open: (config) => new CloudWatchClient(config),
  commands: { DescribeAlarms: DescribeAlarmsCommand, GetMetricStatistics: GetMetricStatisticsCommand },
} satisfies Sdk<'cloudwatch'>;
