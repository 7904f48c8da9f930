import {
  AutoScalingClient,
  DescribeAutoScalingGroupsCommand,
  ResumeProcessesCommand,
  SuspendProcessesCommand,
} from '@aws-sdk/client-auto-scaling';
import type { Sdk } from './sdk.ts';

/** The Auto Scaling client and the commands that this program uses. Loaded on first use. */
export const sdk = {
  open: (config) => new AutoScalingClient(config),
  commands: {
    DescribeAutoScalingGroups: DescribeAutoScalingGroupsCommand,
    SuspendProcesses: SuspendProcessesCommand,
    ResumeProcesses: ResumeProcessesCommand,
  },
} satisfies Sdk<'auto-scaling'>;
