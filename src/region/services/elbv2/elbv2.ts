import type { Steps } from '../step.ts';
import {
  describeLoadBalancerAttributes,
  describeTargetGroupAttributes,
  modifyTargetGroupAttributes,
} from './attributes.ts';
import { describeListeners, describeLoadBalancers, describeTargetGroups } from './describe.ts';
import { modifyTargetGroup } from './modify-target-group.ts';
import { setSubnets } from './set-subnets.ts';
import { addTags, describeTags, removeTags } from './tags.ts';
import { deregisterTargets, describeTargetHealth, registerTargets } from './targets.ts';

/** The operations of Elastic Load Balancing that the region has behaviour for. */
export const ELBV2: Steps = {
  DescribeLoadBalancers: describeLoadBalancers,
  DescribeTargetGroups: describeTargetGroups,
  DescribeListeners: describeListeners,
  DescribeTargetHealth: describeTargetHealth,
  RegisterTargets: registerTargets,
  DeregisterTargets: deregisterTargets,
  SetSubnets: setSubnets,
  ModifyTargetGroup: modifyTargetGroup,
  DescribeTargetGroupAttributes: describeTargetGroupAttributes,
  ModifyTargetGroupAttributes: modifyTargetGroupAttributes,
  DescribeLoadBalancerAttributes: describeLoadBalancerAttributes,
  DescribeTags: describeTags,
  AddTags: addTags,
  RemoveTags: removeTags,
};
