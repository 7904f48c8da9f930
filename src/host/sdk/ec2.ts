import {
  CreateTagsCommand,
  DeleteTagsCommand,
  DescribeAvailabilityZonesCommand,
  DescribeInstanceStatusCommand,
  DescribeInstancesCommand,
  DescribeSubnetsCommand,
  DescribeTagsCommand,
  DescribeVpcsCommand,
  EC2Client,
  RebootInstancesCommand,
  RunInstancesCommand,
  StartInstancesCommand,
  StopInstancesCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import type { Sdk } from './sdk.ts';

/** The EC2 client and the commands that this program uses. Loaded on first use. */
export const sdk = {
  open: (config) => new EC2Client(config),
  commands: {
    DescribeInstances: DescribeInstancesCommand,
    DescribeInstanceStatus: DescribeInstanceStatusCommand,
    DescribeAvailabilityZones: DescribeAvailabilityZonesCommand,
    DescribeSubnets: DescribeSubnetsCommand,
    DescribeVpcs: DescribeVpcsCommand,
    DescribeTags: DescribeTagsCommand,
    RunInstances: RunInstancesCommand,
    StartInstances: StartInstancesCommand,
    StopInstances: StopInstancesCommand,
    RebootInstances: RebootInstancesCommand,
    TerminateInstances: TerminateInstancesCommand,
    CreateTags: CreateTagsCommand,
    DeleteTags: DeleteTagsCommand,
  },
} satisfies Sdk<'ec2'>;
