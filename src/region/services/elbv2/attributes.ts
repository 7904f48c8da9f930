import type {
  DescribeLoadBalancerAttributesInput,
  DescribeLoadBalancerAttributesOutput,
  DescribeTargetGroupAttributesInput,
  DescribeTargetGroupAttributesOutput,
  ModifyTargetGroupAttributesInput,
  ModifyTargetGroupAttributesOutput,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { Fault } from '../fault.ts';
import type { LoadBalancer } from '../state.ts';
import type { Step } from '../step.ts';
import { requireLoadBalancer, requireTargetGroup } from './find.ts';

/** Of an Application Load Balancer this one cannot be turned off; its target group can. */
const CROSS_ZONE = 'load_balancing.cross_zone.enabled';
const DELAY = 'deregistration_delay.timeout_seconds';

/** Attributes that say how the region's load balancers work, and cannot be set to anything else. */
const FIXED = {
  'stickiness.enabled': 'false',
  'load_balancing.algorithm.type': 'round_robin',
  'slow_start.duration_seconds': '0',
} as const;

export const describeLoadBalancerAttributes: Step<
  DescribeLoadBalancerAttributesInput,
  DescribeLoadBalancerAttributesOutput
> = (state, input) => {
  requireLoadBalancer(state, input.LoadBalancerArn);
  return { Attributes: view({ [CROSS_ZONE]: 'true', 'deletion_protection.enabled': 'false' }) };
};

export const describeTargetGroupAttributes: Step<
  DescribeTargetGroupAttributesInput,
  DescribeTargetGroupAttributesOutput
> = (state, input) => ({ Attributes: attributesOf(requireTargetGroup(state, input.TargetGroupArn)) });

/**
 * Sets the deregistration delay and whether targets of every zone are used.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_TargetGroupAttribute.html
 */
export const modifyTargetGroupAttributes: Step<ModifyTargetGroupAttributesInput, ModifyTargetGroupAttributesOutput> = (
  state,
  { TargetGroupArn: arn, Attributes: given = [] },
) => {
  const balancer = requireTargetGroup(state, arn);
  const changes = given.map(({ Key = '', Value = '' }) => changeOf(Key, Value));
  for (const change of changes) change(balancer);
  return { Attributes: attributesOf(balancer) };
};

/** What an attribute changes. Throws before anything is changed. */
function changeOf(key: string, value: string): (balancer: LoadBalancer) => void {
  if (key === DELAY) {
    const seconds = Number(value);
    if (!/^\d+$/.test(value) || seconds > MOST_DELAY) throw invalid(key, value);
    return ({ targetGroup }) => {
      targetGroup.deregistrationDelayMs = seconds * 1_000;
    };
  }
  if (key === CROSS_ZONE) {
    if (!['true', 'false', 'use_load_balancer_configuration'].includes(value)) throw invalid(key, value);
    return (balancer) => {
      balancer.crossZone = value !== 'false';
    };
  }
  const fixed = Object.entries(FIXED).find(([one]) => one === key);
  if (!fixed) throw new Fault('ValidationError', `Target group attribute key '${key}' is not recognized`, 400);
  if (fixed[1] !== value) {
    throw new Fault('UnsupportedOperation', `The region does not honour "${key}" other than "${fixed[1]}".`, 400);
  }
  return () => {};
}

/** Seconds. */
const MOST_DELAY = 3_600;

const invalid = (key: string, value: string) =>
  new Fault('ValidationError', `'${value}' is not a valid value for the target group attribute '${key}'`, 400);

const attributesOf = ({ crossZone, targetGroup: { deregistrationDelayMs } }: LoadBalancer) =>
  view({
    [DELAY]: String(Math.ceil(deregistrationDelayMs / 1_000)),
    [CROSS_ZONE]: String(crossZone),
    ...FIXED,
  });

const view = (attributes: Readonly<Record<string, string>>) =>
  Object.entries(attributes).map(([Key, Value]) => ({ Key, Value }));
