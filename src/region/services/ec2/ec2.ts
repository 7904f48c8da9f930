import type { Steps } from '../step.ts';
import { describeInstanceStatus } from './describe-instance-status.ts';
import { describeInstances } from './describe-instances.ts';
import { describeAvailabilityZones, describeRegions, describeSubnets, describeVpcs } from './describe-places.ts';
import { rebootInstances, startInstances, stopInstances, terminateInstances } from './lifecycle.ts';
import { NETWORK } from './network/network.ts';
import { runInstances } from './run-instances.ts';
import { createTags, deleteTags, describeTags } from './tags.ts';

/** The operations of EC2 that the region has behaviour for. */
export const EC2: Steps = {
  DescribeInstances: describeInstances,
  DescribeInstanceStatus: describeInstanceStatus,
  DescribeAvailabilityZones: describeAvailabilityZones,
  DescribeRegions: describeRegions,
  DescribeSubnets: describeSubnets,
  DescribeVpcs: describeVpcs,
  DescribeTags: describeTags,
  CreateTags: createTags,
  DeleteTags: deleteTags,
  RunInstances: runInstances,
  StartInstances: startInstances,
  StopInstances: stopInstances,
  RebootInstances: rebootInstances,
  TerminateInstances: terminateInstances,
  ...NETWORK,
};
