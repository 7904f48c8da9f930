import {
  DeregisterTargetsCommand,
  DescribeLoadBalancersCommand,
  DescribeTargetGroupsCommand,
  DescribeTargetHealthCommand,
  ElasticLoadBalancingV2Client,
  RegisterTargetsCommand,
  SetSubnetsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Sdk } from './sdk.ts';

/** The ElasticLoadBalancingV2 client and the commands that this program uses. Loaded on first use. */
export const sdk = {
  open: (config) => new ElasticLoadBalancingV2Client(config),
  commands: {
    DescribeLoadBalancers: DescribeLoadBalancersCommand,
    DescribeTargetGroups: DescribeTargetGroupsCommand,
    DescribeTargetHealth: DescribeTargetHealthCommand,
    RegisterTargets: RegisterTargetsCommand,
    DeregisterTargets: DeregisterTargetsCommand,
    SetSubnets: SetSubnetsCommand,
  },
} satisfies Sdk<'elastic-load-balancing-v2'>;
